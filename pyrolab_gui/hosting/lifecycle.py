"""Making and ending a driver: its constructor, its ``connect``, its ``close``.

Where the class has a method ``connect``, the lab file's parameters go there, except those that only the constructor
can take; otherwise all go to the constructor. A driver whose ``connect`` fails is closed again. What is ``async`` is
run to its end by the function `finish` (`hosting.coroutines`). Limits: nothing is tried twice here; that is
`hosting.connector`.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


def _as_it_is(result: Any) -> Any:
    return result


def create(
    cls: type, parameters: Mapping[str, Any], *, connect: bool = True, finish: Callable[[Any], Any] = _as_it_is
) -> Any:
    """Make a driver and connect it.

    Parameters
    ----------
    cls
        The driver's class.
    parameters
        As in the lab file.
    connect
        False leaves ``connect`` to somebody else.
    finish
        Runs what a driver's function returned to its end, where it is ``async``.

    Raises
    ------
    TypeError
        If a parameter is unknown or missing, naming it.
    Exception
        Whatever the driver raises.
    """
    if not callable(getattr(cls, "connect", None)):
        check_parameters(cls, cls.__name__, parameters)
        return cls(**parameters)
    to_constructor, to_connect = _shared_out(cls, parameters)
    check_parameters(cls, cls.__name__, to_constructor)
    driver = cls(**to_constructor)
    if connect:
        try:
            check_parameters(driver.connect, f"{cls.__name__}.connect", to_connect)
            finish(driver.connect(**to_connect))
        except BaseException:
            dispose(driver, finish)
            raise
    return driver


def dispose(driver: Any, finish: Callable[[Any], Any] = _as_it_is) -> None:
    """Close a driver where it can be closed; what that raises is only logged, because nobody waits for it."""
    close = getattr(driver, "close", None)
    if callable(close):
        attempt(close, f"closing {type(driver).__name__}", finish)


def attempt(function: Callable[[], Any], what: str, finish: Callable[[Any], Any] = _as_it_is) -> None:
    """Call something of a driver that nobody waits for: what it raises is only logged."""
    try:
        finish(function())
    except (Exception, SystemExit):
        log.exception("%s failed", what)


def check_parameters(function: Callable[..., Any], name: str, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that `function` does not take, and a call without those it needs.

    Raises
    ------
    TypeError
        With a sentence.
    """
    signature = _signature(function)
    if signature is None:
        return
    named = {key: item for key, item in signature.parameters.items() if item.kind in _NAMED}
    if not any(item.kind is item.VAR_KEYWORD for item in signature.parameters.values()):
        for given in parameters:
            if given not in named:
                import difflib

                close = difflib.get_close_matches(given, named, n=1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                raise TypeError(f"{name} has no parameter '{given}'{hint}")
    for key, item in named.items():
        if item.default is item.empty and key not in parameters:
            raise TypeError(f"{name} needs the parameter '{key}'")


_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def _shared_out(cls: Any, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    constructor, connecting = _signature(cls), _signature(cls.connect)
    to_constructor: dict[str, Any] = {}
    to_connect: dict[str, Any] = {}
    for key, value in parameters.items():
        takes_it = constructor is not None and key in constructor.parameters
        wanted = connecting is not None and key in connecting.parameters
        needed = takes_it and constructor is not None and constructor.parameters[key].default is inspect.Parameter.empty
        anything = connecting is not None and any(p.kind is p.VAR_KEYWORD for p in connecting.parameters.values())
        if takes_it and not wanted and (needed or not anything):
            to_constructor[key] = value
        else:
            to_connect[key] = value
    return to_constructor, to_connect


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    with contextlib.suppress(ValueError, TypeError):
        return inspect.signature(function)
    return None

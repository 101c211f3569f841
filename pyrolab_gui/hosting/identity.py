"""Who an instrument says it is, asked through its driver, and whether that is the one that the lab expects.

Asked is the first of the usual members that a driver has (``identify``, ``idn``…), else its ``query`` or ``ask`` with
``*IDN?``. Limits: it can be asked only once the driver has connected; what a driver sends while it connects has been
sent by then. A port that is kept by serial number is checked before it is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = (
    "identify", "identity", "idn", "IDN", "get_idn", "get_identity", "get_id", "identification", "id", "serial_number",
)  # fmt: skip
_ASKING = ("query", "ask")


def identity_member(cls: type) -> str:
    """Return the member by which a class tells who the instrument is; empty where it has none."""
    return next((name for name in MEMBERS if hasattr(cls, name)), "")


def identity_of(driver: Any, finish: Callable[[Any], Any]) -> str | None:
    """Ask the instrument who it is; None where its driver has no way to. Raises what the driver raises."""
    name = identity_member(type(driver))
    if name:
        found = getattr(driver, name)
        return _text(finish(found()) if callable(found) else found)
    for name in _ASKING:
        ask = getattr(driver, name, None)
        if callable(ask):
            return _text(finish(ask("*IDN?")))
    return None


def refuse_another(driver: Any, expected: str, finish: Callable[[Any], Any]) -> None:
    """Make sure that a connected driver has the instrument that the lab file expects.

    Raises
    ------
    RuntimeError
        With a sentence, if it is another one, or if it cannot be asked.
    """
    identity = identity_of(driver, finish)
    if identity is None:
        raise RuntimeError(
            f"the lab file expects “{expected}”, and {type(driver).__name__} has no way to ask the instrument who it is"
        )
    if expected.casefold() not in identity.casefold():
        raise RuntimeError(f"another instrument answers: it is “{identity}”, and the lab file expects “{expected}”")


def _text(value: Any) -> str:
    from pyrolab_gui.hosting.results import Receiver, converted
    from pyrolab_gui.wire.names import MSGPACK_ID

    value = converted(value, Receiver(MSGPACK_ID))
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return ", ".join(str(item).strip() for item in value)
    return str(value).strip()

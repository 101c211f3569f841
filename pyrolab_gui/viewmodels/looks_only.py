"""For a window that only looks: the acts of what it is given are refused, whoever in the window asks for them.

Limits: by name; what is not named as an act goes through.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

LOOKS_ONLY = "This window only looks: it was opened with --read-only."
ACTS_OF_SUPERVISOR = frozenset(["start", "stop", "restart", "set_lab", "reload", "interrupt", "record", "tell"])
UNASKED = frozenset(["load"])
"""Acts that nobody in the window asks for: not done, and not worth a word."""
ACTS_OF_REGISTRY = frozenset(["reconnect", "remove", "register"])


def looks_only(thing: _T, acts: frozenset[str], *, futures: bool = False) -> _T:
    """Return something that does everything that `thing` does but `acts`.

    Parameters
    ----------
    futures
        Whether an act returns a future, so that its refusal is one that failed; else it is raised as a `LabError`.
    """
    return cast("_T", _LooksOnly(thing, acts, futures))


class _LooksOnly:
    def __init__(self, thing: Any, acts: frozenset[str], futures: bool) -> None:
        self._thing, self._acts, self._futures = thing, acts, futures

    def __getattr__(self, name: str) -> Any:
        if name in UNASKED:
            return lambda *args, **kwargs: None
        return self._refusal() if name in self._acts else getattr(self._thing, name)

    def _refusal(self) -> Callable[..., Future[Any]]:
        def refuse(*args: Any, **kwargs: Any) -> Future[Any]:
            if not self._futures:
                raise LabError(LOOKS_ONLY)
            future: Future[Any] = Future()
            future.set_exception(LabError(LOOKS_ONLY))
            return future

        return refuse

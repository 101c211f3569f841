"""Answers of a worker's thread brought to Qt's: a result, or the error as a sentence.

Limits: after `close` nothing arrives any more; what it was about goes on.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeAlias

from pyrolab_gui.wire.errors import LabError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.ports import BridgePort

    Done: TypeAlias = Callable[[Any, LabError | None], object]


class Answers:
    """The way of one instrument's answers.

    Parameters
    ----------
    name
        Of the instrument, for sentences.
    heard
        Told of every answer's error, or of None, before who asked is.
    """

    def __init__(self, name: str, bridge: BridgePort, heard: Callable[[LabError | None], object]) -> None:
        self._name, self._bridge, self._heard = name, bridge, heard
        self.closed = False

    def then(self, future: Future[Any], done: Done) -> None:
        """Run ``done(result, error)`` on the Qt thread when the future ends."""
        future.add_done_callback(lambda ended: self.post(self._on_future, ended, done))

    def post(self, fn: Callable[..., object], *args: Any) -> None:
        """Run a function on the Qt thread."""
        self._bridge.post(fn, *args)

    def close(self) -> None:
        """Let nothing arrive any more."""
        self.closed = True

    def _on_future(self, future: Future[Any], done: Done) -> None:
        if self.closed:
            return
        try:
            result = future.result()
        except LabError as error:
            self._heard(error)
            done(None, error)
        except CancelledError:
            done(None, Unreachable(f"The call to {self._name} was given up."))
        except Exception as error:  # noqa: BLE001 - whatever a worker raised is shown, never swallowed
            done(None, LabError(f"{self._name}: {error or type(error).__name__}", repr(error)))
        else:
            self._heard(None)
            done(result, None)

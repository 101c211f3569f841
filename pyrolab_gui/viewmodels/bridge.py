"""From any thread to Qt's: the one way by which callbacks of the network and of the supervisor reach a view model.

Limits: order is kept per calling thread; nothing waits for what was posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge(QObject):
    """Runs functions on the thread that made it, which is Qt's."""

    _posted = Signal(object, tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, function: Callable[..., object], *args: Any) -> None:
        """Have `function(*args)` called on Qt's thread, soon; from any thread. After `close` it is dropped."""
        if self._closed:
            return
        try:
            self._posted.emit(function, args)
        except RuntimeError:  # Qt's side is gone already: the application ends
            self._closed = True

    def close(self) -> None:
        """Drop what is still to be called, and all that comes."""
        self._closed = True

    def _on_posted(self, function: Callable[..., object], args: tuple[Any, ...]) -> None:
        if not self._closed:
            function(*args)

"""Ctrl+Z and Ctrl+Shift+Z for the whole lab, also while a field has the focus that would undo by itself.

The keys belong to a page: what has the focus within it is watched. Limits: one page; fields in dialogs undo by
themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY = QKeySequence.StandardKey


class UndoKeys(QObject):
    """Hands the keys over.

    Parameters
    ----------
    page
        Where they count.
    undo, redo
        What they do.
    left
        Called when the focus moves: what is typed next is another step.
    """

    def __init__(
        self,
        page: QWidget,
        undo: Callable[[], object],
        redo: Callable[[], object],
        left: Callable[[], object],
    ) -> None:
        super().__init__(page)
        self._page = page
        self._undo, self._redo, self._left = undo, redo, left
        self._watched: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys from the widget that has the focus."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        undo, redo = event.matches(_KEY.Undo), event.matches(_KEY.Redo)
        if not undo and not redo:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            (self._undo if undo else self._redo)()
        return True

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
            self._left()
        if now is not None and self._page.isAncestorOf(now) and now.window() is self._page.window():
            self._watched = now
            now.installEventFilter(self)

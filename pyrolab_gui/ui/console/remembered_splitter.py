"""A splitter whose first part has a share of the whole that a person drags once, and finds again everywhere.

Limits: two parts; while the window is resized the share stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from pyrolab_gui.viewmodels.console_memory import ConsoleMemory

_WHOLE = 1000


class RememberedSplitter(QSplitter):
    """Two parts with a remembered share.

    Parameters
    ----------
    name
        Under which the share is remembered.
    memory
        Where; None remembers nothing.
    first
        Share of the first part until somebody drags.
    """

    def __init__(
        self,
        orientation: Qt.Orientation,
        name: str,
        memory: ConsoleMemory | None,
        first: float = 0.5,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(orientation, parent)
        self._name, self._memory = name, memory
        self._first = round(first * _WHOLE)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_moved)

    def share(self) -> int:
        """Return the share of the first part in thousandths."""
        return self._first if self._memory is None else self._memory.size(self._name, self._first)

    def _on_moved(self, _position: int, _index: int) -> None:
        sizes = self.sizes()
        if sum(sizes):
            self._first = round(sizes[0] * _WHOLE / sum(sizes))
            if self._memory is not None:
                self._memory.remember_size(self._name, self._first)

    def _apply(self) -> None:
        whole = self.height() if self.orientation() == Qt.Orientation.Vertical else self.width()
        first = whole * self.share() // _WHOLE
        self.setSizes([first, whole - first])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the share."""
        super().resizeEvent(event)
        self._apply()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the share that was dragged elsewhere meanwhile."""
        super().showEvent(event)
        self._apply()

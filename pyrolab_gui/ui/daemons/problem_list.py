"""What is wrong with the lab, one line each; a click goes to the entry and the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QWidget

from pyrolab_gui.ui.theme import font, icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.model.problems import Problem

_ROLE = Qt.ItemDataRole.UserRole
_ROW = 26
_MOST_SHOWN = 5


class ProblemList(QListWidget):
    """Findings, errors first."""

    jumpRequested = Signal(object)
    """The `Problem` to go to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problem-list")
        self.setAccessibleName("Problems of the lab file")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(13))
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._on_item)
        self.itemClicked.connect(self._on_item)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show findings."""
        lines = [_line(problem) for problem in problems]
        if lines == [self.item(row).text() for row in range(self.count())]:
            for row, problem in enumerate(problems):
                self.item(row).setData(_ROLE, problem)
        else:
            self.clear()
            for problem, text in zip(problems, lines, strict=True):
                error = problem.severity == "error"
                shown = QListWidgetItem(
                    icon("warning-circle" if error else "warning", None, "error" if error else "slow"), text
                )
                shown.setData(_ROLE, problem)
                shown.setToolTip(text)
                self.addItem(shown)
        self.setFixedHeight(_ROW * min(max(self.count(), 1), _MOST_SHOWN) + 8)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.jumpRequested.emit(item.data(_ROLE))


def _line(problem: Problem) -> str:
    where = " · ".join(str(part) for part in problem.path[1:3])
    line = f"line {problem.line} · " if problem.line else ""
    return f"{line}{where}: {problem.sentence}" if where else f"{line}{problem.sentence}"

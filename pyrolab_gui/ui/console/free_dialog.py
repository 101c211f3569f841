"""Free an instrument: the ways, the least harmful first, each with whom it hits and a button that asks.

Limits: a restart is asked for by the daemons' page; switching off is a person's hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.arming import ArmedButton
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_free import FreeViewModel, Step


class FreeDialog(QDialog):
    """The ways to free one instrument; the view model is closed with it."""

    restartRequested = Signal()

    def __init__(self, free: FreeViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("free-dialog")
        self.setWindowTitle(f"Free {free.console.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._free = free
        self.buttons: list[ArmedButton] = []
        content = Panel("base")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(12)
        self.message = TextLabel("", 12, 400, "secondary", wrap=True)
        close = button("Close")
        close.clicked.connect(self.close)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.message, 1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addWidget(TextLabel(f"Free {free.console.name}: the least harmful way first", 16, 600, wrap=True))
        whole.addWidget(scroll_area(content), 1)
        whole.addLayout(foot)
        self.resize(600, 440)
        free.stepsChanged.connect(self._show)
        free.told.connect(self.message.setText)
        self.finished.connect(free.close)
        self._show()
        free.look()

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for number, step in enumerate(self._free.steps(), 1):
            self._column.addWidget(self._line(number, step))
        self._column.addStretch(1)

    def _line(self, number: int, step: Step) -> QWidget:
        line = QWidget()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(TextLabel(f"{number}  {step.title}", 13, 600, wrap=True))
        words.addWidget(TextLabel(step.hits, 12, 400, "secondary", wrap=True, selectable=True))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        if step.button:
            act = ArmedButton(step.button, kind="act")
            act.setAccessibleName(step.title)
            act.set_asks(step.kind in ("disconnect", "clear"))
            act.set_held(self._free.console.read_only)
            act.clicked.connect(lambda _=False, b=act, s=step: self._on_clicked(b, s))
            self.buttons.append(act)
            row.addWidget(act, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _on_clicked(self, pressed: ArmedButton, step: Step) -> None:
        if not pressed.press():
            return
        if step.kind == "restart":
            self.restartRequested.emit()
            self.close()
        else:
            self._free.do(step)

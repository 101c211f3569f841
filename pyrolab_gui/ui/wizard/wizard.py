"""Add an instrument: which one, then its name and a test.

The entry is an edit of the lab, as any other; nothing runs before it is applied. Limits: modal to its page; what was
begun is dropped when it is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.ui.wizard.name_page import NamePage
from pyrolab_gui.ui.wizard.which_page import WhichPage

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel

_SIZE = (980, 620)
_STEPS = ("Which one", "Name and test")


class AddInstrumentWizard(QDialog):
    """The dialog; the view model is its own."""

    added = Signal(str)
    """The key of the new entry's node."""
    byHand = Signal()
    """Somebody wants the plain form instead: a driver that is not here yet."""

    def __init__(self, vm: AddInstrumentViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vm = vm
        vm.setParent(self)
        self.setObjectName("instrument-wizard")
        self.setWindowTitle(_title(vm))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.which = WhichPage(vm)
        self.named = NamePage(vm)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.which)
        self._pages.addWidget(self.named)
        self.step = TextLabel("", 13, 400, "secondary")
        self.test = button("Test connection", "lightning", "act", "Opens the instrument for a moment")
        self.test.setObjectName("wizard-test")
        self.test.clicked.connect(self.named.test)
        self.hand = button("Fill in by hand…", kind="ghost", tip="For a driver that is not installed here yet")
        self.hand.setObjectName("wizard-by-hand")
        self.hand.clicked.connect(self._on_by_hand_clicked)
        self.say = TextLabel("", 12, 400, "secondary")
        self.cancel = button("Cancel", kind="ghost")
        self.cancel.setObjectName("wizard-cancel")
        self.cancel.clicked.connect(self.reject)
        self.back = button("Back")
        self.back.setObjectName("wizard-back")
        self.back.clicked.connect(self._on_back_clicked)
        self.go_on = button("Continue", kind="primary", tip="Ctrl+Enter")
        self.go_on.setObjectName("wizard-continue")
        self.go_on.clicked.connect(self._on_go_on)
        self.add = button("Add", "plus", "primary", "Ctrl+Enter; nothing runs before it is applied")
        self.add.setObjectName("wizard-add")
        self.add.clicked.connect(self._on_add_clicked)
        self._lay_out()
        self.which.changed.connect(self._show)
        self.which.goOn.connect(self._on_go_on)
        self.named.changed.connect(self._show)
        self.finished.connect(lambda _result: vm.close())
        self._wanted = False
        self.resize(*_SIZE)
        self._show()
        self.which.begin()
        vm.begin()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(XL, M, XL, M)
        head.setSpacing(M)
        head.addWidget(TextLabel(_title(self.vm), 16, 600))
        head.addWidget(self.step)
        head.addStretch(1)
        foot = Panel("window")
        buttons = QHBoxLayout(foot)
        buttons.setContentsMargins(XL, M, XL, M)
        buttons.setSpacing(S)
        buttons.addWidget(self.hand)
        buttons.addWidget(self.test)
        buttons.addWidget(self.say, 1)
        for widget in (self.cancel, self.back, self.go_on, self.add):
            buttons.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Separator())
        column.addWidget(self._pages, 1)
        column.addWidget(Separator())
        column.addWidget(foot)

    @property
    def at_first(self) -> bool:
        """Whether the first step is shown."""
        return self._pages.currentWidget() is self.which

    def _show(self) -> None:
        first = self.at_first
        self.step.setText(f"Step {1 if first else 2} of 2 · {_STEPS[0 if first else 1]}")
        self.hand.setVisible(first)
        self.test.setVisible(not first)
        self.back.setVisible(not first)
        self.go_on.setVisible(first)
        self.add.setVisible(not first)
        self.go_on.setEnabled(self.which.ready)
        wrong = 0 if first else self.named.wrong_count()
        self.add.setEnabled(not wrong and bool(self.named.name.text().strip()))
        # Not disabled while a test runs: the focus would go on to another button.
        self.test.setEnabled(not (first or self.named.wrong_parameters()) or self.test.hasFocus())
        self.say.set_role("error" if wrong else "secondary")
        self.say.setText(f"{wrong} field{'s' if wrong > 1 else ''} to correct" if wrong else "")
        if first and self._wanted and self.which.ready:
            self._on_go_on()
        elif self._wanted and self.vm.needs_fault is not None:
            self._wanted = False

    def _on_go_on(self) -> None:
        """Go on; where the driver is still being described, as soon as it is."""
        self._wanted = not self.which.ready
        if self.which.ready and self.at_first:
            self._pages.setCurrentWidget(self.named)
            self.named.begin()
            self._show()

    def _on_back_clicked(self) -> None:
        self._pages.setCurrentWidget(self.which)
        self.which.drivers.setFocus()
        self._show()

    def _on_add_clicked(self) -> None:
        key = self.named.add()
        if key:
            self.added.emit(key)
            self.accept()

    def _on_by_hand_clicked(self) -> None:
        self.reject()
        self.byHand.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, or add, with Ctrl+Enter from anywhere; Enter alone does not, so that no field adds by accident."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                next_step = self.go_on if self.at_first else self.add
                next_step.click()
            return
        super().keyPressEvent(event)


def _title(vm: AddInstrumentViewModel) -> str:
    return f"Add an instrument to {vm.pc}" if vm.pc else "Add an instrument"

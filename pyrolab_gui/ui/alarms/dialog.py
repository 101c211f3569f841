"""The alarms of the lab in a window of their own: how they stand, and how they are set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.alarms.list_page import ListPage
from pyrolab_gui.ui.alarms.setup_page import SetupPage
from pyrolab_gui.ui.theme.tokens import XL, L, M
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.alarm_edits import AlarmEdits
    from pyrolab_gui.viewmodels.alarms_vm import AlarmsViewModel


class AlarmsDialog(QDialog):
    """Alarms; stays open beside the main window.

    Parameters
    ----------
    alarms
        How they stand.
    edits
        The alarm file; None where no lab file is open.
    """

    def __init__(self, alarms: AlarmsViewModel, edits: AlarmEdits | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarms-dialog")
        self.setWindowTitle("Alarms")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 600)
        self.choice = Segmented(["Now", "Set up"])
        self.choice.setAccessibleName("What is shown of the alarms")
        self.now = ListPage(alarms)
        self.now.setUpRequested.connect(self.show_setup)
        self.setup: SetupPage | None = SetupPage(edits) if edits is not None else None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.now)
        if self.setup is not None and edits is not None:
            self._stack.addWidget(self.setup)
            file = f"In {edits.file_name}, beside the lab file"
        else:
            file = "Open a lab file to set alarms up"
            self.choice.hide()
        self.choice.currentChanged.connect(self._stack.setCurrentIndex)
        head = QHBoxLayout()
        head.setSpacing(L)
        head.addWidget(TextLabel("Alarms", 16, 600))
        head.addWidget(self.choice)
        head.addStretch(1)
        head.addWidget(TextLabel(file, 12, 400, "secondary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def show_setup(self) -> None:
        """Go to the forms."""
        if self.setup is not None:
            self.choice.setCurrent(1)
            self._stack.setCurrentIndex(1)

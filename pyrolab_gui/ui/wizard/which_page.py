"""The first step: what is plugged in, and the driver for it.

Limits: nothing is sent anywhere from here, but for what the button for VISA asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XS, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.ui.wizard.folder_dialog import FolderDialog
from pyrolab_gui.ui.wizard.two_lines import TwoLineList, TwoLines
from pyrolab_gui.viewmodels.driver_choice import fits

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel
    from pyrolab_gui.viewmodels.driver_choice import Driver

_PAUSE_MS = 200
_PLUGS_WIDTH = 292
_DOC_WIDTH = 264
NOT_LISTED = "not listed"


class WhichPage(QWidget):
    """Chooses what it is plugged into, and the driver."""

    goOn = Signal()
    """Enter on a driver."""
    changed = Signal()

    def __init__(self, vm: AddInstrumentViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._describe)
        again = button("", "arrow-clockwise", "ghost", "Look again what is plugged in")
        again.setObjectName("wizard-look-again")
        again.clicked.connect(vm.look_for_ports)
        self.plugs = TwoLineList("Plugged in")
        self.plugs.setObjectName("wizard-plugs")
        self.plugs.chosen.connect(lambda plug: vm.choose_plug(None if plug == NOT_LISTED else plug))
        self.plugs.taken.connect(self._to_drivers)
        self.plugs_note = TextLabel("", 12, 400, "secondary", wrap=True)
        network = button(
            "Look in the network",
            "magnifying-glass",
            "ghost",
            "Asks all of the network for 3 seconds who is an instrument (LXI, VXI-11); connects to none",
        )
        network.setObjectName("wizard-network")
        network.clicked.connect(vm.look_in_network)
        visa = button("Look with VISA", "magnifying-glass", "ghost", "Asks the VISA library, on the network too")
        visa.setObjectName("wizard-visa")
        visa.clicked.connect(vm.look_for_visa)
        self.search = Field(icon="magnifying-glass", placeholder="Maker, model or module")
        self.search.setObjectName("wizard-search")
        self.search.textChanged.connect(self._show_drivers)
        self.search.returnPressed.connect(self._to_drivers)
        self.drivers = TwoLineList("Drivers")
        self.drivers.setObjectName("wizard-drivers")
        self.drivers.chosen.connect(self._on_chosen)
        self.drivers.taken.connect(self._on_taken)
        self.drivers_note = TextLabel("", 12, 400, "secondary", wrap=True)
        self._folder = button(
            "Drivers in a folder…", "folder-open", "ghost", "Look in a folder of your own drivers too"
        )
        self._folder.setObjectName("wizard-folder")
        self._folder.clicked.connect(self._ask_for_folder)
        self._drivers_head = SectionHead("Driver", self._folder)
        self.doc_title = TextLabel("", 14, 600, wrap=True)
        self.doc_place = TextLabel("", 12, 400, "secondary", wrap=True)
        self.doc = TextLabel("", 12, wrap=True, selectable=True)
        self._lay_out(again, network, visa)
        vm.plugsChanged.connect(self._show_plugs)
        vm.driversChanged.connect(self._show_drivers)
        vm.needsChanged.connect(self._show_doc)
        self._show_plugs()
        self._show_drivers()
        self._show_doc()

    @property
    def ready(self) -> bool:
        """Whether the driver is described, so that one can go on."""
        return self._vm.needs is not None

    def begin(self) -> None:
        """Put the cursor where one begins."""
        self.search.setFocus()

    def _lay_out(self, again: QWidget, *looks: QWidget) -> None:
        left = Panel("alternate")
        left.setFixedWidth(_PLUGS_WIDTH)
        plugs = QVBoxLayout(left)
        plugs.setContentsMargins(M, M, 0, M)
        plugs.setSpacing(XS)
        where = f"Plugged in at {self._vm.pc}" if self._vm.pc else "Plugged in"
        plugs.addWidget(SectionHead(where, again))
        plugs.addWidget(self.plugs, 1)
        plugs.addWidget(self.plugs_note)
        for look in looks:
            plugs.addWidget(look)
        center = Panel("base")
        middle = QVBoxLayout(center)
        middle.setContentsMargins(L, M, M, M)
        middle.setSpacing(S)
        middle.addWidget(self._drivers_head)
        middle.addWidget(self.search)
        middle.addWidget(self.drivers, 1)
        middle.addWidget(self.drivers_note)
        right = Panel("alternate")
        doc = QVBoxLayout(right)
        doc.setContentsMargins(L, L, L, L)
        doc.setSpacing(S)
        for label in (self.doc_title, self.doc_place, self.doc):
            doc.addWidget(label)
        doc.addStretch(1)
        area = scroll_area(right)
        area.setFixedWidth(_DOC_WIDTH)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(left)
        across.addWidget(Separator(vertical=True))
        across.addWidget(center, 1)
        across.addWidget(Separator(vertical=True))
        across.addWidget(area)

    # showing

    def _show_plugs(self) -> None:
        rows = [
            TwoLines(plug.address, plug.words, plug.used_by, "slow" if plug.used_by else "secondary", plug)
            for plug in self._vm.plugged_in.plugs
        ]
        self.plugs.show_rows(
            [TwoLines("Not listed here", "Choose its driver, type its address", what=NOT_LISTED), *rows]
        )
        if self.plugs.currentRow() < 0:
            self.plugs.blockSignals(True)
            self.plugs.setCurrentRow(0)
            self.plugs.blockSignals(False)
        note = self._vm.plugs_note or ("" if rows else "No serial port is plugged in.")
        self.plugs_note.setText(note)
        self.plugs_note.setVisible(bool(note))

    def _show_drivers(self) -> None:
        vm = self._vm
        found = vm.drivers_for(self.search.text())
        self.drivers.show_rows(
            [
                TwoLines(
                    driver.title, driver.summary or driver.place, "fits" if fits(driver, vm.plug) else driver.source,
                    "live" if fits(driver, vm.plug) else "secondary", driver,
                )
                for driver in found
            ]
        )  # fmt: skip
        self._drivers_head.set_count(len(found))
        note = vm.catalogue_fault or ("Looking for drivers…" if vm.looking else "")
        if not found and not vm.looking:
            note = note or (
                "No driver has these words. One of your own is found once its folder is chosen above."
                if self.search.text()
                else "There are no drivers."
            )
        self.drivers_note.setText(note)
        self.drivers_note.setVisible(bool(note))

    def _show_doc(self) -> None:
        vm = self._vm
        driver, needs, fault = vm.driver, vm.needs, vm.needs_fault
        self.doc_title.setText(driver.title if driver is not None else "No driver is chosen")
        self.doc_place.setText(driver.place if driver is not None else "")
        self.doc.set_role("error" if fault is not None else "text")
        if fault is not None:
            self.doc.setText(fault.sentence)
        elif needs is not None:
            self.doc.setText("\n\n".join(filter(None, (needs.doc, needs.offers))))
        else:
            self.doc.setText("Reading the driver…" if driver is not None else "Its description stands here.")
        self.changed.emit()

    # events

    def _ask_for_folder(self) -> QDialog:
        if self._vm.pc:
            asked = FolderDialog(self._vm.pc, self)
            asked.chosen.connect(self._vm.add_folder)
            asked.open()
            return asked
        dialog = QFileDialog(self, "A folder of drivers", str(self._vm.folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._vm.add_folder)
        dialog.open()
        return dialog

    def _on_chosen(self, driver: Driver | None) -> None:
        self._pause.start()

    def _describe(self) -> None:
        """Have the driver described that is chosen now: not each one that the keys pass over."""
        self._pause.stop()
        driver = self.drivers.current()
        if driver is not None:
            self._vm.choose_driver(driver)

    def _on_taken(self) -> None:
        self._describe()
        self.goOn.emit()

    def _to_drivers(self) -> None:
        if self.drivers.currentRow() < 0 and self.drivers.count():
            self.drivers.setCurrentRow(0)
        self.drivers.setFocus()

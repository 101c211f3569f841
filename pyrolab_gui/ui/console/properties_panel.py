"""The readings and settings of a console, a row each, in the parts of its layout. Limits: shows what the rows show."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from pyrolab_gui.ui.console import columns
from pyrolab_gui.ui.console.arranged import ArrangedColumn
from pyrolab_gui.ui.console.reading_row import ReadingRow
from pyrolab_gui.ui.console.setting_row import SettingRow
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.console_layout import Part
from pyrolab_gui.viewmodels.console_members import READING_PERIOD
from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.wire.description import unit_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel

Row: TypeAlias = ReadingRow | SettingRow


class PropertiesPanel(Panel):
    """All properties of one console."""

    layoutChanged = Signal()
    """A person arranged them anew."""

    def __init__(self, console: ConsoleViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._console = console
        properties = console.properties()
        self._readings = [member for member in properties if member.readable and not member.writable]
        self._settings = [member for member in properties if member.writable]
        labels = [humanise(member.name, unit_of(member.returns)) for member in properties]
        self.label_width = columns.label_width(labels)
        self.rows: dict[str, Row] = {}
        for member in self._readings:
            self.rows[member.name] = ReadingRow(console, member.name, self.label_width)
        for member in self._settings:
            self.rows[member.name] = SettingRow(console, member.name, self.label_width)
        watched = any(console.is_watched(member) for member in self._readings)
        self._period = TextLabel(f"every {READING_PERIOD:g} s" if watched else "read on demand", 12, 400, "secondary")
        self.column = ArrangedColumn(console.layout, self.layoutChanged.emit, self._extend_menu)
        self.column.set_rows(self.rows)
        self._nothing = TextLabel("", 13, 400, "secondary", wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 12, 12, 16)
        whole.setSpacing(0)
        whole.addWidget(self.column)
        whole.addWidget(self._nothing)
        whole.addStretch(1)
        self.arrange("")

    def arrange(self, words: str) -> None:
        """Show the properties as they are arranged, or those that are searched for."""
        layout = self._console.layout
        parts = [*layout.parts(self._readings, "Readings", words), *layout.parts(self._settings, "Settings", words)]
        away = [member for part in parts if part.title == "Advanced" for member in part.members]
        parts = [part for part in parts if part.title != "Advanced"]
        if away:
            parts.append(Part("Advanced", tuple(away)))
        self.column.arrange(parts, {"Readings": self._period})
        text = ""
        if not self.rows:
            text = "This instrument has no properties to read or set."
        elif not parts:
            text = "No reading or setting fits these words." if words else "All readings and settings are hidden."
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))

    def _extend_menu(self, name: str, menu: QMenu) -> None:
        state = self._console.members[name]
        menu.addSeparator()
        copy = menu.addAction("Copy the value")
        copy.setEnabled(state.known)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(f"{state.shown} {state.unit}".rstrip()))
        if state.member.readable:
            menu.addAction("Read now").triggered.connect(lambda: self._console.read(name))

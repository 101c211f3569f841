"""The bar at the bottom: health of the links, each a button to its place, and the switch of the log."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.state_button import StateButton
from pyrolab_gui.ui.widgets.panel import Panel

HEIGHT = 27


class StatusBar(Panel):
    """Items by key, in the order in which they first appear."""

    activated = Signal(str)
    """The key of the item that was clicked."""

    logToggled = Signal(bool)
    """Whether the log is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self.setFixedHeight(HEIGHT)
        self._items: dict[str, StateButton] = {}
        self._log = StateButton(HEIGHT, icon="terminal-window")
        self._log.setObjectName("status-log")
        self._log.setCheckable(True)
        self._log.set_content("", "", "Log")
        self._log.setToolTip("Show or hide what this window has reported")
        self._log.toggled.connect(self.logToggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 4, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._row.addWidget(self._log)

    def set_status(self, key: str, state: str, strong: str, text: str, tip: str = "") -> None:
        """Show an item; it is added when its key is new."""
        item = self._items.get(key)
        if item is None:
            item = StateButton(HEIGHT)
            item.setObjectName(f"status-{key}")
            item.clicked.connect(lambda _=False, k=key: self.activated.emit(k))
            self._row.insertWidget(len(self._items), item)
            self._items[key] = item
        item.set_content(str(state), strong, text)
        item.setToolTip(tip)

    def item(self, key: str) -> StateButton:
        """Return an item."""
        return self._items[key]

    def set_log_shown(self, shown: bool) -> None:
        """Press or release the switch of the log."""
        self._log.setChecked(shown)

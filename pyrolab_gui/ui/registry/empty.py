"""What stands in the registry's place while there is no row to show: why, and the next step."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState

ASKING, UNREACHABLE, OWN_UNREACHABLE, NO_ENTRIES, NO_MATCH, NO_NAMESERVER, INSECURE = range(7)


class RegistryEmpty(QWidget):
    """One page for each reason."""

    startRequested = Signal()
    retryRequested = Signal()
    daemonsRequested = Signal()
    nameserverRequested = Signal()
    clearRequested = Signal()
    certificatesRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        start = _button("Start the lab's nameserver", "play", self.startRequested, primary=True)
        retry = _button("Try again", "arrow-clockwise", self.retryRequested)
        add = _button("Start a nameserver on this PC…", "play", self.nameserverRequested)
        daemons = _button("Go to Daemons", "hard-drives", self.daemonsRequested)
        clear = _button("Clear the filter", "x", self.clearRequested)
        install = _button("Install certificates", "shield-check", self.certificatesRequested)
        self._pages = {
            ASKING: EmptyState("address-book", "Asking the nameserver…"),
            UNREACHABLE: EmptyState("address-book", "", "", retry, add),
            OWN_UNREACHABLE: EmptyState("address-book", "", "", start),
            NO_ENTRIES: EmptyState(
                "list-bullets",
                "Nothing is registered here yet",
                "Instruments appear as soon as a daemon has registered them.",
                daemons,
            ),
            NO_MATCH: EmptyState("funnel", "", "", clear),
            NO_NAMESERVER: EmptyState(
                "address-book",
                "No nameserver is chosen",
                "A nameserver knows which instruments there are. Type its address above: host, or host:port.",
            ),
            INSECURE: EmptyState("address-book", "", "", install),
        }
        for page in self._pages.values():
            self._stack.addWidget(page)

    @property
    def reason(self) -> int:
        """Which page is shown."""
        return self._stack.currentIndex()

    def show_reason(self, reason: int, title: str = "", text: str = "") -> None:
        """Show a page, with another title where one is given."""
        if title:
            self._pages[reason].set_text(title, text)
        self._stack.setCurrentWidget(self._pages[reason])


def _button(text: str, icon: str, signal: SignalInstance, *, primary: bool = False) -> QPushButton:
    made = button(text, icon, "primary" if primary else "plain")
    made.clicked.connect(lambda: signal.emit())
    return made

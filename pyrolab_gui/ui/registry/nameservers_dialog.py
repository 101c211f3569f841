"""The nameservers that are looked at, kept as bookmarks, or found by broadcast; and what each does about lost entries.

It stays open beside the window. Nothing that was found is looked at before somebody says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.registry.policy_editor import PolicyEditor
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
    from pyrolab_gui.viewmodels.registry_discovery import Found
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
    from pyrolab_gui.viewmodels.registry_watch import NameserverLink

_POLICY = (
    "Entries whose daemon cannot be reached are kept, or taken out after some minutes without a break. This asks the "
    "daemon itself. The nameserver's own ns_autoclean (in Daemons) only tries whether its TCP port opens, so a daemon "
    "that hangs passes it, and one that is busy behind a firewall is taken out after 20 s."
)


class NameserversDialog(QDialog):
    """Shows the nameservers of a `RegistryViewModel`.

    Signals
    -------
    nameserverRequested
        A nameserver is to be made in the lab.
    """

    nameserverRequested = Signal()

    def __init__(self, vm: RegistryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self.setObjectName("nameservers-dialog")
        self.setWindowTitle("Nameservers")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows: dict[str, _Row] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.address = Field(placeholder="Add: host, or host:port", width=260)
        self.address.setObjectName("nameservers-address")
        self.address.returnPressed.connect(self._on_add)
        add = button("Look at it too", "plus")
        add.setObjectName("nameservers-add")
        add.clicked.connect(self._on_add)
        self._error = TextLabel("", 12, 400, "error", wrap=True)
        self.discover = button("Search the network", "broadcast")
        self.discover.setObjectName("nameservers-discover")
        self.discover.clicked.connect(vm.discovery.search)
        self._found_text = TextLabel("", 12, 400, "secondary", wrap=True)
        self._found = QVBoxLayout()
        self._found.setSpacing(0)
        start = button("Start one on this PC…", "play")
        start.setObjectName("nameservers-start")
        start.clicked.connect(self._on_start)
        close = button("Close")
        close.clicked.connect(self.accept)
        self._lay_out(add, start, close)
        vm.nameserversChanged.connect(self._reload)
        vm.choicesChanged.connect(self._reload)
        vm.discovery.begun.connect(self._on_search_begun)
        vm.discovery.ended.connect(self._on_search_ended)
        vm.memory.policyTold.connect(self._on_policy_told)
        self._reload()
        self._on_search_begun() if vm.discovery.running else None

    def _lay_out(self, add: QWidget, start: QWidget, close: QWidget) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(S)
        inner.addLayout(self._list)
        adding = QHBoxLayout()
        adding.setSpacing(S)
        for widget in (self.address, add):
            adding.addWidget(widget)
        adding.addStretch(1)
        inner.addLayout(adding)
        inner.addWidget(self._error)
        inner.addWidget(TextLabel(_POLICY, 12, 400, "secondary", wrap=True))
        inner.addSpacing(M)
        inner.addWidget(SectionHead("Found on the network", self.discover))
        inner.addWidget(self._found_text)
        inner.addLayout(self._found)
        inner.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(start)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, M)
        column.setSpacing(M)
        column.addWidget(TextLabel("Nameservers", 16, 600))
        column.addWidget(scroll_area(content), 1)
        column.addLayout(buttons)
        self._error.hide()
        self._found_text.setText(
            "A search asks all machines of this network at once. Whoever answers is listed with its address; it is "
            "looked at only when you say so."
        )
        self.resize(880, 520)

    def row(self, address: str) -> _Row:
        """Return the row of a nameserver."""
        return self._rows[address]

    def _reload(self) -> None:
        links = {link.nameserver.address: link for link in self._vm.links if link.nameserver is not None}
        known = {choice.address: choice for choice in self._vm.choices}
        known |= {address: link.nameserver for address, link in links.items() if link.nameserver is not None}
        first = self._vm.nameserver
        for address in [address for address in self._rows if address not in known]:
            row = self._rows.pop(address)
            row.hide()
            row.deleteLater()
        for address, nameserver in known.items():
            if address not in self._rows:
                self._rows[address] = _Row(self._vm, nameserver)
                self._list.addWidget(self._rows[address])
                self._vm.memory.ask_policy(address)
            self._rows[address].show_state(
                nameserver,
                links.get(address),
                first=first is not None and first.address == address,
                bookmarked=address in self._vm.bookmarks,
            )

    def _on_add(self) -> None:
        try:
            self._vm.look_also(self.address.text())
        except ValueError as problem:
            self._error.setText(str(problem))
            self._error.show()
            self.address.set_invalid(True)
            return
        self._error.hide()
        self.address.set_invalid(False)
        self.address.clear()

    def _on_start(self) -> None:
        if self._vm.own_nameserver and not self._vm.link.reachable:
            self._vm.start_own_nameserver()
        else:
            self.nameserverRequested.emit()
            self.accept()

    def _on_search_begun(self) -> None:
        self.discover.setText("Searching…")  # not disabled: Qt would give the focus to the next button

    def _on_search_ended(self, found: Sequence[Found], error: str) -> None:
        self.discover.setText("Search again")
        while (item := self._found.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if error:
            self._found_text.setText(error)
        elif not found:
            self._found_text.setText(
                "No nameserver answered. Only those with broadcast: true answer, and only within one network."
            )
        else:
            self._found_text.setText(f"{len(found)} answered." if len(found) > 1 else "One answered.")
        for answer in found:
            self._found.addWidget(_FoundRow(self._vm, answer))

    def _on_policy_told(self, address: str, minutes: float | None) -> None:
        if address in self._rows:
            self._rows[address].policy.show_minutes(minutes)


SECURITY_WORDS = {
    "TLS": "Encrypted, and both ends have shown a certificate of the lab.",
    "no TLS": "Not encrypted: what is asked and answered can be read on the network.",
}


class _Row(QWidget):
    """One nameserver: its state, whether it is looked at and kept, what it does about lost entries."""

    def __init__(self, vm: RegistryViewModel, nameserver: NameserverAddress) -> None:
        super().__init__()
        self._address = nameserver.address
        self._bookmarked = False
        self.state = StateLabel("unknown")
        self.state.setFixedWidth(108)
        self.title = ElidedLabel("", 13, 500, "text")
        self.security = TextLabel("", 12, 400, "secondary")
        self.security.setFixedWidth(44)
        self.look = QCheckBox("looked at")
        self.look.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.look.setAccessibleName(f"Look at {self._address}")
        self.look.clicked.connect(lambda wanted: vm.look_also(self._address, wanted=wanted))
        self.first = button("Make first", kind="ghost")
        self.first.setFixedWidth(self.first.sizeHint().width())
        self.first.clicked.connect(lambda: vm.choose(self._address))
        self.star = button("", "bookmark-simple", "ghost", "Keep as a bookmark")
        self.star.clicked.connect(lambda: vm.set_bookmark(self._address, wanted=not self._bookmarked))
        self.policy = PolicyEditor(self._address)
        self.policy.changed.connect(lambda minutes: vm.memory.set_policy(self._address, minutes))
        self.policy.setVisible(vm.memory.available)
        row = QHBoxLayout()
        row.setContentsMargins(0, S, 0, S)
        row.setSpacing(S)
        row.addWidget(self.star)
        row.addWidget(self.state)
        row.addWidget(self.title, 1)
        for widget in (self.security, self.look, self.first, self.policy):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Separator())

    def show_state(
        self, nameserver: NameserverAddress, link: NameserverLink | None, *, first: bool, bookmarked: bool
    ) -> None:
        """Show how it is."""
        self._bookmarked = bookmarked
        self.title.setText(nameserver.label)
        self.state.set_state(
            link.shown if link is not None else "unknown", None if link is not None else "not looked at"
        )
        self.state.setToolTip(link.sentence if link is not None else "")
        self.security.setText(link.security if link is not None else "")
        self.security.setToolTip(SECURITY_WORDS.get(self.security.text(), ""))
        self.look.setChecked(link is not None)
        self.look.setEnabled(not first)
        self.first.setEnabled(not first)
        self.first.setText("first" if first else "Make first")
        kept = "Forget this bookmark" if bookmarked else "Keep as a bookmark"
        set_icon(self.star, "bookmark-simple-fill" if bookmarked else "bookmark-simple", "accent" if bookmarked else "")
        self.star.setToolTip(kept)
        self.star.setAccessibleName(f"{kept}: {nameserver.address}")


class _FoundRow(QWidget):
    """One answer to a broadcast: where it is, who told, and the question whether it is to be looked at."""

    def __init__(self, vm: RegistryViewModel, answer: Found) -> None:
        super().__init__()
        use = button("Look at it", "check")
        use.setAccessibleName(f"Look at {answer.address}")
        use.clicked.connect(lambda: vm.look_also(answer.address))
        use.clicked.connect(lambda: use.setEnabled(False))
        if any(link.nameserver is not None and link.nameserver.address == answer.address for link in vm.links):
            use.setEnabled(False)
            use.setToolTip("It is looked at already.")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(TextLabel(f"{answer.address} · answered from {answer.answered_from}", 13, 500))
        column.addWidget(TextLabel(answer.sentence, 12, 400, "secondary", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, S, 0, S)
        row.setSpacing(S)
        row.addLayout(column, 1)
        row.addWidget(use)

"""The right side of the Daemons tab: one node's state and acts, and its pages Status, Configuration, YAML, Log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.configuration_page import ConfigurationPage
from pyrolab_gui.ui.daemons.log_page import LogPage
from pyrolab_gui.ui.daemons.rows import Line
from pyrolab_gui.ui.daemons.status_page import StatusPage, facts
from pyrolab_gui.ui.daemons.yaml_page import YamlPage
from pyrolab_gui.ui.since_page import SincePage
from pyrolab_gui.ui.tab_bar import TabBar
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY, UNREACHABLE, UNSAVED, WORDS, shown_state
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.wire.child import ChildState

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from pyrolab_gui.viewmodels.child_figures import Figures
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel

STATUS, CONFIGURATION, YAML, LOG, SINCE = "status", "configuration", "yaml", "log", "since"
_TICK = 1000


class Detail(Panel):
    """Shows one node of the tree."""

    startRequested = Signal(str)
    stopRequested = Signal(str)
    restartRequested = Signal(str)
    nodeRequested = Signal(str)
    addServiceRequested = Signal(str)
    logRequested = Signal(str, float)
    """The lines of a child around a time, among those of the others."""

    def __init__(self, vm: DaemonsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setObjectName("daemons-detail")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("What is chosen")
        self._vm = vm
        self._key = ""
        self.title = TextLabel("", 18, 600)
        self.state = StateLabel()
        self._facts = _Facts()
        self.start = button("Start", "play")
        self.restart = button("Restart", "arrow-clockwise")
        self.stop = button("Stop", "stop")
        self.console = button("Open console", "sliders-horizontal", "primary")
        self.host = button("Daemon", "hard-drives", "ghost")
        for widget, name in (
            (self.start, "start"),
            (self.restart, "restart"),
            (self.stop, "stop"),
            (self.console, "console"),
            (self.host, "daemon"),
        ):
            widget.setObjectName(f"detail-{name}")
        self.tabs = TabBar()
        self.tabs.setBackgroundRole(QPalette.ColorRole.Base)
        for key, title, icon in (
            (STATUS, "Status", "list-bullets"),
            (CONFIGURATION, "Configuration", "sliders-horizontal"),
            (YAML, "YAML", "code"),
            (LOG, "Log", "terminal-window"),
            (SINCE, "Since…", "clock-counter-clockwise"),
        ):
            self.tabs.add(key, title, icon)
        self.status_page = StatusPage()
        self.configuration = ConfigurationPage(vm)
        self.yaml = YamlPage(vm.lab)
        self.log = LogPage(vm.ask_log)
        self.since = SincePage(vm.since)
        self._pages = QStackedWidget()
        self._places: dict[str, QWidget] = {
            STATUS: scroll_area(self.status_page),
            CONFIGURATION: scroll_area(self.configuration),
            YAML: self.yaml,
            LOG: self.log,
            SINCE: scroll_area(self.since),
        }
        for page in self._places.values():
            self._pages.addWidget(page)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._show_facts)
        self._lay_out()
        self._connect()

    @property
    def key(self) -> str:
        """The key of the node that is shown."""
        return self._key

    def show_node(self, key: str) -> None:
        """Show a node; the same one again brings its news."""
        if key != self._key:
            self.status_page.figures.clear()
        self._key = key
        entry = Entry.of(key)
        editable = entry is not None and self._vm.lab.has(entry)
        for page, shown in (
            (CONFIGURATION, editable),
            (YAML, editable or (key == COMPUTER_KEY and self._vm.lab.path is not None)),
            (LOG, bool(self._vm.child_of(key))),
            (SINCE, key == COMPUTER_KEY),
        ):
            self._show_tab(page, shown)
        if entry is not None and editable:
            self.configuration.show_entry(entry)
        self.log.show_child(self._vm.child_of(key))
        self.refresh()
        self._look()

    def renamed(self, old: str, new: str) -> None:
        """Follow the shown node to its new key."""
        entry = Entry.of(new)
        if self._key == old and entry is not None:
            self._key = new
            self.configuration.renamed(entry)

    def refresh(self) -> None:
        """Bring everything up to date."""
        key = self._key
        kind, _, name = key.partition("/")
        child = self._vm.child_of(key)
        status = self._vm.status(child)
        allowed = self._vm.allowed([key])
        self.title.setText(self._vm.tree.name if key == COMPUTER_KEY else name)
        for widget, on in ((self.start, allowed.start), (self.restart, allowed.restart), (self.stop, allowed.stop)):
            widget.setVisible(kind != "service")
            if not on and widget.hasFocus():
                self.setFocus()  # Qt would pass it to the next button, and that is *Stop*
            widget.setEnabled(on)
        self.console.setVisible(kind == "service")
        self.console.setEnabled(bool(self._vm.service_uri(name)))
        own_only = kind == "service" and self._vm.is_far and status is not None and status.state is ChildState.RUNNING
        self.console.setToolTip(
            "Its daemon listens for its own PC only: its host is localhost."
            if own_only and not self._vm.service_uri(name)
            else ""
        )
        self.host.setVisible(kind == "service" and bool(child))
        self.host.setText(child.partition("/")[2])
        self.host.setAccessibleName(f"Go to the daemon {child.partition('/')[2]}")
        if kind == "service":
            state, error = self._vm.state_of(name)
            self._show_state(state)
            row = next((row for row in self._vm.services(child) if row.name == name), None)
            detail, retry_at = (row.detail, row.retry_at) if row is not None else ("", 0.0)
            self.status_page.show_service(state, error, detail, retry_at)
        elif key == COMPUTER_KEY:
            since, reason = self._vm.absence
            self.state.setVisible(bool(since))
            if since:
                self.state.set_state("lost", WORDS[UNREACHABLE])
            self.status_page.show_children(
                tuple(
                    Line(node.key, node.name, node.note, node.state, words=node.word)
                    for node in self._vm.tree.children
                    if node.kind in ("nameserver", "daemon")
                ),
                reason,
                since,
                self._vm.supervisor_problem,
                bare=self._vm.lab.usable and not self._vm.lab.entries("services"),
            )
        else:
            self._show_state(shown_state(status))
            crash = self._vm.crashes.get(key)
            services = self._vm.services(key) if kind == "daemon" else ()
            self.status_page.show_status(status, services, crash.sentence if crash is not None else "")
        failed = status is not None and status.state in (ChildState.FAILED, ChildState.BACKOFF)
        self.tabs.set_badge(STATUS, "failed", int(failed and kind != "service"))
        self._show_facts()
        entry = Entry.of(key)
        if entry is not None and self._vm.lab.has(entry):
            self.configuration.refresh()
            problems = self._vm.lab.field_problems(entry).values()
            self.tabs.set_badge(CONFIGURATION, "failed", sum(item.severity == "error" for item in problems))
        self.tabs.set_badge(YAML, "failed", len(self._vm.lab.text_problems))
        self._show_text()

    def show_page(self, page: str) -> None:
        """Go to a page."""
        self.tabs.set_current(page)

    def focus_field(self, field: str) -> None:
        """Go to a field of the form."""
        self.show_page(CONFIGURATION)
        self.configuration.focus_field(field)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the time that a child is up go on while it is seen."""
        super().showEvent(event)
        self._timer.start()
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        super().hideEvent(event)
        self._timer.stop()
        self._vm.figures.look_at("")

    def _look(self) -> None:
        """Ask for the numbers of what is shown, while they are seen."""
        seen = self.isVisible() and self.tabs.current() == STATUS and self._vm.status(self._key) is not None
        self._vm.figures.look_at(self._key if seen else "")

    def _on_figures(self, figures: Figures) -> None:
        if figures.key == self._key:
            self.status_page.figures.show_figures(figures)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self.title)
        head.addSpacing(S)
        head.addWidget(self.state)
        head.addStretch(1)
        for widget in (self.host, self.console, self.start, self.restart, self.stop):
            head.addWidget(widget)
        top = QVBoxLayout()
        top.setContentsMargins(XL, M, XL, 0)
        top.setSpacing(2)
        top.addLayout(head)
        top.addWidget(self._facts)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(XL - 10, 0, XL, 0)
        tabs.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addSpacing(6)
        column.addLayout(tabs)
        column.addWidget(Separator())
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.start.clicked.connect(lambda: self.startRequested.emit(self._key))
        self.stop.clicked.connect(lambda: self.stopRequested.emit(self._key))
        self.restart.clicked.connect(lambda: self.restartRequested.emit(self._key))
        self.console.clicked.connect(lambda: self._vm.open_console(self._key.partition("/")[2]))
        self.host.clicked.connect(lambda: self.nodeRequested.emit(self._vm.child_of(self._key)))
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.status_page.startRequested.connect(lambda: self.startRequested.emit(self._key))
        self.status_page.restartRequested.connect(lambda: self.restartRequested.emit(self._key))
        self.status_page.logRequested.connect(lambda: self.show_page(LOG))
        self.status_page.addRequested.connect(self._on_add_requested)
        self.status_page.linesRequested.connect(lambda moment: self.logRequested.emit(self._key, moment))
        self.status_page.reconnectRequested.connect(lambda: self._vm.reconnect(self._key.partition("/")[2]))
        self.status_page.crashUnderstood.connect(lambda: self._vm.understood(self._key))
        self._vm.figures.changed.connect(self._on_figures)
        self.since.opened.connect(self.nodeRequested)
        self._vm.statusChanged.connect(lambda _: self.since.look_soon())
        self.status_page.serviceOpened.connect(self.nodeRequested)
        self.configuration.serviceOpened.connect(self.nodeRequested)
        self.configuration.addServiceRequested.connect(self.addServiceRequested)
        self.configuration.textRequested.connect(lambda: self.show_page(YAML))

    def _on_add_requested(self) -> None:
        kind, _, name = self._key.partition("/")
        self.addServiceRequested.emit(name if kind == "daemon" else "")

    def _on_tab_changed(self, page: str) -> None:
        self._pages.setCurrentWidget(self._places[page])
        self._look()
        self._show_text()

    def _show_tab(self, page: str, shown: bool) -> None:
        tab = self.tabs.findChild(QAbstractButton, f"tab-{page}")
        if tab is not None:
            tab.setVisible(shown)
        if not shown and self.tabs.current() == page:
            self.tabs.set_current(STATUS)

    def _show_state(self, state: str) -> None:
        self.state.setVisible(True)
        self.state.set_state("not-asked" if state == UNSAVED else state, WORDS.get(state, state))

    def _show_facts(self) -> None:
        child = self._vm.child_of(self._key)
        if self._key.startswith("service/"):
            values = self._vm.lab.entries("services").get(self._key.partition("/")[2], {})
            driver = f"{values.get('module', '')}.{values.get('classname', '')}".strip(".")
            self._facts.show_pairs([("driver", driver), ("daemon", child.partition("/")[2])])
        elif self._key == COMPUTER_KEY:
            self._facts.show_pairs(
                [
                    ("", self._vm.absence[0] or self._vm.tree.note),
                    ("address" if self._vm.is_far else "host", self._vm.computer),
                    ("lab", self._vm.lab.place or "none"),
                ]
            )
        else:
            self._facts.show_pairs(facts(self._vm.status(child)))

    def _show_text(self) -> None:
        if self.tabs.current() == YAML:
            self.yaml.show_place(Entry.of(self._key))


class _Facts(QWidget):
    """A line of word and value; the same labels are used again, so that nothing flickers each second."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[tuple[TextLabel, TextLabel]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(5)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        while len(self._labels) < len(pairs):
            word, value = TextLabel("", 12, 400, "secondary"), TextLabel("", 12, 500)
            value.setContentsMargins(0, 0, 12, 0)
            self._row.insertWidget(self._row.count() - 1, word)
            self._row.insertWidget(self._row.count() - 1, value)
            self._labels.append((word, value))
        for number, (word, value) in enumerate(self._labels):
            shown = number < len(pairs)
            word.setText(pairs[number][0] if shown else "")
            value.setText(pairs[number][1] if shown else "")
            word.setVisible(shown and bool(pairs[number][0]))
            value.setVisible(shown)

"""The children of this computer: the lab as a tree with states, and what may be done to whom.

Takes the lab from its editor and states from the supervisor; hands starts and stops to the supervisor. Limits: this
computer (`far_daemons` has what differs for others); it decides nothing about restarts, and asks nobody: what a stop
hits is returned as a question for the view.
"""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.viewmodels import consequences, daemon_acts
from pyrolab_gui.viewmodels.child_figures import ChildFigures
from pyrolab_gui.viewmodels.child_news import ChildNews
from pyrolab_gui.viewmodels.daemon_acts import Allowed
from pyrolab_gui.viewmodels.daemons_tree import Evidence, TreeNode, state_of_service, tree_of
from pyrolab_gui.viewmodels.kept_ports import KeptPorts
from pyrolab_gui.viewmodels.lab_apply import LabApply
from pyrolab_gui.viewmodels.lab_presence import LabPresence
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.service_rows import ServiceRow, service_rows
from pyrolab_gui.viewmodels.since_vm import SinceViewModel
from pyrolab_gui.viewmodels.supervisor_news import SupervisorNews
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, child_key
from pyrolab_gui.wire.serial_ports import names_by_serial, ports_of_now
from pyrolab_gui.wire.supervision import LogLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyrolab_gui.model.lab import Kind, Lab
    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.supervision.driver_place import DriverPlace
    from pyrolab_gui.supervision.moving_check import Site
    from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.consequences import Question, Verb
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel
    from pyrolab_gui.viewmodels.move_vm import MoveViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications

COMPUTER = "This PC"
"""What the root of the tree is called."""

OF_LAB = (ChildKind.NAMESERVER, ChildKind.DAEMON)
"""Kinds of children that the lab file has; recordings and the relay are shown elsewhere."""
_DOWN = (ChildState.FAILED, ChildState.BACKOFF)


class DaemonsViewModel(QObject):
    """States of children and intents about them. Keys are those of `wire.child.child_key`.

    Parameters
    ----------
    supervisor
        Starts and stops.
    lab
        The open lab file and its edits.
    notifications
        Where failures are told.
    bridge
        Brings the supervisor's callbacks to the Qt thread.
    background
        Asks the supervisor what may take a while.
    me
        As whom this window introduces itself to daemons.
    """

    treeChanged = Signal(object)  # TreeNode
    statusChanged = Signal(str)  # key
    summaryChanged = Signal()
    consoleRequested = Signal(str, str)  # uri, name
    reconnectRequested = Signal(str, str)  # uri, name

    def __init__(
        self,
        supervisor: SupervisorApi,
        lab: LabViewModel,
        notifications: Notifications,
        bridge: Bridge,
        background: Background,
        me: str = "",
    ) -> None:
        super().__init__()
        self._me = me
        self.read_only = False
        self.lab = lab
        self.figures = ChildFigures(supervisor, background)
        self.since = SinceViewModel(supervisor, background)
        self._background, self._bridge = background, bridge
        self._adding: AddInstrumentViewModel | None = None
        self._supervisor_news = SupervisorNews()
        self._closed = False
        self._supervisor = supervisor
        self._notifications = notifications
        self._statuses: dict[str, ChildStatus] = {}
        self._evidence: Evidence = {}
        self._news = ChildNews()
        self._crashes: dict[str, Notice] = {}
        self._tree = TreeNode("computer", "computer", COMPUTER, "no lab file")
        self._unsubscribe = supervisor.subscribe(lambda status: bridge.post(self._on_supervisor_status, status))
        self._unsubscribe_link = supervisor.subscribe_link(lambda *link: bridge.post(self._on_link, *link))
        self.apply = LabApply(self, supervisor, background, notifications)
        self.presence = LabPresence(lab, supervisor, background, self._post, me, self)
        if not self.is_far:
            KeptPorts(lab, background)
        lab.loaded.connect(self._on_lab_loaded)
        lab.changed.connect(self._rebuild)
        self._on_lab_loaded()

    # what is shown

    @property
    def tree(self) -> TreeNode:
        """The lab as it stands."""
        return self._tree

    def status(self, key: str) -> ChildStatus | None:
        """Return the status of a child; None where the supervisor does not know it (an entry not saved yet)."""
        return self._statuses.get(key)

    def statuses(self) -> tuple[ChildStatus, ...]:
        """Return all statuses."""
        return tuple(self._statuses.values())

    def child_of(self, key: str) -> str:
        """Return the key of the child process that a node belongs to; empty for the computer itself."""
        kind, _, name = key.partition("/")
        if kind == "service":
            daemon = str(self.lab.entries("services").get(name, {}).get("daemon") or "")
            return child_key(ChildKind.DAEMON, daemon) if daemon else ""
        return key if kind in (ChildKind.NAMESERVER, ChildKind.DAEMON) else ""

    def services(self, key: str) -> tuple[ServiceRow, ...]:
        """Return the services of a daemon: those of the lab, then what it hosts besides."""
        name = key.partition("/")[2]
        return service_rows(name, self.lab.entries("services"), self._statuses.get(key), self._evidence)

    def state_of(self, name: str) -> tuple[str, str]:
        """Return the state of a service, and a sentence where all is not well."""
        return state_of_service(name, self._statuses.get(self.child_of(f"service/{name}")), self._evidence)

    def set_evidence(self, evidence: Evidence) -> None:
        """Say what is known of services beside the word of their drivers."""
        before, self._evidence = self._evidence, dict(evidence)
        changed = {name for name in (*before, *evidence) if before.get(name) != evidence.get(name)}
        if changed:
            for key in {self.child_of(f"service/{name}") for name in changed}:
                self.statusChanged.emit(key)
            self._rebuild()

    def expected(self) -> dict[str, ChildStatus | None]:
        """Return the services that the saved lab promises, each with its daemon."""
        lab = self.lab.saved_lab
        services = lab.services.items() if lab is not None else ()
        return {
            name: self._statuses.get(child_key(ChildKind.DAEMON, service.daemon))
            for name, service in services
            if not service.out_of_service
        }

    def service_uri(self, name: str) -> str:
        """Return where a service of the lab is reached; empty while its daemon does not run."""
        status = self._statuses.get(self.child_of(f"service/{name}"))
        if status is None or not status.state.alive or "@" not in status.uri:
            return ""
        return f"PYRO:{name}@{status.uri.partition('@')[2]}"

    def open_console(self, name: str) -> None:
        """Ask for the console of a service."""
        uri = self.service_uri(name)
        if uri:
            self.consoleRequested.emit(uri, name)

    def reconnect(self, name: str) -> None:
        """Ask that a service tries at once to connect to its instrument."""
        uri = self.service_uri(name)
        if uri:
            self.reconnectRequested.emit(uri, name)

    def ask_log(self, key: str, after: str, answered: Callable[[LogLines], object]) -> None:
        """Ask for what a child wrote after a position; `answered` gets nothing new where it cannot be asked."""
        self._background.ask(
            lambda: self._supervisor.log_lines(key, after), answered, lambda _: answered(LogLines(next=after))
        )

    @property
    def supervisor_link(self) -> tuple[bool, str]:
        """Whether the supervisor can be asked, and a sentence about it."""
        return self._supervisor_news.link

    @property
    def is_far(self) -> bool:
        """Whether this is another PC than the one that one sits at."""
        return False

    @property
    def name(self) -> str:
        """What the root of the tree is called."""
        return COMPUTER

    @property
    def computer(self) -> str:
        """The name of this computer in the network."""
        return platform.node()

    @property
    def supervisor_problem(self) -> str:
        """What the supervisor cannot do that its settings ask for, in a sentence."""
        return self._supervisor.info().problem

    @property
    def absence(self) -> tuple[str, str]:
        """Of another PC that cannot be asked: since when, in words, and why; both empty where it can."""
        return "", ""

    @property
    def running(self) -> int:
        """How many children run."""
        return sum(status.state.alive for status in self._statuses.values())

    @property
    def failed(self) -> tuple[ChildStatus, ...]:
        """Children that want attention: for the badge of the tab."""
        return tuple(status for status in self._statuses.values() if status.state in _DOWN)

    @property
    def silent(self) -> tuple[ChildStatus, ...]:
        """Children whose process lives, but does not answer."""
        return tuple(status for status in self._statuses.values() if status.state is ChildState.UNRESPONSIVE)

    @property
    def crashes(self) -> Mapping[str, Notice]:
        """What was told of children that crashed and run again, by key, until somebody has understood it."""
        return self._crashes

    def understood(self, key: str) -> None:
        """Forget that a child crashed."""
        if self._crashes.pop(key, None) is not None:
            self.statusChanged.emit(key)
            self.summaryChanged.emit()

    @property
    def changed_keys(self) -> tuple[str, ...]:
        """Running children that the saved lab would start differently."""
        return tuple(key for key, status in self._statuses.items() if status.changed and status.state.alive)

    # what may be done

    def allowed(self, keys: Iterable[str]) -> Allowed:
        """Return which acts make sense for these children, taken together; none in a window that only looks."""
        if self.read_only:
            return Allowed()
        return daemon_acts.allowed([self._statuses[key].state for key in self._children(keys) if key in self._statuses])

    def allowed_all(self) -> Allowed:
        """Return which acts make sense for all children."""
        return self.allowed(self._statuses)

    def question(self, verb: Verb, keys: Iterable[str]) -> Question | None:
        """Return what must be asked before; None if nobody notices. `ask_hits` knows more, a little later."""
        hit = [self._statuses[key] for key in self._children(keys) if self._matters(key)]
        return daemon_acts.question(
            verb, hit, self._statuses, self.lab.entries("daemons"), self.lab.entries("services")
        )

    def ask_ports(self, parameters: Mapping[str, Any], answered: Callable[[str], object]) -> None:
        """Say where the ports are now that are kept by serial number: ``port: COM4 now``; empty where none is."""
        kept = {key: value for key, value in parameters.items() if names_by_serial(value)}
        if not kept or self.is_far:
            answered("")
            return
        self._background.ask(lambda: ports_of_now(kept), answered, lambda error: answered(error.sentence))

    def new_instrument(self, daemon: str = "") -> AddInstrumentViewModel:
        """Return what adds an instrument to the lab, to a daemon or with one of its own."""
        from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel

        def runs(name: str) -> bool:
            status = self.status(child_key(ChildKind.DAEMON, name))
            return status is not None and status.state.alive

        self._adding = AddInstrumentViewModel(
            self.lab, self._background, self._bridge, runs, self.driver_place(), daemon
        )
        return self._adding

    def say(self, sentence: str) -> None:
        """Tell why something is not done from this window."""
        self._notifications.post(Notice("warning", sentence, about="what is not done from here"))

    def driver_place(self) -> DriverPlace:
        """Return the computer whose ports and drivers are asked."""
        from pyrolab_gui.supervision.driver_place import DriversHere

        return DriversHere(lambda: self.lab.folder)

    def site(self) -> Site:
        """Return this PC as an instrument can leave it, or come to it."""
        from pyrolab_gui.supervision.moving_check import Site

        place = self.driver_place()
        return Site(place.name, self._supervisor, place)

    def moving(self, service: str, source: DaemonsViewModel, target: DaemonsViewModel) -> MoveViewModel:
        """Return what moves an instrument from one PC to another."""
        from pyrolab_gui.viewmodels.move_vm import MoveViewModel

        return MoveViewModel(service, source, target, self._background, self._bridge, self._notifications)

    def ask_hits(self, keys: Iterable[str], answered: Callable[[str], object]) -> None:
        """Ask who works with these children now; `answered` gets it in sentences, within two seconds."""
        hit = [key for key in self._children(keys) if self._matters(key)]
        self._background.ask(
            lambda: self._supervisor.hits(hit),
            lambda hits: answered("\n".join(consequences.of_hits(hits, time.time(), self._me))),
            lambda error: answered(f"Who uses them is not known: {error.sentence}"),
        )

    # intents

    def start(self, keys: Iterable[str]) -> None:
        """Start children."""
        children = self._children(keys)
        self._order(lambda: self._supervisor.start(children))

    def stop(self, keys: Iterable[str]) -> None:
        """Stop children; ask `question` first."""
        children = self._children(keys)
        self._order(lambda: self._supervisor.stop(children))

    def restart(self, keys: Iterable[str]) -> None:
        """Stop and start children; ask `question` first."""
        children = self._children(keys)
        self._order(lambda: self._supervisor.restart(children))

    def start_all(self) -> None:
        """Start every child of the lab."""
        self.start(self.lab_keys())

    def stop_all(self) -> None:
        """Stop every child."""
        self.stop(tuple(self._statuses))

    def lab_keys(self) -> tuple[str, ...]:
        """Return the keys of all children of the saved lab."""
        lab = self.lab.saved_lab
        if lab is None:
            return ()
        wanted = [child_key(ChildKind.NAMESERVER, name) for name in lab.nameservers]
        return (*wanted, *(child_key(ChildKind.DAEMON, name) for name in lab.daemons))

    def close(self) -> None:
        """Stop listening; the children go on. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self._unsubscribe()
            self._unsubscribe_link()
            self.figures.look_at("")
            if self._adding is not None:
                self._adding.close()

    # what differs for another PC

    def _order(self, act: Callable[[], object]) -> None:
        """Give an order, as soon as the lab is written that it is about."""
        self.lab.after_save(act)

    def _take_over(self, lab: Lab) -> None:
        """Let the supervisor have the lab that was opened or saved."""
        plan = plan_of(lab, self.lab.folder)
        self._supervisor.load(plan, str(self.lab.path or ""))

    def _post(self, notice: Notice) -> None:
        """Tell something."""
        self._notifications.post(notice)

    def _entries(self, kind: Kind) -> Mapping[str, Mapping[str, Any]]:
        """Return the entries that the tree shows."""
        return self.lab.entries(kind)

    # events, on the Qt thread

    def _on_link(self, reachable: bool, sentence: str) -> None:
        if self._closed:
            return
        notice = self._supervisor_news.note(reachable, sentence)
        if notice is not None:
            self._post(notice)
        self._rebuild()

    def _on_supervisor_status(self, status: ChildStatus) -> None:
        if status.kind not in OF_LAB:
            return
        self._statuses[status.key] = status
        if not status.state.alive and status.key not in {known.key for known in self._supervisor.statuses()}:
            del self._statuses[status.key]
        notice = self._news.note(status)
        if notice is not None:
            self._post(notice)
            if status.state is ChildState.RUNNING:
                self._crashes[status.key] = notice
        self.statusChanged.emit(status.key)
        self._rebuild()

    def _on_lab_loaded(self) -> None:
        lab = self.lab.saved_lab
        if lab is not None:
            self._take_over(lab)
        self._statuses = {status.key: status for status in self._supervisor.statuses() if status.kind in OF_LAB}
        self._news.begin(self._statuses.values())
        self._rebuild()

    def _rebuild(self) -> None:
        tree = tree_of(
            self.name,
            self._entries("nameservers"),
            self._entries("daemons"),
            self._entries("services"),
            self._statuses,
            self.lab.marks,
            self.absence[0],
            self._evidence,
            has_file=self.lab.saved_lab is not None,
        )
        if tree != self._tree:
            self._tree = tree
            self.treeChanged.emit(tree)
        self.summaryChanged.emit()

    def _children(self, keys: Iterable[str]) -> Sequence[str]:
        found: dict[str, None] = {}
        for key in keys:
            child = self.child_of(key)
            if key == "computer":
                found.update(dict.fromkeys(self._statuses))
            elif child:
                found[child] = None
        return tuple(found)

    def _matters(self, key: str) -> bool:
        return daemon_acts.matters(self._statuses.get(key))

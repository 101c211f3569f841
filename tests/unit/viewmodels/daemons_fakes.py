"""A supervisor that keeps what it is asked, and tells what the test says; notices that can be looked at."""

from __future__ import annotations

from typing import Any

from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.notifications import Notifications as RealNotifications
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.errors import LabError, Unreachable
from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics, Hit, LabEditor, LogLines, SupervisorInfo


class Notifications(RealNotifications):
    """The real ones, by kind."""

    @property
    def errors(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind == "error"]

    @property
    def warnings(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind == "warning"]


class DirectBackground:
    """Asks at once, as everything in such a test is on one thread."""

    def ask(self, question, answered, failed=None):
        try:
            answer = question()
        except LabError as error:
            assert failed is not None
            failed(error)
        else:
            answered(answer)


class Supervisor:
    """The shape of `supervision.api.SupervisorApi`."""

    def __init__(self):
        self.plans: list[Any] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.known: dict[str, ChildStatus] = {}
        self.logs: dict[str, str] = {}
        self.listeners: list[Any] = []
        self.link_listeners: list[Any] = []
        self.numbers: dict[str, ChildStatistics] = {}
        self.happened: list[ChildEvent] = []
        self.hit: tuple[Hit, ...] = ()
        self.who = SupervisorInfo("pc", 1)
        self.silent = False
        self.edits: list[tuple[str, int]] = []
        self.editors: tuple[LabEditor, ...] = ()

    def info(self):
        return self.who

    def load(self, plan, path=""):
        self.plans.append(plan)
        fresh = [ChildStatus(ChildKind.NAMESERVER, item.name) for item in plan.nameservers]
        fresh += [ChildStatus(ChildKind.DAEMON, item.name) for item in plan.daemons]
        kept = {key: status for key, status in self.known.items() if status.state.alive}
        self.known = {status.key: kept.pop(status.key, status) for status in fresh} | kept

    def start(self, keys):
        self.asked.append(("start", tuple(keys)))

    def stop(self, keys):
        self.asked.append(("stop", tuple(keys)))

    def restart(self, keys):
        self.asked.append(("restart", tuple(keys)))

    def statuses(self):
        return tuple(self.known.values())

    def log_tail(self, key, lines=200):
        self._answer()
        return "\n".join(self.logs.get(key, "").splitlines()[-lines:])

    def log_lines(self, key, after="", limit=1000):
        self._answer()
        lines = self.logs.get(key, "").splitlines()
        return LogLines(tuple(lines[int(after or 0) :][-limit:]), str(len(lines)))

    def statistics(self, key):
        self._answer()
        return self.numbers.get(key, ChildStatistics())

    def events(self, after=0.0):
        return tuple(event for event in self.happened if event.time > after)

    def editing(self, path, changes):
        self.edits.append((path, changes))
        return self.editors

    def hits(self, keys):
        self._answer()
        return tuple(hit for hit in self.hit if hit.key in keys)

    def _answer(self):
        if self.silent:
            raise Unreachable("The supervisor does not answer.")

    def subscribe_link(self, callback):
        self.link_listeners.append(callback)
        callback(True, "")
        return lambda: self.link_listeners.remove(callback)

    def tell_link(self, reachable, sentence=""):
        for listener in list(self.link_listeners):
            listener(reachable, sentence)

    def subscribe(self, callback):
        self.listeners.append(callback)
        return lambda: self.listeners.remove(callback)

    def close(self, *, stop_children, timeout=15.0):
        self.asked.append(("close", ()))

    def tell(self, name, state=ChildState.RUNNING, kind=ChildKind.DAEMON, **values):
        status = ChildStatus(kind, name, state, **values)
        self.known[status.key] = status
        for listener in list(self.listeners):
            listener(status)

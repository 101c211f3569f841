"""The children of another PC: as `daemons_vm`, but the lab stays with that PC, and the PC may be out of reach.

Limits: shows and orders; whether the PC is known at all is `hosts_vm`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.daemon_acts import Allowed
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.far_lab import FarLab
from pyrolab_gui.viewmodels.registry_rows import clock
from pyrolab_gui.wire.child import ChildKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyrolab_gui.model.lab import Kind, Lab
    from pyrolab_gui.supervision.driver_place import DriverPlace
    from pyrolab_gui.supervision.known_hosts import KnownHost
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.consequences import Question, Verb
    from pyrolab_gui.viewmodels.notifications import Notice, Notifications
    from pyrolab_gui.wire.child import ChildStatus

_OWN_ONLY = ("localhost", "127.", "[::1]")
_DAY = 86400.0


class FarDaemons(DaemonsViewModel):
    """What runs on another PC.

    Parameters
    ----------
    host
        Which.
    supervisor
        The supervisor there; closed by whoever made it.
    notifications, bridge, background, me
        As for `DaemonsViewModel`.
    """

    def __init__(
        self,
        host: KnownHost,
        supervisor: RemoteSupervisor,
        notifications: Notifications,
        bridge: Bridge,
        background: Background,
        me: str = "",
    ) -> None:
        self.host = host
        self._far = supervisor
        self._far_lab = FarLab(notifications, supervisor, background, host.shown)
        super().__init__(supervisor, self._far_lab, notifications, bridge, background, me)

    @property
    def is_far(self) -> bool:
        """It is."""
        return True

    @property
    def name(self) -> str:
        """What the PC is called."""
        return self.host.shown

    @property
    def computer(self) -> str:
        """Where its supervisor is."""
        return self.host.key

    @property
    def far_lab(self) -> FarLab:
        """The lab file there, and its edits."""
        return self._far_lab

    @property
    def last_seen(self) -> float:
        """When it answered last, in seconds since the epoch; 0 if never."""
        return max(self._far.last_seen, self.host.seen)

    @property
    def absence(self) -> tuple[str, str]:
        """Since when it cannot be asked, and why."""
        reachable, sentence = self.supervisor_link
        if reachable:
            return "", ""
        return (f"last seen {_when(self.last_seen)}" if self.last_seen else "not reachable"), sentence

    def service_uri(self, name: str) -> str:
        """Return where a service is reached from here; empty where its daemon listens for its own PC only."""
        uri = super().service_uri(name)
        return "" if uri.partition("@")[2].startswith(_OWN_ONLY) else uri

    def allowed(self, keys: Iterable[str]) -> Allowed:
        """Return which acts make sense; none while nobody there can be told."""
        return Allowed() if self.absence[0] else super().allowed(keys)

    def question(self, verb: Verb, keys: Iterable[str]) -> Question | None:
        """Return what must be asked before, with the PC that is meant."""
        asked = super().question(verb, keys)
        return asked and replace(asked, title=f"{asked.title.removesuffix('?')} on {self.name}?")

    def child_of(self, key: str) -> str:
        """Return the key of the child process that a node belongs to, also while the lab file is not there."""
        child = super().child_of(key)
        if not child and key.startswith("service/"):
            name = key.partition("/")[2]
            hosts = (status.key for status in self.statuses() if any(item.name == name for item in status.services))
            return next(hosts, "")
        return child

    def driver_place(self) -> DriverPlace:
        """Return that computer, asked through its supervisor."""
        return self._far.drivers(self.name)

    def _order(self, act: Callable[[], object]) -> None:
        self._far_lab.after_save(act)

    def _take_over(self, lab: Lab) -> None:
        """The supervisor there has it already."""

    def _post(self, notice: Notice) -> None:
        about = f"{notice.about} of {self.name}" if notice.about else ""
        super()._post(replace(notice, sentence=f"{self.name}: {notice.sentence}", about=about))

    def _entries(self, kind: Kind) -> Mapping[str, Mapping[str, Any]]:
        if self.lab.usable:
            return super()._entries(kind)
        # Until its lab file is here, what runs there says what there is.
        if kind == "services":
            return {item.name: {"daemon": status.name} for status in self.statuses() for item in status.services}
        wanted = ChildKind.NAMESERVER if kind == "nameservers" else ChildKind.DAEMON
        return {status.name: {} for status in self.statuses() if status.kind is wanted}

    def _on_supervisor_status(self, status: ChildStatus) -> None:
        before = self.status(status.key)
        super()._on_supervisor_status(status)
        if before is None or before.changed != status.changed:
            self._far_lab.fetch()  # somebody wrote another one

    def _on_link(self, reachable: bool, sentence: str) -> None:
        super()._on_link(reachable, sentence)
        if reachable:
            self._far_lab.fetch()


def _when(moment: float) -> str:
    """Return a time of day, and the day where that is another."""
    if time.time() - moment < _DAY:
        return clock(moment)[:5]
    return time.strftime("%d %b %H:%M", time.localtime(moment))

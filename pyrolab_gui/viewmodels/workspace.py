"""All that the window knows, made and ended in one place: supervisor, lab, registry, daemons, consoles.

Limits: one lab and one supervisor of this PC at a time; it shows nothing and asks nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui import paths
from pyrolab_gui.network.doctor import Doctor
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.registry import RegistrySnapshot, RegistryWatcher
from pyrolab_gui.network.relays import Relays
from pyrolab_gui.supervision.far import far_supervisor
from pyrolab_gui.supervision.known_classes import KnownClasses
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.supervision.registry_history import DATABASE
from pyrolab_gui.supervision.registry_keeper import RegistryKeeper
from pyrolab_gui.viewmodels import daemons_registry
from pyrolab_gui.viewmodels.alarms_vm import AlarmsViewModel
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.hosts_vm import HostsViewModel
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.viewmodels.looks_only import ACTS_OF_REGISTRY, ACTS_OF_SUPERVISOR, looks_only
from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
from pyrolab_gui.viewmodels.recordings_vm import Place, RecordingsViewModel
from pyrolab_gui.viewmodels.registry_actions import RegistryActions
from pyrolab_gui.viewmodels.registry_values import RegistryValues
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildKind
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import WINDOW
from pyrolab_gui.wire.plans import NameserverAddress

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.hosts_vm import FarHost
    from pyrolab_gui.viewmodels.notifications import Notifications

_ANSWER = 10.0
"""Seconds within which a daemon says that it tries again."""
DEFAULT_NAMESERVER = ("localhost", 9090)


def _set_read_only(read_only: bool, host: FarHost) -> None:
    host.daemons.read_only = host.daemons.lab.read_only = read_only


class Workspace:
    """View models and the supervisor below them.

    Parameters
    ----------
    notifications
        Where failures are told.
    bridge
        Brings callbacks of other threads to Qt's.
    supervisor
        Starts and watches the lab's processes; closed by whoever made it.
    read_only
        Whether nothing is set, called, started, stopped or written down from here.
    """

    def __init__(
        self, notifications: Notifications, bridge: Bridge, supervisor: SupervisorApi, *, read_only: bool = False
    ) -> None:
        serializers.register()
        self._bridge, self._notifications = bridge, notifications
        identity = self._identity = Identity.here(program=WINDOW)
        self.supervisor = looks_only(supervisor, ACTS_OF_SUPERVISOR) if read_only else supervisor
        self.lab = LabViewModel(notifications)
        self.background = Background(bridge, notifications)
        self.daemons = DaemonsViewModel(self.supervisor, self.lab, notifications, bridge, self.background, identity.who)
        self.lab.read_only = self.daemons.read_only = read_only

        def far(host: str, port: int) -> RemoteSupervisor:
            found = far_supervisor(host, port, identity)
            return looks_only(found, ACTS_OF_SUPERVISOR) if read_only else found

        self.hosts = HostsViewModel(
            paths.config_dir(),
            far,
            self.supervisor.info,
            notifications,
            bridge,
            identity.who,
        )
        memory = Settings(paths.config_dir() / "consoles.json")
        self._known_classes = KnownClasses()
        relays = Relays(lambda: supervisor.relay(), identity, self._known_classes.description)
        self.consoles = ConsolesViewModel(
            identity,
            notifications,
            bridge,
            memory=memory,
            read_only=read_only,
            relays=relays,
            interrupt=self.interrupt,
        )
        self.plots = PlotsViewModel(
            self.consoles,
            notifications,
            bridge,
            self.background,
            folders=self._recording_folders,
            memory=Settings(paths.config_dir() / "plots.json"),
        )
        place = Place(self._folders_for_recordings, self._lab_nameservers, self._lab_path, identity.who, read_only)
        self.recordings = RecordingsViewModel(
            self.supervisor, self.consoles, self.plots, notifications, bridge, self.background, place
        )
        self.hosts.added.connect(partial(_set_read_only, read_only))
        self.alarms = AlarmsViewModel(
            self.supervisor, lambda: identity.who, notifications, bridge, self.background, read_only=read_only
        )
        self.hosts.added.connect(lambda host: self.alarms.attach(host.supervisor, host.daemons.name))
        self.hosts.added.connect(
            lambda host: self.recordings.attach(host.key, host.daemons.name, host.supervisor, host.background)
        )
        self.hosts.removed.connect(self.recordings.detach)
        self._keeper = RegistryKeeper(
            paths.state_dir() / DATABASE, identity, on_notice=lambda text: bridge.post(notifications.warning, text)
        )
        network = RegistryActions(identity)
        actions = looks_only(network, ACTS_OF_REGISTRY, futures=True) if read_only else network
        self.daemons.reconnectRequested.connect(partial(self._reconnect, actions))
        self.hosts.added.connect(
            lambda host: host.daemons.reconnectRequested.connect(partial(self._reconnect, actions))
        )
        self.registry = RegistryViewModel(
            identity,
            notifications,
            bridge,
            self._watch,
            actions,
            doctor=Doctor(identity),
            memory=self._keeper.history,
            settings=Settings(paths.config_dir() / "registry.json"),
        )
        self._entries: dict[str, tuple[RegistryEntry, ...]] = {}
        self._looked_at: list[tuple[str, int]] = []
        self.registry.nameserversChanged.connect(self._on_registry_nameservers_changed)
        self.registry.changed.connect(lambda _: self.consoles.set_foreign(self.registry.foreign))
        self._values = RegistryValues(self.consoles, self.registry)
        daemons_registry.join(self.daemons, self.registry)
        self.hosts.added.connect(lambda host: daemons_registry.join_far(host.daemons, self.registry))
        self.hosts.removed.connect(lambda key: self.registry.set_far_lab(key, {}))
        self.registry.certificatesChosen.connect(self._install_certificates)
        self.lab.fileChanged.connect(self._learn_who_speaks_tls)
        self.lab.loaded.connect(self._learn_who_speaks_tls)
        self.lab.fileChanged.connect(self.watch_lab)
        self.lab.fileChanged.connect(self._tell_out_of_service)

    def _reconnect(self, actions: RegistryActions, uri: str, name: str) -> None:
        self.background.ask(lambda: actions.reconnect(uri, name).result(_ANSWER), lambda _: None)

    def watch_lab(self) -> None:
        """Watch the lab's first nameserver; without one, go on with what is watched, or begin with the usual one."""
        known = daemons_registry.lab_nameservers(self.daemons)
        if known:
            self.registry.set_nameserver(known[0].host, known[0].port)
        elif self.registry.nameserver is None:
            self.registry.set_nameserver(*DEFAULT_NAMESERVER)
        self.registry.look_at_known()

    def close_views(self) -> None:
        """Close consoles, registry and what listens to the supervisor; the children go on."""
        self._values.stop()
        self.alarms.close()
        self.hosts.close()
        self.recordings.close()
        self.plots.aclose()
        self.consoles.aclose()
        self.registry.close()
        self._keeper.close(2.0)
        self.daemons.close()
        self.background.close()

    def _recording_folders(self) -> list[Path]:
        """Return where recordings of the open lab are looked for: beside its file."""
        lab = self.lab.path
        return [lab.parent, lab.parent / "recordings"] if lab is not None else []

    def _tell_out_of_service(self) -> None:
        """Tell the consoles which instruments of the saved lab are out of service."""
        lab = self.lab.saved_lab
        services = lab.services.items() if lab is not None else ()
        self.consoles.set_out_of_service(
            {name: service.out_of_service for name, service in services if service.out_of_service}
        )

    def _folders_for_recordings(self) -> list[Path]:
        """Return where recordings are, and as the last where new ones go."""
        return self._recording_folders() or [paths.state_dir() / "recordings"]

    def _lab_path(self) -> str:
        return str(self.lab.path.resolve()) if self.lab.path is not None else ""

    def _lab_nameservers(self) -> tuple[NameserverAddress, ...]:
        """Return where a recorder asks for instruments that have moved: those of the lab, and the one looked at."""
        lab = self.lab.saved_lab
        plans = plan_of(lab, self.lab.folder).daemons if lab is not None else ()
        found = {(one.host, one.port): one for plan in plans for one in plan.nameservers if one.port}
        for link in self.registry.links:
            if link.nameserver is not None:
                place = link.nameserver.host, link.nameserver.port
                found.setdefault(place, NameserverAddress(link.nameserver.address, *place))
        return tuple(found.values())

    def interrupt(self, location: str, calls: list[dict[str, Any]]) -> str:
        """Have the supervisor of a daemon at ``host:port`` end it and make calls with the next one; blocks.

        Returns why not, or an empty text.
        """
        reasons = []
        for supervisor in (self.supervisor, *(host.supervisor for host in self.hosts.hosts)):
            try:
                because = supervisor.interrupt(location, calls)
            except LabError as error:
                because = error.sentence
            if not because:
                return ""
            reasons.append(because)
        return reasons[0]

    def running_names(self) -> list[str]:
        """Return the names of the processes that run or are about to; not the relay, which is nobody's work."""
        alive = (status for status in self.supervisor.statuses() if status.state.alive or status.state == "backoff")
        return [
            f"the recording {one.name}" if one.kind == ChildKind.RECORDER else one.name
            for one in alive
            if one.kind != ChildKind.RELAY
        ]

    def _watch(
        self,
        host: str,
        port: int,
        on_change: Callable[[RegistrySnapshot], None],
        *,
        identity: Identity,
    ) -> RegistryWatcher:
        """Return a watcher whose entries the consoles learn of too: one look at the nameserver serves both."""

        def tell(snapshot: RegistrySnapshot) -> None:
            on_change(snapshot)
            self._bridge.post(self._on_watcher_entries, snapshot)

        address = f"{host}:{port}"
        return RegistryWatcher(
            host, port, tell, identity=identity, known_since=partial(self._keeper.history.since, address)
        )

    def _on_watcher_entries(self, snapshot: RegistrySnapshot) -> None:
        self._entries[snapshot.address] = snapshot.entries
        self.hosts.on_entries((entry.name, entry.uri) for entry in snapshot.entries)
        self._tell_consoles()

    def _learn_who_speaks_tls(self) -> None:
        """Take note of the certificates and the classes that the lab file names, before its parts are connected to."""
        lab = self.lab.saved_lab
        if lab is not None:
            plan = plan_of(lab, self.lab.folder)
            self._known_classes.learn(plan)
            self._identity.trust.learn(plan)

    def _install_certificates(self, file: str) -> None:
        """Install what was issued for this computer; connections find it by themselves."""

        def install() -> str:
            from pyrolab_gui.supervision import certificates

            return certificates.install(Path(file)).lab

        def installed(lab: str) -> None:
            self._notifications.info(f"The certificates of “{lab}” are installed. {Path(file).name} can be deleted.")
            self.registry.refresh()

        self.background.ask(install, installed)

    def _tell_consoles(self) -> None:
        """Tell the consoles all entries under the names that the registry has for them; twice listed is told once."""
        nameservers = [link.nameserver for link in self.registry.links if link.nameserver is not None]
        entries: dict[tuple[str, str], RegistryEntry] = {}
        for number, nameserver in enumerate(nameservers):
            for entry in self._entries.get(f"{nameserver.host}:{nameserver.port}", ()):
                known = replace(entry, name=f"{entry.name}@{nameserver.address}") if number else entry
                entries.setdefault((entry.name, entry.uri), known)
        self.consoles.set_entries(entries.values(), nameservers[0].address if nameservers else "")

    def _on_registry_nameservers_changed(self) -> None:
        """Remember what is registered at every nameserver that is looked at; forget those that are not any more."""
        nameservers = [link.nameserver for link in self.registry.links if link.nameserver is not None]
        looked_at = [(found.host, found.port) for found in nameservers]
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self._keeper.watch(looked_at)
            self._entries = {key: self._entries.get(key, ()) for key in (f"{host}:{port}" for host, port in looked_at)}
            self._tell_consoles()

"""All consoles: the instruments that are known, those that are open, and the live plot that outlives a switch.

Limits: knows instruments from the registry's entries and from what is opened by address; opens a connection only for
what is opened.
"""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui import paths
from pyrolab_gui.viewmodels import call_code, export
from pyrolab_gui.viewmodels.askers import Askers
from pyrolab_gui.viewmodels.console_free import FreeViewModel
from pyrolab_gui.viewmodels.console_memory import ConsoleMemory, Plotted
from pyrolab_gui.viewmodels.console_network import ConsoleNetwork
from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
from pyrolab_gui.viewmodels.instrument_pool import InstrumentPool
from pyrolab_gui.viewmodels.instrument_row import InstrumentRow
from pyrolab_gui.viewmodels.me import Me
from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
from pyrolab_gui.viewmodels.readings import Readings, location_of
from pyrolab_gui.viewmodels.safe_state_vm import SafeStateViewModel, network_make_safe
from pyrolab_gui.viewmodels.setups_vm import SetUpsViewModel
from pyrolab_gui.viewmodels.value_text import count_text
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Links, ProcessLink, judge
from pyrolab_gui.wire.names import SERVERS
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.relays import Relays
    from pyrolab_gui.network.safe_state import Interrupt, Outcome, Target
    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import (
        BridgePort,
        ControlPort,
        EntryPort,
        MakeControl,
        MakeFeed,
        MakeInstrument,
        NoticesPort,
        Resolve,
    )
    from pyrolab_gui.viewmodels.runs import Run
    from pyrolab_gui.viewmodels.safe_state_vm import MakeSafe
    from pyrolab_gui.viewmodels.settings import Settings


class ConsolesViewModel(QObject):
    """The instruments of the lab and their consoles.

    Parameters
    ----------
    identity
        Who this window is.
    memory
        Where sizes, open consoles and plotted readings are remembered; nowhere by default.
    read_only
        Whether this window only looks and plots.
    make_feed, make_instrument, make_control, make_safe
        The network; the real ones by default.
    relays
        The way to servers that are not ours.
    interrupt
        Ends a daemon that answers nobody, so that the next one makes a call (`network.safe_state.make_safe`).
    """

    rowsChanged = Signal()
    opened = Signal(object)
    closed = Signal(object)
    currentChanged = Signal(object)

    def __init__(
        self,
        identity: Identity,
        notifications: NoticesPort,
        bridge: BridgePort,
        *,
        memory: Settings | None = None,
        read_only: bool = False,
        make_feed: MakeFeed | None = None,
        make_instrument: MakeInstrument | None = None,
        make_control: MakeControl | None = None,
        make_safe: Callable[[str], MakeSafe] | None = None,
        relays: Relays | None = None,
        interrupt: Interrupt | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._identity = identity
        self.memory = ConsoleMemory(memory)
        self.read_only = read_only
        folder = paths.state_dir() / "set-ups"
        self.setups = SetUpsViewModel(self.lease, bridge, folder, read_only=read_only, parent=self)
        self.nameserver = ""
        self._notifications = notifications
        self._make_safe = make_safe or partial(network_make_safe, identity, interrupt)
        self._bridge = bridge
        self.me = Me(identity, self)
        self._askers = Askers(self.me)
        self.me.changed.connect(self._on_name_changed)
        self.me.failed.connect(notifications.info)
        network = ConsoleNetwork(identity, relays)
        self._make_control = make_control or network.control
        self._pool = InstrumentPool(make_instrument or network.instrument)
        self.readings = Readings(make_feed or network.feed, bridge)
        self.plot = PlotViewModel(self.readings, self)
        self.current: ConsoleViewModel | None = None
        self._entries: dict[str, EntryPort] = {}
        self._out_of_service: dict[str, str] = {}
        self._alarms: dict[str, tuple[str, str]] = {}
        self._foreign: frozenset[str] = frozenset()
        self._newest: dict[str, str] = {}
        """By name: the newest URI that any nameserver told; it holds while another nameserver is looked at."""
        self._resolvers: dict[str, Resolve] = {}
        self._consoles: dict[str, ConsoleViewModel] = {}
        self._controls: dict[tuple[str, int], ControlPort] = {}
        self._links: dict[tuple[str, int], tuple[ProcessLink, str]] = {}

    # -- instruments -----------------------------------------------------------------------------------------------

    def set_entries(self, entries: Iterable[EntryPort], nameserver: str = "") -> None:
        """Take what the registry lists now, and where it does (``host:port``)."""
        self.nameserver = nameserver or self.nameserver
        entries = [entry for entry in entries if entry.object_id not in SERVERS]
        self._entries = {entry.name: entry for entry in entries}
        self._newest.update((entry.name, entry.uri) for entry in entries)
        for console in self._consoles.values():
            self._tell_links(console)
        self._open_again()
        for sentence in self._askers.news(entries):
            self._notifications.info(sentence)
        self.rowsChanged.emit()

    def set_foreign(self, names: Iterable[str]) -> None:
        """Say which instruments are not of the open lab."""
        names = frozenset(names)
        if names != self._foreign:
            self._foreign = names
            self.rowsChanged.emit()

    def set_alarms(self, alarms: Mapping[str, tuple[str, str]]) -> None:
        """Show about which instruments an alarm stands: name -> level and words."""
        if alarms != self._alarms:
            self._alarms = dict(alarms)
            self.rowsChanged.emit()

    def set_out_of_service(self, reasons: Mapping[str, str]) -> None:
        """Take which instruments of the lab are out of service, and why: they are listed, but cannot be opened."""
        if reasons != self._out_of_service:
            self._out_of_service = dict(reasons)
            self.rowsChanged.emit()

    def _open_again(self) -> None:
        """Open what was open when the last window was closed, as soon as its instrument is listed."""
        memory, current = self.memory, self.current
        for name in [name for name in memory.waiting if name in self._entries]:
            memory.waiting.remove(name)
            self.open(self._entries[name].uri, name)
        if current is not None:
            self.set_current(current)
        elif memory.current in self._consoles:
            self.set_current(self._consoles[memory.current])
        for plotted in [each for each in memory.waiting_plots if each.instrument in self._entries]:
            memory.waiting_plots.remove(plotted)
            name, uri = plotted.instrument, self._entries[plotted.instrument].uri
            lease = self._pool.lease(uri, name, self._finder(name, uri))
            self.plot.add(lease, plotted.member, plotted.unit, plotted.period, shown_unit=plotted.shown_unit)
            lease.close()

    def lease(self, name: str) -> Lease | None:
        """Return a lease of a listed or open instrument, for whoever plots its readings; None if it is neither."""
        console, entry = self._consoles.get(name), self._entries.get(name)
        uri = console.uri if console is not None else entry.uri if entry is not None else ""
        if not uri:
            return None
        return self._pool.lease(uri, name, self._resolvers.get(name) or self._finder(name, uri))

    def target(self, name: str) -> Target | None:
        """Return where an instrument's safe state is called; None if there is none of that name."""
        from pyrolab_gui.network.safe_state import Target

        console, entry = self._consoles.get(name), self._entries.get(name)
        uri = entry.uri if entry is not None else console.uri if console is not None else ""
        find = self._finder(name, uri)
        return Target(name, find(), find, getattr(self._identity, "trust", None)) if uri else None

    def safe_state(self) -> SafeStateViewModel:
        """Return what brings instruments into their safe state."""
        return SafeStateViewModel(self.lease, self.target, self._make_safe(SAFE_STATE), self._bridge, self)

    def _act_urgently(self, name: str, role: str, tell: Callable[[Outcome], None]) -> None:
        """Stop an instrument or make it safe, past everybody, on a thread of its own."""
        make, target = self._make_safe(role), self.target(name)
        targets = [target] if target is not None else []
        threading.Thread(target=make, args=(targets, tell), name=f"{role} of {name}", daemon=True).start()

    def free(self, console: ConsoleViewModel) -> FreeViewModel:
        """Return the ways to free an instrument."""
        return FreeViewModel(
            console,
            lambda address: self._pool.separate(address, f"the daemon of {console.name}"),
            self._finder(console.name, console.uri)(),
            self._bridge,
            getattr(self._identity, "client", ""),
            self,
        )

    def scopes(self, name: str = "") -> list[tuple[str, list[str]]]:
        """Return what *these instruments* may mean, the narrowest first: one, its group, all; words and names."""
        names = [row.name for row in self.rows() if not row.out_of_service]
        group = name.rpartition(".")[0]
        members = [each for each in names if group and each.rpartition(".")[0] == group]
        scopes = [(name, [name])] if name else []
        if 1 < len(members) < len(names):
            scopes.append((f"group {group}", members))
        if len(names) > 1 or not name:
            scopes.append((f"all {count_text(len(names), 'instrument')}", names))
        return scopes

    def rows(self) -> list[InstrumentRow]:
        """Return all known instruments by group and name, the foreign last; those opened by address among them."""
        found = {
            name: InstrumentRow(
                name, entry.uri, entry.verdict(_time_of_day(entry.last_seen)), foreign=name in self._foreign
            )
            for name, entry in self._entries.items()
            if name not in self._consoles
        }
        for name, console in self._consoles.items():
            running = console.runs.occupying()
            found[name] = InstrumentRow(
                name,
                console.uri,
                console.verdict,
                True,
                console.description.class_name if console.description is not None else "",
                running[0].member if running else "",
                console.pending_count(),
                console.lock.holder if console.lock.holder in ("ours", "other") else "",
                name in self._foreign,
            )
        for name, reason in self._out_of_service.items():
            if name not in found:
                found[name] = InstrumentRow(name, "", judge(name, Links()), out_of_service=reason)
        for name in self._alarms.keys() & found.keys():
            found[name] = replace(found[name], alarm=self._alarms[name])
        return sorted(found.values(), key=lambda row: (row.foreign, row.group.casefold(), row.short.casefold()))

    # -- consoles --------------------------------------------------------------------------------------------------

    def consoles(self) -> list[ConsoleViewModel]:
        """Return the open consoles."""
        return list(self._consoles.values())

    def open(self, uri: str, name: str, resolve: Resolve | None = None) -> ConsoleViewModel:
        """Open an instrument's console, or go to it if it is open.

        Parameters
        ----------
        resolve
            Returns the URI anew, after a restart on another port; by default the registry's newest.
        """
        console = self._consoles.get(name)
        if console is None:
            finder = resolve or self._finder(name, uri)
            lease = self._pool.lease(uri, name, finder)
            console = ConsoleViewModel(
                lease,
                self.readings,
                self._bridge,
                who=getattr(self._identity, "who", ""),
                make_side=lambda: self._pool.separate(uri, name, finder),
                make_daemon=lambda address: self._pool.separate(address, f"the daemon of {name}"),
                urgently=partial(self._act_urgently, name),
                find=self._finder(name, uri),
                layout=self.memory.layout(name),
                read_only=self.read_only,
                parent=self,
            )
            self._consoles[name] = console
            self._resolvers[name] = finder
            console.verdictChanged.connect(self.rowsChanged)
            console.pendingChanged.connect(self.rowsChanged)
            console.runsChanged.connect(self.rowsChanged)
            console.lockChanged.connect(self.rowsChanged)
            console.described.connect(self.rowsChanged)
            self._tell_links(console)
            self.opened.emit(console)
            console.start()
            self.rowsChanged.emit()
        self.set_current(console)
        return console

    def _on_name_changed(self) -> None:
        for console in self._consoles.values():
            console.set_who(self.me.who)

    def open_known(self, name: str) -> ConsoleViewModel | None:
        """Open the console of a listed instrument; None if there is none of that name."""
        console = self._consoles.get(name)
        if console is not None:
            self.set_current(console)
            return console
        entry = self._entries.get(name)
        return None if entry is None else self.open(entry.uri, name)

    def set_current(self, console: ConsoleViewModel | None) -> None:
        """Make a console the one that is shown."""
        if console is not self.current:
            self.current = console
            self.currentChanged.emit(console)

    def close(self, name: str) -> None:
        """Close a console; what it has on the plot stays."""
        console = self._consoles.pop(name, None)
        if console is None:
            return
        self._resolvers.pop(name, None)
        if self.current is console:
            self.set_current(None)
        console.close()
        self._drop_unused_controls()
        self.closed.emit(console)
        console.deleteLater()
        self.rowsChanged.emit()

    def aclose(self) -> None:
        """Close all: consoles, plot, feed, connections. Returns at once; what was open is remembered."""
        plotted = [Plotted(c.instrument, c.member, c.own_unit, c.period, c.wanted_unit) for c in self.plot.channels]
        problem = self.memory.save(self._consoles, self.current.name if self.current is not None else "", plotted)
        if problem:
            self._notifications.error(LabError(problem))
        self.setups.close()
        for name in tuple(self._consoles):
            self.close(name)
        self.plot.clear()
        for control in self._controls.values():
            control.close()
        self._controls.clear()
        self.readings.close()
        self._pool.close()

    def code_of(self, console: ConsoleViewModel, run: Run, *, plain: bool = False) -> str:
        """Return a call as a script, with ``Lab`` or with plain Pyro5; an empty text where there is none."""
        if not run.ours:
            return ""
        name, nameserver = console.name, self.nameserver if console.name in self._entries else ""
        own, at, address = name.rpartition("@")
        if nameserver and at and address.rpartition(":")[2].isdigit():
            name, nameserver = own, address  # the key of an entry of another nameserver
        if plain:
            return call_code.pyro_code(run, name, nameserver, self._finder(console.name, console.uri)())
        return call_code.lab_code(run, name, nameserver) if nameserver else ""

    def script_of(self, console: ConsoleViewModel, *, plain: bool = False) -> str:
        """Return all that this window did with an instrument as one script, oldest first; empty where there is none."""
        runs = [run for run in reversed(console.runs.own()) if run.outcome != "running"]
        registered = self.nameserver if console.name in self._entries else ""
        if not runs:
            return ""
        if plain or not registered:
            return call_code.pyro_code(runs, console.name, registered, self._finder(console.name, console.uri)())
        return call_code.lab_code(runs, console.name, registered)

    def save_script(self, console: ConsoleViewModel, path: str) -> None:
        """Write that script to a file, in the background."""
        data = self.script_of(console).encode()
        self._write(Path(path), lambda target: export.write_atomically(target, lambda file: file.write(data)))

    def save_result(self, run: Run, path: str) -> None:
        """Write a call's result to a file, in the background; what came of it is said as a notice."""
        self._write(Path(path), lambda target: export.save_result(target, run.result, run.returns))

    def save_plot(self, path: str) -> None:
        """Write all samples of the plot to a CSV file, in the background."""
        out = io.StringIO()
        self.plot.write_csv(out)
        data = out.getvalue().encode()
        self._write(Path(path), lambda target: export.write_atomically(target, lambda file: file.write(data)))

    def note_picture(self, path: str, saved: bool) -> None:
        """Say what came of saving a picture of the plot."""
        if saved:
            self._notifications.info(f"Saved {Path(path).name}.", path)
        else:
            self._notifications.error(LabError(f"{Path(path).name} could not be written.", path))

    def _write(self, path: Path, write: Callable[[Path], None]) -> None:
        def work() -> None:
            try:
                write(path)
            except LabError as error:
                self._bridge.post(self._notifications.error, error)
            except Exception as error:  # noqa: BLE001 - whatever a value does when it is written, it is said
                failure = LabError(f"{path.name} could not be written.", repr(error))
                self._bridge.post(self._notifications.error, failure)
            else:
                self._bridge.post(self._notifications.info, f"Saved {path.name}.", str(path))

        threading.Thread(target=work, name=f"save {path.name}").start()

    def _finder(self, name: str, uri: str) -> Resolve:
        """Return a function, called on worker threads, that gives the newest known URI of a name."""

        def find() -> str:
            return self._newest.get(name, uri)

        return find

    # -- links -----------------------------------------------------------------------------------------------------

    def _tell_links(self, console: ConsoleViewModel) -> None:
        """Give a console the newest of what the registry and its control link say."""
        entry = self._entries.get(console.name)
        place = self._place_of(console)
        self._watch_link(place)
        link, reason = self._links.get(place, (ProcessLink.UNKNOWN, ""))
        if entry is None:
            if link is not ProcessLink.UNKNOWN:
                console.set_links(Links(link, reason=reason))
            return
        links = entry.links(_time_of_day(entry.last_seen))
        slow_way = link is ProcessLink.SLOW and links.process is ProcessLink.LIVE  # said once, by the registry
        if link is not ProcessLink.UNKNOWN and not slow_way:
            links = replace(links, process=link, reason=reason)
        console.set_links(links)

    def _place_of(self, console: ConsoleViewModel) -> tuple[str, int]:
        entry = self._entries.get(console.name)
        if entry is not None:
            return entry.host, entry.port
        return location_of(self._newest.get(console.name, console.uri))

    def _watch_link(self, place: tuple[str, int]) -> None:
        if place not in self._controls and all(place):
            self._controls[place] = self._make_control(
                *place, lambda link, reason: self._bridge.post(self._on_link, place, link, reason)
            )

    def _on_link(self, place: tuple[str, int], link: ProcessLink, reason: str) -> None:
        if place not in self._controls:
            return
        self._links[place] = (link, reason)
        for console in self._consoles.values():
            self._tell_links(console)

    def _drop_unused_controls(self) -> None:
        needed = {self._place_of(console) for console in self._consoles.values()}
        for place in [place for place in self._controls if place not in needed]:
            self._controls.pop(place).close()
            self._links.pop(place, None)


def _time_of_day(when: float | None) -> str:
    return time.strftime("%H:%M:%S", time.localtime(when)) if when else ""

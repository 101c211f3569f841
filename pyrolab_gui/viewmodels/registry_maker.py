"""Makes the registry's rows: what the nameservers list, joined with what else the window knows of each name.

That is what the lab files promise, which readings are there, which instruments answered, where an alarm stands. A row
is made again only when something about it has changed. Limits: asks nothing, keeps no order but the nameservers' own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.registry_readings import RegistryReadings
from pyrolab_gui.viewmodels.registry_rows import LabName, RegistryRow, RowAlarm, missing_row, row_of
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.viewmodels.registry_memory import RegistryMemory
    from pyrolab_gui.viewmodels.registry_watch import NameserverWatch
    from pyrolab_gui.viewmodels.watching import WatchList


@dataclass(frozen=True)
class Lab:
    """What is known of the lab of one PC: names, why some cannot be there, their daemons' ports, which were stopped.

    `hosts` are the names of that PC under which its processes are reached.
    """

    names: Mapping[str, LabName] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    stopped: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


class RowMaker:
    """Rows of nameservers; each `set_…` says whether rows have to be made anew, or which.

    Parameters
    ----------
    memory, watching
        What is remembered of names that are gone, and which the user wants to hear of.
    refine
        Puts into a row what was found out about it besides.
    """

    def __init__(
        self, memory: RegistryMemory, watching: WatchList, refine: Callable[[RegistryRow], RegistryRow]
    ) -> None:
        self._memory, self._watching, self._refine = memory, watching, refine
        self.lab = Lab()
        self._far: dict[str, Lab] = {}
        """What other PCs of the lab serve, by PC; their names say nameservers by address."""
        self._values: dict[str, str] = {}
        self._readings = RegistryReadings()
        self._answers: dict[str, float] = {}
        self._alarms: dict[str, RowAlarm] = {}
        self._made: dict[str, dict[str, tuple[RegistryEntry, RegistryRow]]] = {}
        """By address and name."""
        self._links: dict[str, tuple[bool, bool]] = {}
        """By address: what of the link the rows there were made with."""

    # what is known

    def set_lab(self, lab: Lab) -> bool:
        """Say what is known of this PC's lab; False if that is nothing new."""
        if lab == self.lab:
            return False
        self.lab = lab
        return True

    def set_far(self, computer: str, lab: Lab) -> bool:
        """Say what is known of another PC's lab; False if that is nothing new."""
        if lab == self._far.get(computer, Lab()):
            return False
        self._far[computer] = lab
        return True

    def expected(self, watch: NameserverWatch) -> Iterator[str]:
        """Return the names that the lab files promise in a nameserver."""
        nameserver = watch.link.nameserver
        name = nameserver.name if nameserver is not None else ""
        yield from (entry for entry, known in self.lab.names.items() if name in known.nameservers)
        if name:  # one that is not of this lab is nobody's to fill
            for lab in self._far.values():
                yield from (entry for entry, known in lab.names.items() if watch.address in known.nameservers)

    def set_values(self, values: Mapping[str, str]) -> set[str]:
        """Say what was read last, by key; return the keys with another value."""
        stale = {key for key in (*values, *self._values) if values.get(key) != self._values.get(key)}
        self._values = dict(values)
        return stale

    def set_answers(self, answers: Mapping[str, float]) -> set[str]:
        """Say who answered when, by key; return the keys that are new or gone."""
        stale = set(answers.keys() ^ self._answers.keys())
        self._answers = dict(answers)
        return stale

    def set_alarms(self, alarms: Mapping[str, RowAlarm]) -> set[str]:
        """Say about which instruments an alarm stands, by name; return the names with another one."""
        stale = {name for name in (*alarms, *self._alarms) if alarms.get(name) != self._alarms.get(name)}
        self._alarms = dict(alarms)
        return stale

    def far_name(self, name: str) -> LabName | None:
        """Return what another PC of the lab says of a name."""
        return next((lab.names[name] for lab in self._far.values() if name in lab.names), None)

    def entry(self, address: str, name: str) -> tuple[RegistryEntry, RegistryRow] | None:
        """Return the entry of a name in the nameserver at an address, and the row that was made of it."""
        return self._made.get(address, {}).get(name)

    # making

    def forget(self, address: str, name: str) -> None:
        """Make the row of a name anew."""
        self._made.get(address, {}).pop(name, None)

    def forget_all(self) -> None:
        """Make all rows anew."""
        self._made.clear()

    def rows(self, watches: Iterable[NameserverWatch], first: NameserverWatch | None) -> Iterator[RegistryRow]:
        """Return the rows of nameservers, those of the `first` under their own names."""
        for watch in watches:
            address = "" if watch is first else watch.address
            nameserver = watch.link.nameserver
            place = nameserver.name if address and nameserver is not None else ""
            of_lab = bool(nameserver is not None and nameserver.name and self.lab.names)
            link = (watch.link.stopped, watch.link.foreign)
            known = self._made.get(watch.address, {}) if self._links.get(watch.address) == link else {}
            self._links[watch.address] = link
            made: dict[str, tuple[RegistryEntry, RegistryRow]] = {}
            self._made[watch.address] = made
            for entry in watch.entries:
                before = known.get(entry.name)
                if before is None or before[0] is not entry:
                    before = (entry, self._row(entry, watch, address, place, of_lab=of_lab))
                made[entry.name] = before
                yield before[1]
            yield from self._missing(watch.missing, address, place)
            if self._memory.shown:
                there = {*made, *watch.missing}
                yield from self._memory.offline(watch.address, there, address, self._watching)

    def _row(
        self, entry: RegistryEntry, watch: NameserverWatch, address: str, place: str, *, of_lab: bool
    ) -> RegistryRow:
        key = f"{entry.name}@{address}" if address else entry.name
        lab = self.lab.names.get(entry.name)
        if watch.link.foreign and lab is not None and self.lab.ports.get(entry.name) != entry.port:
            lab = None  # the name is the lab's, but a stranger's nameserver has another process under it
        if entry.name not in self.lab.names:
            lab = self.far_name(entry.name)
        alarm = self._alarms.get(entry.name) if not address or lab is not None else None
        row = row_of(
            entry,
            nameserver=address,
            place=place,
            lab=lab,
            has_lab=of_lab and entry.object_id != NAMESERVER_OBJECT,
            watched=key in self._watching,
            value=self._value(key, entry, alarm),
            alarm=alarm,
            answered=self._answers.get(key),
            home=watch.link.nameserver.host if watch.link.nameserver is not None else "",
            own=entry.host in self.lab.hosts,
        )
        if watch.link.stopped and entry.object_id == NAMESERVER_OBJECT:
            row = replace(row, stopped=True)
        return self._refine(row)

    def _value(self, key: str, entry: RegistryEntry, alarm: RowAlarm | None) -> str:
        """Return the reading that an alarm is about, else the newest one."""
        out = self._readings.out(key, entry, alarm) if alarm is not None else ""
        return out or self._values.get(key) or self._readings.text(key, entry)

    def _missing(self, names: Iterable[str], address: str, place: str) -> Iterator[RegistryRow]:
        for name in names:
            lab = next((lab for lab in (self.lab, *self._far.values()) if name in lab.names), None)
            if lab is not None:
                yield missing_row(
                    name,
                    lab.names[name],
                    lab.reasons.get(name, ""),
                    stopped=name in lab.stopped,
                    running=name in lab.ports,
                    nameserver=address,
                    place=place,
                    watched=(f"{name}@{address}" if address else name) in self._watching,
                )

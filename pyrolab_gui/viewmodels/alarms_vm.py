"""The alarms as the window shows them: how each stands on every known PC, and what a person does about one.

They are judged and delivered elsewhere (`hosting.alarms`, `hosting.alarm_desk`) and come with the statuses of the
supervisors' children; nothing is polled here. Limits: one lab file's alarm file is edited (`AlarmEdits`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.looks_only import LOOKS_ONLY
from pyrolab_gui.wire.alarms import AlarmState, AlarmStatus
from pyrolab_gui.wire.child import ChildKind, ChildStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications

_ORDER = {
    AlarmState.ALARM: 0,
    AlarmState.WARN: 1,
    AlarmState.LATCHED: 2,
    AlarmState.WAITING: 3,
    AlarmState.OFF: 4,
    AlarmState.OK: 5,
}


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm: how it stands, the child that delivers it, and the PC (empty: this one)."""

    alarm: AlarmStatus
    key: str
    pc: str = ""
    stale: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.pc, self.key, self.alarm.name

    @property
    def calls(self) -> bool:
        """Whether somebody should act: it is raised, nobody acknowledged it, and it is not shelved."""
        alarm = self.alarm
        return alarm.state.raised and not alarm.acknowledged and not alarm.shelved_until

    def summary(self, now: float | None = None) -> str:
        """Return value, since and who knows, in one line."""
        alarm = self.alarm
        parts = [alarm.sentence.rstrip(".")]
        if alarm.since:
            parts.append(f"since {clock_text(alarm.since, now)}")
        parts.append(self.people(now))
        return " · ".join(part for part in parts if part)

    def beyond(self, now: float | None = None) -> str:
        """Return what is known besides the value, where that is shown already."""
        alarm = self.alarm
        said = alarm.sentence.partition(", ")[2] if alarm.value is not None else ""
        since = clock_text(alarm.since, now) if alarm.since else ""
        words = (said or alarm.sentence).rstrip(".")
        return " · ".join(part for part in (words, since, self.people(now)) if part)

    def people(self, now: float | None = None) -> str:
        """Return who knows, in words."""
        alarm = self.alarm
        if alarm.acknowledged:
            return f"acknowledged by {alarm.acknowledged} {clock_text(alarm.acknowledged_at, now)}"
        if alarm.shelved_until:
            return f"shelved until {clock_text(alarm.shelved_until, now)} by {alarm.shelved_by or 'somebody'}"
        return alarm.knows if alarm.state.raised else ""


class AlarmsViewModel(QObject):
    """All alarms.

    Parameters
    ----------
    supervisor
        That of this PC.
    who
        As whom this window acknowledges.
    """

    changed = Signal()
    readingsChanged = Signal()
    """Which readings are out has changed."""

    def __init__(
        self,
        supervisor: SupervisorApi,
        who: Callable[[], str],
        notifications: Notifications,
        bridge: Bridge,
        background: Background,
        *,
        read_only: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._who, self._notifications, self._bridge, self._background = who, notifications, bridge, background
        self.read_only = read_only
        self._supervisors: dict[str, SupervisorApi] = {}
        self._children: dict[tuple[str, str], ChildStatus] = {}
        self._rows: list[AlarmRow] = []
        self._levels: dict[tuple[str, str], AlarmRow] = {}
        self._ends: list[Callable[[], None]] = []
        self.attach(supervisor)

    def attach(self, supervisor: SupervisorApi, pc: str = "") -> None:
        """Show the alarms of another PC too."""
        self._supervisors[pc] = supervisor
        self._ends.append(supervisor.subscribe(lambda status: self._bridge.post(self._on_status, pc, status)))
        for status in supervisor.statuses():
            self._on_status(pc, status)

    def close(self) -> None:
        """Listen no more."""
        for end in self._ends:
            end()
        self._ends = []

    @property
    def rows(self) -> list[AlarmRow]:
        """All alarms, the worst first."""
        return self._rows

    @property
    def raised(self) -> list[AlarmRow]:
        """Those that somebody should look at, those that nobody has acknowledged first."""
        return [row for row in self._rows if row.alarm.state.raised]

    @property
    def calling(self) -> list[AlarmRow]:
        """Those that call for somebody."""
        return [row for row in self._rows if row.calls]

    @property
    def problems(self) -> list[str]:
        """What is wrong with the alarms themselves."""
        found = [status.error for status in self._children.values() if status.error]
        found += ["The alarms are stopped: nobody is told." for status in self._children.values() if not _runs(status)]
        return found

    @property
    def mute(self) -> list[AlarmRow]:
        """Alarms that tell nobody."""
        return [row for row in self._rows if row.alarm.tells_nobody]

    def level(self, instrument: str, member: str) -> AlarmRow | None:
        """Return the raised alarm about a reading, the worst if there are several; None where it is well."""
        return self._levels.get((instrument, member))

    def worst(self) -> dict[str, AlarmRow]:
        """Return the worst raised alarm about each instrument, by its name."""
        found: dict[str, AlarmRow] = {}
        for (instrument, _), row in self._levels.items():
            known = found.get(instrument)
            if known is None or _ORDER[row.alarm.state] < _ORDER[known.alarm.state]:
                found[instrument] = row
        return found

    def bounds(
        self, instrument: str, member: str
    ) -> list[tuple[Literal["above", "below"], float, Literal["warning", "alarm"]]]:
        """Return the bounds that are watched on a reading: side, value, kind."""
        reading = f"{instrument}.{member}"
        return [
            ("above" if side == "above" else "below", float(value), "alarm" if kind == "alarm" else "warning")
            for row in self._rows
            for side, value, kind in (row.alarm.bounds if row.alarm.reading == reading else ())
        ]

    def acknowledge(self, row: AlarmRow, who: str = "") -> None:
        """Tell that somebody has seen it; nobody is told of it any more."""
        self._say(row, {"acknowledge": row.alarm.name, "by": who or self._who()})

    def shelve(self, row: AlarmRow, until: float) -> None:
        """Have nobody told until a time (seconds since the epoch); 0: tell again."""
        self._say(row, {"shelve": row.alarm.name, "until": until, "by": self._who()})

    def _say(self, row: AlarmRow, what: dict[str, Any]) -> None:
        if self.read_only:
            self._notifications.warning(LOOKS_ONLY)
            return
        supervisor = self._supervisors.get(row.pc)
        if supervisor is not None:
            self._background.ask(partial(supervisor.tell, row.key, what), lambda _: None)

    def _on_status(self, pc: str, status: ChildStatus) -> None:
        if status.kind is not ChildKind.ALARMS:
            return
        place = (pc, status.key)
        gone = not _runs(status) and not status.services
        if (self._children.get(place) if not gone else None) == status:
            return
        self._children[place] = status
        if gone:
            del self._children[place]
        rows = []
        for (computer, key), child in self._children.items():
            for service in child.services:
                alarm = AlarmStatus.from_text(service.detail)
                if alarm is not None:
                    rows.append(AlarmRow(alarm, key, computer, child.stale or not _runs(child)))
        rows.sort(key=lambda row: (not row.calls, _ORDER[row.alarm.state], row.alarm.name))
        self._tell_news(rows)
        self._rows = rows
        levels: dict[tuple[str, str], AlarmRow] = {}
        for row in rows:
            if row.alarm.state.raised:
                instrument, _, member = row.alarm.reading.rpartition(".")
                levels.setdefault((instrument, member), row)
        if {place: row.alarm.state for place, row in levels.items()} != {
            place: row.alarm.state for place, row in self._levels.items()
        }:
            self._levels = levels
            self.readingsChanged.emit()
        self._levels = levels
        self.changed.emit()

    def _tell_news(self, rows: list[AlarmRow]) -> None:
        """Say once in this window that an alarm is raised; a warning is shown, and not said."""
        before = {row.place for row in self._rows if row.alarm.state is AlarmState.ALARM}
        for row in rows:
            if row.alarm.state is AlarmState.ALARM and row.place not in before and row.calls:
                self._notifications.warning(f"Alarm {row.alarm.name}: {row.alarm.sentence}", row.alarm.note)


def clock_text(when: float, now: float | None = None) -> str:
    """Return a time of day, with the date where it is not today."""
    moment, today = time.localtime(when), time.localtime(now)
    same_day = moment[:3] == today[:3]
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", moment)


def shelf_times(now: float | None = None) -> list[tuple[str, float]]:
    """Return until when an alarm may be shelved, in words: some hours, and the next morning at eight."""
    now = time.time() if now is None else now
    local = time.localtime(now)
    morning = time.mktime((local.tm_year, local.tm_mon, local.tm_mday, 8, 0, 0, 0, 0, -1))
    if morning <= now:
        morning = time.mktime((local.tm_year, local.tm_mon, local.tm_mday + 1, 8, 0, 0, 0, 0, -1))
    soon = [("For 1 hour", now + 3_600.0), ("For 4 hours", now + 4 * 3_600.0)]
    return [*((f"{words}, until {clock_text(until, now)}", until) for words, until in soon), ("Until 08:00", morning)]


def _runs(status: ChildStatus) -> bool:
    return status.state.alive or status.state == "backoff"

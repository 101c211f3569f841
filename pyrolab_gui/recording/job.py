"""One recording from its plan to its end: waits for its time or its condition, records, begins new files, ends.

Run again after its process was killed it goes on in its file. What its people should know meanwhile (it waits, its file
does not grow) is reported in sentences. Limits: blocks its thread; the instruments' addresses stand in the plan.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.nameserver import lookup
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.recording.awake import kept_awake
from pyrolab_gui.recording.condition import Condition
from pyrolab_gui.recording.file import ENDS
from pyrolab_gui.recording.recorder import Reading, Recorder
from pyrolab_gui.recording.series import drop_oldest, files_of, metadata_of, next_file
from pyrolab_gui.recording.trigger import Trigger
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.recording.summary import Summary
    from pyrolab_gui.wire.plans import RecorderPlan

STILL_SECONDS = 30.0
"""A file that has not grown for so long, and for `STILL_PERIODS`, is told."""
STILL_PERIODS = 10
_LOOK = 0.5
_SLOWEST_LOOK = 1.0


class Job:
    """A recording.

    Parameters
    ----------
    plan
        What is recorded, where, from when to when.
    identity
        Who records.
    report
        Called with what is to be known now, in a sentence; empty when all is well.
    """

    def __init__(self, plan: RecorderPlan, identity: Identity, report: Callable[[str], None]) -> None:
        self._plan, self._identity, self._report = plan, identity, report
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._notes: list[tuple[str, str]] = []
        self._first = Path(plan.file)
        self._said = ""
        self._file_begun = 0.0
        self._ends = plan.ends or float("inf")
        self._changed_end: float | None = None
        """The end that somebody wished later than it was begun; 0 for none."""
        self._written_end: float | None = None
        self._instruments: dict[str, Instrument] = {}
        self._conditional: dict[str, Instrument] = {}
        """Those of conditions alone."""
        for address in plan.nameservers:
            trust = Trust.of_address(address)
            if trust is not None:
                identity.trust.add(trust)
                identity.trust.require(address.host, address.port, trust)

    def stop(self, why: str = "") -> None:
        """End it; `why` is written into the file. From any thread."""
        if why:
            self.note(why, "")
        self._stop.set()

    def note(self, text: str, who: str) -> None:
        """Have a remark written into the file, soon. From any thread."""
        with self._lock:
            self._notes.append((text, who))

    def end_at(self, when: float, who: str) -> None:
        """End at another time than was planned, 0 for when somebody stops it. From any thread."""
        self._changed_end, self._ends = when, when or float("inf")
        words = f"it ends {_moment(when)}" if when else "it goes on until somebody stops it"
        self.note(f"its end was changed: {words}", who)

    def run(self) -> Summary | None:
        """Record; return how it went, None where nothing was recorded because the end came before the beginning.

        Raises
        ------
        LabError
            If the file cannot be used, or the plan makes no sense.
        """
        plan = self._plan
        begins = Condition.parse(plan.begins_when) if plan.begins_when else None
        ends = Condition.parse(plan.ends_when) if plan.ends_when else None
        for member in plan.members:
            if member.instrument not in self._instruments:
                self._instruments[member.instrument] = self._instrument(member.instrument, member.uri)
        try:
            with kept_awake(f"the recording {plan.name}"):
                there = files_of(self._first, plan.client)
                if not there and self._first.exists():
                    raise LabError(f"{self._first} is there already; nothing was written into it.")
                if not there and not self._has_begun(begins):
                    return None
                return self._record(there[-1] if there else self._first, ends)
        finally:
            with self._lock:
                instruments = [*self._instruments.values(), *self._conditional.values()]
            for instrument in instruments:
                instrument.close()

    # -- before ------------------------------------------------------------------------------------------------------

    def _has_begun(self, condition: Condition | None) -> bool:
        """Wait for the beginning; return whether it came."""
        plan = self._plan
        while (left := plan.begins - time.time()) > 0:
            self._tell(f"It begins {_moment(plan.begins)}.")
            if self._stop.wait(min(left, _SLOWEST_LOOK)):  # in steps: the clock may be set
                return False
        if condition is None:
            return not self._stop.is_set() and time.time() < self._ends
        with contextlib.closing(self._watch(condition)) as trigger:
            while not self._stop.is_set() and time.time() < self._ends:
                if trigger.met.wait(_LOOK):
                    return True
                trouble = f" There is no reading now: {trigger.trouble}" if trigger.trouble else ""
                self._tell(_missing(condition, trigger) or f"It begins when {condition}.{trouble}")
            return False

    def _watch(self, condition: Condition) -> Trigger:
        """Watch a condition, from when its instrument is found."""
        period = min(max(self._plan.period, 0.1), _SLOWEST_LOOK)
        return Trigger(condition, lambda: self._watched(condition.instrument), period, self._identity)

    def _watched(self, name: str) -> Instrument:
        """Return the instrument of a condition: the one that is recorded, if it is. On the thread of a trigger."""
        with self._lock:
            known = self._instruments.get(name) or self._conditional.get(name)
        if known is None:
            known = self._instrument(name, "")
            with self._lock:
                self._conditional[name] = known
        return known

    # -- while it records --------------------------------------------------------------------------------------------

    def _record(self, path: Path, ends: Condition | None) -> Summary:
        plan = self._plan
        begun = metadata_of(self._first)
        if self._changed_end is None and (kept := metadata_of(path)) is not None:
            self._changed_end = self._written_end = kept.more.get(ENDS)  # this process was started anew
        if self._changed_end is not None:
            self._ends = self._changed_end or float("inf")
        elif plan.seconds:
            self._ends = min(self._ends, (begun.started if begun is not None else time.time()) + plan.seconds)
        writer = self._writer(path)
        readings = [Reading(self._instruments[member.instrument], member.member) for member in plan.members]
        since = begun.started if begun is not None else None
        recorder = Recorder(writer, readings, plan.period, self._identity, since)
        for instrument in self._instruments.values():
            instrument.describe()  # for units and settings
        trigger = self._watch(ends) if ends is not None else None
        self._tell("")

        def each(recorder: Recorder) -> bool:
            self._hand_over_notes(recorder)
            self._begin_file_if_due(recorder)
            self._look_at_growth(recorder, _missing(ends, trigger) if ends is not None and trigger is not None else "")
            return time.time() < self._ends and not (trigger is not None and trigger.met.is_set())

        try:
            return recorder.run(self._stop, each=each, last=self._hand_over_notes)
        finally:
            if trigger is not None:
                trigger.close()

    def _hand_over_notes(self, recorder: Recorder) -> None:
        with self._lock:
            notes, self._notes = self._notes, []
        for text, who in notes:
            recorder.note(text, who)
        if self._changed_end != self._written_end:
            self._written_end = self._changed_end
            recorder.remember(ENDS, self._changed_end)

    def _begin_file_if_due(self, recorder: Recorder) -> None:
        plan = self._plan
        old = plan.new_file_seconds and time.time() - self._file_begun >= plan.new_file_seconds
        if old or (plan.new_file_bytes and _size(recorder.path) >= plan.new_file_bytes):
            recorder.begin_file(self._writer(next_file(self._first, plan.client)))
            if plan.keep_files:
                drop_oldest(self._first, plan.client, plan.keep_files)

    def _look_at_growth(self, recorder: Recorder, otherwise: str) -> None:
        """Tell that the file does not grow: nobody looks at it, and a night's data may be missing tomorrow.

        Where it grows, what is to be told `otherwise`.
        """
        still = recorder.still_for
        if still < max(STILL_SECONDS, STILL_PERIODS * self._plan.period):
            self._tell(otherwise)
            return
        whys = "; ".join(f"{name}: {why}" for name, why in recorder.troubles.items())
        since = time.strftime("%H:%M:%S", time.localtime(round(time.time() - still)))
        self._tell(f"{recorder.path.name} has not grown since {since}.{f' {whys}' if whys else ''}")

    def _writer(self, path: Path) -> Writer:
        plan = self._plan
        about = {"purpose": plan.purpose, "lab": plan.lab, "recording": plan.name, "id": plan.client}
        if path != self._first:
            about["continues"] = self._first.name
            self._written_end = None  # each file knows it
        writer = Writer(path, plan.who or self._identity.who, about)
        self._file_begun = writer.started
        return writer

    # -- small things ------------------------------------------------------------------------------------------------

    def _instrument(self, name: str, uri: str) -> Instrument:
        return Instrument(uri or self._find(name), name, self._identity, resolve=lambda: self._find(name))

    def _find(self, name: str) -> str:
        problem = LabError(f"No nameserver is known that could tell where {name} is.")
        for address in self._plan.nameservers:
            try:
                return lookup(address.host, address.port, name, trust=self._identity.trust)
            except LabError as error:
                problem = error
        raise problem

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._report(sentence)


def _missing(condition: Condition, trigger: Trigger) -> str:
    return f"It waits for {condition.instrument}: {trigger.missing}" if trigger.missing else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _moment(when: float) -> str:
    away = when - time.time()
    return time.strftime("at %H:%M" if away < 86_400 else "on %Y-%m-%d at %H:%M", time.localtime(when))

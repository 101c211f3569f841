"""What is known about one property of an instrument: its value, how old it is, what went wrong, what is being sent.

Data only, owned by the console's view model. Limits: `age` counts from when the value arrived here, since two
machines' clocks may differ; only a first value out of a daemon's memory is dated by its own time.
"""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.units import UnitsNotLoaded, conversion
from pyrolab_gui.wire.description import unit_of
from pyrolab_gui.wire.errors import RemoteFailure

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.units import Conversion
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import MemberDescription, TypeDescription
    from pyrolab_gui.wire.errors import LabError

RECENT = 600
READ, SET = "read", "set"
"""What somebody did with a value that passed through the daemon (`wire.names.PASSING`)."""


@dataclass(slots=True)
class MemberState:
    """One property as a console shows it.

    Attributes
    ----------
    known
        Whether a value was ever read; None is a value.
    error
        Why the last reading failed, or None; the old value stays, and grows old.
    waiting
        Why there is no reading just now (``busy``), or an empty text.
    streaming
        Whether the feed has brought a value since it was asked; the first may be an old one from its memory.
    sending
        Whether a new value is on its way.
    refused
        Why the last value sent was refused, or None.
    pending
        Whether something was typed that is not sent.
    behind
        Whether a call keeps the instrument, so that a reading may have to wait.
    told
        The daemon's time of what is shown, as far as it is known; clocks of two machines are not compared.
    set_to
        The last value that anybody set, or None.
    lags
        Whether the instrument was seen elsewhere than where it had been set to: then what is set is not what is.
    conversion
        The way to the unit in which the lab wants to see it, or None for the driver's own.
    """

    member: MemberDescription
    value: Any = None
    known: bool = False
    arrived: float = 0.0
    error: LabError | None = None
    waiting: str = ""
    reading: bool = False
    streaming: bool = False
    sending: bool = False
    refused: LabError | None = None
    pending: bool = False
    behind: bool = False
    conversion: Conversion | None = None
    told: float = 0.0
    set_to: Any = None
    lags: bool = False
    alarm: str = ""
    """*warn* or *alarm*: the value is beyond a bound that somebody watches; `alarm_text` says how, and who knows."""
    alarm_text: str = ""
    recent: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=RECENT))

    @property
    def unit(self) -> str:
        """The unit in which it is shown."""
        return unit_of(self.member.returns) if self.conversion is None else self.conversion.target

    @property
    def shown(self) -> Any:
        """The value in that unit."""
        return self.value if self.conversion is None else self.conversion.shown(self.value)

    @property
    def edited(self) -> TypeDescription:
        """The type of what is typed, in that unit."""
        type_ = self.member.setting
        return type_ if self.conversion is None else self.conversion.shown_type(type_)

    def sent(self, typed: Any) -> Any:
        """Return what was typed in that unit as the driver takes it."""
        return typed if self.conversion is None else self.conversion.sent(typed, self.member.setting)

    def find_unit(self) -> bool:
        """Take the unit that the lab wants, if there is a way to it; False if it cannot be looked up yet."""
        if self.member.shown_unit:
            try:
                self.conversion = conversion(unit_of(self.member.returns), self.member.shown_unit)
            except UnitsNotLoaded:
                return False
        return True

    def age(self, now: float | None = None) -> float | None:
        """Return seconds since the value arrived (monotonic `now`); None if there is none."""
        if not self.known:
            return None
        return max(0.0, (time.monotonic() if now is None else now) - self.arrived)

    def take(self, value: Any) -> None:
        """Keep a value that was just read."""
        self.value, self.known = value, True
        self.arrived = time.monotonic()
        self.error, self.waiting = None, ""
        if is_number(value):
            self.recent.append((time.time(), float(value)))

    def take_passing(self, kind: str, value: Any, when: float, late: float = 0.0) -> bool:
        """Keep what somebody read or set at the daemon's time `when`, seconds ago; False if nothing changed."""
        if kind == SET:
            self.set_to = value
        if when <= self.told or (kind == SET and self.lags):
            return kind == SET
        self.told = when
        self.take(value)
        self.arrived -= late
        if kind == READ:
            self._compare()
        return True

    def _compare(self) -> None:
        """Note whether a reading differs from what had been set."""
        if is_number(self.value) and is_number(self.set_to):
            self.lags = not math.isclose(self.value, self.set_to, rel_tol=1e-6, abs_tol=1e-12)

    def take_column(self, column: Column) -> bool:
        """Keep what the feed brought; False if nothing changed."""
        changed = False
        if len(column.values):
            self.value = column.values[-1]
            if self.member.returns.kind == "int" and isinstance(self.value, float) and self.value.is_integer():
                self.value = int(self.value)
            if self.member.returns.kind == "bool" and isinstance(self.value, float):
                self.value = bool(self.value)
            if _is_none(self.value, self.member.returns):
                self.value = None
            late = 0.0 if self.streaming else max(0.0, time.time() - column.times[-1])
            self.arrived = max(self.arrived if self.known else 0.0, time.monotonic() - late)
            self.known = self.streaming = True
            self.told = max(self.told, column.times[-1])
            self._compare()
            self.error, self.waiting = None, ""
            newest_kept = self.recent[-1][0] if self.recent else 0.0
            for when, value in zip(column.times[-RECENT:], column.values[-RECENT:], strict=True):
                if is_number(value) and when > newest_kept:
                    self.recent.append((when, float(value)))
            changed = True
        newest = column.times[-1] if len(column.times) else 0.0
        for gap in column.gaps:
            if gap.end < newest:
                continue
            changed = True
            if gap.reason == "error":
                self.error = reading_error(gap.message)
                self.waiting = ""
            else:
                self.waiting = gap.reason
        return changed


def _is_none(value: Any, type_: TypeDescription) -> bool:
    """Whether a reading stands for none: among numbers a daemon's readings carry it as nan."""
    if type_.kind != "optional" or not type_.is_number or type_.items[0].allow_inf_nan:
        return False
    return isinstance(value, float) and math.isnan(value)


def is_number(value: Any) -> bool:
    """Whether a value is a real number that a plot can show."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def reading_error(message: str) -> LabError:
    """Return the error of a reading that failed in the daemon."""
    return RemoteFailure(message or "The reading failed.", message)

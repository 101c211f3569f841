"""How far and how fast a number may change: the ``step``, ``rate`` and ``ramp`` of the lab file's limits.

A change that is too large or too quick is refused, or, with ``ramp``, made in steps by a call that runs until it is
there, with the instrument free between two steps. Where a number stands is read from its property; for a method's
parameter from what reads it by its name (``set_field``: *field* or *get_field*), else it is what the last call gave.
Without ramp a number may change by what the rate gives for the time since its last change, at most for a second.
Limits: a parameter that nothing reads is free at its first call; of two parameters of one call only one can be ramped.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrolab_gui.hosting.failures import BAD_ARGUMENT, refusal
from pyrolab_gui.hosting.roles import needs_no_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyrolab_gui.hosting.members import Member

STEP_KEYS = ("step", "rate", "ramp")
_SLACK = 1e-9
_TICK = 0.1
"""Seconds between two steps where the lab file says nothing of them."""
_LONGEST_BURST = 1.0


class Step(NamedTuple):
    """One call of a ramp: the value, the arguments that bring it, and which part of the way is done with it."""

    value: float
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    progress: float


class Ramp:
    """A change in steps: `calls` are what is made one after the other, `pause` seconds apart."""

    __slots__ = ("_way", "calls", "pause")

    def __init__(self, way: Way, calls: Iterator[Step], pause: float) -> None:
        self._way = way
        self.calls = calls
        self.pause = pause

    def begin(self, who: str) -> None:
        """Note that it is under way."""
        self._way.ramped_by = who

    def end(self) -> None:
        """Note that it is over."""
        self._way.ramped_by = ""


class Way:
    """One number that may change by so much only.

    Parameters
    ----------
    name
        Of the property or parameter, for sentences.
    limits
        ``step`` (in its unit), ``rate`` (in its unit per second), ``ramp``.
    place
        Where its value stands among the positional arguments; None where it has to be named.
    read
        Returns where it stands, given the driver; None where nothing tells.
    unit
        Returns its unit, for sentences.
    """

    def __init__(
        self,
        name: str,
        limits: Mapping[str, Any],
        place: int | None,
        read: Callable[[Any], Any] | None,
        unit: Callable[[], str] = str,
    ) -> None:
        self.name = name
        self.ramped_by = ""
        self._step = float(limits["step"]) if limits.get("step") else math.inf
        self._rate = float(limits["rate"]) if limits.get("rate") else math.inf
        self._ramps = bool(limits.get("ramp"))
        self._place, self._read, self._unit = place, read, unit
        self._stands: float | None = None
        self._changed = -math.inf

    def judge(self, driver: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ramp | None:
        """Return the ramp that a call needs, or None where it may be made as it is.

        Raises
        ------
        ValueError
            Marked ``BadArgument``, where the change is too large or too quick.
        """
        value = self._value(args, kwargs)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if self.ramped_by:
            raise self._refused(f"{self.name} is being ramped by {self.ramped_by}: stop that first.")
        stands = self._where(driver)
        if stands is None or math.isnan(stands):
            self._note(value)
            return None
        change = abs(value - stands)
        elapsed = min(time.monotonic() - self._changed, _LONGEST_BURST)
        too_far = change > self._step * (1 + _SLACK)
        too_quick = change > self._rate * elapsed * (1 + _SLACK)
        if not (too_far or too_quick):
            self._note(value)
            return None
        if self._ramps:
            return self._ramp(stands, value, args, kwargs)
        unit = f" {self._unit()}" if self._unit() else ""
        where = f"it is {stands:.6g}{unit}, got {value:.6g}."
        if too_far:
            raise self._refused(f"{self.name} must not change by more than {self._step:g}{unit} at once; {where}")
        raise self._refused(f"{self.name} must not change faster than {self._rate:g}{unit}/s; {where}")

    def _ramp(self, start: float, target: float, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ramp:
        size = self._step if math.isfinite(self._step) else self._rate * _TICK
        pause = size / self._rate if math.isfinite(self._rate) else _TICK
        count = math.ceil(abs(target - start) / size * (1 - _SLACK))
        whole = isinstance(target, int)

        def calls() -> Iterator[Step]:
            for number in range(1, count + 1):
                value: float = target if number == count else start + (target - start) * number / count
                value = round(value) if whole else value
                self._note(value)
                yield Step(value, *self._with(value, args, kwargs), number / count)

        return Ramp(self, calls(), pause)

    def _value(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._place is not None and self._place < len(args):
            return args[self._place]
        return kwargs.get(self.name)

    def _with(
        self, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self._place is not None and self._place < len(args):
            return (*args[: self._place], value, *args[self._place + 1 :]), kwargs
        return args, {**kwargs, self.name: value}

    def _where(self, driver: Any) -> float | None:
        if self._read is not None:
            stands = self._read(driver)
            return None if stands is None else float(stands)
        return self._stands

    def _note(self, value: float) -> None:
        self._stands, self._changed = float(value), time.monotonic()

    def _refused(self, sentence: str) -> Exception:
        return refusal(ValueError, BAD_ARGUMENT, sentence)


def ramp_of(ways: Sequence[Way], driver: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ramp | None:
    """Return the ramp that a call needs, or None where it may be made as it is. Raises what `Way.judge` raises."""
    ramps = [ramp for way in ways if (ramp := way.judge(driver, args, kwargs)) is not None]
    if len(ramps) > 1:
        raise refusal(ValueError, BAD_ARGUMENT, "Two of these values would have to be ramped: change one at a time.")
    return ramps[0] if ramps else None


def steps_in(limits: Mapping[str, Any] | None) -> bool:
    """Whether limits say something of steps."""
    return bool(limits) and any(limits.get(key) for key in STEP_KEYS)  # type: ignore[union-attr]


def reader_of(
    member: Member, parameter: str, members: Mapping[str, Member], perform: Callable[[str], Callable[[Any], Any]]
) -> Callable[[Any], Any] | None:
    """Return what tells where a method's parameter stands, or None.

    Parameters
    ----------
    member, parameter
        The method and its parameter.
    members
        All members of the driver.
    perform
        Returns what reads a member.
    """
    stem = member.name.removeprefix("set_")
    for name in (f"get_{stem}", stem, f"get_{parameter}", parameter):
        other = members.get(name)
        if other is None or other is member:
            continue
        if other.readable if other.is_property else needs_no_argument(other) and name.startswith("get_"):
            return perform(name)
    return None

"""One alarm and who is told of it: raised, repeated, passed on, acknowledged, shelved, over.

A case is told how its alarm stands and answers whom to tell what; it sends nothing itself. It can be written down and
taken up again, so that a restart neither forgets nor repeats. Limits: clock times, because people agree on these.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pyrolab_gui.hosting.alarm_words import sentence_of
from pyrolab_gui.wire.alarms import LEVELS, AlarmPlan, AlarmState, AlarmStatus, Judgement

Why: TypeAlias = Literal["raised", "worse", "repeated", "passed on", "acknowledged", "over"]
_KEPT = (
    "ringing",
    "since",
    "told_level",
    "told",
    "last",
    "passed_at",
    "acknowledged",
    "acknowledged_at",
    "shelved_until",
    "shelved_by",
    "latched",
)


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom to tell, and why now."""

    why: Why
    recipients: tuple[str, ...]


class Case:
    """How one alarm stands.

    Parameters
    ----------
    plan
        The alarm.
    repeat, pass_on
        Seconds after which everybody is told again, and the next one is told too, while nobody acknowledges.
    """

    def __init__(self, plan: AlarmPlan, repeat: float, pass_on: float) -> None:
        self.plan, self._repeat, self._pass_on = plan, repeat, pass_on
        self.judgement = Judgement(plan.name, judged=False)
        self.off = ""
        self.ringing = False
        self.since = 0.0
        self.told_level = "ok"
        self.told: dict[str, float] = {}
        self.last = self.passed_at = 0.0
        self.acknowledged = ""
        self.acknowledged_at = 0.0
        self.shelved_until = 0.0
        self.shelved_by = ""
        self.latched = "ok"
        self.troubles: dict[str, str] = {}
        self._fresh: list[Telling] = []

    def update(self, judgement: Judgement, now: float, off: str = "") -> list[Telling]:
        """Take how it stands (`off`: why nobody judges it, its instrument being stopped) and return whom to tell."""
        self.judgement, self.off = judgement, off
        tellings, self._fresh = self._fresh, []
        if not judgement.judged and not off:
            return tellings  # nobody knows yet: it stands as it stood
        if off or judgement.level == "ok":
            return [*tellings, *self._end()]
        if not self.ringing:
            self.ringing, self.since = True, judgement.since or now
            self.told_level, self.told, self.troubles = "ok", {}, {}
            self.acknowledged, self.acknowledged_at = "", 0.0
        if self.plan.latch:
            self.latched = max(self.latched, judgement.level, key=LEVELS.index)
        if now < self.shelved_until or not self._is_told(judgement.level):
            return tellings
        if LEVELS.index(judgement.level) > LEVELS.index(self.told_level):
            worse = self.told_level != "ok"
            self.told_level, self.acknowledged, self.acknowledged_at = judgement.level, "", 0.0
            return [*tellings, *self._tell("worse" if worse else "raised", now, self._next() if not self.told else ())]
        if self.acknowledged:
            return tellings
        if (further := self._next()) and (now - self.passed_at >= self._pass_on or self._is_lost()):
            return [*tellings, *self._tell("passed on", now, further, alone=True)]
        if now - self.last >= self._repeat:
            tellings += self._tell("repeated", now)
        return tellings

    def acknowledge(self, who: str, now: float) -> None:
        """Somebody has seen it: those who were told hear that, and are told no more."""
        if self.ringing and not self.acknowledged:
            self.acknowledged, self.acknowledged_at = who or "somebody", now
            if self.told:
                self._fresh.append(Telling("acknowledged", tuple(self.told)))
        self.latched = "ok"

    def shelve(self, until: float, who: str) -> None:
        """Tell nobody until a time; 0 ends that."""
        self.shelved_until, self.shelved_by = until, who if until else ""

    def delivered(self, recipient: str, trouble: str) -> None:
        """Take how the attempt to tell a recipient went."""
        self.troubles.pop(recipient, None)
        if trouble:
            self.troubles[recipient] = trouble

    def status(self, now: float) -> AlarmStatus:
        """Return how it is shown."""
        plan, found = self.plan, self.judgement
        shelved = now < self.shelved_until
        return AlarmStatus(
            plan.name,
            plan.reading,
            self.state,
            found.level if self.ringing else "ok",
            self.off or sentence_of(plan, found, self.since),
            found.value if self.ringing else None,
            found.unit,
            self.since if self.ringing else 0.0,
            self.acknowledged if self.ringing else "",
            self.acknowledged_at if self.ringing else 0.0,
            self.shelved_until if shelved else 0.0,
            self.shelved_by if shelved else "",
            self._knows(),
            "; ".join(f"{name}: {trouble}" for name, trouble in self.troubles.items()),
            not plan.tell,
            plan.note,
            plan.bounds,
        )

    @property
    def stood(self) -> tuple[str, str]:
        """The levels at which it stands latched, and stands."""
        standing = self.ringing and not self.judgement.no_data
        return self.latched, (self.told_level if standing else "ok")

    @property
    def state(self) -> AlarmState:
        """How it stands."""
        if self.off:
            return AlarmState.OFF
        if not self.ringing:
            return AlarmState.OK if self.judgement.judged else AlarmState.WAITING
        if self.judgement.latched:
            return AlarmState.LATCHED
        return AlarmState.ALARM if self.judgement.level == "alarm" else AlarmState.WARN

    def to_plain(self) -> dict[str, Any]:
        """Return what is to be written down."""
        return {name: getattr(self, name) for name in _KEPT}

    def recall(self, plain: dict[str, Any]) -> None:
        """Take up what was written down."""
        for name in _KEPT:
            if isinstance(plain.get(name), type(getattr(self, name))):
                setattr(self, name, plain[name])

    def _is_told(self, level: str) -> bool:
        return level == "alarm" or self.plan.tell_warnings

    def _next(self) -> tuple[str, ...]:
        return tuple(name for name in self.plan.tell if name not in self.told)[:1]

    def _is_lost(self) -> bool:
        """Whether everybody who was to be told could not be."""
        return bool(self.told) and self.told.keys() <= self.troubles.keys()

    def _tell(self, why: Why, now: float, further: tuple[str, ...] = (), *, alone: bool = False) -> list[Telling]:
        recipients = further if alone else (*self.told, *further)
        self.told.update(dict.fromkeys(recipients, now))
        if further or why in ("raised", "worse"):
            self.passed_at = now
        if not alone:
            self.last = now
        return [Telling(why, recipients)] if recipients else []

    def _end(self) -> list[Telling]:
        if not self.ringing:
            return []
        told = tuple(self.told)
        self.ringing, self.latched = False, "ok"
        self.told, self.troubles = {}, {}
        return [Telling("over", told)] if told else []

    def _knows(self) -> str:
        if not self.ringing:
            return ""
        reached = {name: when for name, when in self.told.items() if name not in self.troubles}
        if reached:
            names = ", ".join(
                f"{name} ({time.strftime('%H:%M', time.localtime(when))})" for name, when in reached.items()
            )
            return f"told {names}"
        if not self.plan.tell:
            return "tells nobody"
        return "nobody was told yet" if self._is_told(self.judgement.level) else "nobody is told of warnings"

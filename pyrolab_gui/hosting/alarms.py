"""Judging readings in the daemon that takes them: thresholds, hysteresis, delay, latch, and the want of readings.

Each reading is judged when it is taken, so nothing between two questions is missed. Whoever delivers the alarms gives
them (`AlarmWatch.watch`), asks how they stand (`judged`), and gives them anew after a restart. One who is not heard of
for an hour is forgotten. Limits: judges numbers; tells nobody.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.alarms import LEVELS, AlarmPlan, Judgement, from_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.hosting.service import HostedService

FORGOTTEN_SECONDS = 3_600.0


class Judge:
    """One alarm, judged reading by reading.

    Parameters
    ----------
    plan
        Its thresholds.
    latched, standing
        The levels at which it stood latched, and stood, before it was judged by another process.
    now
        Monotonic seconds.
    """

    def __init__(self, plan: AlarmPlan, latched: str = "ok", standing: str = "ok", now: float | None = None) -> None:
        self.plan = plan
        self._lock = threading.Lock()
        now = time.monotonic() if now is None else now
        stood = LEVELS.index(standing) if standing in LEVELS else 0
        self._holds: dict[str, float | None] = {
            level: now - plan.delay if LEVELS.index(level) <= stood else None for level in ("warn", "alarm")
        }
        """Since when (monotonic) a reading is out at this level or worse, hysteresis included."""
        self._good_at = now
        self._value: float | None = None
        self._time = 0.0
        self._latched = latched if latched in LEVELS else "ok"
        self._level = max(self._latched, LEVELS[stood], key=LEVELS.index)
        self._since = time.time() if self._level != "ok" else 0.0
        self._no_data = False
        self._raised = 0
        self._untold = False
        """Whether it was raised and nobody has asked since: until then it stays so."""
        self._worst: float | None = None
        self._bound: float | None = None

    def take(self, moment: float, value: Any, now: float | None = None) -> None:
        """Judge a reading: its time (seconds since the epoch) and its value; one that is no number is none."""
        if not isinstance(value, int | float) or math.isnan(value):
            return
        now = time.monotonic() if now is None else now
        with self._lock:
            self._good_at, self._value, self._time = now, float(value), moment
            for level in ("warn", "alarm"):
                slack = self.plan.hysteresis if self._holds[level] is not None else 0.0
                if (bound := self._passed(level, float(value), slack)) is None:
                    self._holds[level] = None
                    continue
                if self._holds[level] is None:
                    self._holds[level] = now
                if level == "alarm" or self._holds["alarm"] is None:
                    self._bound = bound
            self._settle(now, moment)
            if self._level != "ok" and not self._no_data and self._is_worse(float(value)):
                self._worst = float(value)

    def release(self) -> None:
        """Let go of what was latched."""
        with self._lock:
            self._latched = "ok"
            self._settle(time.monotonic(), time.time())

    def judgement(self, reason: str = "", unit: str = "", now: float | None = None) -> Judgement:
        """Return how it stands; `reason` says why there is no reading, if there is none."""
        now = time.monotonic() if now is None else now
        with self._lock:
            self._settle(now, time.time())
            self._untold = False
            return Judgement(
                self.plan.name,
                self._level,
                self._value,
                self._time,
                self._since,
                self._no_data,
                reason if self._no_data else "",
                self._latched != "ok" and self._live(now) == "ok",
                self._raised,
                self._worst,
                self._bound,
                unit,
                self._value is not None or self._no_data,
            )

    def _passed(self, level: str, value: float, slack: float) -> float | None:
        """Return the bound of `level` or a worse one that a value is beyond, or None."""
        plan = self.plan
        highs = (plan.high_alarm,) if level == "alarm" else (plan.high_warn, plan.high_alarm)
        lows = (plan.low_alarm,) if level == "alarm" else (plan.low_warn, plan.low_alarm)
        for bound in highs:
            if bound is not None and (value > bound - slack if slack else value >= bound):
                return bound
        for bound in lows:
            if bound is not None and (value < bound + slack if slack else value <= bound):
                return bound
        return None

    def _live(self, now: float) -> str:
        """Return the level of what is read now, without what was latched."""
        for level in ("alarm", "warn"):
            since = self._holds[level]
            if since is not None and now - since >= self.plan.delay:
                return level
        return "ok"

    def _settle(self, now: float, moment: float) -> None:
        plan = self.plan
        silent = now - self._good_at
        no_data = bool(plan.no_data) and silent > plan.no_data * plan.period + plan.delay
        live = "alarm" if no_data else self._live(now)
        if plan.latch and LEVELS.index(live) > LEVELS.index(self._latched):
            self._latched = live
        level = max(live, self._latched, self._level if self._untold else "ok", key=LEVELS.index)
        if level == self._level and no_data == self._no_data:
            return
        if LEVELS.index(level) > LEVELS.index(self._level):
            self._raised += 1
            self._untold = True
        if self._level == "ok" and level != "ok":
            self._since, self._worst = moment, None
        elif level == "ok":
            self._since = moment
        self._level, self._no_data = level, no_data

    def _is_worse(self, value: float) -> bool:
        if self._worst is None:
            return True
        high = self._bound is not None and self._bound in (self.plan.high_alarm, self.plan.high_warn)
        return value > self._worst if high else value < self._worst


class AlarmWatch:
    """The alarms on one daemon's services, by who gave them.

    Parameters
    ----------
    services
        By object id; looked up at every question.
    """

    def __init__(self, services: Mapping[str, Any]) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._owners: dict[tuple[str, str], _Owner] = {}

    def watch(self, owner: str, object_id: str, alarms: Sequence[dict[str, Any]], version: str) -> list[str]:
        """Judge these alarms (`AlarmPlan`, with ``latched`` and ``standing``) on a service instead of those before.

        Returns why some of them cannot be judged, as ``name: sentence``.
        """
        service: Any = self._services.get(object_id)
        judges: list[Judge] = []
        problems = []
        for plain in alarms:
            stood = (str(plain.get("latched") or "ok"), str(plain.get("standing") or "ok"))
            judge = Judge(from_plain(AlarmPlan, plain), *stood)
            try:
                give = getattr(service, "judge", _cannot)
                give(owner, judge.plan.name, judge.plan.member, judge.plan.period, judge.take)
            except Exception as error:  # noqa: BLE001 - what the driver does not have is told, the others are judged
                problems.append(f"{judge.plan.name}: {error}")
            judges.append(judge)
        with self._lock:
            before = self._owners.get((owner, object_id))
            self._owners[owner, object_id] = _Owner(version, judges)
        for judge in before.judges if before is not None and service is not None else ():
            if judge.plan.name not in {one.plan.name for one in judges}:
                service.judge(owner, judge.plan.name, judge.plan.member, 0.0, None)
        return problems

    def judged(self, owner: str, object_id: str, version: str) -> list[dict[str, Any]] | None:
        """Return how the alarms stand; None where they must be given (anew)."""
        self._forget()
        with self._lock:
            found = self._owners.get((owner, object_id))
            if found is None or found.version != version:
                return None
            found.heard = time.monotonic()
        service = self._services.get(object_id)
        return [asdict(judge.judgement(*_about(service, judge.plan.member))) for judge in found.judges]

    def release(self, owner: str, object_id: str, name: str) -> None:
        """Let go of a latched alarm."""
        with self._lock:
            found = self._owners.get((owner, object_id))
        for judge in found.judges if found is not None else ():
            if judge.plan.name == name:
                judge.release()

    def _forget(self) -> None:
        now = time.monotonic()
        with self._lock:
            old = {key: found for key, found in self._owners.items() if now - found.heard > FORGOTTEN_SECONDS}
            for key in old:
                del self._owners[key]
        for (owner, object_id), found in old.items():
            service: Any = self._services.get(object_id)
            for judge in found.judges if service is not None else ():
                service.judge(owner, judge.plan.name, judge.plan.member, 0.0, None)


class _Owner:
    __slots__ = ("heard", "judges", "version")

    def __init__(self, version: str, judges: list[Judge]) -> None:
        self.version = version
        self.judges = judges
        self.heard = time.monotonic()


def _cannot(*_: object) -> None:
    raise LookupError("its readings cannot be judged here, because its driver was not loaded")


def _about(service: HostedService | Any, member: str) -> tuple[str, str]:
    """Return why there is no reading of a member, and its unit."""
    if service is None:
        return "", ""
    trouble: Callable[[str], str] | None = getattr(service, "trouble", None)
    unit: Callable[[str], str] | None = getattr(service, "unit_of", None)
    return trouble(member) if trouble else "", unit(member) if unit else ""

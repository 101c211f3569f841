"""Alarms as all ends know them: what is to be judged, what was judged, whom it is told, and how it stands.

Plain frozen data, standard library only: a daemon judges, the child of the alarms tells, windows show. Nothing here
validates; that was done when the alarm file was read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from pyrolab_gui.wire.record import known, record

_T = TypeVar("_T")

LEVELS = ("ok", "warn", "alarm")
"""From what is well to what is worst."""


class AlarmState(StrEnum):
    """How an alarm stands. *Latched*: it is over, and waits to be acknowledged; *off*: its instrument was stopped."""

    OK = "ok"
    WAITING = "waiting"
    WARN = "warn"
    ALARM = "alarm"
    LATCHED = "latched"
    OFF = "off"

    @property
    def raised(self) -> bool:
        """Whether somebody should look at it."""
        return self in (AlarmState.WARN, AlarmState.ALARM, AlarmState.LATCHED)


@record(frozen=True)
class AlarmPlan:
    """One alarm: thresholds on one reading. Seconds throughout; a bound that is None is not judged."""

    name: str
    instrument: str
    member: str
    high_alarm: float | None = None
    high_warn: float | None = None
    low_warn: float | None = None
    low_alarm: float | None = None
    hysteresis: float = 0.0
    delay: float = 0.0
    latch: bool = False
    no_data: int = 0
    """After so many periods without a reading there is an alarm; 0: never."""
    period: float = 1.0
    note: str = ""
    """What is to be done, for whoever is told."""
    tell: tuple[str, ...] = ()
    """Recipients, in the order in which it is passed on."""
    tell_warnings: bool = False

    @property
    def bounds(self) -> tuple[tuple[str, float, str], ...]:
        """What is judged, as `AlarmStatus` has it."""
        found = (
            ("above", self.high_alarm, "alarm"),
            ("above", self.high_warn, "warning"),
            ("below", self.low_warn, "warning"),
            ("below", self.low_alarm, "alarm"),
        )
        return tuple((side, value, kind) for side, value, kind in found if value is not None)

    @property
    def reading(self) -> str:
        """The reading as it is written: ``cryo.temperature``."""
        return f"{self.instrument}.{self.member}"


@record(frozen=True)
class Judgement:
    """What a daemon found about one alarm. Times are seconds since the epoch.

    `reason` says why there is no data; `raised` counts how often it was raised since the daemon judges it, `worst` is
    the value that was furthest out since then.
    """

    name: str
    level: str = "ok"
    value: float | None = None
    time: float = 0.0
    since: float = 0.0
    no_data: bool = False
    reason: str = ""
    latched: bool = False
    raised: int = 0
    worst: float | None = None
    bound: float | None = None
    unit: str = ""
    judged: bool = True
    """False until there was a first reading, or the want of it was judged."""


@record(frozen=True)
class Recipient:
    """Somebody or something that is told: `kind` is ``mail`` or ``webhook``, `template` the form of a webhook."""

    name: str
    kind: str = "mail"
    to: tuple[str, ...] = ()
    url: str = ""
    template: str = "json"


@record(frozen=True)
class MailServer:
    """How mail leaves this computer."""

    host: str = ""
    port: int = 25
    security: str = "none"
    """``none``, ``starttls`` or ``tls``."""
    sender: str = ""
    user: str = ""
    password_file: str = ""
    ca_file: str = ""


@record(frozen=True)
class AlarmsPlan:
    """All alarms of one lab, for the child that delivers them; `file` is where they are written."""

    name: str
    file: str = ""
    alarms: tuple[AlarmPlan, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    mail: MailServer = field(default_factory=MailServer)
    repeat: float = 600.0
    pass_on: float = 900.0
    nameservers: tuple[dict[str, Any], ...] = ()
    """Fields of `wire.plans.NameserverAddress`."""
    state_file: str = ""
    lab: str = ""
    """The name of the lab, for those who are told."""
    problem: str = ""
    """Why the alarm file cannot be used as it stands; what is told then is the version before."""
    start_level: int = 200
    restart: str = "always"
    start_seconds: float = 1.0
    stop_seconds: float = 5.0
    environment: dict[str, str] = field(default_factory=dict)
    python: str = ""


@record(frozen=True)
class AlarmStatus:
    """One alarm as it is shown.

    `knows` says who was told, and when; `acknowledged` by whom; `trouble` why somebody could not be told.
    """

    name: str
    reading: str = ""
    state: AlarmState = AlarmState.WAITING
    level: str = "ok"
    sentence: str = ""
    value: float | None = None
    unit: str = ""
    since: float = 0.0
    acknowledged: str = ""
    acknowledged_at: float = 0.0
    shelved_until: float = 0.0
    shelved_by: str = ""
    knows: str = ""
    trouble: str = ""
    tells_nobody: bool = False
    note: str = ""
    bounds: tuple[tuple[str, float, str], ...] = ()
    """What is judged: ``above`` or ``below``, the value, ``warning`` or ``alarm``."""

    def to_text(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> AlarmStatus | None:
        """Read what `to_text` wrote, ignoring unknown keys; None where it is something else."""
        try:
            found = from_plain(cls, json.loads(text))
            return replace(found, state=AlarmState(found.state))
        except (ValueError, TypeError, AttributeError):
            return None


def from_plain(cls: type[_T], plain: dict[str, Any]) -> _T:
    """Return the record that a dict tells of, ignoring unknown keys; lists become tuples."""
    return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in known(cls, plain).items()})


def alarms_from_json(text: str) -> AlarmsPlan:
    """Read what `wire.plans.to_json` wrote, ignoring unknown keys."""
    plain = json.loads(text)
    plain["alarms"] = tuple(from_plain(AlarmPlan, item) for item in plain.get("alarms", ()))
    plain["recipients"] = tuple(from_plain(Recipient, item) for item in plain.get("recipients", ()))
    plain["mail"] = from_plain(MailServer, plain.get("mail") or {})
    return from_plain(AlarmsPlan, plain)

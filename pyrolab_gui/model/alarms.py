"""The alarm file of a lab: which readings are watched, when that is an alarm, and who is told.

It stands beside the lab file as ``NAME.alarms.yaml``. These are thresholds on readings; what may be set is the lab
file's `limits`. Limits: whether an instrument or a member is there is not known here; `problems_of` compares names with
a lab.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_serializer, model_validator

from pyrolab_gui.model.parts import Part
from pyrolab_gui.model.problems import Problem
from pyrolab_gui.model.sentences import meant
from pyrolab_gui.model.side_file import SideFile
from pyrolab_gui.model.values import Number, OrEmpty, Period, Port, Seconds, Version, WholeNumber

if TYPE_CHECKING:
    from pyrolab_gui.model.lab import Lab


def _listed(value: Any) -> Any:
    return [] if value is None else [value] if isinstance(value, str) else value


OneOrMore = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Written(Part):
    """Written without what is as it is by default."""

    @model_serializer(mode="wrap")
    def _as_written(self, handler: Any) -> dict[str, Any]:
        fields = type(self).model_fields
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in handler(self).items()
            if fields[name].is_required() or getattr(self, name) != fields[name].get_default(call_default_factory=True)
        }


class Alarm(_Written):
    """One alarm."""

    instrument: str = Field(
        min_length=1, title="Instrument", json_schema_extra={"group": "What", "refers_to": "instruments"}
    )
    member: str = Field(
        min_length=1,
        title="Reading",
        description="The member that is read, for example temperature.",
        json_schema_extra={"group": "What"},
    )
    high_alarm: Number | None = Field(None, title="Alarm at or above", json_schema_extra={"group": "When"})
    high_warn: Number | None = Field(None, title="Warning at or above", json_schema_extra={"group": "When"})
    low_warn: Number | None = Field(None, title="Warning at or below", json_schema_extra={"group": "When"})
    low_alarm: Number | None = Field(None, title="Alarm at or below", json_schema_extra={"group": "When"})
    no_data: Annotated[WholeNumber, Field(ge=0)] = Field(
        10,
        title="No data for",
        description="An alarm when there was no reading for so many periods; 0 for never.",
        json_schema_extra={"group": "When", "unit": "periods"},
    )
    delay: Seconds = Field(
        5.0,
        title="Delay",
        description="It must last so long before anybody is told: a restart does not ring.",
        json_schema_extra={"group": "When", "unit": "s"},
    )
    hysteresis: Seconds = Field(
        0.0,
        title="Hysteresis",
        description="How far back within its bound a reading must be before the alarm is over, in its unit.",
        json_schema_extra={"group": "When"},
    )
    latch: bool = Field(
        False,
        title="Stays until acknowledged",
        description="Even when the reading is well again.",
        json_schema_extra={"group": "When"},
    )
    period: Period = Field(1.0, title="Read every", json_schema_extra={"group": "What", "unit": "s"})
    tell: OneOrMore = Field(
        (),
        title="Tell",
        description="In this order: the next one when nobody acknowledges. None: those whom the file names for all.",
        json_schema_extra={"group": "Who", "refers_to": "recipients"},
    )
    tell_warnings: bool = Field(False, title="Tell warnings too", json_schema_extra={"group": "Who"})
    note: str = Field(
        "",
        title="What to do",
        description="Stands in the message.",
        json_schema_extra={"group": "Who", "multiline": True},
    )

    @model_validator(mode="after")
    def _in_order(self) -> Alarm:
        bounds = [
            (name, value)
            for name in ("low_alarm", "low_warn", "high_warn", "high_alarm")
            if (value := getattr(self, name)) is not None
        ]
        for (lower, low), (upper, high) in itertools.pairwise(bounds):
            same_side = lower.partition("_")[0] == upper.partition("_")[0]
            if low > high or (low == high and not same_side):
                raise ValueError(f"{lower} ({low:g}) must be below {upper} ({high:g})")
        if not bounds and not self.no_data:
            raise ValueError("an alarm needs a bound, or a number of periods without data")
        return self


class Recipient(_Written):
    """Who or what is told."""

    kind: Literal["mail", "webhook"] = Field("mail", title="By")
    to: OneOrMore = Field((), title="Mail addresses", description="One to a line.")
    url: str = Field("", title="Address of the webhook", description="https://…")
    template: Literal["json", "teams", "slack", "ntfy"] = Field("json", title="Form of the webhook")

    @model_validator(mode="after")
    def _has_an_address(self) -> Recipient:
        if self.kind == "mail" and not self.to:
            raise ValueError("a mail address is needed")
        if self.kind == "mail" and (wrong := next((to for to in self.to if "@" not in to.strip("@")), None)):
            raise ValueError(f"'{wrong}' is no mail address")
        if self.kind == "webhook" and not self.url.startswith(("https://", "http://")):
            raise ValueError("a webhook needs an address that begins with https:// or http://")
        return self


class MailServer(_Written):
    """How mail leaves this computer."""

    host: str = Field("", title="Server")
    port: Port = Field(587, title="Port")
    security: Literal["starttls", "tls", "none"] = Field("starttls", title="Security")
    sender: str = Field("", title="Sender", description="The address that the mail comes from.")
    user: str = Field("", title="User", description="Empty where the server asks for none.")
    password_file: str = Field(
        "", title="Password file", description="A file that holds the password, readable by you alone."
    )
    ca_file: str = Field(
        "",
        title="Certificate authority",
        description="A file (PEM) that the server's certificate is checked with; empty: those this computer knows.",
    )


class Alarms(_Written):
    """A whole alarm file."""

    version: Version = Field("1.0", json_schema_extra={"advanced": True})
    mail: MailServer = Field(default_factory=MailServer, title="Mail server")
    tell: OneOrMore = Field((), title="Tell", description="For alarms that name nobody themselves.")
    repeat_minutes: Annotated[Number, Field(gt=0)] = Field(
        10.0,
        title="Repeat every",
        description="Until somebody acknowledges.",
        json_schema_extra={"unit": "min"},
    )
    pass_on_minutes: Annotated[Number, Field(gt=0)] = Field(
        15.0,
        title="Pass on after",
        description="When nobody acknowledges, the next one is told too.",
        json_schema_extra={"unit": "min"},
    )
    recipients: Annotated[dict[str, Recipient], OrEmpty] = Field(default_factory=dict)
    alarms: Annotated[dict[str, Alarm], OrEmpty] = Field(default_factory=dict)

    def tells(self, alarm: Alarm) -> tuple[str, ...]:
        """Return who is told of an alarm, in order; who is not among the recipients is left out."""
        return tuple(name for name in alarm.tell or self.tell if name in self.recipients)


class AlarmFile(SideFile[Alarms]):
    """An alarm file as it was last read or written."""

    model = Alarms

    @property
    def alarms(self) -> Alarms | None:
        """What it says; None where the text cannot be understood."""
        return self.value


def problems_of(alarms: Alarms, lab: Lab | None = None) -> tuple[Problem, ...]:
    """Return what does not agree: recipients that are not there, alarms that tell nobody, unknown instruments."""
    found = []
    for name, alarm in alarms.alarms.items():
        found += [
            Problem(("alarms", name, "tell"), None, f"There is no recipient '{who}'.{meant(who, alarms.recipients)}")
            for who in alarm.tell
            if who not in alarms.recipients
        ]
        if not alarms.tells(alarm):
            found.append(Problem(("alarms", name), None, "It tells nobody: it shows in the window only.", "warning"))
        if lab is not None and alarm.instrument not in lab.services:
            hint = meant(alarm.instrument, lab.services)
            sentence = f"The lab has no instrument '{alarm.instrument}'.{hint}"
            found.append(Problem(("alarms", name, "instrument"), None, sentence, "warning"))
    for who in alarms.tell:
        if who not in alarms.recipients:
            found.append(Problem(("tell",), None, f"There is no recipient '{who}'.{meant(who, alarms.recipients)}"))
    mails = [name for name, recipient in alarms.recipients.items() if recipient.kind == "mail"]
    if mails and not alarms.mail.host:
        found.append(Problem(("mail", "host"), None, f"{mails[0]} is told by mail, but no mail server is named."))
    return tuple(found)

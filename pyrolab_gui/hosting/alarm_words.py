"""Alarms in words: one sentence for the window and the command, and the message that people receive.

Limits: English, and clock times of this computer.
"""

from __future__ import annotations

import socket
import time
from shlex import quote
from typing import TYPE_CHECKING

from pyrolab_gui.network.delivery import Message

if TYPE_CHECKING:
    from pyrolab_gui.hosting.alarm_case import Case, Why
    from pyrolab_gui.wire.alarms import AlarmPlan, Judgement

RECORDING = "recording "
"""How the name of an alarm about a recording begins: there is no reading, and no bound."""
_HEADS: dict[Why, str] = {
    "raised": "",
    "worse": "",
    "repeated": "Still: ",
    "passed on": "Nobody has acknowledged: ",
    "acknowledged": "Acknowledged: ",
    "over": "Over: ",
}


def sentence_of(plan: AlarmPlan, found: Judgement, since: float = 0.0) -> str:
    """Return how an alarm stands, in one sentence without the name of the alarm."""
    if plan.name.startswith(RECORDING):
        return found.reason if found.no_data else "It goes on."
    if found.no_data:
        reason = f": {found.reason}" if found.reason else ""
        return f"{plan.reading} has given no reading{_since(found.time)}{reason}".rstrip(".") + "."
    if found.level == "ok" or found.value is None:
        if not found.judged:
            return f"{plan.reading} is waited for{f': {found.reason}' if found.reason else ''}".rstrip(".") + "."
        return f"{plan.reading} is within its bounds."  # without the value: how it stands does not change with it
    value = value_text(found.value, found.unit)
    if found.latched:
        worst = f"; it was {value_text(found.worst, found.unit)}" if found.worst is not None else ""
        return f"{plan.reading} is well again at {value}{worst}{_since(since)}."
    return f"{plan.reading} is {value}, {_beyond(plan, found)}."


def value_text(value: float | None, unit: str) -> str:
    """Return a value with its unit, in as many digits as an alarm needs."""
    if value is None:
        return "nothing"
    text = f"{value:.5g}".replace("-", "−")
    return f"{text} {unit}".rstrip()


def message_of(case: Case, why: Why, lab: str) -> Message:
    """Return what people are told of a case."""
    plan, found = case.plan, case.judgement
    word = "Alarm" if case.told_level == "alarm" else "Warning"
    title = f"{_HEADS[why]}{word} {plan.name}: {sentence_of(plan, found, case.since).rstrip('.')}"
    if why == "over":
        title = f"Over: {plan.name}: {case.off or sentence_of(plan, found)}".rstrip(".")
    elif why == "acknowledged":
        title = f"Acknowledged by {case.acknowledged}: {plan.name}"
    lines = [f"Since {_moment(case.since)}." if case.since else ""]
    if why not in ("over", "acknowledged"):
        lines += [plan.note, f"Told: {', '.join(case.told)}." if case.told else ""]
        lines.append(f"To stop this: acknowledge it in the window, or pyrolab-gui alarms ack {quote(plan.name)}")
    lines.append(f"Lab {lab} on {socket.gethostname()}.")
    level = "ok" if why in ("over", "acknowledged") else case.told_level
    facts = {
        "alarm": plan.name,
        "reading": plan.reading,
        "event": why,
        "value": found.value,
        "unit": found.unit,
        "since": case.since,
        "no_data": found.no_data,
        "acknowledged": case.acknowledged,
        "lab": lab,
    }
    return Message(title, tuple(line for line in lines if line), level, facts)


def _beyond(plan: AlarmPlan, found: Judgement) -> str:
    bound = found.bound
    word = "alarm" if found.level == "alarm" else "warning"
    if bound is None:
        return word
    side = "at or above" if bound in (plan.high_alarm, plan.high_warn) else "at or below"
    return f"{word} {side} {value_text(bound, found.unit)}"


def _since(moment: float) -> str:
    return f" since {_moment(moment)}" if moment else ""


def _moment(when: float) -> str:
    form = "%H:%M:%S" if time.time() - when < 43_200 else "%Y-%m-%d %H:%M"
    return time.strftime(form, time.localtime(when))

"""The command for alarms without a window: how they stand, acknowledge, shelve, and a test of who is told."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command, say

if TYPE_CHECKING:
    import argparse

    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.wire.alarms import AlarmStatus

_SUPERVISOR_SECONDS = 5.0
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


def _alarms(options: argparse.Namespace) -> int:
    if options.action == "test":
        return _test(options)
    from pyrolab_gui.supervision.remote import RemoteSupervisor

    supervisor = RemoteSupervisor.connect(timeout=_SUPERVISOR_SECONDS)
    try:
        return _list(supervisor, options) if options.action == "list" else _act(supervisor, options)
    finally:
        supervisor.close(stop_children=False)


def _found(supervisor: RemoteSupervisor) -> list[tuple[str, AlarmStatus]]:
    from pyrolab_gui.wire.alarms import AlarmStatus
    from pyrolab_gui.wire.child import ChildKind

    return [
        (status.key, alarm)
        for status in supervisor.statuses()
        if status.kind is ChildKind.ALARMS
        for service in status.services
        if (alarm := AlarmStatus.from_text(service.detail)) is not None
    ]


def _list(supervisor: RemoteSupervisor, options: argparse.Namespace) -> int:
    """Print all; the exit status is 1 where one is raised that nobody has acknowledged."""
    alarms = [alarm for _, alarm in _found(supervisor)]
    if options.json:
        print(json.dumps([json.loads(alarm.to_text()) for alarm in alarms], indent=2, ensure_ascii=False))
    else:
        width = max((len(alarm.name) for alarm in alarms), default=0)
        for alarm in alarms:
            say(f"{alarm.name.ljust(width)}  {alarm.state!s:<8} {alarm.sentence}{_people(alarm)}")
        if not alarms:
            say("No alarms are watched here.")
    calling = [alarm for alarm in alarms if alarm.state.raised and not alarm.acknowledged and not alarm.shelved_until]
    return 1 if calling else 0


def _people(alarm: AlarmStatus) -> str:
    found = []
    if alarm.acknowledged:
        found.append(f"acknowledged by {alarm.acknowledged}")
    elif alarm.shelved_until:
        until = time.strftime("%Y-%m-%d %H:%M", time.localtime(alarm.shelved_until))
        found.append(f"shelved until {until} by {alarm.shelved_by}")
    elif alarm.state.raised:
        found.append(alarm.knows)
    if alarm.trouble:
        found.append(f"could not be told: {alarm.trouble}")
    if alarm.tells_nobody and not alarm.state.raised:
        found.append("tells nobody")
    return f" ({'; '.join(part for part in found if part)})" if any(found) else ""


def _act(supervisor: RemoteSupervisor, options: argparse.Namespace) -> int:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.wire.errors import LabError

    known = {alarm.name: (key, alarm) for key, alarm in _found(supervisor)}
    if options.name not in known:
        raise LabError(f"There is no alarm '{options.name}'; there are: {', '.join(known) or 'none'}.")
    key, alarm = known[options.name]
    who = options.by or Identity.here().who
    if options.action == "ack":
        if not alarm.state.raised:
            raise LabError(f"{alarm.name} is not raised, so there is nothing to acknowledge.")
        supervisor.tell(key, {"acknowledge": alarm.name, "by": who})
        say(f"{alarm.name} is acknowledged by {who}.")
        return 0
    until = 0.0 if options.until in ("now", "0") else moment(options.until or "1h")
    supervisor.tell(key, {"shelve": alarm.name, "until": until, "by": who})
    words = time.strftime("%Y-%m-%d %H:%M", time.localtime(until)) if until else ""
    say(f"Nobody is told of {alarm.name} until {words}." if until else f"{alarm.name} is told again.")
    return 0


def moment(text: str, now: float | None = None) -> float:
    """Return the moment that ``08:00`` (the next one) or ``2h`` (from now on) means, in seconds since the epoch.

    Raises
    ------
    LabError
        If it is neither.
    """
    from pyrolab_gui.cli.recording import parse_duration, parse_moment

    now = time.time() if now is None else now
    word = text.strip()
    if _CLOCK.fullmatch(word):
        return parse_moment(word.zfill(len("08:00")), now)
    return now + parse_duration(word)


def _test(options: argparse.Namespace) -> int:
    """Tell one recipient or all that this is a test, from here."""
    from pyrolab_gui.model.alarms import AlarmFile
    from pyrolab_gui.model.side_file import beside
    from pyrolab_gui.network.delivery import Message, deliver
    from pyrolab_gui.supervision.alarm_keeper import mail_of, recipients_of
    from pyrolab_gui.supervision.current_lab import open_lab
    from pyrolab_gui.wire.errors import LabError

    lab = options.config or open_lab()
    if lab is None:
        raise LabError("Say which lab: --config FILE.")
    file = AlarmFile.open(beside(Path(lab), "alarms"))
    if file.alarms is None:
        raise LabError(f"{file.path}:{file.problems[0].line or 0}: {file.problems[0]}")
    wanted = [who for who in recipients_of(file.alarms) if options.name in ("", who.name)]
    if not wanted:
        raise LabError(f"{file.path.name} names no recipient{f' {options.name!r}' if options.name else ''}.")
    message = Message(f"Test of the alarms of {Path(lab).stem}", ("If you read this, alarms reach you.",), "ok")
    failed = False
    for recipient in wanted:
        try:
            deliver(message, recipient, mail_of(file.alarms))
            say(f"{recipient.name}: sent")
        except LabError as error:
            failed = True
            print(f"{recipient.name}: {error.sentence}", file=sys.stderr)
    return 1 if failed else 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="ACTION",
        nargs="?",
        choices=("list", "ack", "shelve", "test"),
        default="list",
        help="list (the default), ack NAME, shelve NAME, test [RECIPIENT]",
    )
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="of an alarm, or of a recipient")
    parser.add_argument("--by", metavar="WHO", default="", help="who acknowledges or shelves (default: this account)")
    parser.add_argument("--until", metavar="WHEN", default="", help="08:00 or 2h; now: tell again (default: 1h)")
    parser.add_argument("--config", metavar="FILE", type=Path, help="the lab file, for a test")
    parser.add_argument("--json", action="store_true")


COMMANDS = {"alarms": Command("how the alarms stand; acknowledge or shelve one; test who is told", _alarms, _options)}

"""The command that brings readings to disk, without a window: in this terminal, or in a child of the supervisor."""

from __future__ import annotations

import re
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command, say
from pyrolab_gui.cli.instruments import nameserver_address, nameserver_option

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.recording.recorder import Reading

_SHORTEST, _LONGEST = 0.005, 3_600.0
_UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(|s|m|min|h|d)")
_CLOCK = re.compile(r"(\d+):(\d{2})(?::(\d{2}))?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(kB|MB|GB)", re.IGNORECASE)
_BYTES = {"kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_ASK_SECONDS = 5.0


def _record(options: argparse.Namespace) -> int:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.recording.recorder import Recorder
    from pyrolab_gui.recording.writer import Writer
    from pyrolab_gui.wire import serializers
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.names import RECORDING

    if options.to.exists() and not options.resume:
        raise LabError(f"{options.to} is there already; --continue goes on with it.")
    serializers.register()
    if options.background:
        return _in_background(options)
    for word, given in (("--at", options.at), ("--when", options.when), ("--until", options.until),
                        ("--new-file", options.new_file), ("--keep", options.keep)):  # fmt: skip
        if given:
            raise LabError(f"{word} is for recordings that go on without this terminal: add --background.")
    names, period = _wanted(options)
    seconds = parse_duration(options.duration) if options.duration else None
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    identity = Identity.here(RECORDING)
    readings = _readings(options, names, identity)
    try:
        about = {"purpose": options.purpose, "lab": _lab(options)}
        writer = Writer(options.to, identity.who, about)
        recorder = Recorder(writer, readings, period, identity)
        print(f"Recording {_count(len(readings))} to {options.to}; Ctrl+C ends it.", file=sys.stderr, flush=True)
        summary = recorder.run(stop, seconds)
    finally:
        _close(readings)
    say(str(summary))
    if summary.problem:
        print(f"{summary.problem} What was written before is kept.", file=sys.stderr)
    return 1 if summary.problem or summary.silent else 0


def _in_background(options: argparse.Namespace) -> int:
    """Hand the recording to the supervisor of this computer: a child of it records, without this terminal."""
    import uuid

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.recording.condition import Condition
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.names import RECORDING
    from pyrolab_gui.wire.plans import NameserverAddress, RecordedMember, RecorderPlan

    if options.resume:
        raise LabError("A recording in the background cannot be continued; begin another one.")
    names, period = _wanted(options)
    for condition in (options.when, options.until):
        if condition:
            Condition.parse(condition)
    seconds, size = parse_new_file(options.new_file) if options.new_file else (0.0, 0)
    identity = Identity.here(RECORDING)
    host, port = nameserver_address(options, identity)
    readings = _readings(options, names, identity)
    _close(readings)
    file = options.to.absolute()
    plan = RecorderPlan(
        name=file.stem,
        file=str(file),
        members=tuple(RecordedMember(item.instrument.name, item.member, item.instrument.uri) for item in readings),
        period=period,
        nameservers=(NameserverAddress("", host, port),),
        who=Identity.here().who,
        purpose=options.purpose,
        lab=_lab(options),
        client=uuid.uuid4().hex,
        begins=parse_moment(options.at) if options.at else 0.0,
        begins_when=options.when,
        seconds=parse_duration(options.duration) if options.duration else 0.0,
        ends_when=options.until,
        new_file_seconds=seconds,
        new_file_bytes=size,
        keep_files=options.keep,
    )
    supervisor = RemoteSupervisor.connect(identity=Identity.here(), start=True)
    try:
        supervisor.record(plan)
    finally:
        supervisor.close(stop_children=False)
    say(f"Recording {_count(len(names))} to {file}. `pyrolab-gui stop recorder/{plan.name}` ends it.")
    return 0


def _wanted(options: argparse.Namespace) -> tuple[list[str], float]:
    """Return the names of the channels and the period; what is continued knows both."""
    from pyrolab_gui import recording
    from pyrolab_gui.wire.errors import LabError

    names, period = list(dict.fromkeys(options.readings)), options.period
    if options.resume and options.to.exists():
        with recording.open(options.to) as file:
            channels = file.channels
        names = names or [channel.name for channel in channels]
        if period is None:
            period = min((channel.period for channel in channels), default=None)
    if not names:
        raise LabError("Say what is to be recorded: NAME.MEMBER.")
    if period is None:
        raise LabError("Say how often: --period SECONDS.")
    if not _SHORTEST <= period <= _LONGEST:
        raise LabError(f"The period must be between {_SHORTEST:g} and {_LONGEST:g} s, got {period:g}.")
    return names, period


def _readings(options: argparse.Namespace, names: Sequence[str], identity: Identity) -> list[Reading]:
    """Find the instruments, and say all that are not there, or have no such member."""
    from concurrent.futures import wait
    from functools import partial

    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.network.nameserver import list_entries, lookup
    from pyrolab_gui.recording.recorder import Reading
    from pyrolab_gui.wire.errors import LabError

    host, port = nameserver_address(options, identity)
    entries = list_entries(host, port, trust=identity.trust)
    instruments: dict[str, Instrument] = {}
    readings, problems = [], []
    for name in names:
        instrument, _, member = name.rpartition(".")
        if not instrument or not member:
            problems.append(f"“{name}” is no NAME.MEMBER.")
        elif instrument not in entries:
            problems.append(f"The nameserver at {host}:{port} knows no “{instrument}”.")
        else:
            if instrument not in instruments:
                where = partial(lookup, host, port, instrument, trust=identity.trust)
                instruments[instrument] = Instrument(entries[instrument][0], instrument, identity, resolve=where)
            readings.append(Reading(instruments[instrument], member))
    asked = {name: instrument.describe() for name, instrument in instruments.items()}
    wait(asked.values(), _ASK_SECONDS)
    for name, future in asked.items():
        if not future.done() or future.exception() is not None:
            print(f"{name} does not answer yet; it is recorded as soon as it does.", file=sys.stderr)
    for reading in readings:
        description = reading.instrument.description
        members = [member.name for member in description.members] if description is not None else []
        if description is not None and reading.member not in members:
            known = ", ".join(members) or "none"
            problems.append(f"{reading.instrument.name} has no member {reading.member}; it has: {known}.")
    if problems:
        for one in instruments.values():
            one.close()
        raise LabError("\n".join(dict.fromkeys(problems)))
    return readings


def _close(readings: Sequence[Reading]) -> None:
    for instrument in {id(reading.instrument): reading.instrument for reading in readings}.values():
        instrument.close()


def _lab(options: argparse.Namespace) -> str:
    from pyrolab_gui.supervision.current_lab import open_lab

    lab = options.config or (open_lab() if options.nameserver is None else None)
    return str(Path(lab).resolve()) if lab is not None else ""


def parse_duration(text: str) -> float:
    """Read ``90``, ``30s``, ``10min``, ``8h``, ``2d`` or ``8:30[:00]`` and return seconds.

    Raises
    ------
    LabError
        If it is no duration.
    """
    from pyrolab_gui.wire.errors import LabError

    word = text.strip().lower()
    if clock := _CLOCK.fullmatch(word):
        seconds = 3_600.0 * int(clock[1]) + 60.0 * int(clock[2]) + float(clock[3] or 0)
    elif duration := _DURATION.fullmatch(word):
        seconds = float(duration[1]) * _UNITS[duration[2]]
    else:
        seconds = 0.0
    if seconds <= 0:
        raise LabError(f"“{text}” is no duration; it may be 90s, 10min, 8h, 2d or 8:30:00.")
    return seconds


def parse_moment(text: str, at: float | None = None) -> float:
    """Read ``22:00`` (the next time that it is so late), ``2026-11-24 22:00`` and return seconds since the epoch.

    `at` is when that is asked, in seconds since the epoch; None for now.

    Raises
    ------
    LabError
        If it is no time, or it is over.
    """
    import datetime

    from pyrolab_gui.wire.errors import LabError

    word = text.strip()
    now = datetime.datetime.now() if at is None else datetime.datetime.fromtimestamp(at)
    try:
        if len(word) <= len("22:00:00"):
            moment = datetime.datetime.combine(now.date(), datetime.time.fromisoformat(word))
            moment += datetime.timedelta(days=moment <= now)
        else:
            moment = datetime.datetime.fromisoformat(word)
    except ValueError as error:
        raise LabError(f"“{text}” is no time; it may be 22:00 or 2026-11-24 22:00.") from error
    if moment.timestamp() <= now.timestamp():
        raise LabError(f"“{text}” is over.")
    return moment.timestamp()


def parse_new_file(text: str) -> tuple[float, int]:
    """Read ``1d``, ``8h`` (a new file after so long) or ``500MB``, ``2GB`` (when it is so large); the other one is 0.

    Raises
    ------
    LabError
        If it is neither.
    """
    if size := _SIZE.fullmatch(text.strip()):
        return 0.0, int(float(size[1]) * _BYTES[size[2].lower()])
    return parse_duration(text), 0


def _count(channels: int) -> str:
    return f"{channels} channel{'s' if channels != 1 else ''}"


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("readings", metavar="NAME.MEMBER", nargs="*", help="an instrument's reading")
    parser.add_argument("--period", metavar="S", type=float, help="seconds between two readings")
    parser.add_argument("--to", metavar="FILE", type=Path, required=True, help="the recording")
    parser.add_argument("--for", dest="duration", metavar="DURATION", help="90s, 10min, 8h, 2d (default: until Ctrl+C)")
    parser.add_argument("--purpose", metavar="TEXT", default="", help="why, for whoever finds the file")
    parser.add_argument(
        "--continue", dest="resume", action="store_true", help="go on with a FILE that is there; it knows its channels"
    )
    parser.add_argument(
        "--background", action="store_true", help="let the supervisor of this computer record; this command returns"
    )
    parser.add_argument("--at", metavar="TIME", default="", help="begin at 22:00 or 2026-11-24 22:00")
    parser.add_argument("--when", metavar="CONDITION", default="", help='begin when "NAME.MEMBER < NUMBER" holds')
    parser.add_argument("--until", metavar="CONDITION", default="", help='end when "NAME.MEMBER > NUMBER" holds')
    parser.add_argument("--new-file", metavar="WHEN", default="", help="go on in a new file after 1d, or at 500MB")
    parser.add_argument(
        "--keep", metavar="N", type=int, default=0, help="keep the newest N of its files (default: all)"
    )
    nameserver_option(parser)


COMMANDS = {"record": Command("bring readings to a file on disk, as long as is wished", _record, _options)}

"""A line of a child's output, taken apart: time and level where it has them, and its text.

Our own lines begin with date, time and level; what a driver prints begins as it likes. Limits: one line at a time; a
line without a level belongs to the one before, which is for the caller to know.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

_OURS = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[ T](?P<clock>\d\d:\d\d:\d\d)[.,]?(?P<fraction>\d*) "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?P<text>.*)"
)
LEVELS = ("debug", "info", "warning", "error", "critical")
"""From the least to the most."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """`time` in seconds since the epoch, `clock` as in the line, `level` one of `LEVELS`; empty where unknown."""

    text: str
    time: float = 0.0
    clock: str = ""
    level: str = ""


def parse_line(line: str) -> LogLine:
    """Take a line apart."""
    match = _OURS.fullmatch(line.rstrip("\r\n"))
    if match is None:
        return LogLine(line.rstrip("\r\n"))
    moment = time.strptime(f"{match['date']} {match['clock']}", "%Y-%m-%d %H:%M:%S")
    seconds = time.mktime(moment) + float(f"0.{match['fraction'] or 0}")
    return LogLine(match["text"], seconds, match["clock"], match["level"].lower())

"""Moments and durations as people type and read them: ``FRIDAY-18:00``, ``2h``; ``3 h 20 min``.

Limits: English names of days, times of the local zone, moments of the past only.
"""

from __future__ import annotations

import datetime
import re

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FORMS = "FRIDAY-18:00, yesterday, 18:00, 2026-11-20, 2026-11-20T18:00, 90m, 12h or 3d"


def parse_when(text: str, now: float) -> float:
    """Return the last moment before `now` (seconds since the epoch) that `text` names.

    Raises
    ------
    ValueError
        If it names none; the message is a sentence.
    """
    word = text.strip().lower()
    if ago := _AGO.fullmatch(word):
        return now - float(ago[1]) * _SECONDS[ago[2]]
    present = datetime.datetime.fromtimestamp(now)
    try:
        found = _moment(word, present)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"“{text}” is no moment that is understood; it may be {FORMS}.")
    seconds = found.timestamp()
    if seconds > now:
        raise ValueError(f"“{text}” is still to come.")
    return seconds


def _moment(word: str, now: datetime.datetime) -> datetime.datetime | None:
    if date := _DATE.match(word):
        rest = word[date.end() :].lstrip("t- ")
        time = _time(rest) if rest else datetime.time()
        return datetime.datetime(int(date[1]), int(date[2]), int(date[3])).replace(
            hour=time.hour, minute=time.minute, second=time.second
        )
    if ":" in word and _TIME.fullmatch(word):
        found = datetime.datetime.combine(now.date(), _time(word))
        return found if found <= now else found - datetime.timedelta(days=1)
    day, _, rest = word.replace(" ", "-").partition("-")
    time = _time(rest) if rest else datetime.time()
    if day in ("today", "yesterday"):
        return datetime.datetime.combine(now.date() - datetime.timedelta(days=day == "yesterday"), time)
    matching = [number for number, name in enumerate(_DAYS) if len(day) >= 3 and name.startswith(day)]
    if not matching:
        return None
    found = datetime.datetime.combine(now.date() - datetime.timedelta(days=(now.weekday() - matching[0]) % 7), time)
    return found if found <= now else found - datetime.timedelta(days=7)


def _time(text: str) -> datetime.time:
    parts = _TIME.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    return datetime.time(int(parts[1]), int(parts[2]), int(parts[3] or 0))


def duration_text(seconds: float) -> str:
    """Return a duration with its two largest units: ``45 s``, ``5 min 3 s``, ``3 h 20 min``, ``2 d 4 h``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def moment_text(seconds: float, now: float) -> str:
    """Return a moment: the time for one of today, with day and date for an earlier one."""
    moment, present = datetime.datetime.fromtimestamp(seconds), datetime.datetime.fromtimestamp(now)
    return f"{moment:%H:%M:%S}" if moment.date() == present.date() else f"{moment:%a %d %b %H:%M:%S}"

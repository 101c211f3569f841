"""A time as a person says it: ``18:30`` is the next time that a clock shows this; with a date it is that day.

Limits: local time; no words such as tomorrow.
"""

from __future__ import annotations

from datetime import datetime, timedelta


def seconds_until(text: str, now: datetime | None = None) -> float:
    """Return the seconds from now until a time.

    Raises
    ------
    ValueError
        With a sentence, where it is no time, or one that is over.
    """
    now = now or datetime.now()
    words = text.strip()
    try:
        if "-" in words:
            when = datetime.fromisoformat(words)
            when = when if when.tzinfo is None else when.astimezone().replace(tzinfo=None)
        else:
            clock = datetime.strptime(words, "%H:%M")
            when = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
            if when <= now:
                when += timedelta(days=1)
    except ValueError:
        raise ValueError("This is no time; write it like 18:30, or 2026-03-01 18:30.") from None
    left = when.timestamp() - now.timestamp()  # over a change of the clocks these are the hours that pass
    if left <= 0:
        raise ValueError("This time is over.")
    return left

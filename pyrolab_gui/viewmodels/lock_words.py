"""What is known of a lock, in words: what for, since when, until when, how long unused, and who asks for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.value_text import age_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lock_state import LockState


def lock_rows(lock: LockState) -> list[tuple[str, str]]:
    """Return what is known as pairs of a word and what is so."""
    if lock.holder not in ("ours", "other"):
        return []
    now = time.time()
    rows = [("In use by", ("you, " if lock.holder == "ours" and lock.owner else "") + (lock.owner or "you"))]
    if lock.holder == "other" and not lock.owner:
        rows = [("In use by", "somebody else")]
    if lock.purpose:
        rows.append(("For", lock.purpose))
    if lock.since:
        rows.append(("Since", f"{moment(lock.since)} ({age_text(now - lock.since)})"))
    if lock.until:
        rows.append(("Kept until", f"{moment(lock.until)}, whether its owner is there or not"))
    if lock.told_use:
        last = f"{lock.last_call}, " if lock.last_call else ""
        if lock.idle_since:
            rows.append(("Last call", f"{last}{age_text(now - lock.idle_since)} ago" if last else "none so far"))
        else:
            rows.append(("Last call", f"{last}still running or being recorded"))
    return rows


def lock_words(lock: LockState) -> str:
    """Return what is known as lines."""
    return "\n".join(f"{word}: {text}" for word, text in lock_rows(lock)[1:])


def passing_words(lock: LockState) -> str:
    """Return when the lock passes to the one who asks."""
    if lock.due:
        return f"It is handed over at {moment(lock.due)} if nothing is called and nothing recorded until then."
    if lock.take_over:
        wait = age_text(lock.take_over)
        return f"Its owner is told. Without an answer it is handed over once nothing was called or recorded for {wait}."
    return "Only its owner can give it; this lab hands nothing over by itself."


def moment(when: float) -> str:
    """Return the local time of day to the minute, with the date where it is not today's."""
    local = time.localtime(when)
    today = time.localtime()[:3] == local[:3]
    return time.strftime("%H:%M" if today else "%d %b %H:%M", local)

"""Small pieces of text that several view models say alike: lists of names, lengths of time, amounts of memory."""

from __future__ import annotations

from pyrolab_gui.supervision.hit_words import listed
from pyrolab_gui.supervision.when import duration_text

__all__ = ["counted", "listed", "memory", "uptime"]

uptime = duration_text
"""A length of time in its two largest units: ``3 d 4 h``, ``8 h 27 min``, ``41 s``."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 crash``, ``3 crashes``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def memory(number: int) -> tuple[str, str]:
    """Return an amount of memory as number and unit: ``("412", "MB")``."""
    megabytes = number / 1e6
    return (f"{megabytes / 1000:.1f}", "GB") if megabytes >= 1000 else (f"{megabytes:.0f}", "MB")

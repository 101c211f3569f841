"""Small pieces of text that several view models say alike: lists of names, lengths of time, amounts of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.supervision.when import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN_NAMES = 4


uptime = duration_text
"""A length of time in its two largest units: ``3 d 4 h``, ``8 h 27 min``, ``41 s``."""


def listed(names: Sequence[str]) -> str:
    """Return names as words: ``laser, meter and 4 more``."""
    if len(names) > _SHOWN_NAMES:
        return f"{', '.join(names[: _SHOWN_NAMES - 1])} and {len(names) - _SHOWN_NAMES + 1} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 crash``, ``3 crashes``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def memory(number: int) -> tuple[str, str]:
    """Return an amount of memory as number and unit: ``("412", "MB")``."""
    megabytes = number / 1e6
    return (f"{megabytes / 1000:.1f}", "GB") if megabytes >= 1000 else (f"{megabytes:.0f}", "MB")

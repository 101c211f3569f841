"""Two people's edits of one text, line by line, in one text.

Limits: lines that both changed, or that touch, are not merged: the answer is None then.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeAlias

_Edit: TypeAlias = tuple[int, int, list[str]]
"""First and last line of the base that are replaced, and by what."""


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Return `base` with the edits of both; None where they contradict each other."""
    lines = base.splitlines(keepends=True)
    ours, others = _edits(lines, mine), _edits(lines, theirs)
    both = sorted([*ours, *(edit for edit in others if edit not in ours)], key=lambda edit: edit[:2])
    for (_, end, _), (start, _, _) in pairwise(both):
        if start <= end:
            return None
    for start, end, new in reversed(both):
        lines[start:end] = new
    return "".join(lines)


def _edits(base: list[str], text: str) -> list[_Edit]:
    other = text.splitlines(keepends=True)
    found = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(start, end, other[first:last]) for kind, start, end, first, last in found if kind != "equal"]

"""Two people's edits of one thing in one: of a text line by line, of a mapping key by key.

Limits: of a text, lines that both changed, or that touch, are not merged: the answer is None then.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final, TypeAlias

NOT_THERE: Final = object()
"""Stands for the value of a key that is not there."""

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


def changed_by_both(base: Any, mine: Any, theirs: Any) -> list[Any]:
    """Return the keys whose values both changed, and not alike; ``[None]`` for a value that is no mapping."""
    if not all(isinstance(value, dict) for value in (base, mine, theirs)):
        return [None] if base not in (mine, theirs) and mine != theirs else []
    found = []
    for key in {**base, **mine, **theirs}:
        was, here, there = (value.get(key, NOT_THERE) for value in (base, mine, theirs))
        if was not in (here, there) and here != there:
            found.append(key)
    return found


def merged_value(base: Any, mine: Any, theirs: Any) -> Any:
    """Return `theirs` with what `mine` has changed of `base`; of mappings key by key, else mine as a whole."""
    if not all(isinstance(value, dict) for value in (base, mine, theirs)):
        return mine
    changed = {key for key in {**base, **mine} if base.get(key, NOT_THERE) != mine.get(key, NOT_THERE)}
    found = {key: value for key, value in theirs.items() if key not in changed}
    order = {**theirs, **mine}
    found |= {key: mine[key] for key in changed if key in mine}
    return {key: found[key] for key in order if key in found}

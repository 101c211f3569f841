"""What two people changed in one lab at once, value by value, so that each can be chosen.

Limits: values alone; whose value holds until somebody chooses is the draft's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.lab import ENTRY_TYPES, KINDS, Kind, Lab
from pyrolab_gui.model.merging import NOT_THERE, changed_by_both
from pyrolab_gui.model.sentences import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that both changed.

    Parameters
    ----------
    kind, name
        The entry, by its name here; for one that was removed here, by its name there.
    words
        What it is: ``Port of optics``.
    mine, theirs
        The values, as they are shown.
    field, key
        The field, and the key in it of a mapping that is compared key by key; empty for the whole.
    value
        What they wrote: of the field or key, or a whole entry where `field` is empty; `NOT_THERE` where it is gone.
    """

    kind: Kind
    name: str
    words: str
    mine: str
    theirs: str
    field: str = ""
    key: str = ""
    value: Any = NOT_THERE

    @property
    def place(self) -> tuple[str, ...]:
        """Where the value stands."""
        return self.kind, self.name, self.field, self.key

    def __str__(self) -> str:
        return f"{self.words} is {self.theirs} there, and {self.mine} here."


def conflicts_between(base: Lab, mine: Lab, theirs: Lab, origin_of: Callable[[Kind, str], str]) -> tuple[Conflict, ...]:
    """Return what both changed of `base`; `origin_of` tells what an entry of mine was called there."""
    found: list[Conflict] = []
    for kind in KINDS:
        saved, there, here = base.entries(kind), theirs.entries(kind), mine.entries(kind)
        origins = {origin_of(kind, name): name for name in here}
        for origin, before in saved.items():
            name, other = origins.get(origin, ""), there.get(origin)
            if name and other is not None:
                found += _of_entry(kind, name, before, here[name], other)
            elif name and _differ(before, here[name]):
                found.append(Conflict(kind, name, f"The entry {origin}", "edited", "removed"))
            elif not name and other is not None and _differ(before, other):
                found.append(Conflict(kind, origin, f"The entry {origin}", "removed", "edited", value=other))
    return tuple(found)


def _of_entry(kind: Kind, name: str, before: BaseModel, mine: BaseModel, theirs: BaseModel) -> list[Conflict]:
    if mine is before or theirs is before:
        return []
    found = []
    for field, info in ENTRY_TYPES[kind].model_fields.items():
        title = info.title or field
        was, here, there = (getattr(entry, field) for entry in (before, mine, theirs))
        for key in changed_by_both(was, here, there):
            words = f"{title} of {name}" if key is None else f"{title}: {key} of {name}"
            one, other = (here, there) if key is None else (here.get(key, NOT_THERE), there.get(key, NOT_THERE))
            found.append(Conflict(kind, name, words, _shown(one), _shown(other), field, key or "", other))
    return found


def _differ(one: BaseModel, other: BaseModel) -> bool:
    return one is not other and any(getattr(one, field) != getattr(other, field) for field in type(one).model_fields)


def _shown(value: Any) -> str:
    if value is NOT_THERE:
        return "not there"
    if isinstance(value, list | tuple) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(map(str, value)) or "empty"
    return shown(value)

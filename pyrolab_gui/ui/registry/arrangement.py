"""How the columns of the registry stand: which, in which order, how wide, sorted by what; as lines to be remembered.

Limits: titles only; what there is no column for any more is the table's to leave out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BY, _DESCENDING = "by ", "by descending "


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`shown` are the titles from left to right; `widths` are in pixels, by title; `sort` is a title."""

    shown: tuple[str, ...]
    widths: Mapping[str, int] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False

    def lines(self) -> list[str]:
        """Return it as lines: the sort, then each column with its width where that is known."""
        sort = f"{_DESCENDING if self.descending else _BY}{self.sort}"
        return [sort, *(f"{title} {self.widths[title]}" if title in self.widths else title for title in self.shown)]


def arrangement_of(lines: Iterable[str]) -> Arrangement | None:
    """Return what `Arrangement.lines` said; None where nothing was remembered."""
    shown, widths, sort, descending = [], {}, "", False
    for line in lines:
        if line.startswith(_BY):
            descending = line.startswith(_DESCENDING)
            sort = line.removeprefix(_DESCENDING if descending else _BY)
            continue
        title, _, width = line.rpartition(" ")
        if title and width.isdigit():
            widths[title] = int(width)
        else:
            title = line
        shown.append(title)
    return Arrangement(tuple(shown), widths, sort, descending) if shown else None

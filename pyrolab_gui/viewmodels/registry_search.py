"""What is typed into the registry's search, read: words, wildcards, and words for one column (``host:pc3``).

Every word must match. ``-word`` leaves out what matches; ``"no reply"`` keeps words together. Limits: matches rows that
it is given; knows no order.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

_WORD = re.compile(r'-?(?:[\w.]+:)?"[^"]*"?|\S+')
_WILD = re.compile(r"[*?]")

_FIELDS: dict[str, Callable[[RegistryRow], tuple[str, ...]]] = {
    "name": lambda row: (row.name,),
    "model": lambda row: (row.model,),
    "host": lambda row: (row.host, row.computer),
    "port": lambda row: (str(row.port),),
    "object": lambda row: (row.object_id,),
    "daemon": lambda row: (row.daemon,),
    "meta": lambda row: row.metadata,
    "health": lambda row: (row.state, str(row.health), "missing" if row.missing else ""),
    "user": lambda row: (row.lock, row.busy),
    "uri": lambda row: (row.uri,),
    "ns": lambda row: (row.place, row.nameserver),
    "text": lambda row: (row.description,),
    "is": lambda row: tuple(_kinds(row)),
}
_ALIASES = {
    "pc": "host",
    "state": "health",
    "metadata": "meta",
    "class": "model",
    "nameserver": "ns",
    "description": "text",
    "lock": "user",
}
FIELDS = tuple(sorted((*_FIELDS, *_ALIASES)))
"""The words that may stand before a colon."""


@dataclass(frozen=True, slots=True)
class _Term:
    field: str
    text: str
    negated: bool

    @property
    def plain(self) -> bool:
        """Whether it is nothing but a part of the row's text."""
        return not self.field and not self.negated and not _WILD.search(self.text)

    def matches(self, row: RegistryRow) -> bool:
        return self._found(row) is not self.negated

    def _found(self, row: RegistryRow) -> bool:
        if not self.field:
            if _WILD.search(self.text):
                return fnmatch.fnmatchcase(row.name.lower(), self.text)
            return self.text in row.haystack
        values = [value.lower() for value in _FIELDS[self.field](row)]
        if _WILD.search(self.text):
            return any(fnmatch.fnmatchcase(value, self.text) for value in values)
        return any(self.text in value for value in values)


class Search:
    """A search that was typed. An empty one finds everything."""

    def __init__(self, text: str = "") -> None:
        self._terms = tuple(term for word in _WORD.findall(text.lower()) if (term := _term(word)) is not None)

    def __bool__(self) -> bool:
        return bool(self._terms)

    def finds(self, row: RegistryRow) -> bool:
        """Return whether all words match."""
        return all(term.matches(row) for term in self._terms)

    def found(self, rows: Iterable[RegistryRow]) -> list[RegistryRow]:
        """Return the rows that it finds, in their order; quick for plain words and many rows."""
        rows = list(rows)
        for term in self._terms:
            text = term.text
            if term.plain:
                rows = [row for row in rows if text in row.haystack]
            else:
                rows = [row for row in rows if term.matches(row)]
        return rows


def _term(word: str) -> _Term | None:
    negated = word.startswith("-") and len(word) > 1
    word = word.removeprefix("-") if negated else word
    field, colon, text = word.partition(":")
    field = _ALIASES.get(field, field)
    if not colon or field not in _FIELDS:
        field, text = "", word
    text = text.strip('"')
    if field == "health":
        text = text.replace("-", " ")
    return _Term(field, text, negated) if text else None


def _kinds(row: RegistryRow) -> list[str]:
    found = ["offline" if row.offline else "missing" if row.missing else "registered"]
    if row.watched:
        found.append("watched")
    if row.ours is not None:
        found.append("ours" if row.ours else "other")
    if row.used:
        found.append("used")
    return found

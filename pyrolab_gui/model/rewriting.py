"""The smallest change of a YAML text that makes it say something else.

Old and new plain data are compared along the nodes of the text; only what differs is replaced: one value, one key's
lines, one new line at the end of its mapping. Everything else, comments and odd indentation included, stays byte for
byte. Limits: the caller must read the result again and compare, because aliases, merges and rare styles of YAML can
defeat a local change; `NotLocal` is raised where that is known beforehand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyrolab_gui.model import emit
from pyrolab_gui.model.document import Document, empty
from pyrolab_gui.model.nodes import MappingNode, Node, ScalarNode, SequenceNode
from pyrolab_gui.model.problems import KeyPath

Renames = Mapping[KeyPath, str]


class NotLocal(Exception):  # noqa: N818
    """The change cannot be made by replacing single places."""


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are alike, kinds of number included; nan is like nan, a tuple like a list."""
    if one is other:
        return True
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def newline_of(text: str) -> str:
    """Return how lines end in a text."""
    return "\r\n" if "\r\n" in text else "\n"


def rewritten(
    document: Document, target: dict[str, Any], renames: Renames, whole: frozenset[KeyPath], *, pinned: bool = False
) -> str:
    """Return the text of `document`, changed so that it says `target`.

    Parameters
    ----------
    document
        What the text says now.
    target
        What it is to say.
    renames
        New names of entries, by the path of the entry under its old name.
    whole
        Paths that are replaced as a whole where anything in them differs.
    pinned
        Whether keys that stand for a made name (``auto``) are replaced by that name.

    Raises
    ------
    NotLocal
        If the change cannot be made in place.
    """
    work = _Rewriting(document, renames, whole, pinned)
    if document.root is None or (isinstance(document.root, ScalarNode) and document.data is None):
        work.append(target)
    else:
        work.mapping((), document.root, document.data, target)
    return work.result()


def moved(document: Document, path: KeyPath, down: bool) -> str:
    """Return the text with an entry and the one below it, or above it, in each other's place.

    The comments right above an entry go with it; the empty lines between the two stay between them.

    Raises
    ------
    NotLocal
        If there is none in that direction, or the entries do not stand on lines of their own.
    """
    return _Rewriting(document, {}, frozenset(), False).moved(path, down)


class _Rewriting:
    def __init__(self, document: Document, renames: Renames, whole: frozenset[KeyPath], pinned: bool) -> None:
        self._document = document
        self._text = document.text
        self._renames = renames
        self._whole = whole
        self._pinned = pinned
        self._edits: list[tuple[int, int, str]] = []
        self._newline = newline_of(self._text)

    def result(self) -> str:
        # From the end backwards; of edits at one place the one that was asked for last comes last in the text.
        order = sorted(enumerate(self._edits), key=lambda item: (*item[1][:2], item[0]), reverse=True)
        text, last = self._text, len(self._text)
        for _, (start, end, new) in order:
            if end > last:
                raise NotLocal
            text, last = text[:start] + new + text[end:], start
        return text

    def moved(self, path: KeyPath, down: bool) -> str:
        """Swap an entry with its neighbour."""
        key, _ = self._place(path)
        _, section = self._place(path[:-1])
        pairs = [] if section.flow else section.value
        at = next((number for number, (other, _) in enumerate(pairs) if other is key), -1)
        first = at if down else at - 1
        if at < 0 or first < 0 or first + 1 >= len(pairs):
            raise NotLocal
        (above, _), (below, value) = pairs[first : first + 2]
        start, middle = self._head(above), self._head(below)
        end = self._tail(self._line_end(self._end(below, value)), below.column)
        if start >= middle or any(self._text[self._line_start(k.start) : k.start].strip() for k in (above, below)):
            raise NotLocal
        upper, lower = self._text[start:middle], self._text[middle:end]
        gap = upper[len(upper.rstrip()) :].partition("\n")[2]
        upper = upper[: len(upper) - len(gap)]
        if not lower.endswith("\n"):
            upper, lower = upper.removesuffix("\n").removesuffix("\r"), lower + self._newline
        return self._text[:start] + lower + gap + upper + self._text[end:]

    def _head(self, key: Node, *, own: bool = False) -> int:
        """Return where the comments begin that stand right above a key, or where its line begins.

        Its `own` are those that are not further out than it.
        """
        start = self._line_start(key.start)
        while start:
            above = self._line_start(start - 1)
            if not self._is_comment(above, start, key.column, deeper=False):
                break
            if own and self._text[above : above + key.column].strip(" "):
                break
            start = above
        return start

    def _tail(self, end: int, column: int) -> int:
        """Return where the comments end that stand below an entry and further in than its key."""
        while end < len(self._text):
            below = self._line_end(end + 1)
            if not self._is_comment(end, below, column, deeper=True):
                break
            end = below
        return end

    def _is_comment(self, start: int, end: int, column: int, *, deeper: bool) -> bool:
        line = self._text[start:end]
        text = line.lstrip(" ")
        return text.startswith("#") and (len(line) - len(text) > column) is deeper

    def append(self, sections: dict[Any, Any]) -> None:
        """Write top-level keys at the end of the document, which is the end of the file but where it says ``...``."""
        lines = emit.block(sections, 0)
        if lines:
            closing = _CLOSING.search(self._text, self._end_of_root())
            end = len(self._text) if closing is None else closing.start()
            above = self._text[:end]
            before = "" if not above or above.endswith("\n") else self._newline
            gap = self._newline if above.strip() else ""
            self._edits.append((end, end, before + gap + self._joined(lines)))

    def mapping(self, path: KeyPath, node: Node, old: Any, new: dict[Any, Any]) -> None:
        """Change the keys of one mapping that differ."""
        if not isinstance(node, MappingNode) or not isinstance(old, dict) or (node.flow and not path):
            raise NotLocal
        named = {key: self._renames.get((*path, key), key) for key in old}
        kept = [key for key in old if named[key] in new]
        gone = [key for key in old if named[key] not in new]
        # A value that came through a merge (<<) is overruled by a key of its own.
        placed = [key for key in kept if (*path, key) in self._document.places]
        merged = [key for key in kept if (*path, key) not in self._document.places]
        there = {named[key] for key in kept}
        added = {key: item for key, item in new.items() if key not in there}
        added |= {key: new[key] for key in merged if not same(old[key], new[key])}
        if path and (not placed or (node.flow and (gone or added))):
            self._replace_value(path, new)
            return
        for key in placed:
            self._pair((*path, key), old[key], named[key], new[named[key]])
        for key in gone:
            self._remove((*path, key))
        if added:
            self._add(path, placed, added)

    def _pair(self, path: KeyPath, old: Any, name: Any, new: Any) -> None:
        if not same(old, new) and self._value(path, old, new):
            return
        key, _ = self._document.places[path]
        written = getattr(key, "value", name) if self._pinned and len(path) == 2 else path[-1]
        if key is not None and name != written:
            self._edits.append((key.start, key.end, emit.scalar(name)))

    def _value(self, path: KeyPath, old: Any, new: Any) -> bool:
        """Change one value; answer whether its key was written anew with it."""
        _, node = self._place(path)
        if path not in self._whole:
            if isinstance(node, MappingNode) and isinstance(new, dict) and new:
                before = len(self._edits)
                self.mapping(path, node, old, new)
                return self._covers_key(path, before)
            if isinstance(node, SequenceNode) and isinstance(new, list | tuple) and len(old) == len(new):
                for index, (one, other) in enumerate(zip(old, new, strict=True)):
                    if not same(one, other):
                        self._value((*path, index), one, other)
                return False
            if isinstance(node, SequenceNode) and isinstance(new, list | tuple) and self._items(path, node, old, new):
                return False
        return self._replace_value(path, new)

    def _items(self, path: KeyPath, node: SequenceNode, old: list[Any], new: Sequence[Any]) -> bool:
        """Take single lines out of a block list and put new ones below it; answer whether that makes it `new`."""
        kept: list[int] = []
        for value in new:
            found = next((i for i in range(kept[-1] + 1 if kept else 0, len(old)) if same(old[i], value)), None)
            if found is None:
                break
            kept.append(found)
        added = new[len(kept) :]
        starts = [self._line_start(item.start) for item in node.value]
        heads = [self._text[start : item.start] for start, item in zip(starts, node.value, strict=True)]
        plain = all(isinstance(item, ScalarNode) and not empty(item) for item in node.value)
        if node.flow or not kept or not plain or any(head.strip() != "-" for head in heads):
            return False
        for index, item in enumerate(node.value):
            if index not in kept:
                self._edits.append((starts[index], self._line_end(self._end(None, item)), ""))
        if added:
            at = self._line_end(self._end(None, node.value[kept[-1]]))
            before = "" if self._text[:at].endswith("\n") else self._newline
            lines = [heads[kept[-1]] + (emit.flow(value)) for value in added]
            self._edits.append((at, at, before + self._joined(lines)))
        return True

    def _covers_key(self, path: KeyPath, before: int) -> bool:
        key, _ = self._place(path)
        return key is not None and any(edit[0] == key.start for edit in self._edits[before:])

    def _replace_value(self, path: KeyPath, new: Any) -> bool:
        """Write one value anew; answer whether its key was written with it, which a block needs."""
        key, node = self._place(path)
        start, end = self._span(key, node)
        closing = self._newline if self._text[start:end].endswith("\n") else ""
        in_flow = self._in_flow(path)
        nested = isinstance(new, dict | list | tuple)
        if key is not None and not in_flow and nested and new and not _in_brackets(node):
            lines = emit.entry(self._renames.get(path, path[-1]), new, key.column)
            self._edits.append((key.start, end, self._joined(lines).rstrip() + closing))
            return True
        text = emit.flow(new) if in_flow or nested else emit.scalar(new)
        below = _BELOW.match(self._text, key.end) if key is not None and not empty(node) else None
        if below is not None and not in_flow and not closing:
            # The value stood below its key: the new one goes behind the key, and a comment there stays.
            start, text = below.end("colon"), text + below["rest"]
        space = " " if self._text[start - 1 : start] == ":" else ""
        self._edits.append((start, end, space + text + closing))
        return False

    def _remove(self, path: KeyPath) -> None:
        key, node = self._place(path)
        start = 0 if key is None else self._line_start(key.start)
        if key is None or self._text[start : key.start].strip(" \ufeff"):
            raise NotLocal
        end = self._line_end(self._end(key, node))
        if len(path) == _ENTRY:
            start, end = self._head(key, own=True), self._tail(end, key.column)
        self._edits.append((start, end, ""))

    def _add(self, path: KeyPath, placed: list[Any], added: dict[Any, Any]) -> None:
        if not path:
            self.append(added)
            return
        places = [self._document.places[*path, key] for key in placed]
        key, node = max(((k, n) for k, n in places if k is not None), key=lambda place: place[0].start)
        at = self._line_end(self._end(key, node))
        before = "" if self._text[:at].endswith("\n") else self._newline
        self._edits.append((at, at, before + self._joined(emit.block(added, key.column))))

    def _place(self, path: KeyPath) -> tuple[Node | None, Node]:
        key, node = self._document.places.get(path, (None, None))
        if node is None or key is node:
            raise NotLocal  # reached through an alias or a merge: its own place is elsewhere
        return key, node

    def _span(self, key: Node | None, node: Node) -> tuple[int, int]:
        end = self._end(key, node)
        return (end if empty(node) else node.start), end

    def _end(self, key: Node | None, node: Node) -> int:
        """Return where a value's last character stands; a block's own end mark lies after the comments below it."""
        if empty(node):
            if key is None:
                raise NotLocal
            return self._text.index(":", key.end) + 1
        if key is not None and node.start < key.start:
            alias = _ALIAS.match(self._text, key.end)
            if alias is None:
                raise NotLocal
            return alias.end()
        if isinstance(node, ScalarNode):
            return self._scalar_end(node)
        if not isinstance(node, MappingNode | SequenceNode) or node.flow:
            return node.end
        last = node.value[-1]
        if isinstance(last, tuple):
            return self._end(*last)
        if last.start < node.start:
            raise NotLocal
        return self._end(None, last)

    def _end_of_root(self) -> int:
        root = self._document.root
        if root is None:
            return 0
        return root.start if empty(root) else self._end(None, root)

    def _scalar_end(self, node: ScalarNode) -> int:
        end = node.end
        if node.style not in ("|", ">"):
            return end
        blank = len(self._text[:end]) - len(self._text[:end].rstrip())
        return self._line_end(end - blank)

    def _in_flow(self, path: KeyPath) -> bool:
        above = [self._document.places.get(path[:length]) for length in range(len(path))]
        return any(place is not None and place[1].flow for place in above)

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Return where the line begins that follows the character before `index`."""
        if index and self._text[index - 1] == "\n":
            return index
        found = self._text.find("\n", index)
        return len(self._text) if found < 0 else found + 1

    def _joined(self, lines: list[str]) -> str:
        return "".join(line + self._newline for line in lines)


_ENTRY = 2
"""Keys down to an entry of a section."""
_BELOW = re.compile(r"(?P<colon>[ \t]*:)(?P<rest>[ \t]*(#.*)?)\r?\n")
_CLOSING = re.compile(r"^\.\.\.[ \t]*(#.*)?\r?$", re.MULTILINE)
_ALIAS = re.compile(r"\s*:\s+\*[^\s,\]}]+")


def _in_brackets(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow) and bool(node.value)

"""A YAML text as a tree of nodes, each with its place in the text.

Parsed by libyaml, event by event, so that a large file takes a second and nothing in a text can make it take for ever:
what is nested too deeply, or holds more values than any lab has, ends the reading at once. Plain scalars get their tag
by the rules of YAML 1.1, and ``1e9`` is a number too. Limits: one document; an alias is the very node that it stands
for, so a tree may go in circles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped, unused-ignore]

MAX_DEPTH = 60
MAX_SECTIONS = 1_000
MAX_VALUES = 20_000
"""Entries in one section, and values in one entry however deep: twice as many as the largest lab that is meant."""

PREFIX = "tag:yaml.org,2002:"
MAP, SEQUENCE, TEXT = (PREFIX + word for word in ("map", "seq", "str"))

Progress: TypeAlias = Callable[[float], object]

_ENTRY = 2
"""The depth of what an entry says: below the root and its section."""
_TOO_MANY = ("too many sections", "too many entries", "too many values")
_TELL_EVERY = 5000
"""Events from one word on the progress to the next."""
_MARK = "\ufeff"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class Node:
    """A value or a key.

    Parameters
    ----------
    tag
        What it is, in full: ``tag:yaml.org,2002:int``.
    value
        The text of a scalar, the nodes of a list, or the pairs of nodes of a mapping.
    start, end
        The first character and the one after the last; a block ends after the comments below it.
    line, column
        Where it begins, from 0.
    style
        The quotation mark or ``|`` or ``>`` of a scalar; empty for a plain one.
    flow
        Whether a list or a mapping is in brackets.
    """

    tag: str
    value: Any
    start: int
    end: int
    line: int
    column: int
    style: str = ""
    flow: bool = False


class ScalarNode(Node):
    """One value; its `value` is its text."""

    __slots__ = ()


class SequenceNode(Node):
    """A list; its `value` is a list of nodes."""

    __slots__ = ()


class MappingNode(Node):
    """A mapping; its `value` is a list of pairs of nodes."""

    __slots__ = ()


class NotYamlError(Exception):
    """What is wrong with a text: the reader's words, and the line from 1 where that is known."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.line = line


def compose(text: str, progress: Progress | None = None) -> Node | None:
    """Return the node of the whole text; None for one that holds nothing.

    Parameters
    ----------
    progress
        Is told the part that was read, from 0 to 1.

    Raises
    ------
    NotYamlError
        If it is no YAML.
    RecursionError
        If it is nested too deeply.
    """
    forbidden = _FORBIDDEN.search(text, 1 if text.startswith(_MARK) else 0)
    if forbidden is not None:
        raise NotYamlError("special characters are not allowed", text.count("\n", 0, forbidden.start()) + 1)
    try:
        return _Composer(text, progress).root()
    except yaml.MarkedYAMLError as error:
        raise _fault(text, error) from error


class _Composer:
    def __init__(self, text: str, progress: Progress | None) -> None:
        self._shift = int(text.startswith(_MARK))
        self._length = max(len(text), 1)
        self._events = self._told(yaml.parse(text[self._shift :], Loader=_Parser), progress)
        self._anchors: dict[str, Node] = {}
        self._entry_line = 0
        self._in_entry = 0

    def root(self) -> Node | None:
        root = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise NotYamlError("but found another document", event.start_mark.line + 1)
                root = self._node(next(self._events), 0)
        return root

    def _told(self, events: Iterator[Any], progress: Progress | None) -> Iterator[Any]:
        if progress is None:
            yield from events
            return
        for number, event in enumerate(events):
            if number % _TELL_EVERY == 0:
                progress(event.start_mark.index / self._length)
            yield event

    def _node(self, event: Any, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise RecursionError
        start, anchor = event.start_mark, event.anchor
        if isinstance(event, yaml.AliasEvent):
            if anchor not in self._anchors:
                raise NotYamlError(f"found undefined alias '{anchor}'", start.line + 1)
            return self._anchors[anchor]
        place = (start.index + self._shift, event.end_mark.index + self._shift, start.line, start.column)
        tag = event.tag if event.tag != "!" else None
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            tag = tag or (_tag_of(event.value) if event.implicit[0] else TEXT)
            node = ScalarNode(tag, event.value, *place, "" if event.style in (None, "") else event.style)
            self._keep(anchor, node)
            return node
        in_brackets = bool(event.flow_style)
        if depth <= _ENTRY:
            self._entry_line, self._in_entry = start.line + 1, 0
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            node = SequenceNode(tag or SEQUENCE, items, *place, flow=in_brackets)
            self._keep(anchor, node)
            for item in self._events:
                if isinstance(item, yaml.SequenceEndEvent):
                    break
                items.append(self._node(item, depth + 1))
                self._bound(len(items), depth, start.line + 1)
        else:
            pairs: list[tuple[Node, Node]] = []
            node = MappingNode(tag or MAP, pairs, *place, flow=in_brackets)
            self._keep(anchor, node)
            for item in self._events:
                if isinstance(item, yaml.MappingEndEvent):
                    break
                key = self._node(item, depth + 1)
                pairs.append((key, self._node(next(self._events), depth + 1)))
                self._bound(len(pairs), depth, start.line + 1)
        node.end = item.end_mark.index + self._shift
        return node

    def _bound(self, count: int, depth: int, line: int) -> None:
        """End the reading of what is too much for a lab; `count` values of a list or mapping at `depth` were read."""
        if depth >= _ENTRY:
            self._in_entry += 1
            count, line = self._in_entry, self._entry_line
        if count > (MAX_SECTIONS if depth == 0 else MAX_VALUES):
            raise NotYamlError(_TOO_MANY[min(depth, _ENTRY)], line)

    def _keep(self, anchor: str | None, node: Node) -> None:
        if anchor is None:
            return
        if anchor in self._anchors:
            raise NotYamlError(f"found duplicate anchor '{anchor}'", node.line + 1)
        self._anchors[anchor] = node


def _fault(text: str, error: Any) -> Exception:
    words = str(error.problem or error.context or "")
    if "nesting depth" in words:
        return RecursionError(words)
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return NotYamlError(words)
    at = mark.index + int(text.startswith(_MARK))
    if "cannot start any token" in words and text[at : at + 1] == "\t":
        words = "found character '\\t' that cannot start any token"
    return NotYamlError(words, mark.line + 1)


def _tag_of(text: str) -> str:
    """Return the tag of a plain scalar."""
    for tag, pattern in _RULES.get(text[:1], ()):
        if pattern.fullmatch(text):
            return tag
    return TEXT


_BOOL = "y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
_REAL = r"""
    [-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    | \.[0-9_]+(?:[eE][-+][0-9]+)?
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
    | [-+]?\.(?:inf|Inf|INF)
    | \.(?:nan|NaN|NAN)
"""
_WHOLE = """
    [-+]?0b[0-1_]+ | [-+]?0?[0-7_]+ | [-+]?(?:0|[1-9][0-9_]*) | [-+]?0x[0-9a-fA-F_]+
    | [-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+
"""
_DATE = r"""
    [0-9]{4}-[0-9]{2}-[0-9]{2}
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
      (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?
"""
_RULES: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
for _word, _pattern, _first in (
    ("bool", _BOOL, "yYnNtTfFoO"),
    ("float", _REAL, "-+0123456789."),
    ("int", _WHOLE, "-+0123456789"),
    ("merge", "<<", "<"),
    ("null", "~|null|Null|NULL|", "~nN"),
    ("timestamp", _DATE, "0123456789"),
    ("value", "=", "="),
):
    for _character in (*_first, *([""] if _word == "null" else [])):
        _RULES.setdefault(_character, []).append((PREFIX + _word, re.compile(_pattern, re.VERBOSE)))

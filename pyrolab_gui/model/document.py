"""A YAML text as plain data, with the place of every key and value.

The text is composed to nodes and turned into plain data here, so that all findings are reported at once (duplicate
keys, tags, aliases that explode) and every byte's place stays known for small edits. Scalars are read as PyroLab's
reader does (YAML 1.1: ``yes`` is true), but for ``y`` and ``n``, which stay text, and ``1e9``, which is a number.
Keys of the lab's own mappings are text always; dates stay text. Limits: one document; knows nothing of labs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pyrolab_gui.model.nodes import (
    MAP,
    MAX_DEPTH,
    MAX_SECTIONS,
    MAX_VALUES,
    PREFIX,
    SEQUENCE,
    MappingNode,
    Node,
    NotYamlError,
    Progress,
    ScalarNode,
    SequenceNode,
    compose,
)
from pyrolab_gui.model.problems import MOST, KeyPath, Problem

MAX_CHARACTERS = 16_000_000
MAX_GROWTH = 10
MAX_SMALL = 100_000
"""A file whose aliases make more values of it than this, and ten times more than it has, is a mistake or an attack."""
MAX_DIGITS = 300
"""A longer whole number is a text: no driver means it as a number, and Python refuses to write some of them."""

_COLLECTIONS = frozenset((MAP, SEQUENCE))
_WORDS_TRUE = frozenset(("yes", "true", "on"))
Namer: TypeAlias = Callable[[str, str, Container[str]], str]
"""Makes the name of an entry from its section, its key, and the names that are taken."""


def as_written(_section: str, key: str, _taken: Container[str]) -> str:
    """Use the key itself as name."""
    return key


@dataclass(slots=True)
class Document:
    """What was read.

    `data` is the plain data, None for an empty text; `places` gives for each path the node of its key (None for items
    of lists) and of its value. Values that came through an alias or a merge have no place of their own. `refused` are
    the paths of values that were not read; None stands for them.
    """

    text: str
    root: Node | None = None
    data: Any = None
    places: dict[KeyPath, tuple[Node | None, Node]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[KeyPath] = field(default_factory=set)

    def line(self, path: KeyPath, *, of_key: bool = False) -> int | None:
        """Return the line of the value at `path`, or of the nearest entry above it that has a place."""
        while path:
            if path in self.places:
                key, value = self.places[path]
                return line_of(key if key is not None and (of_key or empty(value)) else value)
            path, of_key = path[:-1], True
        return line_of(self.root) if self.root is not None else None


def line_of(node: Node) -> int:
    """Return the line on which `node` begins, from 1."""
    return node.line + 1


def empty(node: Node) -> bool:
    """Whether `node` is a value that is not written at all."""
    return node.start == node.end


def read(text: str, namer: Namer = as_written, progress: Progress | None = None) -> Document:
    """Read a YAML text; everything that is wrong with it is in the answer's `problems`.

    `progress` is told the part that was read, from 0 to 1.
    """
    document = Document(text)
    if len(text) > MAX_CHARACTERS:
        document.problems.append(Problem((), None, "The file is far too large for a lab file."))
        return document
    try:
        document.root = compose(text, progress)
    except RecursionError:
        document.problems.append(Problem((), None, "The file is nested too deeply to be read."))
        return document
    except NotYamlError as error:
        document.problems.append(Problem((), error.line, _syntax_sentence(error.words)))
        return document
    if document.root is not None:
        _read_root(document, namer)
    return document


def _read_root(document: Document, namer: Namer) -> None:
    assert document.root is not None
    known: dict[int, float] = {}
    if _size(document.root, known, 0) > max(MAX_SMALL, MAX_GROWTH * len(known)):
        sentence = "Aliases (*name) in the file refer to each other so that it has no end, or grows beyond all measure."
        document.problems.append(Problem((), line_of(document.root), sentence))
        return
    document.data = _Reader(document, namer).value(document.root, (), placed=True)


def _size(node: Node, known: dict[int, float], depth: int) -> float:
    """Count the values that `node` stands for once all aliases are followed; infinity where they go in a circle."""
    if depth > MAX_DEPTH:
        return math.inf
    if id(node) not in known:
        known[id(node)] = math.inf
        if isinstance(node, MappingNode):
            children: list[Node] = [child for pair in node.value for child in pair]
        else:
            children = list(node.value) if isinstance(node, SequenceNode) else []
        known[id(node)] = 1 + sum(_size(child, known, depth + 1) for child in children)
    return known[id(node)]


class _Reader:
    def __init__(self, document: Document, namer: Namer) -> None:
        self._document = document
        self._namer = namer
        self._placed: set[int] = set()

    def value(self, node: Node, path: KeyPath, *, placed: bool, key: Node | None = None) -> Any:
        placed = placed and id(node) not in self._placed
        if placed:
            self._placed.add(id(node))
            self._document.places[path] = (key, node)
        elif key is not None:
            self._document.places.setdefault(path, (key, key))
        if isinstance(node, MappingNode | SequenceNode) and str(node.tag) not in _COLLECTIONS:
            self._refuse(node, path)
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path, placed)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, i), placed=placed) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: KeyPath, placed: bool) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        lines: dict[Any, int] = {}
        taken = {key.value for key, _ in node.value if isinstance(key, ScalarNode)} if len(path) == 1 else set()
        for key_node, value_node in node.value:
            if key_node.tag == PREFIX + "merge" and not key_node.style:
                merged = self._merge(value_node, path) | merged
                continue
            if not isinstance(key_node, ScalarNode):
                self._complain(path, key_node, "A key must be a name, not a list or a mapping.")
                continue
            name = self._key(key_node, path)
            if len(path) == 1:
                name = self._namer(str(path[0]), name, taken)
                taken.add(name)
            if name in own:
                sentence = f"The key '{name}' stands twice: here and in line {lines[name]}. Only one can hold."
                self._complain((*path, name), key_node, sentence)
                continue
            lines[name] = line_of(key_node)
            own[name] = self.value(value_node, (*path, name), placed=placed, key=key_node if placed else None)
        return {**{key: value for key, value in merged.items() if key not in own}, **own}

    def _key(self, node: ScalarNode, path: KeyPath) -> Any:
        # Names of entries, of keys and of parameters are text whatever they look like; below, keys are data.
        return node.value if len(path) < 4 else self._scalar(node, path)

    def _merge(self, node: Node, path: KeyPath) -> dict[Any, Any]:
        if isinstance(node, MappingNode):
            return self._mapping(node, path, False)
        if isinstance(node, SequenceNode) and all(isinstance(item, MappingNode) for item in node.value):
            merged: dict[Any, Any] = {}
            for item in node.value:
                merged = self._mapping(item, path, False) | merged
            return merged
        self._complain(path, node, "The merge key << needs a mapping.")
        return {}

    def _scalar(self, node: Node, path: KeyPath) -> Any:
        kind, text = str(node.tag).removeprefix(PREFIX), str(node.value)
        if kind in ("str", "timestamp", "value", "merge") or (kind == "bool" and text.lower() in ("y", "n")):
            return text
        if kind == "null":
            return None
        try:
            if kind == "bool":
                return text.lower() in _WORDS_TRUE
            if kind == "int":
                return _whole(text)
            if kind == "float":
                return _real(text)
        except ValueError:
            return text
        self._refuse(node, path)
        return None

    def _refuse(self, node: Node, path: KeyPath) -> None:
        tag = str(node.tag).replace(PREFIX, "!!", 1)
        self._complain(path, node, f"The tag {tag} is not allowed in a lab file; write a plain value.")
        self._document.refused.add(path)

    def _complain(self, path: KeyPath, node: Node, sentence: str) -> None:
        if len(self._document.problems) < MOST:
            self._document.problems.append(Problem(path, line_of(node), sentence))


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError
    digits = text.replace("_", "")
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if ":" in digits:
        return sign * int(_sexagesimal(digits))
    if digits.lower().startswith(("0x", "0b", "0o")):
        return sign * int(digits, 0)
    if len(digits) > 1 and digits.startswith("0"):
        return sign * int(digits, 8)
    return sign * int(digits)


def _real(text: str) -> float:
    digits = text.replace("_", "").lower()
    sign = -1.0 if digits.startswith("-") else 1.0
    digits = digits.lstrip("+-")
    if digits in (".inf", ".nan"):
        return sign * float(digits[1:])
    return sign * (_sexagesimal(digits) if ":" in digits else float(digits))


def _sexagesimal(digits: str) -> float:
    total = 0.0
    for part in digits.split(":"):
        total = total * 60 + float(part)
    return total


def _syntax_sentence(words: str) -> str:
    for pattern, sentence in _SYNTAX:
        if pattern in words:
            return sentence
    return f"The file is not valid YAML here: {_one_line(words)}."


def _one_line(words: str) -> str:
    return " ".join(words.split()).rstrip(".") or "unreadable"


_SYNTAX = (
    ("mapping values are not allowed", "A colon stands where none may: check the indentation, or quote the text."),
    ("found character '\\t'", "A tab is used for indentation; YAML allows spaces only."),
    ("cannot start any token", "A tab or a special character begins a value; quote the text, and indent with spaces."),
    ("could not find expected ':'", "A 'key: value' is wanted here, but there is no colon (or no space after it)."),
    ("expected <block end>", "This line is indented differently from the lines that it belongs to."),
    (
        "did not find expected key",
        "This line is indented differently from the lines that it belongs to.",
    ),
    ("did not find expected '-' indicator", "This line is indented differently from the lines that it belongs to."),
    ("expected ',' or ']'", "A list that began with [ is not closed with ]."),
    ("expected ',' or '}'", "A mapping that began with { is not closed with }."),
    ("found unexpected end of stream", "A quotation mark is not closed before the end of the file."),
    ("expected the node content", "A value is wanted here: a bracket or a quotation mark may not be closed above."),
    ("found undefined alias", "An alias (*name) stands for something that the file does not define above."),
    ("but found another document", "The file holds several documents, parted by ---; a lab file is one."),
    (
        "found unknown escape character",
        "A backslash in double quotes is not followed by a known letter; use single quotes.",
    ),
    ("found incompatible YAML document", "The file asks for another version of YAML; take its %YAML line out."),
    ("special characters are not allowed", "The file contains a character that YAML does not allow."),
    ("too many sections", f"The file has more than {MAX_SECTIONS:,} sections; a lab file has four."),
    ("too many entries", f"This section has more than {MAX_VALUES:,} entries, which is far too many for one lab."),
    ("too many values", f"This entry holds more than {MAX_VALUES:,} values; keep such data in a file of its own."),
    ("found duplicate anchor", "The same anchor (&name) is defined twice."),
)

"""Docstrings (numpydoc, Google, reST) taken apart: the text, and what is said of each parameter.

Also the texts that stand below attributes, and ``Doc`` in annotations. Limits: docstring_parser is imported at the
first use; a docstring that it cannot read is taken as it is; without source there are no texts below attributes.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Doc:
    """Text and the docs of parameters (or attributes, of a class)."""

    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def doc_of(thing: Any) -> Doc:
    """Return the docstring of a class or function; one that is inherited from `object` is none."""
    raw = getattr(thing, "__doc__", None)
    if not isinstance(raw, str) or not raw.strip():
        return Doc()
    cleaned = inspect.cleandoc(raw)
    try:
        from docstring_parser import parse

        parsed = parse(cleaned)
    except Exception:  # noqa: BLE001 - a docstring is free text
        return Doc(cleaned)
    text = parsed.description or ""
    if not text and not parsed.meta:
        text = cleaned
    parameters = {item.arg_name: _joined(item.description) for item in parsed.params if item.description}
    return Doc(text.strip(), {name.lstrip("*").split(",")[0].strip(): doc for name, doc in parameters.items()})


def attribute_docs(cls: type) -> dict[str, str]:
    """Return the texts below the attributes of a class and its bases, by name."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        except (OSError, TypeError, SyntaxError):
            continue
        statements = body.body if isinstance(body, ast.ClassDef) else []
        for attribute, text in itertools.pairwise(statements):
            match attribute, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                    found[name] = inspect.cleandoc(doc)
    return found


def documented(annotation: Any) -> str:
    """Return the text of a ``Doc`` in an ``Annotated``."""
    for item in getattr(annotation, "__metadata__", ()):
        text = getattr(item, "documentation", None)
        if isinstance(text, str):
            return inspect.cleandoc(text)
    return ""


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())

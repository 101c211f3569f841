"""Docstrings (numpydoc, Google, reST) taken apart: the text, and what is said of each parameter.

Limits: docstring_parser is imported at the first use; a docstring that it cannot read is taken as it is.
"""

from __future__ import annotations

import inspect
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


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())

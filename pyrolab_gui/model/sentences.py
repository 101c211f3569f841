"""What pydantic finds wrong, in words of the lab.

Each error becomes a `Problem` with its key path and a sentence that says what is wanted, what stands there, and what
was probably meant. Limits: words only; the line is added by who knows the file.
"""

from __future__ import annotations

import difflib
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from pyrolab_gui.model.lab import ENTRY_TYPES, Autolaunch, Lab
from pyrolab_gui.model.parts import Limits, Sampling
from pyrolab_gui.model.problems import MOST, KeyPath, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

_COMPARED = 100
_ENTRY_WORDS = {"nameservers": "a nameserver", "daemons": "a daemon", "services": "a service"}


def problems_from(error: ValidationError) -> list[Problem]:
    """Translate the errors of one validation, in the order in which they were found; `MOST` of them."""
    return [Problem(_path(detail), None, _sentence(detail)) for detail in error.errors(include_url=False)[:MOST]]


def meant(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest of `known`, or an empty text."""
    near = nearest(word, known)
    return f" Did you mean '{near}'?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that was probably meant by `word`, or an empty text; looks at a hundred of them."""
    near = difflib.get_close_matches(word, list(islice(known, _COMPARED)), n=1, cutoff=0.6)
    return near[0] if near else ""


def shown(value: Any) -> str:
    """Return a value as it should stand in a sentence: short, and with its kind where that matters."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}…'"
    if isinstance(value, dict | BaseModel):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return str(value)


def _path(detail: ErrorDetails) -> KeyPath:
    # "[key]" marks an error in the key of a mapping itself.
    return tuple(part for part in detail["loc"] if part != "[key]")


def _model_at(path: KeyPath) -> tuple[type[BaseModel], str]:
    """Return the model whose keys stand at `path`, and what it is called."""
    if not path:
        return Lab, "a lab file"
    if path[0] == "autolaunch":
        return Autolaunch, "autolaunch"
    if path[0] == "services" and len(path) > 3 and path[2] in _PARTS:
        return _PARTS[str(path[2])]
    return ENTRY_TYPES[path[0]], _ENTRY_WORDS[path[0]]  # type: ignore[index]


def _sentence(detail: ErrorDetails) -> str:
    kind, context, path = detail["type"], detail.get("ctx", {}), _path(detail)
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        model, word = _model_at(path[:-1])
        help_text = model.model_fields[str(path[-1])].description or ""
        return f"The key '{path[-1]}' is missing: {word} needs it. {help_text}".rstrip()
    if kind == "value_error":
        told = str(context.get("error", ""))
        return told[:1].upper() + told[1:] + "."
    if kind in ("string_too_short", "too_short"):
        return "Must not be empty."
    value = shown(detail["input"])
    return f"{_wanted(kind, context, detail['input'])}, not {value}.{_hint(kind, context, detail['input'])}"


def _unknown_key(path: KeyPath) -> str:
    model, word = _model_at(path[:-1])
    key = str(path[-1])
    owners = [_ENTRY_WORDS[kind] for kind, other in ENTRY_TYPES.items() if key in other.model_fields]
    if owners:
        hint = f" It belongs to {owners[0]}."
    else:
        hint = meant(key, model.model_fields) or f" Known keys: {', '.join(model.model_fields)}."
    return f"There is no key '{key}' in {word}.{hint}"


def _wanted(kind: str, context: dict[str, Any], value: Any) -> str:
    if kind == "literal_error":
        return f"Must be {_listed(str(context.get('expected', '')))}"
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"Must be {word} {context.get(name)}"
    if kind == "string_pattern_mismatch":
        return "Must be memory, sql or sql:FILE"
    for start, words in _KINDS:
        if kind.startswith(start):
            return f"Must be {words}"
    return "Another value is wanted here"


def _hint(kind: str, context: dict[str, Any], value: Any) -> str:
    if kind == "literal_error" and isinstance(value, str) and value[:1].isalpha():
        return meant(value, str(context.get("expected", "")).replace(" or ", ", ").replace("'", "").split(", "))
    if kind.startswith("string_type") and isinstance(value, int | float):
        return " Put it in quotes to make it a text."
    if kind.startswith(("tuple_type", "list_type")) and isinstance(value, str):
        return f" Write [{value}]."
    return ""


def _listed(expected: str) -> str:
    return expected.replace("'", "")


_PARTS: dict[str, tuple[type[BaseModel], str]] = {
    "limits": (Limits, "a limit"),
    "sampling": (Sampling, "a sampled reading"),
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_KINDS = (
    ("int", "a whole number"),
    ("float", "a number"),
    ("finite", "a finite number"),
    ("bool", "true or false"),
    ("string", "a text"),
    ("dict", "a mapping (name: value)"),
    ("model", "a mapping (key: value)"),
    ("tuple", "a list"),
    ("list", "a list"),
)

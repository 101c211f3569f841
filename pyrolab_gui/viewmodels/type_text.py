"""A described type in words: its name, and the bounds of its numbers.

Limits: pure functions of descriptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.value_text import choice_text, quantity_text

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription


def bounds_text(type_: TypeDescription) -> str:
    """Return the bounds of a number in words: ``1500 – 1630 nm``, ``more than 0``; empty without bounds."""
    if type_.kind == "optional":
        return bounds_text(type_.items[0])
    low = type_.ge if type_.ge is not None else type_.gt
    high = type_.le if type_.le is not None else type_.lt
    step = f", steps of {bound(type_.multiple_of, type_)}" if type_.multiple_of else ""
    if low is not None and high is not None:
        above = "above " if type_.ge is None else ""
        below = "below " if type_.le is None else ""
        low_text, low_unit = quantity_text(low, type_.unit)
        high_text, high_unit = quantity_text(high, type_.unit)
        if low_unit == high_unit or low == 0:
            low_unit = ""
        return f"{above}{f'{low_text} {low_unit}'.rstrip()} – {below}{f'{high_text} {high_unit}'.rstrip()}{step}"
    if low is not None:
        return f"{'at least' if type_.ge is not None else 'more than'} {bound(low, type_)}{step}"
    if high is not None:
        return f"{'at most' if type_.le is not None else 'less than'} {bound(high, type_)}{step}"
    return step.removeprefix(", ")


def bounds_suffix(type_: TypeDescription) -> str:
    """Return the bounds behind a comma, or an empty text."""
    bounds = bounds_text(type_)
    return f", {bounds}" if bounds else ""


def bound(value: float, type_: TypeDescription) -> str:
    """Return a bound with its unit."""
    return " ".join(quantity_text(value, type_.unit)).rstrip()


LONGEST_CHOICES = 24
"""Characters of choices that stand for a type without a name."""
_KIND_WORDS = {
    "none": "nothing",
    "bool": "on or off",
    "int": "whole number",
    "float": "number",
    "complex": "complex number",
    "str": "text",
    "bytes": "bytes",
    "path": "file path",
    "datetime": "date and time",
}


def type_text(type_: TypeDescription) -> str:
    """Return the name of a type in words: ``list of numbers``, ``number or none``."""
    kind = type_.kind
    if kind in _KIND_WORDS:
        return _KIND_WORDS[kind]
    if kind in ("enum", "literal"):
        words = " or ".join(map(choice_text, type_.choices))
        return type_.name or (words if len(words) <= LONGEST_CHOICES else "") or "choice"
    if kind == "list":
        return f"list of {_plural(type_.items[0])}" if type_.items else "list"
    if kind == "array":
        dims = f"{type_.ndim}-D " if type_.ndim else ""
        return f"{dims}array of {_plural(type_.items[0])}" if type_.items else f"{dims}array"
    if kind == "tuple":
        if type_.variadic and type_.items:
            return f"tuple of {_plural(type_.items[0])}"
        return "(" + ", ".join(type_text(item) for item in type_.items) + ")" if type_.items else "tuple"
    if kind == "dict":
        if type_.name:
            return type_.name
        return f"dictionary of {_plural(type_.items[1])}" if len(type_.items) == 2 else "dictionary"
    if kind == "optional":
        return f"{type_text(type_.items[0])} or none"
    if kind == "union":
        return " or ".join(type_text(item) for item in type_.items) if type_.items else "any value"
    return type_.name if type_.name not in ("", "Any") else "any value"


def _plural(type_: TypeDescription) -> str:
    text = type_text(type_)
    if type_.kind in ("str", "any"):
        return {"text": "texts", "any value": "values"}.get(text, text)
    if type_.kind in ("int", "float", "complex", "path"):
        return text + "s"
    return text

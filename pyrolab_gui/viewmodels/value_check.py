"""What is wrong with a value of a described type, in a sentence for the person who gave it.

Limits: checks what the description tells (bounds, lengths, pattern, choices); the driver's daemon checks again. An
array is looked at as a whole, so that a million values cost milliseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from pyrolab_gui.viewmodels.type_text import bound
from pyrolab_gui.viewmodels.value_text import choice_text, count_text

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import ParameterDescription, TypeDescription


def check(type_: TypeDescription, value: Any) -> str:
    """Return what is wrong with a value, or an empty text."""
    kind = type_.kind
    if kind == "optional":
        return "" if value is None else check(type_.items[0], value)
    if kind == "none":
        return "" if value is None else "Nothing can be given here."
    if value is None and kind not in ("union", "any"):
        return "A value is needed."
    if kind in ("enum", "literal"):
        if any(choice.value == value and type(choice.value) is type(value) for choice in type_.choices):
            return ""
        return "Choose one of " + ", ".join(map(choice_text, type_.choices)) + "."
    if kind == "bool":
        return "" if isinstance(value, bool) else "On or off is needed."
    if kind in ("int", "float"):
        return _check_number(type_, value)
    if kind == "union":
        problems = [check(item, value) for item in type_.items]
        return problems[0] if problems and all(problems) else ""
    if kind == "dict" and type_.fields:
        return _check_fields(type_.fields, value)
    return _check_container(type_, value)


def _check_number(type_: TypeDescription, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"A {'whole ' if type_.kind == 'int' else ''}number is needed."
    if type_.kind == "int" and isinstance(value, float) and not value.is_integer():
        return "A whole number is needed."
    if isinstance(value, float) and not math.isfinite(value):
        return "" if type_.allow_inf_nan else "A finite number is needed."
    if type_.ge is not None and value < type_.ge:
        return f"At least {bound(type_.ge, type_)}."
    if type_.gt is not None and value <= type_.gt:
        return f"More than {bound(type_.gt, type_)}."
    if type_.le is not None and value > type_.le:
        return f"At most {bound(type_.le, type_)}."
    if type_.lt is not None and value >= type_.lt:
        return f"Less than {bound(type_.lt, type_)}."
    if type_.multiple_of and not _is_multiple(value, type_.multiple_of):
        return f"Only multiples of {bound(type_.multiple_of, type_)}."
    return ""


def _is_multiple(value: float, step: float) -> bool:
    quotient = Decimal(repr(value)) / Decimal(repr(step))
    return abs(quotient - quotient.to_integral_value()) < Decimal("1e-9")


def _check_container(type_: TypeDescription, value: Any) -> str:
    kind = type_.kind
    if kind in ("list", "array", "tuple") and hasattr(value, "dtype"):
        problem = check_array(type_, value)
        if problem:
            return problem
    if kind in ("list", "array") and not isinstance(value, list | tuple) and not hasattr(value, "shape"):
        return "A list is needed, for example [1, 2, 3]."
    if kind == "tuple":
        if not isinstance(value, list | tuple):
            return "A tuple is needed, for example (1, 2)."
        if type_.items and not type_.variadic and len(value) != len(type_.items):
            return f"{count_text(len(type_.items), 'value')} are needed, {len(value)} are given."
    if kind == "dict" and not isinstance(value, Mapping):
        return "A dictionary is needed, for example {'a': 1}."
    if kind in ("list", "array", "tuple") and type_.items and isinstance(value, list | tuple):
        problem = _check_items(type_, value)
        if problem:
            return problem
    if hasattr(value, "__len__"):
        length = len(value)
        thing = {"str": "character", "bytes": "byte", "path": "character"}.get(kind, "value")
        if type_.min_length is not None and length < type_.min_length:
            return f"At least {count_text(type_.min_length, thing)}; there {'is' if length == 1 else 'are'} {length}."
        if type_.max_length is not None and length > type_.max_length:
            return f"At most {count_text(type_.max_length, thing)}; there are {length}."
    if type_.pattern and isinstance(value, str):
        try:
            if re.search(type_.pattern, value) is None:
                return f"The text does not fit the form {type_.pattern}."
        except re.error:
            return ""
    return ""


def check_array(type_: TypeDescription, values: np.ndarray) -> str:
    """Return what is wrong with the numbers of an array, for a list of lists with those of the innermost one."""
    if type_.ndim is not None and values.ndim != type_.ndim:
        return f"An array of {count_text(type_.ndim, 'dimension')} is needed; this has {values.ndim}."
    item, depth = innermost(type_)
    if type_.kind != "array" and item.kind != "any" and values.ndim != depth:
        return "A table of rows and columns is needed." if depth > 1 else "One row or one column is needed."
    if item.kind not in ("int", "float") or not values.size:
        return ""
    if values.dtype.kind not in "biuf":
        return "Real numbers are needed."
    for wrong, sentence in _offences(item, values):
        if wrong.any():
            place = np.unravel_index(int(np.argmax(wrong)), values.shape)
            where = " of row ".join(str(int(n) + 1) for n in reversed(place))
            return f"Value {where}: {sentence[0].lower()}{sentence[1:]}"
    return ""


def innermost(type_: TypeDescription) -> tuple[TypeDescription, int]:
    """Return the type of the items of lists of lists, and how deep it stands; an array counts as one."""
    depth = 0
    while type_.kind in ("list", "array", "tuple") and type_.items:
        type_, depth = type_.items[0], depth + 1
    return type_, depth


def _offences(item: TypeDescription, values: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Yield where values break a bound, and the sentence that says which."""
    if values.dtype.kind == "f":
        if not item.allow_inf_nan:
            yield ~np.isfinite(values), "A finite number is needed."
        if item.kind == "int":
            yield values != np.floor(values), "A whole number is needed."
    if item.ge is not None:
        yield values < item.ge, f"At least {bound(item.ge, item)}."
    if item.gt is not None:
        yield values <= item.gt, f"More than {bound(item.gt, item)}."
    if item.le is not None:
        yield values > item.le, f"At most {bound(item.le, item)}."
    if item.lt is not None:
        yield values >= item.lt, f"Less than {bound(item.lt, item)}."
    if item.multiple_of:
        steps = values / item.multiple_of
        off = np.abs(steps - np.round(steps)) > 1e-9 * np.maximum(1, np.abs(steps))
        yield off, f"Only multiples of {bound(item.multiple_of, item)}."


_SORTS: dict[str, type | tuple[type, ...]] = {
    "none": type(None),
    "bool": bool,
    "int": int,
    "float": (int, float),
    "complex": (int, float, complex),
    "str": str,
    "bytes": (bytes, bytearray, memoryview),
    "path": str,
    "dict": Mapping,
    "tuple": (list, tuple),
}


def fits(type_: TypeDescription, value: Any) -> bool:
    """Whether a value is of the sort that a type is of, whatever its bounds: 5 is no text, and True no number."""
    kind = type_.kind
    if kind == "any":
        return True
    if kind in ("optional", "union"):
        return (kind == "optional" and value is None) or any(fits(item, value) for item in type_.items)
    if kind in ("enum", "literal"):
        return any(choice.value == value and type(choice.value) is type(value) for choice in type_.choices)
    if kind == "datetime":
        return isinstance(value, datetime) or (isinstance(value, str) and _is_time(value))
    if kind in ("list", "array"):
        return isinstance(value, list | tuple) or hasattr(value, "dtype")
    if isinstance(value, bool) and kind in ("int", "float", "complex"):
        return False
    if kind == "tuple" and type_.items and not type_.variadic and hasattr(value, "__len__"):
        return isinstance(value, list | tuple) and len(value) == len(type_.items)
    if kind == "dict" and type_.fields:
        return isinstance(value, Mapping) and value.keys() <= {field.name for field in type_.fields}
    return isinstance(value, _SORTS[kind])


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_items(type_: TypeDescription, value: Sequence[Any]) -> str:
    fixed = type_.kind == "tuple" and not type_.variadic
    for place, item in enumerate(value):
        if type_.kind == "array" and isinstance(item, list | tuple):
            return ""
        wanted = type_.items[place] if fixed else type_.items[0]
        problem = check(wanted, item)
        if problem:
            return f"Value {place + 1}: {problem[0].lower()}{problem[1:]}"
    return ""


def _check_fields(fields: tuple[ParameterDescription, ...], value: Any) -> str:
    if not isinstance(value, Mapping):
        return "A dictionary is needed."
    for field in fields:
        if field.name not in value:
            if field.required:
                return f"{field.name} is needed."
            continue
        problem = check(field.type, value[field.name])
        if problem:
            return f"{field.name}: {problem[0].lower()}{problem[1:]}"
    return ""

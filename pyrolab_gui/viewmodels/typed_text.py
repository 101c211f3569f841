"""What a person typed, read as a value of a described type, and the words for its bounds.

`parse` turns text into a value that can be sent, `check` says what is wrong with a value, `edit_text` writes a value
so that `parse` reads it back unchanged. Errors are sentences for the person who typed. Limits: checks what the
description tells (bounds, lengths, pattern, choices); the driver's daemon checks again. Literals are read by
``ast.literal_eval``, never evaluated.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.number_text import parse_number, to_float, to_int
from pyrolab_gui.viewmodels.value_text import MINUS, choice_text, count_text, literal_text, quantity_text

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import ParameterDescription, TypeDescription

LITERAL_KINDS = frozenset(["list", "tuple", "dict", "array", "union", "any"])


def parse(type_: TypeDescription, text: str) -> Any:
    """Read `text` as a value of the type.

    Raises
    ------
    ValueError
        With one sentence: what is wrong and what is needed.
    """
    value = _parse(type_, text)
    problem = check(type_, value)
    if problem:
        raise ValueError(problem)
    return value


def _parse(type_: TypeDescription, text: str) -> Any:
    kind = type_.kind
    if kind == "int":
        if not text.strip():
            raise ValueError(f"A whole number is needed{_bounds_suffix(type_)}.")
        return to_int(parse_number(text, type_.unit))
    if kind == "float":
        if not text.strip():
            raise ValueError(f"A number is needed{_bounds_suffix(type_)}.")
        return to_float(parse_number(text, type_.unit))
    if kind == "complex":
        return _parse_complex(text)
    if kind == "bytes":
        return _parse_bytes(text)
    if kind == "datetime":
        return _parse_datetime(text)
    if kind in ("str", "path"):
        return text
    if kind == "bool":
        return _parse_bool(text)
    if kind == "none":
        return None
    if kind in ("enum", "literal"):
        for choice in type_.choices:
            if text.strip() in (choice_text(choice), choice.label, str(choice.value)):
                return choice.value
        raise ValueError("Choose one of " + ", ".join(map(choice_text, type_.choices)) + ".")
    if kind == "optional":
        return None if text.strip() in ("", "None", "none") else parse(type_.items[0], text)
    return parse_literal(text, bare_strings=kind in ("union", "any") and _takes_strings(type_))


def parse_literal(text: str, *, bare_strings: bool = False) -> Any:
    """Read a Python literal; with `bare_strings`, a word that is no literal is a string.

    Raises
    ------
    ValueError
        If it is no literal.
    """
    stripped = text.strip().replace(MINUS, "-")
    if not stripped:
        raise ValueError("A value is needed, for example 1.5, [1, 2, 3] or {'a': 1}.")
    try:
        return ast.literal_eval(stripped)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        if bare_strings and stripped[0] not in "[({'\"":
            return text.strip()
        raise ValueError("This is not a value. Write it as in Python: 1.5, 'text', [1, 2, 3], {'a': 1}.") from None


def parse_arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Read a free line of arguments: ``1.5, 'slow', repeats=2``. A bare word is a string.

    Raises
    ------
    ValueError
        If it is no list of literals.
    """
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for part in _split_arguments(text.replace(MINUS, "-")):
        match = re.match(r"\s*([A-Za-z_]\w*)\s*=(?!=)(.*)$", part, re.DOTALL)
        if match:
            if match[1] in kwargs:
                raise ValueError(f"{match[1]} is given twice.")
            kwargs[match[1]] = parse_literal(match[2], bare_strings=True)
        elif kwargs:
            raise ValueError("Values without a name come before those with one.")
        else:
            args.append(parse_literal(part, bare_strings=True))
    return args, kwargs


def _split_arguments(text: str) -> list[str]:
    parts: list[str] = []
    depth, start, quote = 0, 0, ""
    index = 0
    while index < len(text):
        char = text[index]
        if quote:
            if char == "\\":
                index += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
        index += 1
    if quote or depth:
        raise ValueError("A bracket or a quotation mark is not closed.")
    parts.append(text[start:])
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [] if len(parts) == 1 and not parts[0].strip() else parts


def _parse_complex(text: str) -> complex:
    compact = re.sub(r"\s+", "", text).replace(MINUS, "-").replace("i", "j") if text.strip() != "inf" else "inf"
    if not compact:
        raise ValueError("A complex number is needed, for example 1.5+2j.")
    try:
        return complex(compact)
    except ValueError:
        raise ValueError("This is not a complex number; write it like 1.5+2j.") from None


def _parse_bytes(text: str) -> bytes:
    compact = re.sub(r"(0x|[\s,:])", "", text, flags=re.IGNORECASE)
    if re.search(r"[^0-9a-fA-F]", compact):
        raise ValueError("Only hexadecimal digits are understood here, for example 0d 0a ff.")
    if len(compact) % 2:
        raise ValueError("Each byte takes two digits; the last one has only one.")
    return bytes.fromhex(compact)


def _parse_datetime(text: str) -> str:
    """Return the text of a time; as ISO text it passes every serializer."""
    if not text.strip():
        raise ValueError("A date and time is needed, for example 2026-03-01 14:05:00.")
    try:
        return datetime.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise ValueError("This is not a date and time; write it like 2026-03-01 14:05:00.") from None


def _parse_bool(text: str) -> bool:
    word = text.strip().lower()
    if word in ("on", "true", "yes", "1"):
        return True
    if word in ("off", "false", "no", "0"):
        return False
    raise ValueError("On or off is needed.")


def _takes_strings(type_: TypeDescription) -> bool:
    return type_.kind in ("any", "str", "path") or any(_takes_strings(item) for item in type_.items)


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
        return f"At least {_bound(type_.ge, type_)}."
    if type_.gt is not None and value <= type_.gt:
        return f"More than {_bound(type_.gt, type_)}."
    if type_.le is not None and value > type_.le:
        return f"At most {_bound(type_.le, type_)}."
    if type_.lt is not None and value >= type_.lt:
        return f"Less than {_bound(type_.lt, type_)}."
    if type_.multiple_of and not _is_multiple(value, type_.multiple_of):
        return f"Only multiples of {_bound(type_.multiple_of, type_)}."
    return ""


def _is_multiple(value: float, step: float) -> bool:
    quotient = Decimal(repr(value)) / Decimal(repr(step))
    return abs(quotient - quotient.to_integral_value()) < Decimal("1e-9")


def _check_container(type_: TypeDescription, value: Any) -> str:
    kind = type_.kind
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


def bounds_text(type_: TypeDescription) -> str:
    """Return the bounds of a number in words: ``1500 – 1630 nm``, ``more than 0``; empty without bounds."""
    if type_.kind == "optional":
        return bounds_text(type_.items[0])
    low = type_.ge if type_.ge is not None else type_.gt
    high = type_.le if type_.le is not None else type_.lt
    step = f", steps of {_bound(type_.multiple_of, type_)}" if type_.multiple_of else ""
    if low is not None and high is not None:
        above = "above " if type_.ge is None else ""
        below = "below " if type_.le is None else ""
        low_text, low_unit = quantity_text(low, type_.unit)
        high_text, high_unit = quantity_text(high, type_.unit)
        if low_unit == high_unit or low == 0:
            low_unit = ""
        return f"{above}{f'{low_text} {low_unit}'.rstrip()} – {below}{f'{high_text} {high_unit}'.rstrip()}{step}"
    if low is not None:
        return f"{'at least' if type_.ge is not None else 'more than'} {_bound(low, type_)}{step}"
    if high is not None:
        return f"{'at most' if type_.le is not None else 'less than'} {_bound(high, type_)}{step}"
    return step.removeprefix(", ")


def _bounds_suffix(type_: TypeDescription) -> str:
    bounds = bounds_text(type_)
    return f", {bounds}" if bounds else ""


def _bound(bound: float, type_: TypeDescription) -> str:
    """Return a bound with its unit."""
    return " ".join(quantity_text(bound, type_.unit)).rstrip()


def edit_text(type_: TypeDescription, value: Any) -> str:
    """Return the text that stands for a value in an editor; `parse` reads it back to the same value."""
    if value is None:
        return ""
    kind = type_.kind
    if kind == "optional":
        return edit_text(type_.items[0], value)
    if kind in ("int", "float") and isinstance(value, int | float) and not isinstance(value, bool):
        text = repr(value)
        return text.removesuffix(".0").replace("-", MINUS, 1) if text.startswith("-") else text.removesuffix(".0")
    if kind == "complex":
        return str(value).strip("()")
    if kind == "bytes" and isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex(" ")
    if kind == "datetime":
        return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    if kind in ("str", "path"):
        return str(value)
    if kind in ("enum", "literal"):
        return next((choice_text(choice) for choice in type_.choices if choice.value == value), str(value))
    return literal_text(value)


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
        return type_.name or "choice"
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

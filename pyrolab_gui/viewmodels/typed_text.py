"""What a person typed, read as a value of a described type.

`parse` turns text into a value that can be sent, `edit_text` writes a value so that `parse` reads it back unchanged.
Errors are sentences for the person who typed. Limits: literals are read by ``ast.literal_eval``, never evaluated; what
is wrong with a value is `value_check`.
"""

from __future__ import annotations

import ast
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.number_text import parse_number, to_float, to_int
from pyrolab_gui.viewmodels.type_text import bounds_suffix
from pyrolab_gui.viewmodels.value_check import check
from pyrolab_gui.viewmodels.value_text import MINUS, choice_text, literal_text

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription

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
            raise ValueError(f"A whole number is needed{bounds_suffix(type_)}.")
        return to_int(parse_number(text, type_.unit))
    if kind == "float":
        if not text.strip():
            raise ValueError(f"A number is needed{bounds_suffix(type_)}.")
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

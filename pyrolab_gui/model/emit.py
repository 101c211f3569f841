"""Plain data as YAML text, readable alike by readers of YAML 1.1 and 1.2.

Limits: None, bool, int, float, str, lists, tuples and dicts; no comments, no anchors.
"""

from __future__ import annotations

import math
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_./\\(°][\w ./\\()°µ%+,;=-]*(?<! )", re.ASCII)
_PLAIN_FLOW = re.compile(r"[A-Za-z_./\\][\w ./\\+=-]*(?<! )", re.ASCII)
_NOT_TEXT = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan|[-+.\d][\d_.:eExXoOa-fA-F+-]*|=|<<", re.IGNORECASE
)
_WIDTH = 100


def scalar(value: Any, *, flow: bool = False) -> str:
    """Return one value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _real(value)
    return _text(str(value), flow)


def flow(value: Any) -> str:
    """Return a value on one line, lists and dicts in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key, flow=True)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value, flow=True)


def entry(key: Any, value: Any, indent: int) -> list[str]:
    """Return the lines of ``key: value`` in block style; the first one without its indentation."""
    head = f"{scalar(key)}:"
    if isinstance(value, dict) and value:
        return [head, *block(value, indent + 2)]
    if isinstance(value, list | tuple) and value and not _short(value):
        return [head, *(" " * (indent + 2) + f"- {flow(item)}" for item in value)]
    return [f"{head} {flow(value) if isinstance(value, dict | list | tuple) else scalar(value)}"]


def block(value: dict[Any, Any], indent: int) -> list[str]:
    """Return the lines of a mapping in block style."""
    lines: list[str] = []
    for key, item in value.items():
        first, *rest = entry(key, item, indent)
        lines += [" " * indent + first, *rest]
    return lines


def _short(value: list[Any] | tuple[Any, ...]) -> bool:
    return not any(isinstance(item, dict | list | tuple) for item in value) and len(flow(value)) <= _WIDTH


def _real(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 knows no number with an exponent and without a point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _text(text: str, in_flow: bool) -> str:
    pattern = _PLAIN_FLOW if in_flow else _PLAIN
    if pattern.fullmatch(text) and not _NOT_TEXT.fullmatch(text):
        return text
    if text.isprintable() and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}

"""Values of settings as a set-up's file holds them, and back: complex numbers, bytes, dates and arrays too.

What JSON has no word for is an object with one key that begins with ``$``. Limits: long lists and arrays are no
settings to come back to and are refused; what an instrument made a class for cannot be kept.
"""

from __future__ import annotations

import base64
import math
from datetime import datetime
from typing import Any

import numpy as np

LONGEST = 100_000
"""Values in one list or array."""
SAME = 1e-6
"""Relative difference up to which two numbers are the same set value: an instrument rounds what it is given."""
TOO_LONG = "it has too many values to be kept"
NO_PLAIN_VALUE = "its value cannot be written to a file"
_NUMBERS = "biufc"


def why_not_kept(value: Any) -> str:
    """Return why a value cannot be kept; empty if it can."""
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | datetime):
        return ""
    if isinstance(value, np.ndarray):
        return NO_PLAIN_VALUE if value.dtype.kind not in _NUMBERS else TOO_LONG if value.size > LONGEST else ""
    if isinstance(value, list | tuple | dict):
        if len(value) > LONGEST:
            return TOO_LONG
        if isinstance(value, dict) and any(not isinstance(key, str) or key.startswith("$") for key in value):
            return NO_PLAIN_VALUE
        inner = value.values() if isinstance(value, dict) else value
        return next(filter(None, map(why_not_kept, inner)), "")
    return NO_PLAIN_VALUE


def to_plain(value: Any) -> Any:
    """Return what JSON can hold of a value that can be kept."""
    if isinstance(value, complex):
        return {"$complex": [value.real, value.imag]}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, np.ndarray):
        parts = [value.real.tolist(), value.imag.tolist()] if value.dtype.kind == "c" else [value.tolist()]
        return {"$array": parts, "type": value.dtype.str}
    if isinstance(value, dict):
        return {key: to_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    return value


def from_plain(plain: Any) -> Any:
    """Return the value that `to_plain` wrote.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError
        If it is none.
    """
    if isinstance(plain, list):
        return [from_plain(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if "$complex" in plain:
        return complex(*plain["$complex"])
    if "$bytes" in plain:
        return base64.b64decode(plain["$bytes"], validate=True)
    if "$datetime" in plain:
        return datetime.fromisoformat(plain["$datetime"])
    if "$array" in plain:
        kind = np.dtype(plain["type"])
        if kind.kind not in _NUMBERS:
            raise ValueError(f"an array of {kind}")
        real, *imaginary = plain["$array"]
        whole = np.asarray(real) + 1j * np.asarray(imaginary[0]) if imaginary else np.asarray(real)
        return whole.astype(kind)
    return {key: from_plain(each) for key, each in plain.items()}


def same(saved: Any, now: Any) -> bool:
    """Whether a setting stands as it was saved."""
    if any(isinstance(value, np.ndarray) for value in (saved, now)):
        return _same_array(saved, now)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (saved, now)):
        return saved == now or math.isclose(saved, now, rel_tol=SAME) or (saved != saved and now != now)
    if isinstance(saved, list | tuple) and isinstance(now, list | tuple):
        return len(saved) == len(now) and all(map(same, saved, now))
    return isinstance(saved, bool) == isinstance(now, bool) and bool(saved == now)


def _same_array(saved: Any, now: Any) -> bool:
    try:
        one, other = np.asarray(saved), np.asarray(now)
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=SAME, atol=0.0, equal_nan=True))
    except (TypeError, ValueError):
        return False

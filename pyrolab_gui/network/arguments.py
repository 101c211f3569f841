"""Arguments made fit for a message: what a form or a script hands in, as plain values that the server can read.

Limits: numpy is recognised by its module's name, never imported; what is not known is left for the serializer to
refuse.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import os
from typing import Any

from pyrolab_gui.wire.names import ARRAY_KEY

_SIMPLE = frozenset((float, int, str, bool, type(None), bytes, complex))


def plain(value: Any, arrays: bool) -> Any:
    """Return `value` for a message; numpy arrays as their bytes where the server takes `arrays`, else as lists."""
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if kind is list:
        return [plain(item, arrays) for item in value]
    if kind is tuple:  # serpent keeps it one, and a server that is not ours may care
        return tuple(plain(item, arrays) for item in value)
    if kind is dict:
        return {key: plain(item, arrays) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return plain(value.value, arrays)
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):
        if arrays and hasattr(value, "tobytes") and getattr(value, "ndim", False) and value.dtype.kind in "biufc":
            return {ARRAY_KEY: value.tobytes(), "dtype": value.dtype.str, "shape": list(value.shape)}
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.isoformat()  # msgpack has no time zones
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({field.name: getattr(value, field.name) for field in dataclasses.fields(value)}, arrays)
    return value


def has_array(value: Any) -> bool:
    """Whether a numpy array stands anywhere in `value`."""
    kind = type(value)
    if kind in _SIMPLE:
        return False
    if kind is list or kind is tuple:
        return any(map(has_array, value))
    if kind is dict:
        return any(map(has_array, value.values()))
    return kind.__module__ == "numpy" and bool(getattr(value, "ndim", False))

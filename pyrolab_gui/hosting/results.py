"""Results as every client can read them: converted, never validated.

Enum -> its value (its name where the value is no plain data), dataclass and model -> dict, named tuple -> list, numpy
scalar -> Python's, array -> `wire.arrays`, path and UUID -> str, Decimal and timedelta -> float (seconds). By
serializer, as Pyro5's own clients expect it: serpent keeps tuples, sets and keys that are numbers, and gets dates as
ISO text; msgpack gets a datetime as a datetime (an aware one in this computer's time, because msgpack cannot carry the
zone), sets and tuples as lists, keys as str; json gets bytes as serpent's base64 dict and complex numbers as
``{"real", "imag"}``. What cannot be sent at all is an error with a sentence, not a broken connection.
Limits: a list of plain numbers is not copied, so a driver that changes it while it is being sent is not protected.
"""

from __future__ import annotations

import array
import base64
import collections.abc
import datetime
import decimal
import enum
import inspect
import os
import sys
import uuid
from typing import TYPE_CHECKING, Any

from Pyro5 import client, serializers

from pyrolab_gui.hosting.failures import NOT_SENDABLE, refusal
from pyrolab_gui.wire import arrays
from pyrolab_gui.wire.names import MSGPACK_ID

if TYPE_CHECKING:
    from pyrolab_gui.wire.arrays import Store

READY = frozenset((float, int, str, bool, type(None)))
"""Types that are sent as they are."""

_SERPENT_ID = serializers.SerpentSerializer.serializer_id
_JSON_ID = serializers.JsonSerializer.serializer_id


class _NotSendable(Exception):  # noqa: N818 - a state of affairs
    def __init__(self, value: Any) -> None:
        self.type_name = type(value).__name__


class Receiver:
    """Who gets a result: the serializer in use, whether arrays are understood, and where large ones are kept."""

    __slots__ = ("arrays", "serializer_id", "store")

    def __init__(self, serializer_id: int, arrays: bool = False, store: Store | None = None) -> None:
        self.serializer_id = serializer_id
        self.arrays = arrays
        self.store = store


def converted(value: Any, receiver: Receiver, label: str = "The call") -> Any:
    """Return `value` in the form that `receiver` can read.

    Raises
    ------
    TypeError
        Marked ``NotSendable``: ``laser.get_handle returned a Foo, which cannot be sent.``
    """
    if type(value) in READY:
        return value
    try:
        return _converted(value, receiver)
    except _NotSendable as error:
        if inspect.iscoroutine(value):
            value.close()
        what = _article(error.type_name)
        if error.type_name != type(value).__name__:
            what = f"{_article(type(value).__name__)} that contains {what}"
        raise refusal(TypeError, NOT_SENDABLE, f"{label} returned {what}, which cannot be sent.") from None
    except RecursionError:
        raise refusal(
            TypeError, NOT_SENDABLE, f"{label} returned a value that is nested too deeply to be sent."
        ) from None


def _article(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def enum_value(member: enum.Enum) -> Any:
    """Return what stands for a member of an Enum on the wire: its value, or its name where that is no plain data."""
    value = member.value
    if type(value) in READY:
        return value
    if isinstance(value, int | float | str):
        return next(kind(value) for kind in (int, float, str) if isinstance(value, kind))
    if isinstance(value, tuple | list) and all(type(item) in READY for item in value):
        return list(value)
    return member.name


def _converted(value: Any, to: Receiver) -> Any:
    kind = type(value)
    if kind in READY:
        return value
    if kind is list or kind is tuple:
        return _sequence(value, to)
    if kind is dict:
        return _mapping(value, to)
    if isinstance(value, enum.Enum):
        return enum_value(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if arrays.is_array(value):
            return _array(value, to, numpy)
        if isinstance(value, numpy.generic):
            return _scalar(value, to)
    return _other(value, to)


def _sequence(value: Any, to: Receiver) -> Any:
    if type(value) is list and READY.issuperset(map(type, value)):
        return value
    items = [_converted(item, to) for item in value]
    return tuple(items) if isinstance(value, tuple) and to.serializer_id == _SERPENT_ID else items


def _mapping(value: Any, to: Receiver) -> dict[Any, Any]:
    return {_key(key, to): _converted(item, to) for key, item in value.items()}


def _key(key: Any, to: Receiver) -> Any:
    if type(key) is str:
        return key
    key = _converted(key, to)
    if type(key) is str:
        return key
    if to.serializer_id == _SERPENT_ID and (type(key) in READY or isinstance(key, tuple)):
        return key
    return str(key)


def _array(value: Any, to: Receiver, numpy: Any) -> Any:
    if isinstance(value, numpy.ma.MaskedArray):
        # Before asarray, which would uncover what is masked.
        value = value.filled(numpy.nan) if value.dtype.kind in "fc" else value.tolist()
        if type(value) is not numpy.ndarray:
            return _converted(value, to)
    plain = arrays.encode(value, arrays=to.arrays and to.serializer_id == MSGPACK_ID, store=to.store)
    if type(plain) is dict or value.dtype.kind in "biuf":
        return plain
    return _converted(plain, to)


def _scalar(value: Any, to: Receiver) -> Any:
    item = value.item()
    if isinstance(item, type(value)):  # a long double stays what it is
        return complex(item) if value.dtype.kind == "c" else float(item)
    return _converted(item, to)


def _other(value: Any, to: Receiver) -> Any:
    if hasattr(type(value), "__dataclass_fields__"):
        import dataclasses

        return {field.name: _converted(getattr(value, field.name), to) for field in dataclasses.fields(value)}
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        if to.serializer_id == _JSON_ID:
            return {"data": base64.b64encode(data).decode("ascii"), "encoding": "base64"}
        return data
    if isinstance(value, complex):
        return {"real": value.real, "imag": value.imag} if to.serializer_id == _JSON_ID else complex(value)
    if isinstance(value, datetime.datetime):
        if to.serializer_id != MSGPACK_ID:
            return value.isoformat()
        return value.astimezone().replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, datetime.date):
        return value if to.serializer_id == MSGPACK_ID else value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    for base in (bool, int, float, str):
        if isinstance(value, base):
            return base(value)
    if isinstance(value, client.Proxy):
        if value._pyroHandshake == "hello":  # noqa: SLF001 - else the secret of this process would travel with it
            return value
        raise _NotSendable(value)
    if inspect.getattr_static(value, "_pyroDaemon", None) is not None:
        return value  # a registered object: Pyro5 sends a proxy of it
    return _container(value, to)


def _container(value: Any, to: Receiver) -> Any:
    if isinstance(value, collections.abc.Mapping):
        return _mapping(value, to)
    if isinstance(value, collections.abc.Set):
        items = [_converted(item, to) for item in value]
        return set(items) if to.serializer_id == _SERPENT_ID and _hashable(items) else items
    if isinstance(value, array.array | collections.deque | collections.abc.Sequence | collections.abc.ValuesView):
        return _sequence(list(value), to) if not isinstance(value, tuple) else [_converted(item, to) for item in value]
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    dump = getattr(value, "model_dump", None)
    if callable(dump) and not isinstance(value, type):
        return _converted(dump(), to)
    raise _NotSendable(value)


def _hashable(items: list[Any]) -> bool:
    try:
        set(items)
    except TypeError:
        return False
    return True

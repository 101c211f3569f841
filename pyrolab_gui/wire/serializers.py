"""What Pyro5's serializers of both ends take and give beyond their defaults.

marshal is refused (its number stays known: without it a peer that asks for it would end the accepting loop); an
exception whose class this end does not have arrives as RuntimeError with its name, message and traceback, instead of
being lost; msgpack takes keys that are numbers, and both msgpack and json take what has a plain value (Enum, path,
numpy scalar and array). The tables are global to the process: `register` is called by mains, never on import.
Limits: numpy is recognised by name, never imported; serpent has no such hook, so results are made plain before.
"""

from __future__ import annotations

import datetime
import enum
import os
from typing import TYPE_CHECKING, Any, NoReturn

import msgpack
from Pyro5 import errors, serializers

if TYPE_CHECKING:
    from collections.abc import Callable


def register() -> None:
    """Put the serializers of this module into Pyro5's tables; may be called again."""
    for serializer in (_Serpent(), _Json(), _Msgpack(), _RefusedMarshal()):
        serializers.serializers[_name_of(serializer)] = serializer
        serializers.serializers_by_id[serializer.serializer_id] = serializer


def _name_of(serializer: Any) -> str:
    for name, known in serializers.serializers.items():
        if known.serializer_id == serializer.serializer_id:
            return str(name)
    raise KeyError(serializer)


class _RefusedMarshal(serializers.MarshalSerializer):  # type: ignore[misc]
    def loads(self, data: Any) -> NoReturn:
        raise errors.SerializeError("marshal is not taken; use serpent, json or msgpack")

    def loadsCall(self, data: Any) -> NoReturn:  # noqa: N802 - Pyro5's name
        self.loads(data)


def _or_foreign(restore: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Any:
    try:
        return restore(data)
    except Exception:
        if not data.get("__exception__"):
            raise
        return _foreign_exception(data)


def _foreign_exception(data: dict[str, Any]) -> RuntimeError:
    class_name = str(data.get("__class__", "Exception")).rpartition(".")[2]
    args: list[Any] = list(data.get("args") or ())
    message = str(args[0]) if len(args) == 1 else ", ".join(str(arg) for arg in args)
    exception: Any = RuntimeError(f"{class_name}: {message}" if message else class_name)
    attributes = data.get("attributes")
    traceback = attributes.get("_pyroTraceback") if isinstance(attributes, dict) else None
    if traceback:
        exception._pyroTraceback = traceback  # noqa: SLF001 - where Pyro5 puts it
    exception.remote_class, exception.remote_message = class_name, message
    assert isinstance(exception, RuntimeError)
    return exception


class _Serpent(serializers.SerpentSerializer):  # type: ignore[misc]
    @classmethod
    def dict_to_class(cls, data: dict[str, Any]) -> Any:
        return _or_foreign(super().dict_to_class, data)


class _Json(serializers.JsonSerializer):  # type: ignore[misc]
    @classmethod
    def dict_to_class(cls, data: dict[str, Any]) -> Any:
        return _or_foreign(super().dict_to_class, data)

    def default(self, obj: Any) -> Any:
        plain = _plain(obj)
        return super().default(obj) if plain is obj else plain


class _Msgpack(serializers.MsgpackSerializer):  # type: ignore[misc]
    @classmethod
    def dict_to_class(cls, data: dict[str, Any]) -> Any:
        return _or_foreign(super().dict_to_class, data)

    def default(self, obj: Any) -> Any:
        if isinstance(obj, datetime.datetime) and obj.tzinfo:
            return obj.isoformat()
        plain = _plain(obj)
        return super().default(obj) if plain is obj else plain

    def loads(self, data: Any) -> Any:
        return msgpack.unpackb(
            self._convertToBytes(data),
            raw=False,
            strict_map_key=False,
            object_hook=self.object_hook,
            ext_hook=self.ext_hook,
        )

    loadsCall = loads  # noqa: N815 - Pyro5's name


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, frozenset):  # Pyro5's nameserver answers with one; its own hooks know sets only
        return tuple(value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    return value

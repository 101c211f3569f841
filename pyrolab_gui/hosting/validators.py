"""pydantic validators for single values: lax as pydantic is, but a number is a number.

Text is not taken for a number, nor True for 1; an int takes a float that is integral; nan and inf pass only where the
annotation has ``AllowInfNan``; a member of an Enum is known by its value or its name; bytes also come as serpent's
base64 dict; an array is made of nested lists; keys of a dict, which travel as text, stay lax. What pydantic cannot
build is not checked. Limits: this module is imported at the first call with arguments, because it imports pydantic.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import enum
import math
import typing
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import pydantic
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, ValidationError, core_schema

from pyrolab_gui.hosting.annotations import (
    DICTS,
    LISTS,
    array_parts,
    family_of,
    is_union,
    taken_apart,
    union_members,
)
from pyrolab_gui.hosting.hints import Unresolved
from pyrolab_gui.hosting.results import enum_value
from pyrolab_gui.wire.arrays import is_array

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ValidationError", "validator_of"]

_SCALARS: dict[str, Any] = {"int": int, "float": float, "complex": complex, "bool": bool, "str": str}
_OPAQUE = frozenset(("metadata", "serialization", "default", "expected", "members", "config", "keys_schema", "ref"))


def validator_of(annotation: Any) -> Callable[[Any], Any] | None:
    """Return what checks and converts a value of this annotation, or None where nothing can be checked.

    The function that is returned raises `ValidationError`.
    """
    try:
        buildable = _buildable(annotation, ())
        if buildable is Any:
            return None
        adapter: Any = pydantic.TypeAdapter(buildable)
        return SchemaValidator(_with_numbers_strict(adapter.core_schema)).validate_python
    except Exception:  # noqa: BLE001 - pydantic raises many classes for what it cannot build: such a value passes
        return None


def _buildable(annotation: Any, outer: tuple[Any, ...]) -> Any:
    """Return an annotation that pydantic builds: bounds on the numbers themselves, arrays and strangers replaced."""
    metadata = outer
    while get_origin(annotation) is Annotated:
        metadata = (*metadata, *_flat(annotation.__metadata__))
        annotation = annotation.__origin__
    annotation, _ = taken_apart(annotation)
    if get_origin(annotation) is Annotated:
        return _buildable(annotation, metadata)
    family = family_of(annotation)
    if family == "array":
        return Annotated[
            Any, pydantic.PlainValidator(_ArrayCheck(annotation, taken_apart(_annotated(Any, metadata))[1]))
        ]
    if family:
        return _annotated(_SCALARS[family], metadata)
    if isinstance(annotation, Unresolved) or annotation is None:
        return Any if annotation is not None else None
    if is_union(annotation):
        members, optional = union_members(annotation)
        choices = [_buildable(member, metadata) for member in members]
        return typing.Union[(*choices, None)] if optional else typing.Union[tuple(choices)]  # noqa: UP007
    return _container(annotation, metadata)


def _container(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    origin, args = get_origin(annotation), get_args(annotation)
    inner = tuple(item for item in metadata if not _is_length(item))
    own = tuple(item for item in metadata if _is_length(item))
    if origin in LISTS or (origin is tuple and args):
        return _annotated(origin[tuple(arg if arg is Ellipsis else _buildable(arg, inner) for arg in args)], own)
    if origin in DICTS:
        return _annotated(origin[args[0], _buildable(args[1], inner)], own)
    return _annotated(annotation, metadata)


def _annotated(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    return Annotated[(annotation, *metadata)] if metadata else annotation


def _flat(metadata: tuple[Any, ...]) -> tuple[Any, ...]:
    flat: list[Any] = []
    for item in metadata:
        flat += item.metadata if type(item).__name__ == "FieldInfo" else [item]
    return tuple(flat)


def _is_length(item: Any) -> bool:
    return any(getattr(item, key, None) is not None for key in ("min_length", "max_length", "pattern"))


def _with_numbers_strict(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(_with_numbers_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind == "float":
        return {**schema, "strict": True, "allow_inf_nan": schema.get("allow_inf_nan", False)}
    if kind == "int":
        return core_schema.no_info_before_validator_function(_whole, {**schema, "strict": True})
    if kind == "complex":
        return core_schema.no_info_before_validator_function(_complex, _core(schema))
    if kind == "bytes":
        return core_schema.no_info_before_validator_function(_bytes, _core(schema))
    if kind == "enum":
        return core_schema.no_info_plain_validator_function(_EnumCheck(schema["cls"]), ref=schema.get("ref"))
    if kind == "literal":
        return core_schema.no_info_plain_validator_function(_LiteralCheck(schema["expected"]))
    strict = {key: item if key in _OPAQUE else _with_numbers_strict(item) for key, item in schema.items()}
    if kind == "dataclass-args":
        strict["extra_behavior"] = "forbid"
    elif kind == "dataclass":
        ref = strict.pop("ref", None)
        return core_schema.no_info_before_validator_function(_WithoutDerived(schema["cls"]), _core(strict), ref=ref)
    return strict


def _core(schema: dict[str, Any]) -> CoreSchema:
    return typing.cast("CoreSchema", schema)


def _whole(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value


def _complex(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise _expected("a complex number")
    if isinstance(value, dict) and set(value) == {"real", "imag"}:
        return complex(value["real"], value["imag"])
    return value


def _bytes(value: Any) -> Any:
    if isinstance(value, dict) and value.get("encoding") == "base64":
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return base64.b64decode(value["data"], validate=True)
    if isinstance(value, str):
        raise _expected("bytes")
    return value


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "{what}", {"what": what})


class _WithoutDerived:
    """Leaves out the fields that a dataclass computes itself, so that a result can be sent back as an argument."""

    def __init__(self, cls: Any) -> None:
        self._derived = frozenset(field.name for field in dataclasses.fields(cls) if not field.init)

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict) and not self._derived.isdisjoint(value):
            return {key: item for key, item in value.items() if key not in self._derived}
        return value


class _EnumCheck:
    def __init__(self, cls: type[enum.Enum]) -> None:
        self._cls = cls

    def __call__(self, value: Any) -> enum.Enum:
        if isinstance(value, self._cls):
            return value
        for member in self._cls:
            if _same(enum_value(member), value):
                return member
        if isinstance(value, str) and value in self._cls.__members__:
            return self._cls[value]
        if issubclass(self._cls, enum.Flag) and type(value) is int:
            with contextlib.suppress(ValueError):
                return self._cls(value)
        raise _expected(_any_of([repr(enum_value(member)) for member in self._cls]))


class _LiteralCheck:
    def __init__(self, choices: list[Any]) -> None:
        self._choices = choices

    def __call__(self, value: Any) -> Any:
        for choice in self._choices:
            if _same(enum_value(choice) if isinstance(choice, enum.Enum) else choice, value):
                return choice
        raise _expected(_any_of([repr(choice) for choice in self._choices]))


class _ArrayCheck:
    """Makes an array of nested lists; its numbers keep to the bounds."""

    def __init__(self, annotation: Any, constraints: Any) -> None:
        self._dtype, self._ndim = array_parts(annotation)
        self._constraints = constraints

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, list | tuple) and not is_array(value):
            raise _expected("an array of numbers")
        import numpy

        try:
            array = numpy.asarray(value)
            if array.size and array.dtype.kind not in "biufc":
                raise ValueError(array.dtype)
            if self._dtype:
                array = array.astype(self._dtype, casting="same_kind" if array.size else "unsafe", copy=False)
        except (TypeError, ValueError):
            raise _expected(f"an array of {self._dtype or 'numbers'}") from None
        if self._ndim is not None and array.ndim != self._ndim:
            raise _expected(f"an array of {self._ndim} dimension{'s' if self._ndim != 1 else ''}")
        self._check_bounds(array, numpy)
        return array

    def _check_bounds(self, array: Any, numpy: Any) -> None:
        limits = self._constraints
        for bound, kind, fails in (
            (limits.min_length, "too_short", len(array) < (limits.min_length or 0) if array.ndim else False),
            (limits.max_length, "too_long", len(array) > (limits.max_length or math.inf) if array.ndim else False),
        ):
            if bound is not None and fails:
                word = "at least" if kind == "too_short" else "at most"
                raise _expected(f"{word} {bound} items long")
        if not array.size or array.dtype.kind not in "iuf":
            return
        if array.dtype.kind == "f" and not limits.allow_inf_nan and not numpy.isfinite(array).all():
            raise _expected("an array of finite numbers")
        low, high = array.min(), array.max()
        for bound, word, fails in (
            (limits.ge, "at least", low < limits.ge if limits.ge is not None else False),
            (limits.gt, "more than", low <= limits.gt if limits.gt is not None else False),
            (limits.le, "at most", high > limits.le if limits.le is not None else False),
            (limits.lt, "less than", high >= limits.lt if limits.lt is not None else False),
        ):
            if fails:
                unit = f" {limits.unit}" if limits.unit else ""
                raise _expected(f"{word} {bound:g}{unit} everywhere")


def _same(own: Any, value: Any) -> bool:
    if isinstance(own, bool) != isinstance(value, bool):
        return False
    if isinstance(own, list | tuple) and isinstance(value, list | tuple):
        return list(own) == list(value)
    return bool(own == value) and isinstance(own, str) == isinstance(value, str)


def _any_of(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

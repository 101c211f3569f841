"""Annotations as `TypeDescription`: what a console needs to draw an editor.

Limits: standard library only; a type that is not known here is *any*, with its name.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import inspect
import numbers
import os
import pathlib
import uuid
from typing import Any, Literal, get_args, get_origin

from pyrolab_gui.hosting.annotations import (
    DICTS,
    LISTS,
    NO_CONSTRAINTS,
    STREAMS,
    Constraints,
    array_parts,
    family_of,
    is_required,
    is_structure,
    is_union,
    taken_apart,
    union_members,
)
from pyrolab_gui.hosting.hints import Unresolved, class_hints
from pyrolab_gui.hosting.results import enum_value
from pyrolab_gui.hosting.steps import STEP_KEYS
from pyrolab_gui.wire.description import MISSING, Choice, ParameterDescription, TypeDescription

ANY = TypeDescription("any")
_DEEPEST = 8

_PYTHONS = {"bool": bool, "int": int, "float": float, "complex": complex, "str": str}
"""What stands for numpy's scalars."""
_FLOATS = (float, numbers.Real, numbers.Number, decimal.Decimal)
_BYTES = (bytes, bytearray, memoryview)
_DATES = (datetime.datetime, datetime.date)


def describe_type(annotation: Any, outer: Constraints = NO_CONSTRAINTS, depth: int = 0) -> TypeDescription:
    """Return the description of an annotation; `inspect.Parameter.empty` is *any*."""
    annotation, constraints = taken_apart(annotation, outer)
    if annotation is None:
        return TypeDescription("none")
    if annotation in (Any, inspect.Parameter.empty) or depth > _DEEPEST:
        return ANY
    family = family_of(annotation)
    if family == "array":
        return _array(annotation, constraints)
    if is_union(annotation):
        return _union(annotation, constraints, depth)
    origin = get_origin(annotation)
    if origin is Literal:
        return TypeDescription("literal", choices=tuple(_choice(value) for value in get_args(annotation)))
    if origin is not None:
        return _container(origin, get_args(annotation), constraints, depth) or TypeDescription("any", _name(annotation))
    annotation = _PYTHONS.get(family, annotation)
    if isinstance(annotation, type):
        return _class(annotation, constraints, depth)
    return TypeDescription("any", _name(annotation))


def narrowed(described: TypeDescription, limits: dict[str, float]) -> TypeDescription:
    """Return a description whose numbers also keep to the limits of the lab file."""
    if not limits:
        return described
    if described.kind in ("int", "float"):
        changed: dict[str, Any] = {}
        for key, stricter in (("ge", max), ("gt", max), ("le", min), ("lt", min)):
            if key in limits:
                own = getattr(described, key)
                changed[key] = limits[key] if own is None else stricter(own, limits[key])
        changed |= {key: limits[key] for key in STEP_KEYS if limits.get(key)}
        return dataclasses.replace(described, **changed)
    if described.items:
        items = tuple(narrowed(item, limits) for item in described.items)
        return dataclasses.replace(described, items=items)
    return described


def limits_of(plain: dict[str, float] | None) -> dict[str, float]:
    """Return limits of the lab file with ``min`` and ``max`` as ``ge`` and ``le``."""
    return {_ALIASES.get(key, key): value for key, value in (plain or {}).items()}


_ALIASES = {"min": "ge", "max": "le"}


def plain_default(value: Any) -> Any:
    """Return the default of a parameter as plain data; None stands for one that has no such form."""
    if value is inspect.Parameter.empty:
        return MISSING
    if isinstance(value, enum.Enum):
        return enum_value(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if isinstance(value, complex):
        return value
    if isinstance(value, list | tuple):
        return [plain_default(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain_default(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain_default(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init
        }
    return None


def _class(cls: type, constraints: Constraints, depth: int) -> TypeDescription:
    if issubclass(cls, enum.Enum):
        choices = tuple(Choice(member.name, enum_value(member)) for member in cls)
        return TypeDescription("enum", cls.__name__, choices, unit=constraints.unit)
    if cls is bool:
        return TypeDescription("bool")
    if cls in (int, numbers.Integral):
        return _number("int", constraints)
    if cls in _FLOATS:
        return _number("float", constraints)
    if cls is datetime.timedelta:
        return _number("float", dataclasses.replace(constraints, unit=constraints.unit or "s"))
    if cls in (complex, numbers.Complex):
        return TypeDescription("complex", unit=constraints.unit)
    if cls in (str, uuid.UUID):
        return _text("str", constraints)
    if cls in _BYTES:
        return _text("bytes", constraints)
    if issubclass(cls, pathlib.PurePath) or cls is os.PathLike:
        return TypeDescription("path")
    if cls in _DATES:
        return TypeDescription("datetime", "" if cls is datetime.datetime else cls.__name__)
    if is_structure(cls):
        return TypeDescription("dict", cls.__name__, fields=_fields(cls, depth))
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        hints = class_hints(cls)
        items = tuple(describe_type(hints.get(name, Any), depth=depth + 1) for name in cls._fields)
        return TypeDescription("tuple", cls.__name__, items=items)
    return _container(cls, (), constraints, depth) or TypeDescription("any", cls.__name__)


def _number(kind: Literal["int", "float"], constraints: Constraints) -> TypeDescription:
    return TypeDescription(
        kind,
        ge=constraints.ge,
        gt=constraints.gt,
        le=constraints.le,
        lt=constraints.lt,
        multiple_of=constraints.multiple_of,
        unit=constraints.unit,
        allow_inf_nan=constraints.allow_inf_nan,
    )


def _text(kind: Literal["str", "bytes"], constraints: Constraints) -> TypeDescription:
    return TypeDescription(
        kind,
        unit=constraints.unit,
        min_length=constraints.min_length,
        max_length=constraints.max_length,
        pattern=constraints.pattern,
    )


def _array(annotation: Any, constraints: Constraints) -> TypeDescription:
    dtype, ndim = array_parts(annotation)
    item: TypeDescription
    if dtype.startswith(("int", "uint")):
        item = _number("int", constraints)
    elif dtype.startswith("complex"):
        item = TypeDescription("complex", unit=constraints.unit)
    elif dtype.startswith("bool"):
        item = TypeDescription("bool")
    else:
        item = _number("float", constraints)
    return TypeDescription(
        "array",
        items=(item,),
        unit=constraints.unit,
        min_length=constraints.min_length,
        max_length=constraints.max_length,
        dtype=dtype,
        ndim=ndim,
    )


def _union(annotation: Any, constraints: Constraints, depth: int) -> TypeDescription:
    members, optional = union_members(annotation)
    described = tuple(describe_type(member, constraints, depth + 1) for member in members)
    inner = described[0] if len(described) == 1 else TypeDescription("union", items=described, unit=constraints.unit)
    return TypeDescription("optional", items=(inner,), unit=inner.unit) if optional else inner


def _container(origin: Any, args: tuple[Any, ...], constraints: Constraints, depth: int) -> TypeDescription | None:
    inner, own = constraints.of_numbers(), constraints.of_container()
    lengths = {"min_length": own.min_length, "max_length": own.max_length, "unit": own.unit}

    def item(index: int) -> TypeDescription:
        return describe_type(args[index], inner, depth + 1) if index < len(args) else ANY

    if origin in LISTS or origin in STREAMS:
        return TypeDescription("list", items=(item(0),), **lengths)  # type: ignore[arg-type]
    if origin in DICTS:
        key = describe_type(args[0], depth=depth + 1) if args else ANY
        return TypeDescription("dict", items=(key, item(1)), **lengths)  # type: ignore[arg-type]
    if origin is tuple:
        if not args or Ellipsis in args:
            return TypeDescription("tuple", items=(item(0),), variadic=True, **lengths)  # type: ignore[arg-type]
        return TypeDescription("tuple", items=tuple(item(i) for i in range(len(args))), **lengths)  # type: ignore[arg-type]
    return None


def _fields(cls: Any, depth: int) -> tuple[ParameterDescription, ...]:
    hints = class_hints(cls)
    found = []
    if dataclasses.is_dataclass(cls):
        for field in dataclasses.fields(cls):
            default: Any = MISSING
            if field.default is not dataclasses.MISSING:
                default = plain_default(field.default)
            elif field.default_factory is not dataclasses.MISSING:
                default = plain_default(field.default_factory())
            if field.init:
                described = describe_type(hints.get(field.name, Any), depth=depth + 1)
                found.append(ParameterDescription(field.name, described, "keyword", default))
        return tuple(found)
    model_fields = getattr(cls, "model_fields", {})
    for name in model_fields or hints:
        default = MISSING
        if model_fields and not model_fields[name].is_required():
            default = plain_default(model_fields[name].default)
        elif not model_fields and not is_required(cls, name, hints[name]):
            default = None
        described = describe_type(hints.get(name, Any), depth=depth + 1)
        found.append(ParameterDescription(name, described, "keyword", default))
    return tuple(found)


def _choice(value: Any) -> Choice:
    if isinstance(value, enum.Enum):
        return Choice(value.name, enum_value(value))
    return Choice(value if isinstance(value, str) else repr(value), value)


def _name(annotation: Any) -> str:
    if isinstance(annotation, Unresolved):
        return annotation.text
    if isinstance(annotation, str):
        return annotation
    return getattr(annotation, "__name__", "") or str(annotation).removeprefix("typing.")

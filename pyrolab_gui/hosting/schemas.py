"""Annotations as schemas of pydantic_core: what a value is checked against, and converted by.

Written for the types that drivers use, so that pydantic itself, which takes ten times as long to load as its core,
is loaded only for what carries validators of its own. Lax as pydantic is, but a number is a number: text is not taken
for one, nor True for 1; an int takes a float that is integral; nan and inf pass only where the annotation has
``AllowInfNan``. Keys of a dict, which travel as text, stay lax. Bounds on a container hold for its numbers. A dataclass
comes as a dict, and its constructor is called. What is not known passes unchecked. Limits: imports pydantic_core, so
this module is loaded at the first call with arguments.
"""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import datetime
import enum
import numbers
import pathlib
import typing
from typing import Annotated, Any, Literal, get_args, get_origin

from pyrolab_gui.hosting.annotations import (
    DICTS,
    LISTS,
    NO_CONSTRAINTS,
    Constraints,
    family_of,
    is_required,
    is_union,
    taken_apart,
    union_members,
)
from pyrolab_gui.hosting.converters import (
    ArrayCheck,
    EnumCheck,
    LiteralCheck,
    PathCheck,
    WithoutDerived,
    complex_number,
    raw_bytes,
    whole_number,
)
from pyrolab_gui.hosting.hints import Unresolved, class_hints

Schema = dict[str, Any]

ANYTHING: Schema = {"type": "any"}
_DATES = {datetime.datetime: "datetime", datetime.date: "date", datetime.time: "time", datetime.timedelta: "timedelta"}
_SETS = {set: "set", frozenset: "frozenset"}
_BY_PYDANTIC = ("decimal", "uuid", "ipaddress", "fractions")


def schema_of(annotation: Any) -> Schema:
    """Return the schema of an annotation.

    Raises
    ------
    Exception
        Of pydantic, where a type that only pydantic knows cannot be built.
    """
    builder = _Builder()
    schema = builder.build(annotation, NO_CONSTRAINTS)
    if not builder.definitions:
        return schema
    return {"type": "definitions", "schema": schema, "definitions": list(builder.definitions.values())}


class _Builder:
    """Builds one schema; types that may contain themselves go to `definitions`, by reference."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._begun: set[str] = set()

    def build(self, annotation: Any, outer: Constraints) -> Schema:
        if _has_validators(annotation):
            return self._by_pydantic(annotation)
        bare, constraints = taken_apart(annotation, outer)
        family = family_of(bare)
        if family == "array":
            return _plain(ArrayCheck(bare, constraints))
        if family:
            return _scalar(family, constraints)
        if bare is None:
            return {"type": "none"}
        if is_union(bare):
            members, optional = union_members(bare)
            choices = [self.build(member, constraints) for member in members]
            schema = choices[0] if len(choices) == 1 else {"type": "union", "choices": choices}
            return {"type": "nullable", "schema": schema} if optional else schema
        origin = get_origin(bare)
        if origin is Literal:
            return _plain(LiteralCheck(get_args(bare)))
        if isinstance(origin or bare, type):
            return self._class(origin or bare, get_args(bare), constraints)
        return ANYTHING

    def _class(self, cls: type, args: tuple[Any, ...], constraints: Constraints) -> Schema:
        if issubclass(cls, enum.Enum):
            return _plain(EnumCheck(cls))
        scalar = _SCALARS.get(cls)
        if scalar is not None:
            return _scalar(scalar, constraints)
        if cls in _DATES:
            return {"type": _DATES[cls]}
        if issubclass(cls, pathlib.PurePath):
            return _plain(PathCheck(cls))
        if cls in LISTS or cls in DICTS or cls is tuple:
            return self._container(cls, args, constraints)
        if dataclasses.is_dataclass(cls):
            return self._referred(cls, self._dataclass)
        if typing.is_typeddict(cls):
            return self._referred(cls, self._typed_dict)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            hints = class_hints(cls)
            items = [self.build(hints.get(name, Any), NO_CONSTRAINTS) for name in cls._fields]
            return _after(lambda values: cls(*values), {"type": "tuple", "items_schema": items})
        if cls.__module__ in _BY_PYDANTIC or hasattr(cls, "__get_pydantic_core_schema__"):
            return self._by_pydantic(cls)
        return ANYTHING

    def _container(self, cls: Any, args: tuple[Any, ...], constraints: Constraints) -> Schema:
        inner, lengths = constraints.of_numbers(), _given(constraints, "min_length", "max_length")
        if cls in DICTS:
            schema: Schema = {"type": "dict", **lengths}
            if args:
                schema |= {"keys_schema": _lax(args[0]), "values_schema": self.build(args[1], inner)}
            return schema
        if cls is tuple:
            if not args:
                return {"type": "tuple", "items_schema": [ANYTHING], "variadic_item_index": 0, **lengths}
            if Ellipsis in args:
                items = [self.build(args[0], inner)]
                return {"type": "tuple", "items_schema": items, "variadic_item_index": 0, **lengths}
            return {"type": "tuple", "items_schema": [self.build(arg, inner) for arg in args]}
        item = self.build(args[0], inner) if args else ANYTHING
        schema = {"type": _SETS.get(cls, "list"), "items_schema": item, **lengths}
        return _after(collections.deque, schema) if cls is collections.deque else schema

    def _dataclass(self, cls: Any) -> Schema:
        hints = class_hints(cls)
        fields = {}
        for field in dataclasses.fields(cls):
            if field.init:
                required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
                fields[field.name] = self._field(hints.get(field.name, Any), required)
        return _after(lambda values: cls(**values), _of_fields(fields), before=WithoutDerived(cls))

    def _typed_dict(self, cls: Any) -> Schema:
        fields = {
            name: self._field(annotation, is_required(cls, name, annotation))
            for name, annotation in class_hints(cls).items()
        }
        return _of_fields(fields)

    def _field(self, annotation: Any, required: bool) -> Schema:
        return {"type": "typed-dict-field", "schema": self.build(annotation, NO_CONSTRAINTS), "required": required}

    def _referred(self, cls: type, build: typing.Callable[[Any], Schema]) -> Schema:
        ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
        if ref not in self._begun:
            self._begun.add(ref)
            self.definitions[ref] = {**build(cls), "ref": ref}
        return {"type": "definition-ref", "schema_ref": ref}

    def _by_pydantic(self, annotation: Any) -> Schema:
        from pyrolab_gui.hosting.by_pydantic import pydantic_schema

        schema = pydantic_schema(annotation)
        if schema["type"] == "definitions":
            for definition in schema["definitions"]:
                self.definitions.setdefault(definition["ref"], definition)
            schema = schema["schema"]
        return {key: item for key, item in schema.items() if key != "ref"}


_SCALARS: dict[Any, str] = {
    bool: "bool", int: "int", numbers.Integral: "int", float: "float", numbers.Real: "float", numbers.Number: "float",
    complex: "complex", numbers.Complex: "complex", str: "str", bytes: "bytes", bytearray: "bytes",
    memoryview: "bytes",
}  # fmt: skip


def _scalar(kind: str, constraints: Constraints) -> Schema:
    if kind == "float":
        bounds = _given(constraints, "ge", "gt", "le", "lt", "multiple_of")
        return {"type": "float", "strict": True, "allow_inf_nan": constraints.allow_inf_nan, **bounds}
    if kind == "int":
        return before(whole_number, {"type": "int", "strict": True, **_int_bounds(constraints)})
    if kind == "complex":
        return before(complex_number, {"type": "complex"})
    lengths = _given(constraints, "min_length", "max_length")
    if kind == "bytes":
        return before(raw_bytes, {"type": "bytes", **lengths})
    if kind == "str":
        return {"type": "str", **lengths, **({"pattern": constraints.pattern} if constraints.pattern else {})}
    return {"type": kind}


def _given(constraints: Constraints, *names: str) -> Schema:
    return {name: value for name in names if (value := getattr(constraints, name)) is not None}


def _int_bounds(constraints: Constraints) -> Schema:
    """Return bounds as whole numbers, which is all that the core takes for an int."""
    bounds = _given(constraints, "ge", "gt", "le", "lt", "multiple_of")
    return {key: int(value) if float(value).is_integer() else value for key, value in bounds.items()}


def _lax(annotation: Any) -> Schema:
    bare, _ = taken_apart(annotation)
    return {"type": bare.__name__} if bare in (int, float, str, bool) else ANYTHING


def _of_fields(fields: Schema) -> Schema:
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}


def _plain(function: Any) -> Schema:
    return {"type": "function-plain", "function": {"type": "no-info", "function": function}}


def before(function: Any, schema: Schema) -> Schema:
    """Return a schema whose values go through a function first."""
    return {"type": "function-before", "function": {"type": "no-info", "function": function}, "schema": schema}


def _after(function: Any, schema: Schema, before: Any = None) -> Schema:
    made = {"type": "function-after", "function": {"type": "no-info", "function": function}, "schema": schema}
    if before is None:
        return made
    return {"type": "function-before", "function": {"type": "no-info", "function": before}, "schema": made}


def _has_validators(annotation: Any) -> bool:
    """Whether the metadata holds functions that only pydantic runs."""
    if get_origin(annotation) is not Annotated:
        return False
    return any(
        hasattr(part, "__get_pydantic_core_schema__")
        or (not isinstance(part, Unresolved) and callable(getattr(part, "func", None)))
        for item in annotation.__metadata__
        for part in (item, *(getattr(item, "metadata", ()) if type(item).__name__ == "FieldInfo" else ()))
    )

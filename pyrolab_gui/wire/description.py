"""The description of a service as plain data: what a console is generated from.

Frozen dataclasses with a loss-free plain form (dicts, lists, str, numbers) that any serializer carries. Unknown
keys of a newer peer are ignored; fields at their default are left out. Nothing here looks at a class: that is
``hosting.describe``. Limits: values of defaults and choices must themselves be plain data.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias

from pyrolab_gui.wire.record import known

TypeKind: TypeAlias = Literal[
    "none", "bool", "int", "float", "complex", "str", "bytes", "path", "datetime", "enum", "literal",
    "list", "tuple", "dict", "array", "optional", "union", "any",
]  # fmt: skip
MemberKind: TypeAlias = Literal["property", "method"]
Role: TypeAlias = Literal["read", "write", "action", "stop", "safe-state"]
Refresh: TypeAlias = Literal["auto", "idle", "never"]
ParameterKind: TypeAlias = Literal["positional", "keyword", "var-positional", "var-keyword"]
InstanceMode: TypeAlias = Literal["single", "session", "percall"]

Plain: TypeAlias = Any
"""None, bool, int, float, str, bytes, and lists and str-keyed dicts of them."""


class _Missing:
    """The default of a parameter that has none; a type of its own because None is a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of an Enum or Literal: what is shown, and what travels."""

    label: str
    value: Plain


@dataclass(frozen=True, slots=True)
class TypeDescription:
    """The type of a parameter, a property or a result.

    Parameters
    ----------
    kind
        One of `TypeKind`.
    name
        The type's own name, for *enum*, dataclasses (kind *dict* with `fields`) and *any*.
    choices
        For *enum* and *literal*.
    items
        *list* and *array*: one; *tuple*: one per place; *dict*: key and value; *optional*: one; *union*: each.
    fields
        For a dataclass, which travels as a dict: its fields in order.
    ge, gt, le, lt, multiple_of
        Bounds of a number, in `unit`; for a container they stand on the item.
    step, rate, ramp
        How far it may change at once, how much per second, in `unit`; with `ramp` a larger change is made in steps by
        a call that runs until it is there, else it is refused.
    unit
        As written by the driver, for example ``nm`` or ``dBm``.
    min_length, max_length, pattern
        For str, bytes and containers.
    variadic
        *tuple* of any length with one item type.
    allow_inf_nan
        Whether inf and nan are accepted for a float.
    dtype, ndim
        For *array*; empty or None where the driver does not say.
    """

    kind: TypeKind
    name: str = ""
    choices: tuple[Choice, ...] = ()
    items: tuple[TypeDescription, ...] = ()
    fields: tuple[ParameterDescription, ...] = ()
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    step: float | None = None
    rate: float | None = None
    ramp: bool = False
    unit: str = ""
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    variadic: bool = False
    allow_inf_nan: bool = False
    dtype: str = ""
    ndim: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether values are real numbers that a plot can show."""
        if self.kind == "optional":
            return self.items[0].is_number
        return self.kind in ("int", "float")


def unit_of(type_: TypeDescription) -> str:
    """Return the unit of a type, of an optional one too."""
    return type_.unit or (type_.items[0].unit if type_.kind == "optional" and type_.items else "")


def with_unit(type_: TypeDescription, unit: str) -> TypeDescription:
    """Return a type of numbers in a unit; any other type as it is."""
    if type_.kind == "optional" and type_.items:
        return replace(type_, items=(with_unit(type_.items[0], unit),))
    return replace(type_, unit=unit) if type_.is_number else type_


@dataclass(frozen=True, slots=True)
class ParameterDescription:
    """One parameter of a method, or one field of a dataclass."""

    name: str
    type: TypeDescription
    kind: ParameterKind = "positional"
    default: Plain | _Missing = MISSING
    doc: str = ""

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return isinstance(self.default, _Missing) and self.kind in ("positional", "keyword")


@dataclass(frozen=True, slots=True)
class MemberDescription:
    """One property or method of a service.

    `returns` is the type of the property's value or of the method's result; `written` is the type that the
    property's setter takes, where it differs from `returns`. `shown_unit` is the unit in which the lab wants to see the
    value, where that is another than the driver's. `confirm`: a console asks before it sends or calls. `group` names
    the part of the driver that it comes from: one of the classes that the driver's is made of; empty for its own.
    """

    name: str
    kind: MemberKind
    returns: TypeDescription
    doc: str = ""
    role: Role = "action"
    refresh: Refresh = "auto"
    parameters: tuple[ParameterDescription, ...] = ()
    readable: bool = False
    writable: bool = False
    written: TypeDescription | None = None
    streaming: bool = False
    oneway: bool = False
    shown_unit: str = ""
    confirm: bool = False
    group: str = ""

    @property
    def setting(self) -> TypeDescription:
        """The type a setter accepts."""
        return self.written or self.returns

    @property
    def ramped(self) -> bool:
        """Whether the lab has a value brought there in steps, by a call that runs until it is there."""
        types = [parameter.type for parameter in self.parameters] if self.kind == "method" else [self.setting]
        return any(part.ramp for type_ in types for part in (type_, *type_.items))


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """All that a client needs to know about a service."""

    name: str
    class_name: str
    doc: str = ""
    instance_mode: InstanceMode = "session"
    lockable: bool = False
    members: tuple[MemberDescription, ...] = ()
    described: bool = True
    """False where only names are known: a server that is not ours, without the class at hand."""
    relayed: bool = False
    """Whether a relay stands between: the server is not ours, its readings are taken once for all all the same."""
    note: str = ""
    """What colleagues should know, from the lab file."""
    power_cycle: str = ""
    """How the instrument is switched off and on again, from the lab file."""
    out_of_service: str = ""
    """Why it is not to be used for now, from the lab file."""

    def member(self, name: str) -> MemberDescription:
        """Return the member called `name`.

        Raises
        ------
        KeyError
            If there is none.
        """
        for member in self.members:
            if member.name == name:
                return member
        raise KeyError(name)


def to_plain(value: Any) -> Plain:
    """Turn a description into dicts and lists, leaving out what is at its default."""
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Choice | TypeDescription | ParameterDescription | MemberDescription | ServiceDescription):
        plain: dict[str, Any] = {}
        for field in fields(value):
            item = getattr(value, field.name)
            if item == field.default and type(item) is type(field.default):
                continue
            plain[field.name] = to_plain(item)
        return plain
    return value


def choice_from_plain(plain: Plain) -> Choice:
    """Read a `Choice`."""
    return Choice(str(plain["label"]), plain["value"])


def type_from_plain(plain: Plain) -> TypeDescription:
    """Read a `TypeDescription`; an unknown kind of a newer peer becomes *any*."""
    own = known(TypeDescription, plain)
    if own["kind"] not in TypeKind.__args__:  # type: ignore[attr-defined]
        own["kind"], own["name"] = "any", str(own["kind"])
    own["choices"] = tuple(choice_from_plain(item) for item in plain.get("choices", ()))
    own["items"] = tuple(type_from_plain(item) for item in plain.get("items", ()))
    own["fields"] = tuple(parameter_from_plain(item) for item in plain.get("fields", ()))
    return TypeDescription(**own)


def parameter_from_plain(plain: Plain) -> ParameterDescription:
    """Read a `ParameterDescription`."""
    own = known(ParameterDescription, plain)
    own["type"] = type_from_plain(plain["type"])
    return ParameterDescription(**own)


def member_from_plain(plain: Plain) -> MemberDescription:
    """Read a `MemberDescription`."""
    own = known(MemberDescription, plain)
    own["returns"] = type_from_plain(plain["returns"])
    own["parameters"] = tuple(parameter_from_plain(item) for item in plain.get("parameters", ()))
    if plain.get("written") is not None:
        own["written"] = type_from_plain(plain["written"])
    return MemberDescription(**own)


def service_from_plain(plain: Plain) -> ServiceDescription:
    """Read a `ServiceDescription` as `to_plain` wrote it, ignoring unknown keys."""
    own = known(ServiceDescription, plain)
    own["members"] = tuple(member_from_plain(item) for item in plain.get("members", ()))
    return ServiceDescription(**own)

"""What an annotation means, taken apart: the type without its wrappers, its constraints, and what family it is of.

Shared by the description (`hosting.types`) and the check (`hosting.validators`), so that both see the same. numpy,
pydantic and annotated_types are recognised by what their objects carry, and never imported.
"""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import re
import types
import typing
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin

from pyrolab_gui.hosting.hints import Unresolved

_NUMBER_KEYS = ("ge", "gt", "le", "lt", "multiple_of")
_OTHER_KEYS = ("min_length", "max_length", "pattern", "unit", "allow_inf_nan")

LISTS = (
    list, set, frozenset, collections.deque, collections.abc.Sequence, collections.abc.MutableSequence,
    collections.abc.Iterable, collections.abc.Collection, collections.abc.Set, collections.abc.MutableSet,
)  # fmt: skip
DICTS = (
    dict, collections.OrderedDict, collections.defaultdict, collections.abc.Mapping, collections.abc.MutableMapping,
)  # fmt: skip
STREAMS = (
    collections.abc.Iterator, collections.abc.Generator, collections.abc.AsyncIterator, collections.abc.AsyncGenerator,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the metadata of ``Annotated`` says."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    unit: str = ""
    allow_inf_nan: bool = False

    def of_numbers(self) -> Constraints:
        """Return what holds for the numbers in a container."""
        return replace(self, min_length=None, max_length=None, pattern="")

    def of_container(self) -> Constraints:
        """Return what holds for the container itself."""
        return Constraints(min_length=self.min_length, max_length=self.max_length, unit=self.unit)


NO_CONSTRAINTS = Constraints()


def taken_apart(annotation: Any, outer: Constraints = NO_CONSTRAINTS) -> tuple[Any, Constraints]:
    """Return the type without ``Annotated`` and the like, and its constraints on top of `outer`'s."""
    constraints = outer
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            constraints = _with(constraints, annotation.__metadata__)
            annotation = annotation.__origin__
        elif origin in (typing.Final, typing.ClassVar) or str(origin) in _WRAPPERS:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):  # NewType
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        elif isinstance(annotation, typing.TypeVar):
            annotation = annotation.__bound__ if annotation.__bound__ is not None else Any
        elif annotation is type(None):
            return None, constraints
        else:
            return annotation, constraints


_WRAPPERS = ("typing.Required", "typing.NotRequired", "typing.ReadOnly")


def is_union(annotation: Any) -> bool:
    """Whether it is ``X | Y``."""
    return get_origin(annotation) in (typing.Union, types.UnionType)


def union_members(annotation: Any) -> tuple[list[Any], bool]:
    """Return the members of a union and whether None is one; an int beside a float says nothing more."""
    members = [member for member in get_args(annotation) if member is not type(None)]
    optional = len(members) < len(get_args(annotation))
    if float in members and int in members:
        members.remove(int)
    return members, optional


def family_of(annotation: Any) -> str:
    """Return ``array``, ``int``, ``float``, ``complex``, ``bool`` or ``str`` for numpy's types, else ``""``."""
    if isinstance(annotation, Unresolved):
        if re.search(r"\b(ndarray|NDArray|ArrayLike)\b", annotation.text):
            return "array"
        scalar = re.fullmatch(r"(?:np|numpy)\.(\w+)", annotation.text)
        return _scalar_family(scalar[1]) if scalar else ""
    cls = get_origin(annotation) or annotation
    module, name = getattr(cls, "__module__", ""), getattr(cls, "__name__", "")
    if module.partition(".")[0] != "numpy" or not isinstance(cls, type):
        return ""
    if name in ("ndarray", "ma.MaskedArray", "MaskedArray", "matrix", "recarray"):
        return "array"
    return _scalar_family(name)


def _scalar_family(name: str) -> str:
    for family in ("bool", "complex", "float", "uint", "int", "str"):
        if name.startswith(family) or (family == "float" and name in ("longdouble", "number", "half", "double")):
            return "int" if family == "uint" else family
    return "int" if name == "integer" else ""


def array_parts(annotation: Any) -> tuple[str, int | None]:
    """Return dtype (or empty) and number of dimensions (or None) that an array's annotation names."""
    if isinstance(annotation, Unresolved):
        named = re.search(r"NDArray\[\s*(?:np|numpy)\.(\w+)", annotation.text)
        return (named[1].rstrip("_") if named else ""), None
    args = get_args(annotation)
    dtype, ndim = "", None
    if len(args) > 1:
        scalar = get_args(args[1])
        name = getattr(scalar[0], "__name__", "") if scalar else ""
        dtype = "" if name in ("generic", "Any", "number", "floating", "integer", "ScalarType") else name
        if isinstance(scalar[0] if scalar else None, typing.TypeVar):
            dtype = ""
    if args and get_origin(args[0]) is tuple:
        lengths = get_args(args[0])
        ndim = None if Ellipsis in lengths else len(lengths)
    return dtype, ndim


def is_structure(annotation: Any) -> bool:
    """Whether it is a class with named fields that travels as a dict: dataclass, TypedDict or pydantic model."""
    return isinstance(annotation, type) and (
        dataclasses.is_dataclass(annotation) or typing.is_typeddict(annotation) or hasattr(annotation, "model_fields")
    )


def is_required(cls: Any, name: str, annotation: Any) -> bool:
    """Whether a TypedDict must have a key; Python itself does not know where annotations are text."""
    wrapper = str(get_origin(annotation))
    if wrapper in ("typing.Required", "typing.NotRequired"):
        return wrapper == "typing.Required"
    return name in cls.__required_keys__


def _with(constraints: Constraints, metadata: tuple[Any, ...]) -> Constraints:
    changed: dict[str, Any] = {}
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())) if type(item).__name__ == "FieldInfo" else (item,):
            if isinstance(part, type | str | int | float):
                continue
            for key in (*_NUMBER_KEYS, *_OTHER_KEYS):
                value = getattr(part, key, None)
                if key == "pattern" and value is not None:
                    value = getattr(value, "pattern", value)
                if _fits(key, value):
                    changed[key] = value
    return replace(constraints, **changed) if changed else constraints


def _fits(key: str, value: Any) -> bool:
    if key in _NUMBER_KEYS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if key in ("pattern", "unit"):
        return isinstance(value, str)
    return isinstance(value, bool) if key == "allow_inf_nan" else isinstance(value, int) and not isinstance(value, bool)

"""Conversions of single values that pydantic_core does not know: Enum, Literal, array, bytes, whole numbers.

A value that does not fit raises ``wrong_value`` or ``wrong_type``, with the words for the sentence. Limits: numpy is
imported only where an array is wanted.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import enum
import math
import pathlib
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from pyrolab_gui.hosting.annotations import array_parts
from pyrolab_gui.hosting.results import enum_value
from pyrolab_gui.wire.arrays import is_array

if TYPE_CHECKING:
    from collections.abc import Sequence


def whole_number(value: Any) -> Any:
    """Return a float that is integral as an int."""
    return int(value) if type(value) is float and value.is_integer() else value


def complex_number(value: Any) -> Any:
    """Return json's form of a complex number as one; refuse text and truth values."""
    if isinstance(value, bool | str):
        raise _wrong_type("a complex number")
    if isinstance(value, dict) and set(value) == {"real", "imag"}:
        return complex(value["real"], value["imag"])
    return value


def raw_bytes(value: Any) -> Any:
    """Return serpent's form of bytes as bytes; refuse text."""
    if isinstance(value, dict) and value.get("encoding") == "base64":
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return base64.b64decode(value["data"], validate=True)
    if isinstance(value, str):
        raise _wrong_type("bytes")
    return value


def _wrong_value(what: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_value", "{what}", {"what": what})


def _wrong_type(what: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_type", "{what}", {"what": what})


class PathCheck:
    """Makes a path of text."""

    def __init__(self, cls: type[pathlib.PurePath]) -> None:
        self._cls = cls

    def __call__(self, value: Any) -> pathlib.PurePath:
        """Return the value as the driver gets it."""
        if not isinstance(value, str | pathlib.PurePath):
            raise _wrong_type("a path")
        return self._cls(value)


class WithoutDerived:
    """Leaves out the fields that a dataclass computes itself, so that a result can be sent back as an argument."""

    def __init__(self, cls: Any) -> None:
        self._derived = frozenset(field.name for field in dataclasses.fields(cls) if not field.init)

    def __call__(self, value: Any) -> Any:
        """Return the value as the driver gets it."""
        if isinstance(value, dict) and not self._derived.isdisjoint(value):
            return {key: item for key, item in value.items() if key not in self._derived}
        return value


class EnumCheck:
    """Finds the member of an Enum by its value or its name."""

    def __init__(self, cls: type[enum.Enum]) -> None:
        self._cls = cls

    def __call__(self, value: Any) -> enum.Enum:
        """Return the value as the driver gets it."""
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
        raise _wrong_value(_any_of([repr(enum_value(member)) for member in self._cls]))


class LiteralCheck:
    """Finds a choice; 1 and True are different ones."""

    def __init__(self, choices: Sequence[Any]) -> None:
        self._choices = choices

    def __call__(self, value: Any) -> Any:
        """Return the value as the driver gets it."""
        for choice in self._choices:
            if _same(enum_value(choice) if isinstance(choice, enum.Enum) else choice, value):
                return choice
        raise _wrong_value(_any_of([repr(choice) for choice in self._choices]))


class ArrayCheck:
    """Makes an array of nested lists; its numbers keep to the bounds."""

    def __init__(self, annotation: Any, constraints: Any) -> None:
        self._dtype, self._ndim = array_parts(annotation)
        self._constraints = constraints

    def __call__(self, value: Any) -> Any:
        """Return the value as the driver gets it."""
        if not isinstance(value, list | tuple) and not is_array(value):
            raise _wrong_type("an array of numbers")
        import numpy

        try:
            array = numpy.asarray(value)
            if array.size and array.dtype.kind not in "biufc":
                raise ValueError(array.dtype)
            if self._dtype:
                array = array.astype(self._dtype, casting="same_kind" if array.size else "unsafe", copy=False)
        except (TypeError, ValueError):
            raise _wrong_type(f"an array of {self._dtype or 'numbers'}") from None
        if self._ndim is not None and array.ndim != self._ndim:
            raise _wrong_value(f"an array of {self._ndim} dimension{'s' if self._ndim != 1 else ''}")
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
                raise _wrong_value(f"{word} {bound} items long")
        if not array.size or array.dtype.kind not in "iuf":
            return
        if array.dtype.kind == "f" and not limits.allow_inf_nan and not numpy.isfinite(array).all():
            raise _wrong_value("an array of finite numbers")
        low, high = array.min(), array.max()
        for bound, word, fails in (
            (limits.ge, "at least", low < limits.ge if limits.ge is not None else False),
            (limits.gt, "more than", low <= limits.gt if limits.gt is not None else False),
            (limits.le, "at most", high > limits.le if limits.le is not None else False),
            (limits.lt, "less than", high >= limits.lt if limits.lt is not None else False),
        ):
            if fails:
                unit = f" {limits.unit}" if limits.unit else ""
                raise _wrong_value(f"{word} {bound:g}{unit} everywhere")


def _same(own: Any, value: Any) -> bool:
    if isinstance(own, bool) != isinstance(value, bool):
        return False
    if isinstance(own, list | tuple) and isinstance(value, list | tuple):
        return list(own) == list(value)
    return bool(own == value) and isinstance(own, str) == isinstance(value, str)


def _any_of(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

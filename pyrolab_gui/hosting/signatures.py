"""What a call's arguments are checked against: each parameter with its validator, and how they fit together.

Limits: imported at the first call with arguments, because it loads what describes types, and pydantic.
"""

from __future__ import annotations

import difflib
import inspect
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, Union, get_args

from pyrolab_gui.hosting.annotations import is_union
from pyrolab_gui.hosting.failures import BAD_ARGUMENT, refusal
from pyrolab_gui.hosting.hints import hints_of, unwrapped
from pyrolab_gui.hosting.members import NO_ANNOTATION
from pyrolab_gui.hosting.sentences import bound_sentence, sentence_of
from pyrolab_gui.hosting.types import describe_type, limits_of
from pyrolab_gui.wire.arrays import decode_argument, is_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.members import Member

_BOUND_ERRORS = (
    "greater_than", "less_than", "multiple_of", "finite", "too_short", "too_long", "string_too", "string_pattern",
    "wrong_value", "value_error", "assertion_error", "predicate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with what checks it."""

    name: str
    annotation: Any
    validate: Callable[[Any], Any] | None
    limits: dict[str, float]

    def checked(self, value: Any) -> Any:
        """Return the value as the driver gets it.

        Raises
        ------
        Exception
            Marked ``BadArgument``.
        """
        if type(value) is dict or type(value) is list:
            try:
                value = decode_argument(value)
            except ValueError as error:
                raise refusal(ValueError, BAD_ARGUMENT, f"{self.name}: {error}.") from None
        if self.validate is not None:
            try:
                value = self.validate(value)
            except (ValueError, TypeError) as error:
                raise self._refused(error, value) from None
        if self.limits:
            self._keep_limits(value)
        return value

    def _refused(self, error: Any, value: Any) -> Exception:
        errors = error.errors(include_url=False) if hasattr(error, "errors") else [{"msg": str(error)}]
        base = ValueError if str(errors[0].get("type", "")).startswith(_BOUND_ERRORS) else TypeError
        sentence = sentence_of(self.name, describe_type(self.annotation), errors, value)
        return refusal(base, BAD_ARGUMENT, sentence)

    def _keep_limits(self, value: Any) -> None:
        if is_array(value):
            for extreme in (value.min(), value.max()) if value.size and value.dtype.kind in "iuf" else ():
                self._keep_limits(extreme.item())
        elif isinstance(value, list | tuple):
            for item in value:
                self._keep_limits(item)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            for key, bound in self.limits.items():
                if key in _BEYOND and _BEYOND[key](value, bound):
                    sentence = bound_sentence(self.name, describe_type(self.annotation), key, bound, value)
                    raise refusal(ValueError, BAD_ARGUMENT, sentence)


_BEYOND: dict[str, Callable[[float, float], bool]] = {
    "ge": lambda value, bound: not value >= bound,
    "gt": lambda value, bound: not value > bound,
    "le": lambda value, bound: not value <= bound,
    "lt": lambda value, bound: not value < bound,
    "multiple_of": lambda value, bound: not math.isclose(math.remainder(value, bound), 0.0, abs_tol=abs(bound) * 1e-9),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a method, and which of them a call must give."""

    positional: list[Parameter]
    by_name: dict[str, Parameter]
    required: list[str]
    positional_only: frozenset[str]
    more: Parameter | None
    any_name: Parameter | None
    least: float
    most: float
    unknown: bool = False

    @classmethod
    def of(cls, member: Member, owner: type, limits: Mapping[str, dict[str, float]]) -> Signature:
        """Return the signature of a method of a class, narrowed by limits of the lab file."""
        parameters = parameters_of(member)
        if parameters is None:
            return cls([], {}, [], frozenset(), None, None, 0, math.inf, unknown=True)
        hints = hints_of(member.function, owner)
        sole = len(parameters) == 1
        positional: list[Parameter] = []
        by_name: dict[str, Parameter] = {}
        required: list[str] = []
        only: set[str] = set()
        more = any_name = None
        for item in parameters:
            plain = limits_for(limits, member.name, item.name, sole=sole)
            parameter = parameter_of(item.name, hints.get(item.name, Any), plain)
            if item.kind is item.VAR_POSITIONAL:
                more = parameter
            elif item.kind is item.VAR_KEYWORD:
                any_name = parameter
            else:
                if item.kind is not item.KEYWORD_ONLY:
                    positional.append(parameter)
                if item.kind is item.POSITIONAL_ONLY:
                    only.add(item.name)
                else:
                    by_name[item.name] = parameter
                if item.default is item.empty:
                    required.append(item.name)
        names = {parameter.name for parameter in positional}
        keyword_only = any(name not in names for name in required)
        least = math.inf if keyword_only else sum(name in names for name in required)
        most = math.inf if more is not None else len(positional)
        return cls(positional, by_name, required, frozenset(only), more, any_name, least, most)

    def checked(
        self, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of a call as the driver gets them.

        Raises
        ------
        Exception
            Marked ``BadArgument``.
        """
        if self.unknown:
            return tuple(map(decode_argument, args)), {key: decode_argument(value) for key, value in kwargs.items()}
        if kwargs or not self.least <= len(args) <= self.most:
            self._bind(label, args, kwargs)
            kwargs = {key: self._named(key).checked(value) for key, value in kwargs.items()}
        positional = self.positional
        if len(args) > len(positional) and self.more is not None:
            positional = [*positional, *[self.more] * (len(args) - len(positional))]
        return tuple([parameter.checked(value) for parameter, value in zip(positional, args, strict=False)]), kwargs

    def _bind(self, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = {parameter.name for parameter in self.positional[: len(args)]}
        if len(args) > self.most:
            count = int(self.most)
            takes = f"takes {f'at most {count}' if count else 'no'} argument{'s' if count != 1 else ''}"
            raise _refused(f"{label} {takes}, got {len(args)}.")
        for key in kwargs:
            if key in given and key not in self.positional_only:
                raise _refused(f"{label} got {key} twice.")
            if key not in self.by_name and self.any_name is None:
                close = difflib.get_close_matches(key, self.by_name, n=1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                raise _refused(f"{label} has no parameter '{key}'{hint}.")
        for name in self.required:
            if name not in given and name not in kwargs:
                raise _refused(f"{label} needs {name}.")

    def _named(self, name: str) -> Parameter:
        found = self.by_name.get(name)
        if found is None:
            assert self.any_name is not None
            return replace(self.any_name, name=name)
        return found


def _refused(sentence: str) -> Exception:
    return refusal(TypeError, BAD_ARGUMENT, sentence)


def limits_for(
    limits: Mapping[str, dict[str, float]], member: str, parameter: str, *, sole: bool
) -> dict[str, float] | None:
    """Return the lab file's limits of a method's parameter; those of the method are its only parameter's."""
    return limits.get(f"{member}.{parameter}") or (limits.get(member) if sole else None)


def parameters_of(member: Member) -> list[inspect.Parameter] | None:
    """Return the parameters of a method without ``self``, or None where Python cannot tell."""
    if member.function is None:
        return None
    try:
        parameters = list(inspect.signature(member.function).parameters.values())
    except (TypeError, ValueError):
        return None
    return parameters[1:] if member.bound else parameters


def value_annotation(member: Member, cls: type) -> Any:
    """Return the annotation of what a property gives, or Any."""
    if member.getter is not None:
        return hints_of(member.getter, cls).get("return", Any)
    if member.annotation is not NO_ANNOTATION:
        return member.annotation
    if member.setter is not None:
        return Any
    kind = type(inspect.getattr_static(cls, member.name))
    found = hints_of(getattr(kind, "__get__", None), kind).get("return", Any)
    if is_union(found):  # a descriptor gives itself where it is asked by the class
        found = Union[tuple(part for part in get_args(found) if part not in (Self, kind))]  # noqa: UP007
    return found


def setter_annotation(member: Member, cls: type) -> Any:
    """Return the annotation of what a property takes: the setter's, else what it gives, else Any."""
    setter, place = member.setter, 1
    if setter is None and member.getter is None and member.annotation is NO_ANNOTATION:
        kind = type(inspect.getattr_static(cls, member.name))
        setter, place = getattr(kind, "__set__", None), 2
        cls = kind
    code = getattr(unwrapped(setter), "__code__", None)
    if setter is not None and code is not None and code.co_argcount > place:
        hints = hints_of(setter, cls)
        if code.co_varnames[place] in hints:
            return hints[code.co_varnames[place]]
    return value_annotation(member, cls)


def parameter_of(name: str, annotation: Any, limits: dict[str, float] | None) -> Parameter:
    """Return a parameter with what checks it."""
    from pyrolab_gui.hosting.validators import validator_of

    return Parameter(name, annotation, validator_of(annotation), limits_of(limits))

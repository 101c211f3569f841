"""The check of a call's arguments, before the driver sees them.

One validator per parameter (`hosting.validators`), made at the first call with arguments or by `prepare`: importing
pydantic would otherwise double the time that a daemon needs to start. A refusal is a ValueError (out of bounds) or a
TypeError (wrong type, missing, too many), marked ``BadArgument``. Limits of the lab file narrow the driver's.
"""

from __future__ import annotations

import difflib
import inspect
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.failures import BAD_ARGUMENT, refusal
from pyrolab_gui.hosting.hints import hints_of, unwrapped
from pyrolab_gui.hosting.roles import needs_no_argument
from pyrolab_gui.hosting.sentences import bound_sentence, sentence_of
from pyrolab_gui.hosting.types import describe_type, limits_of
from pyrolab_gui.wire.arrays import decode_argument, is_array

if TYPE_CHECKING:
    from pyrolab_gui.hosting.members import Member

Limits = Mapping[str, dict[str, float]]

_BOUND_ERRORS = (
    "greater_than", "less_than", "multiple_of", "finite", "too_short", "too_long", "string_too", "string_pattern",
    "expected",
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
            except ValueError as error:
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


class ValueCheck:
    """Checks what is assigned to a property; without annotation the setter takes what the getter gives."""

    def __init__(self, cls: type, member: Member, label: str, limits: Limits) -> None:
        self._cls = cls
        self._member = member
        self._limits = limits_of(limits.get(member.name))
        self._parameter: Parameter | None = None
        self._lock = threading.Lock()

    def prepare(self) -> Parameter:
        """Make what is needed, if it has not been made."""
        with self._lock:
            if self._parameter is None:
                annotation = setter_annotation(self._member, self._cls)
                self._parameter = _parameter(self._member.name, annotation, self._limits)
            return self._parameter

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the value as the driver gets it."""
        parameter = self._parameter or self.prepare()
        return (parameter.checked(args[0]),), kwargs


class CallCheck:
    """Checks the arguments of a method."""

    def __init__(self, cls: type, member: Member, label: str, limits: Limits) -> None:
        self._cls = cls
        self._member = member
        self._label = label
        self._limits = limits
        self._lock = threading.Lock()
        self._signature: _Signature | None = None
        self.free = needs_no_argument(member)

    def prepare(self) -> _Signature:
        """Make what is needed, if it has not been made."""
        with self._lock:
            if self._signature is None:
                self._signature = _Signature.of(self._member, self._cls, self._limits)
            return self._signature

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as the driver gets them."""
        if not args and not kwargs and self.free:
            return args, kwargs
        signature = self._signature or self.prepare()
        if signature.unknown:
            return tuple(map(decode_argument, args)), {key: decode_argument(value) for key, value in kwargs.items()}
        if kwargs or not signature.least <= len(args) <= signature.most:
            self._bind(signature, args, kwargs)
            kwargs = {key: signature.named(key).checked(value) for key, value in kwargs.items()}
        positional = signature.positional
        if len(args) > len(positional) and signature.more is not None:
            positional = [*positional, *[signature.more] * (len(args) - len(positional))]
        return tuple([parameter.checked(value) for parameter, value in zip(positional, args, strict=False)]), kwargs

    def _bind(self, signature: _Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = {parameter.name for parameter in signature.positional[: len(args)]}
        if len(args) > signature.most:
            count = int(signature.most)
            takes = f"takes {f'at most {count}' if count else 'no'} argument{'s' if count != 1 else ''}"
            raise self._refusal(f"{self._label} {takes}, got {len(args)}.")
        for key in kwargs:
            if key in given and key not in signature.positional_only:
                raise self._refusal(f"{self._label} got {key} twice.")
            if key not in signature.by_name and signature.any_name is None:
                close = difflib.get_close_matches(key, signature.by_name, n=1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                raise self._refusal(f"{self._label} has no parameter '{key}'{hint}.")
        for name in signature.required:
            if name not in given and name not in kwargs:
                raise self._refusal(f"{self._label} needs {name}.")

    def _refusal(self, sentence: str) -> Exception:
        return refusal(TypeError, BAD_ARGUMENT, sentence)


@dataclass(frozen=True, slots=True)
class _Signature:
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
    def of(cls, member: Member, owner: type, limits: Limits) -> _Signature:
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
            plain = limits.get(f"{member.name}.{item.name}") or (limits.get(member.name) if sole else None)
            parameter = _parameter(item.name, hints.get(item.name, Any), limits_of(plain))
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

    def named(self, name: str) -> Parameter:
        found = self.by_name.get(name)
        if found is None:
            assert self.any_name is not None
            return replace(self.any_name, name=name)
        return found


def parameters_of(member: Member) -> list[inspect.Parameter] | None:
    """Return the parameters of a method without ``self``, or None where Python cannot tell."""
    if member.function is None:
        return None
    try:
        parameters = list(inspect.signature(member.function).parameters.values())
    except (TypeError, ValueError):
        return None
    return parameters[1:] if member.bound else parameters


def setter_annotation(member: Member, cls: type) -> Any:
    """Return the annotation of what a property takes: the setter's, else the getter's, else Any."""
    if member.setter is not None:
        hints = hints_of(member.setter, cls)
        names = [name for name in hints if name != "return"]
        code = getattr(unwrapped(member.setter), "__code__", None)
        if names and code is not None and code.co_argcount > 1 and code.co_varnames[1] in hints:
            return hints[code.co_varnames[1]]
    return hints_of(member.getter, cls).get("return", Any)


def _parameter(name: str, annotation: Any, limits: dict[str, float]) -> Parameter:
    from pyrolab_gui.hosting.validators import validator_of

    return Parameter(name, annotation, validator_of(annotation), limits)

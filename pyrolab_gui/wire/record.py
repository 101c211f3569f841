"""Frozen dataclasses without generated code, for what every child process imports.

`dataclasses.dataclass` writes and compiles six functions per class, a millisecond or more of each child's start. Here
all classes share theirs; ``fields``, ``asdict``, ``replace`` and type checkers see a dataclass. Limits: making an
instance takes some microseconds longer; no inheritance of fields, no ``InitVar``, no ``__post_init__``.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["known", "record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen):  # the argument is there for type checkers and readers
        """Return a decorator that makes a frozen dataclass of a class."""
        assert frozen

        def made(cls):
            for function in (__init__, __repr__, __eq__, __hash__, __setattr__, __delattr__):
                setattr(cls, function.__name__, function)
            return dataclasses.dataclass(init=False, repr=False, eq=False)(cls)

        return made


def known(cls: Any, plain: dict[str, Any]) -> dict[str, Any]:
    """Return what of a dict a dataclass has fields for: the rest comes from a newer peer."""
    names = {field.name for field in dataclasses.fields(cls)}
    return {key: value for key, value in plain.items() if key in names}


def __init__(self: Any, *args: Any, **given: Any) -> None:  # noqa: N807 - of the classes that are made
    own = dataclasses.fields(self)
    name = type(self).__name__
    if len(args) > len(own):
        raise TypeError(f"{name} takes {len(own)} values, got {len(args)}")
    values = {field.name: value for field, value in zip(own, args, strict=False)}
    if twice := values.keys() & given.keys():
        raise TypeError(f"{name} got {', '.join(sorted(twice))} twice")
    values.update(given)
    missing = []
    for field in own:
        if field.name in values:
            continue
        if field.default is not dataclasses.MISSING:
            values[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            values[field.name] = field.default_factory()
        else:
            missing.append(field.name)
    if missing:
        raise TypeError(f"{name} needs {', '.join(missing)}")
    if len(values) > len(own):
        raise TypeError(f"{name} has no {', '.join(sorted(values.keys() - {field.name for field in own}))}")
    self.__dict__.update((field.name, values[field.name]) for field in own)


def __repr__(self: Any) -> str:  # noqa: N807
    return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def __eq__(self: Any, other: object) -> bool:  # noqa: N807
    return vars(self) == vars(other) if type(self) is type(other) else NotImplemented


def __hash__(self: Any) -> int:  # noqa: N807
    return hash(tuple(vars(self).values()))


def __setattr__(self: Any, name: str, _value: Any) -> None:  # noqa: N807
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self: Any, name: str) -> None:  # noqa: N807
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

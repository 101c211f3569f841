"""The check of a call's arguments, before the driver sees them.

One validator per parameter (`hosting.signatures`), made at the first call with arguments or by `prepare`: importing
pydantic would otherwise double the time that a daemon needs to start. A refusal is a ValueError (out of bounds) or a
TypeError (wrong type, missing, too many), marked ``BadArgument``. Limits of the lab file narrow the driver's.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.roles import needs_no_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.hosting.signatures import Parameter, Signature


class ValueCheck:
    """Checks what is assigned to a property; without annotation the setter takes what the getter gives."""

    def __init__(self, cls: type, member: Member, limits: Mapping[str, dict[str, float]]) -> None:
        self._cls = cls
        self._member = member
        self._limits = limits
        self._parameter: Parameter | None = None
        self._lock = threading.Lock()

    def prepare(self) -> Parameter:
        """Make what is needed, if it has not been made."""
        from pyrolab_gui.hosting import signatures

        with self._lock:
            if self._parameter is None:
                name = self._member.name
                annotation = signatures.setter_annotation(self._member, self._cls)
                self._parameter = signatures.parameter_of(name, annotation, self._limits.get(name))
            return self._parameter

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the value as the driver gets it."""
        parameter = self._parameter or self.prepare()
        return (parameter.checked(args[0]),), kwargs


class CallCheck:
    """Checks the arguments of a method.

    `free` says whether it can be called without any.
    """

    def __init__(self, cls: type, member: Member, label: str, limits: Mapping[str, dict[str, float]]) -> None:
        self._cls = cls
        self._member = member
        self._label = label
        self._limits = limits
        self._lock = threading.Lock()
        self._signature: Signature | None = None
        self.free = needs_no_argument(member)

    def prepare(self) -> Signature:
        """Make what is needed, if it has not been made."""
        from pyrolab_gui.hosting.signatures import Signature

        with self._lock:
            if self._signature is None:
                self._signature = Signature.of(self._member, self._cls, self._limits)
            return self._signature

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as the driver gets them."""
        if not args and not kwargs and self.free:
            return args, kwargs
        return (self._signature or self.prepare()).checked(self._label, args, kwargs)

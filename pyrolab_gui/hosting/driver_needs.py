"""What a driver needs to be connected, and what it offers, for the form of a new instrument.

The parameters are those of ``connect`` where the class has one, and those of the constructor. Limits: looks at the
class; what ``**kwargs`` would take is not known.
"""

from __future__ import annotations

import contextlib
import inspect
from dataclasses import replace
from typing import Any

from pyrolab_gui.hosting.describe import describe, describe_method
from pyrolab_gui.hosting.docs import doc_of
from pyrolab_gui.hosting.identity import identity_member
from pyrolab_gui.hosting.members import Member
from pyrolab_gui.wire.description import ParameterDescription, to_plain
from pyrolab_gui.wire.plans import ServicePlan


def needs_of(cls: type) -> dict[str, Any]:
    """Return, as plain data, the parameters of a driver, its docstring, and how many members it has of each kind."""
    connect: Any = getattr(cls, "connect", None)
    function = connect if callable(connect) else getattr(cls, "__init__", None)
    found = {parameter.name: parameter for parameter in _parameters(cls, "connect")} if callable(connect) else {}
    for parameter in _parameters(cls, "__init__"):
        found.setdefault(parameter.name, parameter)
    docs = doc_of(cls).parameters
    members = describe(cls).members
    file, line = _place(function if inspect.isfunction(function) else cls)
    return {
        "class_name": cls.__name__,
        "doc": doc_of(cls).text,
        "connects": callable(connect),
        "file": file,
        "line": line,
        "parameters": [
            to_plain(parameter if parameter.doc else replace(parameter, doc=docs.get(parameter.name, "")))
            for parameter in found.values()
        ],
        "detects": callable(getattr(cls, "detect_devices", None)),
        "identity": identity_member(cls),
        "readings": sum(member.role == "read" for member in members),
        "settings": sum(member.role == "write" for member in members),
        "actions": sum(member.role in ("action", "stop", "safe-state") for member in members),
    }


def _parameters(cls: type, name: str) -> list[ParameterDescription]:
    function = inspect.getattr_static(cls, name, None)
    bound = not isinstance(function, staticmethod)
    function = getattr(function, "__func__", function)
    if not inspect.isroutine(function):
        return []
    plan = ServicePlan(cls.__name__, cls.__name__, cls.__module__, cls.__name__)
    described = describe_method(cls, plan, Member(name, False, function, bound=bound))
    return [parameter for parameter in described.parameters if parameter.kind in ("positional", "keyword")]


def _place(thing: Any) -> tuple[str, int]:
    with contextlib.suppress(OSError, TypeError):
        return inspect.getsourcefile(thing) or "", inspect.getsourcelines(thing)[1]
    return "", 0

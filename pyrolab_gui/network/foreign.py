"""A description of a service that is not ours, from what Pyro5 tells: names only.

Every method takes anything, every attribute reads and writes anything. Limits: no types, no units, no docstrings
(those come from the class, where a lab file names it); whether an attribute can be written is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.wire.description import MemberDescription, ParameterDescription, ServiceDescription, TypeDescription

if TYPE_CHECKING:
    from collections.abc import Iterable

_ANY = TypeDescription("any")
_LOCK = frozenset(("lock", "unlock", "islocked"))


def foreign_description(
    name: str, methods: Iterable[str], attributes: Iterable[str], oneway: Iterable[str]
) -> ServiceDescription:
    """Return the description made of the names that Pyro5's metadata holds."""
    methods, oneway = set(methods), set(oneway)
    anything = (
        ParameterDescription("args", _ANY, "var-positional"),
        ParameterDescription("kwargs", _ANY, "var-keyword"),
    )
    properties = [
        MemberDescription(attribute, "property", _ANY, role="read", refresh="idle", readable=True, writable=True)
        for attribute in sorted(attributes)
    ]
    actions = [
        MemberDescription(method, "method", _ANY, parameters=anything, oneway=method in oneway)
        for method in sorted(methods)
    ]
    return ServiceDescription(name, "", lockable=methods >= _LOCK, members=tuple(properties + actions), described=False)

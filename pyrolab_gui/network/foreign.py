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


def foreign_words(description: ServiceDescription, untyped: str = "", direct_because: str = "") -> str:
    """Return what a user should know of a service whose server is not ours.

    Parameters
    ----------
    untyped
        Why the class that the lab names could not be looked at.
    direct_because
        Why it is reached without a relay.
    """
    if description.described:
        words = [
            f"Its server is not ours: what is shown here is the class {description.class_name} that the lab names."
        ]
    else:
        words = ["Its server tells names only: arguments and values are typed as Python writes them."]
    if untyped:
        words.append(f"The class that the lab names cannot be looked at. {untyped}")
    if direct_because:
        words.append(f"Each window reads it for itself, and long lists are slow: {direct_because}")
    return " ".join(words)

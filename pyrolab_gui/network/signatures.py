"""What an instrument tells of its members as Python shows it: signatures, docstrings, a class for completion and help.

Limits: made from a description alone; a server that is not ours tells names, which stay without a signature.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.description import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.description import MemberDescription, ParameterDescription, TypeDescription

_KINDS = {
    "positional": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "keyword": inspect.Parameter.KEYWORD_ONLY,
    "var-positional": inspect.Parameter.VAR_POSITIONAL,
    "var-keyword": inspect.Parameter.VAR_KEYWORD,
}


class _Words(str):
    """An annotation that is shown as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def signature_of(member: MemberDescription) -> inspect.Signature:
    """Return the signature of a method."""
    parameters = [
        inspect.Parameter(each.name, _KINDS[each.kind], default=_default(each), annotation=type_words(each.type))
        for each in member.parameters
    ]
    try:
        return inspect.Signature(parameters, return_annotation=type_words(member.returns))
    except ValueError:  # a description of another version may have them in an order that Python has not
        return inspect.signature(_anything)


def type_words(type_: TypeDescription) -> Any:
    """Return a type as it stands in a signature, with its unit and bounds."""
    inner = ", ".join(str(type_words(item)) for item in type_.items)
    words = {
        "optional": f"{inner} | None",
        "union": " | ".join(str(type_words(item)) for item in type_.items),
        "enum": " | ".join(repr(choice.value) for choice in type_.choices),
        "literal": " | ".join(repr(choice.value) for choice in type_.choices),
        "array": "array",
        "none": "None",
    }.get(type_.kind, type_.name or type_.kind)
    if type_.kind in ("list", "tuple", "dict") and inner and not type_.name:
        words = f"{words}[{inner}]"
    low = next((f"{sign} {bound:g}" for sign, bound in ((">=", type_.ge), (">", type_.gt)) if bound is not None), "")
    high = next((f"{sign} {bound:g}" for sign, bound in (("<=", type_.le), ("<", type_.lt)) if bound is not None), "")
    more = [type_.unit, low, high]
    return _Words(f"{words} ({', '.join(filter(None, more))})" if any(more) else words)


def doc_of(member: MemberDescription) -> str:
    """Return the docstring of a member: the driver's, with the type of a property behind it."""
    if member.kind == "method":
        return member.doc
    can = "" if member.writable else ", read only"
    return f"{member.doc}\n\n{type_words(member.returns)}{can}".strip()


def documented(function: Callable[..., Any], member: MemberDescription | None) -> Callable[..., Any]:
    """Give a function the signature and the docstring of a member, where they are known; return it."""
    if member is not None:
        made: Any = function
        made.__signature__ = signature_of(member)
        made.__doc__ = member.doc
    return function


def _default(parameter: ParameterDescription) -> Any:
    if parameter.default is not MISSING:
        return parameter.default
    return inspect.Parameter.empty


def _anything(*_args: Any, **_kwargs: Any) -> Any:
    """Stand for a method of which nothing is known."""

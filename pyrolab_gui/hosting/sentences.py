"""What is wrong with an argument, in a sentence.

``power must be at most 13 mW, got 20.`` is made from the kind of error that pydantic reports and from the description
of the type. Limits: the first error only; whoever corrects it sees the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyrolab_gui.wire.description import TypeDescription

_LONGEST = 60

_KIND_WORDS = {
    "none": "None",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "complex": "a complex number",
    "str": "text",
    "bytes": "bytes",
    "path": "a path",
    "datetime": "a date and time",
    "list": "a list",
    "tuple": "a list",
    "dict": "a dict",
    "array": "an array of numbers",
}

_BOUND_WORDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
    "multiple_of": ("multiple_of", "a multiple of"),
}

_TYPE_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "finite": "a finite number",
    "bool": "true or false",
    "string": "text",
    "bytes": "bytes",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen": "a list",
    "dict": "a dict",
    "mapping": "a dict",
    "dataclass": "a dict",
    "model": "a dict",
    "datetime": "a date and time",
    "date": "a date",
    "time": "a time",
    "path": "a path",
    "complex": "a complex number",
    "iterable": "a list",
    "none": "None",
}


def sentence_of(name: str, described: TypeDescription, errors: Sequence[Mapping[str, Any]], value: Any) -> str:
    """Return the sentence about an argument that was refused.

    Parameters
    ----------
    name
        Of the parameter or property.
    described
        Its type.
    errors
        As pydantic reports them.
    value
        What was given.
    """
    first = errors[0]
    if len(errors) > 1 and described.kind in ("union", "optional"):
        return f"{name} must be {words_of(described)}, got {short(value)}."
    where, leaf = _place(name, described, first.get("loc", ()))
    kind = str(first.get("type", ""))
    if kind in ("missing", "missing_argument"):
        return f"{where} is missing."
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{where} is not known."
    if kind in (
        "",
        "value_error",
        "assertion_error",
        "predicate_failed",
    ):  # of a driver's own class, whose words stand for themselves
        return f"{where}: {_own_words(first)}."
    return f"{where} must be {_expected(kind, first, leaf)}, got {short(first.get('input', value))}."


def bound_sentence(name: str, described: TypeDescription, key: str, bound: float, value: Any) -> str:
    """Return the sentence about a limit of the lab file."""
    word = next(words for own, words in _BOUND_WORDS.values() if own == key)
    return f"{name} must be {word} {number(bound)}{_unit(described)}, got {short(value)}."


def words_of(described: TypeDescription) -> str:
    """Return a type in words."""
    if described.choices:
        return _any_of([repr(choice.value) for choice in described.choices])
    if described.kind in ("union", "optional"):
        words = [words_of(item) for item in described.items]
        return _any_of([*dict.fromkeys(words), *(["None"] if described.kind == "optional" else [])])
    return _KIND_WORDS.get(described.kind, described.name or "something else")


def number(value: Any) -> str:
    """Return a number as a person writes it."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def short(value: Any) -> str:
    """Return a value, shortened."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple | dict | set) and len(value) > 8:
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _expected(kind: str, error: Mapping[str, Any], leaf: TypeDescription) -> str:
    context = error.get("ctx") or {}
    if kind in _BOUND_WORDS:
        key, word = _BOUND_WORDS[kind]
        return f"{word} {number(context.get(key))}{_unit(leaf)}"
    if kind in ("wrong_value", "wrong_type"):
        return str(context.get("what", error.get("msg", "")))
    if kind in ("string_too_short", "too_short"):
        what = "character" if kind.startswith("string") else "item"
        return f"at least {_counted(context.get('min_length'), what)} long"
    if kind in ("string_too_long", "too_long"):
        what = "character" if kind.startswith("string") else "item"
        return f"at most {_counted(context.get('max_length'), what)} long"
    if kind == "string_pattern_mismatch":
        return f"text of the form {context.get('pattern')}"
    word = _TYPE_WORDS.get(kind.partition("_")[0], "")
    if word:
        return word
    return _own_words(error)


def _own_words(error: Mapping[str, Any]) -> str:
    message = str(error.get("msg", ""))
    for prefix in ("Input should be ", "Value error, ", "Assertion failed, "):
        message = message.removeprefix(prefix)
    return message.rstrip(".")


def _place(name: str, described: TypeDescription, loc: Sequence[int | str]) -> tuple[str, TypeDescription]:
    leaf = described
    for step in loc:
        while leaf.kind in ("optional", "union") and leaf.items:
            leaf = leaf.items[0]
        if isinstance(step, int):
            name = f"{name}[{step}]"
            leaf = leaf.items[min(step, len(leaf.items) - 1)] if leaf.items else leaf
        elif any(field.name == step for field in leaf.fields):
            name = f"{name}.{step}"
            leaf = next(field.type for field in leaf.fields if field.name == step)
        elif leaf.kind == "dict" and len(leaf.items) == 2:
            name = f"{name}[{step!r}]"
            leaf = leaf.items[1]
        elif leaf.fields:
            name = f"{name}.{step}"
    while leaf.kind == "optional":
        leaf = leaf.items[0]
    return name, leaf


def _unit(described: TypeDescription) -> str:
    for item in (described, *described.items):
        if item.unit:
            return f" {item.unit}"
    return ""


def _counted(count: Any, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _any_of(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"

"""Schemas of what only pydantic knows: models, validators in annotations, Decimal and the like.

The numbers in them are made as strict as everywhere (`hosting.schemas`), but a model keeps the rules that its author
gave it. Limits: imports pydantic.
"""

from __future__ import annotations

from typing import Any

import pydantic

from pyrolab_gui.hosting.converters import EnumCheck, LiteralCheck, complex_number, raw_bytes, whole_number

_OPAQUE = frozenset(("metadata", "serialization", "default", "expected", "members", "config", "keys_schema", "ref"))
_BEFORE = {"complex": complex_number, "bytes": raw_bytes}


def pydantic_schema(annotation: Any) -> dict[str, Any]:
    """Return the schema that pydantic makes of an annotation, with strict numbers.

    Raises
    ------
    Exception
        Of pydantic, where it cannot.
    """
    adapter: Any = pydantic.TypeAdapter(annotation)
    schema: dict[str, Any] = _with_numbers_strict(adapter.core_schema)
    return schema


def _with_numbers_strict(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(_with_numbers_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind == "float":
        return {**schema, "strict": True, "allow_inf_nan": schema.get("allow_inf_nan", False)}
    if kind == "int":
        return _function("before", whole_number, schema={**schema, "strict": True})
    if kind in _BEFORE:
        return _function("before", _BEFORE[kind], schema=schema)
    if kind == "enum":
        ref = {"ref": schema["ref"]} if "ref" in schema else {}
        return _function("plain", EnumCheck(schema["cls"]), **ref)
    if kind == "literal":
        return _function("plain", LiteralCheck(schema["expected"]))
    return {key: item if key in _OPAQUE else _with_numbers_strict(item) for key, item in schema.items()}


def _function(place: str, function: Any, **more: Any) -> dict[str, Any]:
    return {"type": f"function-{place}", "function": {"type": "no-info", "function": function}, **more}

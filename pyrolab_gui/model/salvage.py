"""What does not agree between the entries of a text that has mistakes in it as well.

Wrong values are left out, and what would be found only on account of that is not told: each mistake has one sentence.
Limits: only for finding problems; the lab that is pieced together here is never shown, saved or started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from pyrolab_gui.model.check import problems_of
from pyrolab_gui.model.lab import ENTRY_TYPES, KINDS, Autolaunch, Kind, Lab
from pyrolab_gui.model.sentences import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.model.problems import KeyPath, Problem

_REFERENCES: dict[str, Kind] = {"daemon": "daemons", "daemons": "daemons", "nameservers": "nameservers"}
"""Key -> the section in which what it names must stand."""
_PORTS: dict[Kind, str] = {"nameservers": "ns_port", "daemons": "port"}


def further_problems(data: Mapping[str, Any], wrong: Iterable[KeyPath]) -> list[Problem]:
    """Return what does not agree between the entries of `data`.

    Parameters
    ----------
    data
        The plain data of a lab file.
    wrong
        Paths of what was found wrong by itself.
    """
    paths = {*wrong, *_misspelt(data)}
    sections: dict[str, Any] = {kind: _section(kind, data.get(kind), paths) for kind in KINDS}
    sections["autolaunch"] = _fitting(Autolaunch, data.get("autolaunch"))
    lab = Lab.model_construct(**sections)
    return [problem for problem in problems_of(lab) if not _is_echo(problem.path, paths)]


def _misspelt(data: Mapping[str, Any]) -> set[KeyPath]:
    """Return the paths of what is probably meant by keys that are not known."""
    found: set[KeyPath] = {(nearest(key, Lab.model_fields),) for key in data if key not in Lab.model_fields}
    for kind in KINDS:
        section, fields = data.get(kind), ENTRY_TYPES[kind].model_fields
        for name, values in section.items() if isinstance(section, dict) else ():
            for key in values if isinstance(values, dict) else ():
                if key not in fields:
                    found.add((kind, name, nearest(str(key), fields)))
    return {path for path in found if path[-1]}


def _section(kind: Kind, entries: Any, wrong: set[KeyPath]) -> dict[str, BaseModel]:
    return (
        {name: _entry(kind, name, values, wrong) for name, values in entries.items()}
        if isinstance(entries, dict)
        else {}
    )


def _entry(kind: Kind, name: str, values: Any, wrong: set[KeyPath]) -> BaseModel:
    entry = _fitting(ENTRY_TYPES[kind], values)
    port = _PORTS.get(kind)
    if port and wrong & {(kind, name), (kind, name, port), (kind, name, "host")}:
        return entry.model_copy(update={port: 0})  # the default would be mistaken for another entry's port
    return entry


def _fitting(model: type[BaseModel], values: Any) -> BaseModel:
    """Return a model of those values that are right by themselves."""
    lent = {key: "_" for key, field in model.model_fields.items() if field.is_required()}
    right: dict[str, Any] = {}
    for key, value in values.items() if isinstance(values, dict) else ():
        try:
            whole = model.model_validate({**lent, key: value})
        except ValidationError:
            continue
        right[key] = getattr(whole, key)
    return model.model_construct(set(right), **right)


def _is_echo(path: KeyPath, wrong: set[KeyPath]) -> bool:
    """Whether a finding only repeats a mistake that is told already."""
    if any(path[:length] in wrong for length in range(1, len(path) + 1)):
        return True
    return any((_REFERENCES.get(str(part)),) in wrong for part in path[1:])

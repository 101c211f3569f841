"""What a lab file is to say after an edit: its own data with the changed values laid over it.

Values that did not change stay as they are written, a quoted number included; PyroLab's keys stay where they stand; our
own keys are written only where they differ from their default. Limits: data only, no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.lab import KINDS, OWN_KEYS, Kind, Lab
from pyrolab_gui.model.rewriting import Renames, same

if TYPE_CHECKING:
    from pyrolab_gui.model.problems import KeyPath


def alike(one: Any, other: Any) -> bool:
    """Whether two entries say the same; quick where they are one."""
    return one is other or same(one.model_dump(), other.model_dump())


def same_labs(one: Lab, other: Lab) -> bool:
    """Whether two labs say the same, in whatever order; quick where they share their entries."""
    if one is other:
        return True
    for kind in KINDS:
        mine, theirs = one.entries(kind), other.entries(kind)
        if mine.keys() != theirs.keys() or not all(alike(entry, theirs[name]) for name, entry in mine.items()):
            return False
    return one.version == other.version and alike(one.autolaunch, other.autolaunch)


def fresh_data(lab: Lab) -> dict[str, Any]:
    """Return what stands in a fresh file: PyroLab's keys, and ours where they differ from their default."""
    data: dict[str, Any] = {"version": lab.version}
    for kind in KINDS:
        if lab.entries(kind):
            data[kind] = {name: _entry_data(kind, entry) for name, entry in lab.entries(kind).items()}
    data["autolaunch"] = _changed_fields(lab.autolaunch)
    return {key: value for key, value in data.items() if value}


def _entry_data(kind: Kind, entry: Any) -> dict[str, Any]:
    changed = _changed_fields(entry)
    return {key: value for key, value in changed.items() if key not in OWN_KEYS[kind]} | {
        key: value for key, value in changed.items() if key in OWN_KEYS[kind]
    }


def _changed_fields(entry: Any) -> dict[str, Any]:
    """Return the fields of an entry that differ from their default, as plain data."""
    dumped = entry.model_dump(exclude_defaults=False)
    fields = type(entry).model_fields
    kept: dict[str, Any] = {}
    for key, value in dumped.items():
        default = fields[key].get_default(call_default_factory=True)
        if fields[key].is_required() or not same(value, default):
            kept[key] = _without_none(value) if key == "limits" else value
    return kept


def _without_none(limits: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        member: {word: bound for word, bound in bounds.items() if bound is not None}
        for member, bounds in limits.items()
    }


def renames_between(old: Lab, new: Lab) -> Renames:
    """Guess which entries were renamed: the same content under a new name, or the only one that went and came."""
    renames: dict[KeyPath, str] = {}
    for kind in KINDS:
        before, after = old.entries(kind), new.entries(kind)
        gone = [name for name in before if name not in after]
        come = [name for name in after if name not in before]
        for name in list(gone):
            for other in come:
                if same(before[name].model_dump(), after[other].model_dump()):
                    renames[kind, name] = other
                    gone.remove(name)
                    come.remove(other)
                    break
        if len(gone) == len(come) == 1:
            renames[kind, gone[0]] = come[0]
    return renames


def target_data(raw: dict[str, Any], old: Lab, new: Lab, renames: Renames) -> dict[str, Any]:
    """Return what the file is to say: its own data, with what changed between the two labs laid over it."""
    target = dict(raw)
    for kind in KINDS:
        before, after = old.entries(kind), new.entries(kind)
        if list(before) == list(after) and all(alike(entry, after[name]) for name, entry in before.items()):
            continue
        origin = {renames.get((kind, name), name): name for name in before}
        target[kind] = {
            name: _entry_data(kind, entry)
            if name not in origin
            else raw[kind][origin[name]]
            if entry is before[origin[name]]
            else _overlaid(kind, raw[kind][origin[name]], before[origin[name]], entry)
            for name, entry in after.items()
        }
    if not same(old.autolaunch.model_dump(), new.autolaunch.model_dump()):
        target["autolaunch"] = _overlaid(None, raw.get("autolaunch"), old.autolaunch, new.autolaunch)
    return target


def _overlaid(kind: Kind | None, raw: Any, before: Any, after: Any) -> dict[str, Any]:
    target: dict[str, Any] = dict(raw or {})
    written, was = _changed_fields(after), before.model_dump()
    for key, value in after.model_dump().items():
        if same(value, was[key]):
            continue
        if key in written:
            target[key] = _parameters(target.get(key), value) if key == "parameters" else written[key]
        elif key in target and kind is not None and key in OWN_KEYS[kind]:
            del target[key]
        elif key in target:
            target[key] = value
    return target


def _parameters(raw: Any, value: dict[str, Any]) -> Any:
    """Keep PyroLab's older form, a list of maps with one key each, where the file has it."""
    if not isinstance(raw, list):
        return value
    known = [next(iter(item)) for item in raw]
    order = [key for key in known if key in value] + [key for key in value if key not in known]
    return [{key: value[key]} for key in order]


def changed_entries(old: Lab, new: Lab, renames: Renames) -> frozenset[KeyPath]:
    """Return the paths, in the old lab, of the entries that differ."""
    changed: set[KeyPath] = set()
    for kind in KINDS:
        before, after = old.entries(kind), new.entries(kind)
        for name, entry in before.items():
            other = after.get(renames.get((kind, name), name))
            if other is None or not alike(entry, other):
                changed.add((kind, name))
    if not same(old.autolaunch.model_dump(), new.autolaunch.model_dump()):
        changed.add(("autolaunch",))
    return frozenset(changed)

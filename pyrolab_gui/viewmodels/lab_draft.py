"""A lab under edit: the saved lab, the lab with what was typed, and what differs and is wrong.

Values that do not pass validation are kept as typed, so nothing is lost and each has its problem. A function of
values alone: no Qt, no file. Limits: the names of sections are those of the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from pyrolab_gui.model import check, edit
from pyrolab_gui.model.lab import ENTRY_TYPES, KINDS, Autolaunch, Kind, Lab
from pyrolab_gui.model.merging import NOT_THERE, merged_value
from pyrolab_gui.model.problems import Problem, errors_of
from pyrolab_gui.model.sentences import problems_from
from pyrolab_gui.viewmodels.daemons_tree import Marks
from pyrolab_gui.viewmodels.lab_conflicts import Conflict, conflicts_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NODE_KINDS: dict[Kind, str] = {"nameservers": "nameserver", "daemons": "daemon", "services": "service"}
"""Section -> first part of the key of its nodes in the tree."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an entry stands: section and name."""

    kind: Kind
    name: str

    @property
    def key(self) -> str:
        """The key of its node in the tree."""
        return f"{NODE_KINDS[self.kind]}/{self.name}"

    @classmethod
    def of(cls, key: str) -> Entry | None:
        """Return the entry of a node's key; None for nodes that are no entry."""
        word, _, name = key.partition("/")
        for kind, node in NODE_KINDS.items():
            if node == word and name:
                return cls(kind, name)
        return None


@dataclass(frozen=True, slots=True)
class DraftState:
    """All edits as they stood at one moment; `LabDraft.restore` goes back to it."""

    lab: Lab
    invalid: dict[Entry, tuple[Problem, ...]]
    valid: dict[Entry, BaseModel]
    origins: dict[Entry, str]


class LabDraft:
    """The edits of one lab."""

    def __init__(self, base: Lab) -> None:
        self.base = base
        self.lab = base
        self._invalid: dict[Entry, tuple[Problem, ...]] = {}
        self._valid: dict[Entry, BaseModel] = {}
        self._origins: dict[Entry, str] = {}
        self._problems: tuple[Problem, ...] | None = None
        self._values: dict[Kind, tuple[Mapping[str, BaseModel], dict[str, dict[str, Any]]]] = {}
        self._changes: int | None = None
        self._valid_lab: Lab | None = None

    # the whole

    def state(self) -> DraftState:
        """Return the edits as they stand."""
        return DraftState(self.lab, dict(self._invalid), dict(self._valid), dict(self._origins))

    def restore(self, state: DraftState) -> None:
        """Go back to the edits of another moment, also to one before a save."""
        self._invalid, self._valid = dict(state.invalid), dict(state.valid)
        self._set_origins(state.lab, state.origins)
        self._take(state.lab)

    def replace(self, lab: Lab, origins: Mapping[Entry, str]) -> None:
        """Take another lab for what was typed; `origins` says which entries of the saved one were renamed."""
        self._invalid, self._valid = {}, {}
        self._set_origins(lab, origins)
        self._take(lab)

    # questions

    def entries(self, kind: Kind) -> Mapping[str, Mapping[str, Any]]:
        """Return the entries of a section as values, typed ones included."""
        section: Mapping[str, BaseModel] = getattr(self.lab, kind)
        before, values = self._values.get(kind, ({}, {}))
        if section is not before:
            values = {
                name: values[name] if before.get(name) is entry else values_of(entry) for name, entry in section.items()
            }
            self._values[kind] = (section, values)
        return values

    def values(self, entry: Entry) -> dict[str, Any]:
        """Return the values of one entry as they are shown. Raises `KeyError` if there is none."""
        return values_of(self.lab.entries(entry.kind)[entry.name])

    def has(self, entry: Entry) -> bool:
        """Whether there is such an entry."""
        return entry.name in getattr(self.lab, entry.kind)

    def saved_values(self, entry: Entry) -> dict[str, Any] | None:
        """Return the values in the file; None for a new entry."""
        saved = self.base.entries(entry.kind).get(self._origins.get(entry, entry.name))
        return None if saved is None else values_of(saved)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings: fields first, then what does not agree between entries."""
        if self._problems is None:
            self._problems = (*self.wrong_fields, *check.problems_of(self.valid_lab))
        return self._problems

    @property
    def valid_lab(self) -> Lab:
        """The lab with each invalid entry as it was when it was last valid: what can be saved."""
        if self._valid_lab is None:
            self._valid_lab = self.lab
            for entry in self._invalid:
                self._valid_lab = edit.replace(self._valid_lab, entry.kind, entry.name, self._valid[entry])
        return self._valid_lab

    @property
    def wrong_fields(self) -> tuple[Problem, ...]:
        """Values that are no values of their fields: they cannot be saved."""
        return tuple(problem for problems in self._invalid.values() for problem in problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that are no mere warnings."""
        return errors_of(self.problems)

    @property
    def edited(self) -> bool:
        """Whether anything differs from the file."""
        return self.lab is not self.base and self.changes > 0

    @property
    def changes(self) -> int:
        """How many values differ; a new, a removed and a renamed entry count as one each."""
        if self._changes is None:
            here = sum(self._changes_of(kind) for kind in KINDS)
            self._changes = here + _differences(self.lab.autolaunch, self.base.autolaunch)
        return self._changes

    def renamed_children(self) -> dict[str, str]:
        """Return the node keys of nameservers and daemons that have another name than in the file: old to new."""
        return {
            Entry(entry.kind, origin).key: entry.key
            for entry, origin in self._origins.items()
            if entry.kind != "services"
        }

    def edited_entries(self) -> tuple[Entry, ...]:
        """Return the entries that differ from the file, new ones included."""
        found = []
        for kind in KINDS:
            saved = self.base.entries(kind)
            for name, model in self.lab.entries(kind).items():
                entry = Entry(kind, name)
                if model is not saved.get(name) and (name not in saved or _differences(model, saved[name])):
                    found.append(entry)
        return tuple(found)

    def marks(self) -> Marks:
        """Return what the tree shows beside the entries."""
        counts: dict[str, int] = {}
        for problem in self.errors:
            entry = entry_at(problem)
            if entry is not None:
                counts[entry.key] = counts.get(entry.key, 0) + 1
        return Marks(frozenset(entry.key for entry in self.edited_entries()), counts)

    # edits

    def set_value(self, entry: Entry, field: str, value: Any) -> None:
        """Put one value, valid or not."""
        model = self.lab.entries(entry.kind)[entry.name]
        given = {name: getattr(model, name) for name in model.model_fields_set}
        given[field] = value
        self._put(entry, given)

    def set_autolaunch(self, entry: Entry, starts: bool) -> None:
        """Say whether a nameserver or daemon starts with the lab."""
        names = [name for name in getattr(self.lab.autolaunch, entry.kind) if name != entry.name]
        if starts:
            names.append(entry.name)
        values = {**values_of(self.lab.autolaunch), entry.kind: tuple(names)}
        self._take(self.lab.model_copy(update={"autolaunch": Autolaunch.model_validate(values)}))

    def add(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """Add an entry.

        Raises
        ------
        ValueError
            With a sentence, if the name is taken or not allowed.
        """
        self._take(edit.add(self.lab, entry.kind, entry.name, _constructed(entry.kind, values)))
        self._put(entry, dict(values))

    def rename(self, entry: Entry, new: str) -> Entry:
        """Rename an entry, and every reference to it.

        Raises
        ------
        ValueError
            With a sentence, if the name is taken or not allowed.
        """
        renamed = Entry(entry.kind, new)
        if new == entry.name:
            return entry
        self._take(edit.rename(self.lab, entry.kind, entry.name, new))
        origin = self._origins.pop(entry, entry.name)
        if origin != new and origin in getattr(self.base, entry.kind):
            self._origins[renamed] = origin
        if entry in self._invalid:
            self._invalid.pop(entry)
            self._valid[renamed] = self._valid.pop(entry)
            self._put(renamed, values_of(self.lab.entries(entry.kind)[new]))
        return renamed

    def duplicate(self, entry: Entry) -> Entry:
        """Add a copy of an entry under the next free name."""
        values = self.values(entry)
        copy = Entry(entry.kind, edit.free_name(self.lab, entry.kind, entry.name))
        self.add(copy, values)
        return copy

    def remove(self, entry: Entry) -> None:
        """Remove an entry, and it from the lists that name it."""
        self._take(edit.remove(self.lab, entry.kind, entry.name))
        self._invalid.pop(entry, None)
        self._valid.pop(entry, None)
        self._origins.pop(entry, None)

    def onto(self, base: Lab) -> LabDraft:
        """Return the same edits of another lab: of the file as somebody else has written it meanwhile.

        Where both changed the same value, the edit holds; an edited entry that is gone is there again, as a new one.
        """
        draft = LabDraft(base)
        for kind in KINDS:
            self._bring(kind, draft)
        for kind in ("nameservers", "daemons"):
            before, now = getattr(self.base.autolaunch, kind), getattr(self.lab.autolaunch, kind)
            for name in {*before, *now} - ({*before} & {*now}):
                draft.set_autolaunch(Entry(kind, name), name in now)
        return draft

    def conflicts(self, base: Lab) -> tuple[Conflict, ...]:
        """Return the values that were edited here and are another in `base`, too.

        `base` is the file as somebody else has written it meanwhile.
        """
        return conflicts_between(
            self.base, self.lab, base, lambda kind, name: self._origins.get(Entry(kind, name), name)
        )

    def overrules(self, conflict: Conflict) -> bool:
        """Whether the edits still say something else than somebody else wrote."""
        entry = Entry(conflict.kind, conflict.name)
        if not conflict.field or not self.has(entry):
            return self.has(entry) is (conflict.value is NOT_THERE)
        value = self.values(entry)[conflict.field]
        return bool((value.get(conflict.key, NOT_THERE) if conflict.key else value) != conflict.value)

    def take(self, conflict: Conflict) -> None:
        """Take what somebody else wrote in the place of what was edited here."""
        entry = Entry(conflict.kind, conflict.name)
        if not conflict.field:
            if self.has(entry):
                self.remove(entry)
            if conflict.value is not NOT_THERE:
                self.add(entry, {name: getattr(conflict.value, name) for name in conflict.value.model_fields_set})
        elif not conflict.key:
            self.set_value(entry, conflict.field, conflict.value)
        else:
            values = dict(self.values(entry)[conflict.field])
            if conflict.value is NOT_THERE:
                values.pop(conflict.key, None)
            else:
                values[conflict.key] = conflict.value
            self.set_value(entry, conflict.field, values)

    def rearrange(self, lab: Lab) -> None:
        """Take over the order of the entries of a lab that says the same; edits stay what they are."""
        self._take(
            self.lab.model_copy(
                update={kind: {name: self.lab.entries(kind)[name] for name in lab.entries(kind)} for kind in KINDS}
            )
        )

    def free_name(self, kind: Kind, wish: str) -> str:
        """Return `wish`, or the next name like it that is not taken."""
        return edit.free_name(self.lab, kind, wish)

    def name_fault(self, kind: Kind, name: str) -> str:
        """Return why a new entry cannot have that name; empty where it can."""
        return edit.new_name_fault(self.lab, kind, name)

    # inside

    def _bring(self, kind: Kind, draft: LabDraft) -> None:
        """Make the edits of one section in another draft."""
        saved, now = self.base.entries(kind), self.lab.entries(kind)
        origins = {name: self._origins.get(Entry(kind, name), name) for name in now}
        for name in saved:
            if name not in origins.values() and draft.has(Entry(kind, name)):
                draft.remove(Entry(kind, name))
        for name, model in now.items():
            entry, origin = Entry(kind, name), Entry(kind, origins[name])
            before = saved.get(origin.name)
            if before is not None and origin == entry and not _differences(model, before):
                continue
            if origin != entry and draft.has(origin) and not draft.has(entry):
                draft.rename(origin, name)
            if not draft.has(entry):
                draft.add(entry, {field: getattr(model, field) for field in model.model_fields_set})
                continue
            there = draft.values(entry)
            for field, value in values_of(model).items():
                if before is None:
                    draft.set_value(entry, field, value)
                elif value != getattr(before, field):
                    draft.set_value(entry, field, merged_value(getattr(before, field), value, there[field]))

    def _put(self, entry: Entry, given: dict[str, Any]) -> None:
        model: BaseModel
        try:
            model = Lab.model_validate({entry.kind: {entry.name: given}}).entries(entry.kind)[entry.name]
        except ValidationError as error:
            if entry not in self._invalid:
                self._valid[entry] = self.lab.entries(entry.kind)[entry.name]
            self._invalid[entry] = tuple(problems_from(error))
            model = _constructed(entry.kind, given)
        else:
            self._invalid.pop(entry, None)
            self._valid.pop(entry, None)
        self._take(edit.replace(self.lab, entry.kind, entry.name, model))

    def _take(self, lab: Lab) -> None:
        self.lab = lab
        self._problems = self._valid_lab = self._changes = None

    def _set_origins(self, lab: Lab, origins: Mapping[Entry, str]) -> None:
        """Keep the origins that make sense with the lab that is saved now."""
        self._origins = {
            entry: origin
            for entry, origin in origins.items()
            if entry.name in getattr(lab, entry.kind)
            and origin in getattr(self.base, entry.kind)
            and entry.name not in getattr(self.base, entry.kind)
        }

    def _changes_of(self, kind: Kind) -> int:
        now, saved = self.lab.entries(kind), self.base.entries(kind)
        if all(now.get(name) is model for name, model in saved.items()) and len(now) == len(saved):
            return 0
        count = 0
        seen = set()
        for name, model in now.items():
            origin = self._origins.get(Entry(kind, name), name)
            before = saved.get(origin)
            seen.add(origin)
            count += 1 if before is None else (origin != name) + _differences(model, before)
        return count + sum(name not in seen for name in saved)


def entry_at(problem: Problem) -> Entry | None:
    """Return the entry that a problem is about; None for the file as a whole."""
    if len(problem.path) >= 2 and problem.path[0] in KINDS:
        return Entry(problem.path[0], str(problem.path[1]))
    return None


def values_of(model: BaseModel) -> dict[str, Any]:
    """Return the values of a model by field, without turning them into anything else."""
    return {name: getattr(model, name) for name in type(model).model_fields}


def _constructed(kind: Kind, values: Mapping[str, Any]) -> BaseModel:
    return ENTRY_TYPES[kind].model_construct(set(values), **values)


def _differences(one: BaseModel, other: BaseModel) -> int:
    if one is other:
        return 0
    return sum(getattr(one, name) != getattr(other, name) for name in type(one).model_fields)


def check_values(kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the values of an entry by itself, by field."""
    try:
        Lab.model_validate({kind: {"new": dict(values)}})
    except ValidationError as error:
        return {str(problem.path[2]): problem.sentence for problem in problems_from(error) if len(problem.path) > 2}
    return {}


def fields_at(problems: Iterable[Problem], entry: Entry) -> dict[str, Problem]:
    """Return the first problem of each field of an entry, errors before warnings."""
    found: dict[str, Problem] = {}
    for problem in problems:
        if entry_at(problem) != entry or len(problem.path) < 3:
            continue
        field = str(problem.path[2])
        if field not in found or (found[field].severity == "warning" and problem.severity == "error"):
            found[field] = problem
    return found

"""The lab file of the supervisor's computer: handed out, taken back, and what differs between two plans.

A text that is taken must be based on the one that is there, so that nobody's edit is lost. Limits: knows no processes;
the model (pydantic, YAML) is loaded only when a file is read.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.plan_keys import key_of
from pyrolab_gui.supervision.plan_words import differences
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.supervision import LabProblem, LabText, PlanChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.wire.child import ChildState
    from pyrolab_gui.wire.plans import ChildPlan, LabPlan


_MOST_SENT = 8_000_000
"""Characters of all versions together."""


def version_of(text: str) -> str:
    """Return the version of a text: the same for the same text."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def read_lab(path: str) -> LabText:
    """Return the lab file at `path`; nothing where no path is known.

    Raises
    ------
    LabError
        If it cannot be read.
    """
    if not path:
        return LabText()
    try:
        text = Path(path).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise LabError(f"The lab file {path} cannot be read: {error.strerror or error}.", str(error)) from error
    return LabText(text, path, version_of(text))


def read_versions(path: str) -> tuple[LabText, ...]:
    """Return what the lab file said before, the newest first: each with the path of the file that keeps it.

    Of large ones only as many as can be sent in one answer.
    """
    from pyrolab_gui.model.files import versions_of

    found, size = [], 0
    for kept in versions_of(Path(path)) if path else ():
        with contextlib.suppress(OSError):
            text = kept.read_bytes().decode("utf-8", "replace")
            size += len(text)
            if size > _MOST_SENT:
                break
            found.append(LabText(text, str(kept), version_of(text)))
    return tuple(found)


def write_lab(text: str, path: str, based_on: str) -> tuple[LabPlan | None, tuple[LabProblem, ...]]:
    """Write a lab file; return the plan of it, None where it has errors, and what is wrong with it."""
    from pyrolab_gui.model.problems import LabFileError
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of

    file = Path(path)
    if not path or not file.is_absolute():
        return None, (LabProblem("The path of a lab file on another computer must be absolute."),)
    try:
        present = LabFile.open(file) if file.exists() else LabFile.new(file)
        if file.exists() and version_of(present.text) != based_on:
            return None, (
                LabProblem(f"{file.name} was changed by somebody else since it was opened; open it again first."),
            )
        fresh = LabFile.parse(text, file)
        problems = tuple(
            LabProblem(problem.sentence, problem.path, problem.line, str(problem.severity))
            for problem in fresh.problems
        )
        if fresh.errors or fresh.lab is None:
            return None, problems
        present.save_text(text)
    except LabFileError as error:
        return None, (LabProblem(error.sentence),)
    return plan_of(fresh.lab, file.parent), problems


def read_plan(path: str) -> LabPlan:
    """Return the plan of the lab file at `path`.

    Raises
    ------
    ConfigInvalid
        If it cannot be used.
    """
    from pyrolab_gui.model.problems import LabFileError
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of

    if not path:
        raise ConfigInvalid("No lab file is open here, so there is none to read again.")
    try:
        file = LabFile.open(path)
    except LabFileError as error:
        raise ConfigInvalid(error.sentence, error.detail) from error
    if file.lab is None or file.errors:
        lines = "\n".join(f"{path}:{problem.line or 0}: {problem}" for problem in file.errors)
        raise ConfigInvalid(f"{path} has errors, so nothing was changed. {file.errors[0]}", lines)
    return plan_of(file.lab, file.path.parent)


def plan_in(lab: LabText) -> LabPlan:
    """Return the plan of a lab file of another computer.

    Raises
    ------
    ConfigInvalid
        If it cannot be used.
    """
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of

    file = LabFile.parse(lab.text, Path(lab.path))
    if file.lab is None or file.errors:
        raise ConfigInvalid(f"{lab.path} has errors. {file.errors[0]}")
    return plan_of(file.lab, Path(lab.path).parent)


def parts_of(plan: LabPlan) -> dict[str, ChildPlan]:
    """Return the plans of all children by their keys: nameservers, then daemons."""
    parts: list[ChildPlan] = [*plan.nameservers, *plan.daemons]
    return {key_of(part): part for part in parts}


def changes(old: Mapping[str, ChildPlan], new: LabPlan, states: Mapping[str, ChildState]) -> tuple[PlanChange, ...]:
    """Return what is to be done so that what runs is what a new plan says, and why."""
    wanted: dict[str, ChildPlan] = parts_of(new)
    found = []
    for key, state in states.items():
        if key not in wanted and state.alive:
            found.append(PlanChange(key, "stop", "It is not in the lab file any more."))
    for key, part in wanted.items():
        before = old.get(key)
        runs = key in states and states[key].alive
        if before is None:
            start = key in new.autolaunch and not runs
            found.append(PlanChange(key, "start" if start else "none", "It is new in the lab file."))
        elif before != part and (words := differences(before, part)):
            reason = f"Changed: {'; '.join(words).rstrip('.')}."
            found.append(PlanChange(key, "restart" if runs else "none", reason))
    return tuple(found)

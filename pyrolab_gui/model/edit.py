"""Changes to a lab as functions: each returns a new `Lab` and leaves the old one as it is.

Renaming and removing follow references, so that a lab that was consistent stays so. Limits: nothing is written; the
store does that. A service is not removed because its daemon is: it is left for the check to point at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.names import name_fault

if TYPE_CHECKING:
    from pyrolab_gui.model.lab import Kind, Lab

_WORDS: dict[Kind, str] = {"nameservers": "nameserver", "daemons": "daemon", "services": "service"}


def add(lab: Lab, kind: Kind, name: str, entry: Any) -> Lab:
    """Return the lab with a new entry at the end of its section.

    Raises
    ------
    ValueError
        If the name is taken or not allowed; the message is a sentence.
    """
    _check_new(lab, kind, name)
    return lab.model_copy(update={kind: {**lab.entries(kind), name: entry}})


def replace(lab: Lab, kind: Kind, name: str, entry: Any) -> Lab:
    """Return the lab with `entry` in the place of the one called `name`.

    Raises
    ------
    KeyError
        If there is none.
    """
    entries = lab.entries(kind)
    _ = entries[name]
    return lab.model_copy(update={kind: {**entries, name: entry}})


def remove(lab: Lab, kind: Kind, name: str) -> Lab:
    """Return the lab without an entry, and without the lists' references to it.

    Raises
    ------
    KeyError
        If there is none.
    """
    entries = lab.entries(kind)
    del entries[name]
    return _follow(lab.model_copy(update={kind: entries}), kind, name, None)


def rename(lab: Lab, kind: Kind, old: str, new: str) -> Lab:
    """Return the lab with an entry under a new name, in its place, and every reference to it changed.

    Raises
    ------
    KeyError
        If there is no entry called `old`.
    ValueError
        If the new name is taken or not allowed; the message is a sentence.
    """
    entries = lab.entries(kind)
    _ = entries[old]
    if old == new:
        return lab
    _check_new(lab, kind, new)
    renamed = {new if name == old else name: entry for name, entry in entries.items()}
    return _follow(lab.model_copy(update={kind: renamed}), kind, old, new)


def free_name(lab: Lab, kind: Kind, wish: str) -> str:
    """Return `wish`, or `wish` with the first number that makes it a new name."""
    entries = lab.entries(kind)
    number, name = 2, wish
    while name in entries:
        name, number = f"{wish}-{number}", number + 1
    return name


def new_name_fault(lab: Lab, kind: Kind, name: str) -> str:
    """Return why a new entry cannot be called `name`, in a sentence; empty where it can."""
    if name in lab.entries(kind):
        return f"There is already a {_WORDS[kind]} called '{name}'."
    return name_fault(kind, name)


def _check_new(lab: Lab, kind: Kind, name: str) -> None:
    fault = new_name_fault(lab, kind, name)
    if fault:
        raise ValueError(fault)


def _follow(lab: Lab, kind: Kind, old: str, new: str | None) -> Lab:
    """Change (or, with None, take out) every reference to an entry."""

    def swap(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in names if name != old or new is not None)  # type: ignore[misc]

    if kind == "services":
        return lab
    update: dict[str, Any] = {}
    if old in getattr(lab.autolaunch, kind):
        update["autolaunch"] = lab.autolaunch.model_copy(update={kind: swap(getattr(lab.autolaunch, kind))})
    if kind == "daemons":
        if new is not None:
            update["services"] = {
                name: service.model_copy(update={"daemon": new}) if service.daemon == old else service
                for name, service in lab.services.items()
            }
    else:
        for section in ("daemons", "services"):
            update[section] = {
                name: entry.model_copy(update={"nameservers": swap(entry.nameservers)})
                if old in entry.nameservers
                else entry
                for name, entry in getattr(lab, section).items()
            }
    return lab.model_copy(update=update)

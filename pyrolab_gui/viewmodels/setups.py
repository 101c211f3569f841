"""Set-ups: the values of all settings of some instruments at one moment, as a file to come back to.

Plain JSON, one file for each, that a person can read. Limits: settings that can be read and written, of the values that
`setup_values` can keep; functions for a worker thread, which wait for the disk.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.export import write_atomically
from pyrolab_gui.viewmodels.setup_values import from_plain, to_plain
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyrolab_gui.wire.description import MemberDescription

VERSION = 1
ENDING = ".setup.json"
LARGEST_FILE = 20_000_000


@dataclass(frozen=True, slots=True)
class SavedInstrument:
    """The settings of one instrument, or why they could not be read."""

    class_name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """By member, or under an empty name for the whole instrument: why there is no value."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a file holds."""

    name: str
    saved: float
    instruments: dict[str, SavedInstrument]


@dataclass(frozen=True, slots=True)
class SetUpFile:
    """A file that can be opened."""

    name: str
    saved: float
    path: Path


def is_kept(member: MemberDescription) -> bool:
    """Whether a member is a setting that a set-up holds."""
    return member.kind == "property" and member.readable and member.writable and member.refresh != "never"


def write_setup(folder: Path, name: str, instruments: Mapping[str, SavedInstrument]) -> SetUpFile:
    """Write a set-up; one of the same name is replaced.

    Raises
    ------
    LabError
        If it cannot be written.
    """
    saved = time.time()
    path = folder / (file_name(name) + ENDING)
    plain = {
        "version": VERSION,
        "name": name,
        "saved": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(saved)),
        "seconds": saved,
        "instruments": {
            key: {"class": each.class_name, "settings": to_plain(each.values), "units": each.units}
            for key, each in instruments.items()
            if each.values
        },
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(plain, indent=1, ensure_ascii=False)
    except OSError as error:
        raise LabError(f"{folder.name} cannot be made: {error.strerror or error}.", f"{folder}\n{error}") from error
    except (TypeError, ValueError) as error:
        raise LabError(f"The set-up {name} holds a value that cannot be written.", repr(error)) from error
    write_atomically(path, lambda out: out.write(text.encode()))
    return SetUpFile(name, saved, path)


def read_setup(path: Path) -> SetUp:
    """Read a set-up.

    Raises
    ------
    LabError
        If it cannot be read, or is none.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise LabError(f"{path.name} is too large to be a set-up.", str(path))
        plain = json.loads(path.read_text(encoding="utf-8"))
        instruments = {
            str(key): SavedInstrument(
                str(each.get("class", "")),
                {member: from_plain(value) for member, value in each["settings"].items()},
                {member: str(unit) for member, unit in each.get("units", {}).items()},
            )
            for key, each in plain["instruments"].items()
        }
        if int(plain["version"]) > VERSION:
            raise LabError(f"{path.name} is of a newer version of this program.", str(path))
        return SetUp(str(plain["name"]), float(plain["seconds"]), instruments)
    except OSError as error:
        raise LabError(f"{path.name} cannot be read: {error.strerror or error}.", f"{path}\n{error}") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise LabError(f"{path.name} is no set-up.", f"{path}\n{error!r}") from error


def list_setups(folder: Path) -> list[SetUpFile]:
    """Return the set-ups of a folder, the newest first; a file that is none is left out."""
    found = []
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []:
        try:
            setup = read_setup(path)
        except LabError:
            continue
        found.append(SetUpFile(setup.name, setup.saved, path))
    return sorted(found, key=lambda file: file.saved, reverse=True)


def file_name(name: str) -> str:
    """Return a name that every system takes for a file."""
    word = re.sub(r"[^\w\-. ()+]", "_", name).strip(" .")[:80]
    return word or "set-up"

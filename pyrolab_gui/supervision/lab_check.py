"""The lab files of all PCs of the lab, fetched from their supervisors and checked against each other.

Limits: PCs that are known here; one that does not answer is told, and the others are compared without it.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.model.check_lab import problems_between
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.commands.hosts import connect_all, known_hosts
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.model.lab import Lab
    from pyrolab_gui.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: on which PC, in which of its files, and what."""

    host: str
    path: str
    problem: Problem


def check_all(here: LabFile) -> tuple[list[Finding], list[str]]:
    """Compare the lab file of this PC with those of all others.

    Returns
    -------
    findings
        What does not agree.
    silent
        A sentence on each PC that could not be asked.
    """
    files = {socket.gethostname(): here}
    silent = []
    for host, supervisor in connect_all(known_hosts()):
        if isinstance(supervisor, LabError):
            silent.append(f"{host.shown} was not asked: {supervisor.sentence}")
            continue
        try:
            lab = supervisor.lab()
            if lab.path:
                files[host.shown] = LabFile.parse(lab.text, Path(lab.path))
        except LabError as error:
            silent.append(f"{host.shown} was not asked: {error.sentence}")
        finally:
            supervisor.close(stop_children=False)
    return compare(files.items()), silent


def compare(files: Iterable[tuple[str, LabFile]]) -> list[Finding]:
    """Return what does not agree between the lab files of several PCs, given by their names."""
    known = dict(files)
    labs: dict[str, Lab] = {host: file.lab for host, file in known.items() if file.lab is not None}
    return [
        Finding(host, str(known[host].path), known[host].located(problem)) for host, problem in problems_between(labs)
    ]

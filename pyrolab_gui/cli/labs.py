"""The commands on lab files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.cli.command import Command

if TYPE_CHECKING:
    import argparse


def _check(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.store import LabFile

    file = LabFile.open(options.file)
    for problem in file.problems:
        print(located(options.file, problem))
    return 1 if file.errors else 0


def located(file: Path, problem: Any) -> str:
    """Return a problem with the file and the line where it is."""
    line = f":{problem.line}" if problem.line else ""
    return f"{file}{line}: {problem}"


def _export(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.export import for_pyrolab
    from pyrolab_gui.model.store import LabFile

    file = LabFile.open(options.file)
    if file.lab is None:
        for problem in file.errors:
            print(located(options.file, problem), file=sys.stderr)
        return 1
    print(for_pyrolab(file.lab), end="")
    return 0


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--for-pyrolab", action="store_true", required=True, help="the keys that PyroLab knows")


COMMANDS = {
    "check": Command("say what is wrong with a lab file", _check, _check_options),
    "export": Command("write a lab file for another program", _export, _export_options),
}

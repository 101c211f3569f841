"""The commands on lab files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.cli.command import Command

if TYPE_CHECKING:
    import argparse

    from pyrolab_gui.model.lab import Lab
    from pyrolab_gui.model.store import LabFile


def _check(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.check import named_twice
    from pyrolab_gui.model.problems import errors_of
    from pyrolab_gui.model.store import LabFile

    file = LabFile.open(options.file)
    found = list(file.problems)
    if file.lab is not None:
        found += map(file.located, named_twice(file.lab, ports_of_now(file.lab)))
    if options.imports and file.lab is not None:
        from pyrolab_gui.supervision.driver_check import import_problems
        from pyrolab_gui.supervision.plan import plan_of

        found += map(file.located, import_problems(plan_of(file.lab, file.path.parent)))
    for problem in sorted(found, key=lambda problem: problem.line or 0):
        print(located(options.file, problem))
    wrong = bool(errors_of(found))
    return 1 if (options.lab and _check_lab(file, options.file)) or wrong else 0


def _check_lab(file: LabFile, path: Path) -> bool:
    """Compare with the other PCs of the lab; return whether something does not agree, or one cannot be asked."""
    from pyrolab_gui.supervision.lab_check import check_all

    findings, silent = check_all(file)
    for finding in findings:
        here = finding.path == str(file.path)
        print(located(path if here else Path(f"{finding.host}:{finding.path}"), finding.problem))
    for sentence in silent:
        print(sentence, file=sys.stderr)
    return bool(findings or silent)


def located(file: Path, problem: Any) -> str:
    """Return a problem with the file and the line where it is."""
    line = f":{problem.line}" if problem.line else ""
    return f"{file}{line}: {problem}"


def _export(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.export import for_pyrolab
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.wire.serial_ports import names_by_serial

    file = LabFile.open(options.file)
    if file.lab is None:
        for problem in file.errors:
            print(located(options.file, problem), file=sys.stderr)
        return 1
    ports = ports_of_now(file.lab)
    for name, service in file.lab.services.items():
        for key, value in service.parameters.items():
            if names_by_serial(value):
                now = f"{ports[value]}, its port of now" if value in ports else "as it is: it is not plugged in here"
                words = "PyroLab does not look for serial numbers; written is"
                print(f"{options.file}: services.{name}.parameters.{key}: {words} {now}.", file=sys.stderr)
    print(for_pyrolab(file.lab, ports), end="")
    return 0


def ports_of_now(lab: Lab) -> dict[str, str]:
    """Return what parameters that name a port by its serial number are on this computer now."""
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.serial_ports import devices_of_now

    try:
        return devices_of_now(value for service in lab.services.values() for value in service.parameters.values())
    except LabError as error:
        print(error.sentence, file=sys.stderr)
        return {}


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--import", dest="imports", action="store_true", help="import each driver too, in its daemon's interpreter"
    )
    parser.add_argument(
        "--lab", action="store_true", help="compare with the lab files of the other PCs: names, instruments"
    )


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--for-pyrolab", action="store_true", required=True, help="the keys that PyroLab knows")


COMMANDS = {
    "check": Command("say what is wrong with a lab file", _check, _check_options),
    "export": Command("write a lab file for another program", _export, _export_options),
}

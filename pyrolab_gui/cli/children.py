"""The commands that run one child of a lab in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command
from pyrolab_gui.cli.labs import located

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyrolab_gui.wire.plans import ChildPlan


def _child(options: argparse.Namespace) -> int:
    from pyrolab_gui.hosting.plan_file import run_plan, run_plan_file
    from pyrolab_gui.hosting.runtime import run_child

    if options.plan is not None:
        return run_plan_file(options.command, options.plan)
    plan = _plan(options.command, options.name, options.config)
    return run_child(lambda: run_plan(plan))


def _plan(kind: str, name: str, config: Path) -> ChildPlan:
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of
    from pyrolab_gui.wire.errors import ConfigInvalid

    file = LabFile.open(config)
    if file.lab is None or file.errors:
        lines = "\n".join(located(config, problem) for problem in file.errors)
        raise ConfigInvalid(f"{lines}\n{config} has errors, so nothing is started.")
    lab = plan_of(file.lab, file.path.parent)
    plans: Sequence[ChildPlan] = lab.nameservers if kind == "nameserver" else lab.daemons
    for plan in plans:
        if plan.name == name:
            return plan
    known = ", ".join(plan.name for plan in plans) or "none"
    raise ConfigInvalid(f"{config} has no {kind} called {name}; it has: {known}.")


def _child_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", metavar="FILE", type=Path, help="the lab file that describes it")
    source.add_argument("--plan", metavar="FILE", help="its part of a lab as JSON, as a supervisor writes it")


COMMANDS = {
    "nameserver": Command("run one nameserver of a lab in the foreground", _child, _child_options),
    "daemon": Command("run one daemon of a lab in the foreground", _child, _child_options),
}

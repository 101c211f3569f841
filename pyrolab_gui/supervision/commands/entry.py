"""From a parsed command line to the supervisor of this computer, and to the command itself.

Limits: one supervisor, that of this user on this computer; only `up` starts one where there is none.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.commands import orders, views

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.wire.plans import LabPlan

Write = Callable[[str], None]


def run(options: Namespace, write: Write) -> int:
    """Run a command of `commands.options.COMMANDS`, but `supervisor`, and return its exit status.

    Raises
    ------
    LabError
        With what is wrong: no supervisor runs, no such child, a lab file with errors.
    """
    if options.command == "up":
        path, plan = _plan(options.file)
        return _with(lambda api: orders.up(api, path, plan, write), start=True)
    return _with(lambda api: _known(api, options, write))


def supervise(options: Namespace) -> int:
    """Run the supervisor itself, in the foreground."""
    from pyrolab_gui.supervision import supervisor_main

    return supervisor_main.run(options.file, detached=options.detached)


def _known(api: SupervisorApi, options: Namespace, write: Write) -> int:
    never = threading.Event()
    match options.command:
        case "down":
            return orders.down(api, write, _agreed(options))
        case "start" | "stop" | "restart" as what:
            return orders.order(api, what, options.names, write, _agreed(options))
        case "reload":
            return orders.reload(api, write)
        case "ps" if options.watch and not options.json:
            return views.watch(api, write, clear=sys.stdout.isatty(), until=never)
        case "ps":
            return views.ps(api, write, as_json=options.json)
        case "status":
            return views.status(api, options.name, write, as_json=options.json)
        case "logs":
            return views.logs(api, options.name, write, lines=options.lines, follow=options.follow, until=never)
        case "since":
            return views.since(api, options.when, write, as_json=options.json)
    raise ValueError(options.command)


def _plan(file: Path | None) -> tuple[Path, LabPlan]:
    from pyrolab_gui.supervision.lab_text import read_plan

    path = (file or orders.last_lab()).absolute()
    return path, read_plan(str(path))


def _agreed(options: Namespace) -> Callable[[str], bool]:
    """Return what asks before something is stopped: only where somebody sits there and has not agreed already."""
    if getattr(options, "yes", False) or not (sys.stdin and sys.stdin.isatty()):
        return lambda question: True
    return lambda question: input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _with(do: Callable[[SupervisorApi], int], *, start: bool = False) -> int:
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.wire import serializers

    serializers.register()
    api = RemoteSupervisor.connect(start=start)
    try:
        return do(api)
    finally:
        api.close(stop_children=False)

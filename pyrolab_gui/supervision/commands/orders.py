"""The commands that change something: up, down, start, stop, restart, reload.

What a stop hits is said first, and asked about where somebody is there to answer. Limits: exit status 1 where not all
was done; orders go on when the command is interrupted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.commands.names import keys_of
from pyrolab_gui.supervision.commands.settle import Order, Settling
from pyrolab_gui.supervision.hit_words import hit_sentences
from pyrolab_gui.wire.child import ChildKind, ChildState
from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.wire.plans import LabPlan


def up(api: SupervisorApi, path: Path, plan: LabPlan, keys: Sequence[str], write: Callable[[str], None]) -> int:
    """Take over a lab and start children of it."""
    api.load(plan, str(path))
    return _run(api, keys, "start", write)


def up_again(api: SupervisorApi, host: str, write: Callable[[str], None]) -> int:
    """Start what the lab of another PC starts with: the lab file is its own."""
    from pyrolab_gui.supervision.lab_text import plan_in

    lab = api.lab()
    if not lab.path:
        raise ConfigInvalid(f"{host} has no lab file yet. Give it one from the window's Daemons tab.")
    keys = list(plan_in(lab).autolaunch)
    if not keys:
        keys = [status.key for status in api.statuses() if status.kind in (ChildKind.NAMESERVER, ChildKind.DAEMON)]
        write("The lab file names nothing under autolaunch, so all of it is started.")
    return _run(api, keys, "start", write)


def down(
    api: SupervisorApi, write: Callable[[str], None], agreed: Callable[[str], bool], *, ends_supervisor: bool = True
) -> int:
    """Stop all children, and a supervisor that was started for them.

    That of another PC goes on (not `ends_supervisor`), or nobody could start it again from here.
    """
    keys = [status.key for status in api.statuses() if status.state.alive or status.state is ChildState.BACKOFF]
    if not _agreed(api, keys, "stop", write, agreed):
        return 1
    if not keys:
        write("Nothing runs.")
    status = _run(api, keys, "stop", write)
    if ends_supervisor:
        api.close(stop_children=True)
    return status


def order(
    api: SupervisorApi, what: Order, names: Sequence[str], write: Callable[[str], None], agreed: Callable[[str], bool]
) -> int:
    """Start, stop or restart children by their names."""
    keys = keys_of(api.statuses(), names)
    if what != "start" and not _agreed(api, keys, what, write, agreed):
        return 1
    return _run(api, keys, what, write)


def reload(api: SupervisorApi, write: Callable[[str], None], agreed: Callable[[str], bool]) -> int:
    """Apply the edited lab file: only what changed is restarted; says what and why."""
    cut = [change for change in api.planned() if change.action in ("stop", "restart")]
    lines = hit_sentences(api.hits([change.key for change in cut]), time.time()) if cut else []
    if lines:
        for change in cut:
            write(f"{change.key} would {change.action}. {change.reason}")
        if not _said_and_agreed("reload", lines, write, agreed):
            return 1
    with Settling(api, write) as settling:
        changes = api.reload()
        if not changes:
            write("Nothing in the lab file has changed.")
        for change in changes:
            action = {"none": "goes on as it is"}.get(change.action, change.action)
            write(f"{change.key}: {action}. {change.reason}")
        done = True
        orders: tuple[Order, ...] = ("stop", "restart", "start")
        for what in orders:
            done = settling.wait(what, [change.key for change in changes if change.action == what]) and done
    return 0 if done else 1


def _run(api: SupervisorApi, keys: Sequence[str], what: Order, write: Callable[[str], None]) -> int:
    with Settling(api, write) as settling:
        return 0 if settling.order(what, keys) else 1


def _agreed(
    api: SupervisorApi,
    keys: Sequence[str],
    what: Order,
    write: Callable[[str], None],
    agreed: Callable[[str], bool],
) -> bool:
    alive = {status.key for status in api.statuses() if status.state.alive}
    lines = hit_sentences(api.hits([key for key in keys if key in alive]), time.time())
    return not lines or _said_and_agreed(what, lines, write, agreed)


def _said_and_agreed(
    what: str, lines: Sequence[str], write: Callable[[str], None], agreed: Callable[[str], bool]
) -> bool:
    write(f"This {what} hits:")
    for line in lines:
        write(f"  {line}")
    return agreed(f"{what.capitalize()} all the same?")

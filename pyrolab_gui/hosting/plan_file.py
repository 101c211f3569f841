"""Runs the child whose plan stands in a JSON file, as a supervisor starts it.

Imports only what that kind of child needs. Limits: the plan was validated by whoever wrote it.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from pyrolab_gui.hosting.runtime import run_child
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import (
    DaemonPlan,
    NameserverPlan,
    RecorderPlan,
    RelayPlan,
    daemon_from_json,
    nameserver_from_json,
    recorder_from_json,
    relay_from_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.plans import ChildPlan


def _alarms_from_json(text: str) -> ChildPlan:
    from pyrolab_gui.wire.alarms import alarms_from_json

    return alarms_from_json(text)


_READERS: dict[str, Callable[[str], ChildPlan]] = {
    "nameserver": nameserver_from_json,
    "daemon": daemon_from_json,
    "recorder": recorder_from_json,
    "alarms": _alarms_from_json,
    "relay": relay_from_json,
}


def run_plan_file(kind: str, file: str) -> int:
    """Run a child and end the process with its exit status."""
    gc.disable()  # nothing that is loaded now is garbage; `runtime.Child` takes it up again
    return run_child(lambda: run_plan(_read(kind, file)))


def run_plan(plan: ChildPlan) -> int:
    """Run a child until it is asked to stop, and return its exit status."""
    if isinstance(plan, NameserverPlan):
        from pyrolab_gui.hosting import nameserver_main

        return nameserver_main.run(plan)
    if isinstance(plan, RecorderPlan):
        from pyrolab_gui.hosting import recorder_main

        return recorder_main.run(plan)
    if isinstance(plan, RelayPlan):
        from pyrolab_gui.hosting import relay_main

        return relay_main.run(plan)
    if isinstance(plan, DaemonPlan):
        from pyrolab_gui.hosting import daemon_main

        return daemon_main.run(plan)
    from pyrolab_gui.hosting import alarm_main

    return alarm_main.run(plan)


def _read(kind: str, file: str) -> ChildPlan:
    try:
        with open(file, encoding="utf-8") as opened:
            text = opened.read()
        return _READERS[kind](text)
    except OSError as error:
        raise LabError(f"The plan {file} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise LabError(f"{file} is not the plan of a {kind}.", f"{type(error).__name__}: {error}") from error

"""P5 to P7: a lab comes up, stops and heals, beside PyroLab 0.5.

Each is measured twice: as commands, the start of each command's own interpreter included; and as the window sees it,
whose supervisor runs, against PyroLab's command without its own start (which it takes for ``--version``).
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.commands.settle import Settling
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.wire import serializers
from tests.benchmarks import labs
from tests.benchmarks.row import Row, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 5


def rows() -> list[Row]:
    """Measure."""
    times: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> None:
        times.setdefault(name, []).append(seconds)

    with tempfile.TemporaryDirectory() as name, labs.both(Path(name)) as (theirs, ours):
        for _ in range(ROUNDS):
            start = theirs.run("--version")
            for what, seconds in _pyrolab(theirs).items():
                note(f"pyrolab {what}", seconds)
                note(f"pyrolab {what} without its start", seconds if what == "crash" else max(0.0, seconds - start))
            for what, seconds in {**_commands(ours), **_window(ours)}.items():
                note(what, seconds)
    net = " without its start"
    return [
        ratio("P5", "nothing -> all serve, by command, an unchanged lab file", 0.5, times, "up", "pyrolab up"),
        ratio("P5", "the same with a lab file never seen before", 0.5, times, "first up", "pyrolab up"),
        ratio("P5", "the same from the window", 0.5, times, "window up", f"pyrolab up{net}"),
        ratio("P6", "stop one daemon, by command", 0.1, times, "stop", "pyrolab stop"),
        ratio("P6", "the same from the window", 0.1, times, "window stop", f"pyrolab stop{net}"),
        ratio("P6", "stop everything, by command", 0.1, times, "down", "pyrolab down"),
        ratio("P6", "the same from the window", 0.1, times, "window down", f"pyrolab down{net}"),
        ratio("P7", "kill -9 of a daemon -> serves again, first crash", 0.1, times, "crash", "pyrolab crash"),
    ]


def _pyrolab(lab: labs.PyroLab) -> dict[str, float]:
    found = {"up": lab.up(), "crash": lab.crash()}
    found["stop"] = lab.run("stop", "daemon", "two")
    lab.run("start", "daemon", "two")
    lab.wait_served()
    found["down"] = lab.run("down")
    lab.close()
    return found


def _commands(lab: labs.Ours) -> dict[str, float]:
    lab.forget_plan()
    found = {"first up": lab.up()}
    lab.run("down")
    found |= {"up": lab.up(), "crash": lab.crash()}
    found["stop"] = lab.run("stop", "two")
    lab.run("start", "two")
    lab.wait_served()
    found["down"] = lab.run("down")
    return found


def _window(lab: labs.Ours) -> dict[str, float]:
    """Do it through the supervisor's interface, as the window does."""
    lab.up()
    before = os.environ.get("PYROLAB_GUI_HOME")
    os.environ["PYROLAB_GUI_HOME"] = lab.environment["PYROLAB_GUI_HOME"]
    serializers.register()
    api = RemoteSupervisor.connect()
    try:
        keys = [status.key for status in api.statuses()]
        found = {"window stop": _ordered(api, "stop", ["daemon/two"])}
        _ordered(api, "start", ["daemon/two"])
        lab.wait_served()
        found["window down"] = _ordered(api, "stop", keys)
        start = time.perf_counter()
        api.start(keys)
        lab.wait_served()
        found["window up"] = time.perf_counter() - start
        api.shutdown(stop_children=True)
    finally:
        api.close(stop_children=False)
        if before is None:
            del os.environ["PYROLAB_GUI_HOME"]
        else:
            os.environ["PYROLAB_GUI_HOME"] = before
        threading.Event().wait(0.2)
    return found


def _ordered(api: RemoteSupervisor, order: str, keys: Sequence[str]) -> float:
    start = time.perf_counter()
    with Settling(api, lambda line: None) as settling:
        if not settling.order(order, keys):  # type: ignore[arg-type]
            raise RuntimeError(f"{order} {keys} failed: {api.statuses()}")
    return time.perf_counter() - start

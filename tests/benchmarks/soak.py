"""``python -m tests.benchmarks.soak [SECONDS]``: 50 instruments at 10 Hz, recorded and plotted, for ten minutes.

Each instrument counts its readings, so that a lost or doubled one shows: in the recording that a child of its own
writes, and in what the tab of plots holds. The memory of daemon, recorder and window is looked at all the time; what
the last two thirds of the time add is told, with what the plots keep of it on purpose. Limits: the window is offscreen.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from pyrolab_gui import recording
from pyrolab_gui.wire.plans import RecordedMember, RecorderPlan, to_json
from tests.benchmarks.live_plots import watch
from tests.integration.child_process import cli
from tests.integration.network_helpers import laser_plan, our_daemon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

INSTRUMENTS, SHOWN, PERIOD = 50, 8, 0.1
_LOOK = 5.0


def main(seconds: float = 600.0) -> None:
    """Run, and say how it went."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.ui.theme import apply_theme
    from pyrolab_gui.wire import serializers

    app = QApplication([])
    apply_theme(app, "light")
    serializers.register()
    names = [f"laser-{number}" for number in range(INSTRUMENTS)]
    with tempfile.TemporaryDirectory() as place, our_daemon(Path(place), *map(laser_plan, names)) as daemon:
        folder = Path(place)
        members = tuple(RecordedMember(name, "reading", daemon.uri(name)) for name in names)
        plan = RecorderPlan("soak", str(folder / "soak.rec"), members, PERIOD, who="bench@here", client="soak")
        (folder / "plan.json").write_text(to_json(plan), encoding="utf-8")
        with cli("recorder", "soak", "--plan", str(folder / "plan.json"), PYROLAB_GUI_HOME=place) as recorder:
            _window(app, names, daemon.port, {"daemon": daemon.process.pid, "recorder": recorder.pid}, seconds)
            recorder.terminate()
            print(recorder.communicate(timeout=30)[0].strip())
        with recording.open(folder / "soak.rec") as found:
            _tell("the recording", [channel.read() for channel in found.channels], len(found.gaps))


def _window(app: QApplication, names: list[str], port: int, others: dict[str, int], seconds: float) -> None:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.ui.plots_tab import PlotsTab
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
    from tests.unit.viewmodels.console_fakes import FakeEntry

    notices, bridge = Notifications(), Bridge()
    background = Background(bridge, notices)
    consoles = ConsolesViewModel(Identity.here(), notices, bridge)
    consoles.set_entries(FakeEntry(name, f"PYRO:{name}@127.0.0.1:{port}", name, port=port) for name in names)
    plots = PlotsViewModel(consoles, notices, bridge, background)
    tab = PlotsTab(plots)
    tab.resize(1280, 800)
    tab.show()
    channels = [
        plots.add_reading(Reading(name, "reading", f"u{number % 4}"), period=PERIOD)
        for number, name in enumerate(names)
    ]
    assert plots.current is not None
    for channel in channels[SHOWN:]:
        assert channel is not None
        plots.current.plot.set_shown(channel, False)
    plots.current.plot.set_window(60.0)
    watched = {"window": psutil.Process(), **{name: psutil.Process(pid) for name, pid in others.items()}}
    memory: dict[str, list[float]] = {name: [] for name in watched}
    end = time.monotonic() + seconds
    late = []
    while time.monotonic() < end:
        late.append(watch(app, _LOOK)[0])
        for name, process in watched.items():
            memory[name].append(process.memory_info().rss / 2**20)
    for name, sizes in memory.items():
        third = len(sizes) // 3
        print(f"{name}: {sizes[0]:.1f} MB, {sizes[third]:.1f} after a third, {sizes[-1]:.1f} at the end", flush=True)
    print(f"event loop late by {np.median(late):.1f} ms (p99 of 5 s, median), {max(late):.1f} ms at most")
    held = [(channel.series.times, channel.series.values) for channel in channels if channel is not None]
    gaps = sum(len(channel.series.gaps) for channel in channels if channel is not None)
    _tell("the plots", [(times.copy(), values.copy()) for times, values in held], gaps)
    print(f"the plots keep {sum(times.nbytes + values.nbytes for times, values in held) / 2**20:.1f} MB of samples")
    tab.close()
    plots.aclose()
    consoles.aclose()
    background.close()
    bridge.close()
    tab.deleteLater()


def _tell(what: str, channels: list[tuple[np.ndarray, np.ndarray]], gaps: int) -> None:
    wrong = sum(int((np.diff(values) != 1.0).sum()) for _, values in channels)
    count = sum(len(times) for times, _ in channels)
    span = max(times[-1] - times[0] for times, _ in channels)
    wanted = span / PERIOD * len(channels)
    print(f"{what}: {count} samples of {wanted:.0f} periods, {wrong} out of sequence, {gaps} gaps", flush=True)


if __name__ == "__main__":
    main(*(float(word) for word in sys.argv[1:]))

"""P9 and P10: how late the window's event loop is, and what it costs, with 50 instruments, 8 live curves and a table.

A daemon of ours samples 50 services in a process of its own; this process is the window: the tab of plots with all of
them in its list and 8 curves drawn. Lateness is that of a timer of 10 ms, at the 99th percentile. The value is the part
of the budget that is used; no reading may be lost, else the row is over. On a busy machine an idle loop is late too:
what it was just before stands in the row's words.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from pyrolab_gui.wire.plans import DaemonPlan, ServicePlan, to_json
from tests.benchmarks import servers
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

INSTRUMENTS, SHOWN = 50, 8
SECONDS = 10.0
_TICK = 0.010
_SETTLE = 3.0


def rows() -> list[Row]:
    """Measure."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.ui.theme import apply_theme
    from pyrolab_gui.wire import serializers

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    serializers.register()
    found = []
    for row, period, late_budget, busy_budget in (("P9", 0.1, 3.0, 8.0), ("P10", 0.01, 8.0, None)):
        idle, own = watch(app, 3.0)
        with tempfile.TemporaryDirectory() as folder:
            late, busy, came, lost = window(app, Path(folder), period)
        wanted = INSTRUMENTS * SECONDS / period
        words = f"{INSTRUMENTS} x {1 / period:.0f} Hz, {SHOWN} curves: lateness p99 (idle loop {idle:.1f} ms)"
        value = float("inf") if lost else late / late_budget
        found.append(Row(row, words, value, 1.0, late_budget, late, "ms"))
        if busy_budget is not None:
            busy = max(busy - own, 0.0)
            words = f"the same: share of a core in the window (without the {own:.1f} % of the measuring loop)"
            found.append(Row(row, words, busy / busy_budget, 1.0, busy_budget, busy, "%"))
        words = f"the same: readings that are missing of {wanted:.0f}; {lost} gaps told as lost"
        found.append(Row(row, words, max(0.0, wanted - came) / wanted / 0.05, 1.0, wanted, came, "readings"))
    return found


def window(
    app: QApplication, folder: Path, period: float, instruments: int = INSTRUMENTS
) -> tuple[float, float, int, int]:
    """Return lateness p99 in ms, CPU in percent of a core, how many readings came, and how many gaps tell of a loss."""
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.ui.plots_tab import PlotsTab
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
    from tests.unit.viewmodels.console_fakes import FakeEntry

    port = servers.free_port()
    names = [f"source{number}" for number in range(instruments)]
    services = tuple(ServicePlan(name, name, "services", "Source", instancemode="single") for name in names)
    plan = DaemonPlan(
        "bench", host="127.0.0.1", port=port, services=services, search_paths=(str(Path(__file__).parent),)
    )
    file = folder / "daemon.json"
    file.write_text(to_json(plan))
    notices, bridge = Notifications(), Bridge()
    background = Background(bridge, notices)
    with servers.running(servers.our_command(file), port):
        consoles = ConsolesViewModel(Identity.here(), notices, bridge)
        consoles.set_entries(FakeEntry(name, f"PYRO:{name}@127.0.0.1:{port}", name, port=port) for name in names)
        plots = PlotsViewModel(consoles, notices, bridge, background)
        tab = PlotsTab(plots)
        tab.resize(1280, 800)
        tab.show()
        channels: list[Any] = [
            plots.add_reading(Reading(name, "value", f"u{i % 4}"), period=period) for i, name in enumerate(names)
        ]
        assert plots.current is not None
        for channel in channels[SHOWN:]:
            plots.current.plot.set_shown(channel, False)
        plots.current.plot.set_window(60.0)
        end = time.monotonic() + 20
        while any(not len(channel.series) for channel in channels) and time.monotonic() < end:
            watch(app, 0.1)
        watch(app, _SETTLE)
        before = [channel.series.last_time for channel in channels]
        late, busy = watch(app, SECONDS)
        came = sum(int(np.count_nonzero(c.series.times > at)) for c, at in zip(channels, before, strict=True))
        lost = sum(gap.reason == "dropped" for channel in channels for gap in channel.series.gaps)
        tab.close()
        plots.aclose()
        consoles.aclose()
    background.close()
    bridge.close()
    tab.deleteLater()
    return late, busy, came, lost


def watch(app: QApplication, seconds: float) -> tuple[float, float]:
    """Run the loop for a time; return how late it was at the 99th percentile (ms), and its CPU (% of a core)."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(int(_TICK * 1000))
    ticks = [time.perf_counter()]
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    process = psutil.Process()
    used = process.cpu_times()
    begun = time.perf_counter()
    timer.start()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()
    after = process.cpu_times()
    busy = (after.user + after.system - used.user - used.system) / (time.perf_counter() - begun) * 100
    lateness = np.maximum(np.diff(ticks) - _TICK, 0.0) * 1000
    return float(np.percentile(lateness, 99)) if len(lateness) else 0.0, busy

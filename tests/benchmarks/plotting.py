"""P12 and P13: what a frame of curves costs, however many samples are in view.

A frame is drawn and painted: new samples, the curve thinned for the width, all that lies over it, and the widget
painted into pixels. P12 compares curves of many samples with one of 2,000; P13 the frames of 32 curves with those of
pyqtgraph alone, in the fastest way that it has.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.row import Row, alternate, ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.plots.live import LiveStack

WIDTH, HEIGHT = 1000, 400
FRAMES = 15
ROUNDS = 7
_FEW = 2_000
_CURVES, _EACH = 32, 10_000


def rows() -> list[Row]:
    """Measure."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.ui.theme import apply_theme

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    few, *many = (stack_of([count]) for count in (_FEW, 10**5, 10**6, 10**7))
    found = []
    for (frame, shown), count in zip(many, (10**5, 10**6, 10**7), strict=True):
        times = alternate({"ours": _median(frame), "few": _median(few[0])}, ROUNDS)
        found.append(
            ratio("P12", f"a frame with {count:.0e} samples in view against one with 2e3", 1.5, times, "ours", "few")
        )
        shown.close()
    ours, shown = stack_of([_EACH] * _CURVES)
    peers = {"plain": _pyqtgraph(), "down-sampled": _pyqtgraph(downsample=True, clip=True)}
    works = {"ours": _median(ours), **{name: _median(frame) for name, (frame, _) in peers.items()}}
    taken = {name: statistics.median(seconds) for name, seconds in alternate(works, ROUNDS).items()}
    best = min(taken[name] for name in peers)
    words = f"{_CURVES} curves of {_EACH:.0e} samples: a frame against pyqtgraph's best"
    found.append(Row("P13", words, taken["ours"] / best, 0.5, best, taken["ours"]))
    for widget in (few[1], shown, *(widget for _, widget in peers.values())):
        widget.close()
    return found


def _median(frame: Callable[[], object]) -> Callable[[], float]:
    def work() -> float:
        taken = []
        for _ in range(FRAMES):
            start = time.perf_counter()
            frame()
            taken.append(time.perf_counter() - start)
        return statistics.median(taken)

    return work


def stack_of(counts: list[int]) -> tuple[Callable[[], None], LiveStack]:
    """Return what draws and paints one frame of our plot with new samples, and the plot."""
    from pyrolab_gui.ui.plots.live import LiveStack
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
    from pyrolab_gui.viewmodels.readings import Readings
    from tests.unit.viewmodels.console_fakes import URI, DirectBridge, FakeFeed, FakeInstrument, laser

    class _Lease:
        name, uri, instrument = "bench", URI, FakeInstrument(laser())

        def again(self) -> Any:
            return self

        def close(self) -> None:
            pass

    plot = PlotViewModel(Readings(FakeFeed, DirectBridge()))
    end = time.time()
    steps = []
    for number, count in enumerate(counts):
        channel = plot.add(_Lease(), f"value{number}", "V", 1.0)  # type: ignore[arg-type]
        step = 100.0 / max(count, 1)
        steps.append(step)
        times = end - 100.0 + step * np.arange(count)
        if count:
            channel.series.append(times, _signal(count, number))
    stack = LiveStack(plot)
    stack.resize(WIDTH, HEIGHT)
    stack.show()
    newest = [end]

    def frame() -> None:
        newest[0] += 0.5
        for number, channel in enumerate(plot.channels):
            channel.series.append([newest[0]], [float(number)])
        plot.hold(newest[0] - 100.0, newest[0])
        stack.draw()
        for group in stack.groups():
            group.plot.grab()

    frame()
    return frame, stack


def _pyqtgraph(*, downsample: bool = False, clip: bool = False) -> tuple[Callable[[], None], QWidget]:
    """Return what draws and paints one frame of pyqtgraph's own curves with new samples, and the plot."""
    import pyqtgraph as pg

    widget = pg.PlotWidget()
    widget.resize(WIDTH, HEIGHT)
    widget.disableAutoRange()
    values = [_signal(_EACH, number) for number in range(_CURVES)]
    times = np.linspace(0.0, 100.0, _EACH)
    items = []
    for number in range(_CURVES):
        item = pg.PlotDataItem(pen=pg.mkPen(pg.intColor(number), width=1))
        widget.addItem(item)
        if downsample:
            item.setDownsampling(auto=True, method="peak")
        item.setClipToView(clip)
        items.append(item)
    widget.setXRange(0.0, 100.0, padding=0)
    widget.setYRange(-4.0, _CURVES + 4.0, padding=0)
    widget.show()

    def frame() -> None:
        for item, row in zip(items, values, strict=True):
            row[:-1] = row[1:]
            item.setData(times, row)
        widget.grab()

    frame()
    return frame, widget


def _signal(count: int, number: int) -> np.ndarray:
    random = np.random.default_rng(number)
    return number + np.sin(np.linspace(0.0, 60.0, count)) + 0.1 * random.normal(size=count)

"""``python -m tests.benchmarks.growth``: how cost grows with the instruments that are watched and the samples in view.

1 to 200 instruments at 10 Hz, of which eight are drawn: CPU of the window and lateness of its loop. A frame of a curve
of 1e4 to 1e8 samples, which are in its buffer as `viewmodels.series` keeps them: thread CPU, the shortest of several.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.live_plots import watch, window
from tests.benchmarks.plotting import stack_of

PERIOD = 0.1
FRAMES = 40
_PIECE = 1_000_000


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.ui.theme import apply_theme
    from pyrolab_gui.wire import serializers

    app = QApplication([])
    apply_theme(app, "light")
    serializers.register()
    for instruments in (1, 10, 50, 200):
        idle, own = watch(app, 3.0)
        with tempfile.TemporaryDirectory() as folder:
            late, busy, came, lost = window(app, Path(folder), PERIOD, instruments)
        print(
            f"{instruments:>4} instruments at {1 / PERIOD:.0f} Hz: {busy - own:5.1f} % of a core, p99 {late:4.1f} ms "
            f"(idle loop {idle:.1f} ms), {came} readings, {lost} lost",
            flush=True,
        )
    for power in range(4, 9):
        frame, stack = stack_of([0])
        series = stack.groups()[0].channels[0].series
        end, count = time.time(), 10**power
        begun = time.process_time()
        for first in range(0, count, _PIECE):
            number = np.arange(first, min(first + _PIECE, count))
            series.append(end - 100.0 + number * (100.0 / count), np.sin(number * (60.0 / count)))
        len(series)
        filled = time.process_time() - begun
        print(
            f"1e{power} samples in view: {_shortest(frame) * 1e3:5.2f} ms a frame, {filled:.2f} s to take them in",
            flush=True,
        )
        stack.close()


def _shortest(frame: Callable[[], None]) -> float:
    taken = []
    for _ in range(FRAMES):
        start = time.thread_time()
        frame()
        taken.append(time.thread_time() - start)
    return min(taken)


if __name__ == "__main__":
    main()

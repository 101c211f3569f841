"""PySide6 must not lose references: a version that does ends the process after some thousand calls."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

UPDATES = 5_000


def test_label_and_curve_survive_many_updates(qapp: QApplication, qtbot: QtBot) -> None:
    import numpy as np
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    label = QLabel()
    qtbot.addWidget(label)
    curve = plot.plot()
    values = np.arange(50.0)
    before = sys.getrefcount(None)
    for number in range(UPDATES):
        label.setText(str(number))
        curve.setData(values)
        curve.update()
        if number % 500 == 0:
            qapp.processEvents()
    assert label.text() == str(UPDATES - 1)
    # A call that loses one reference to None each time would have lost 15,000 here.
    assert sys.getrefcount(None) > before - UPDATES // 2

"""Waiting for the first paint ends with it, and never hangs on a window that is not shown."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pyrolab_gui.ui.first_paint import wait_until_painted
from pyrolab_gui.ui.widgets.panel import Panel


def test_window_that_is_covered_by_its_children_is_seen_too(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Panel("base"))
    window.resize(200, 100)
    qtbot.addWidget(window)
    window.show()
    answered: list[bool] = []
    QTimer.singleShot(0, lambda: answered.append(True))
    begin = time.monotonic()
    assert wait_until_painted(qapp, window, seconds=10)
    assert time.monotonic() - begin < 5
    assert answered == [True]


def test_window_that_was_never_shown_is_not_waited_for(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    assert not wait_until_painted(qapp, window, seconds=10)


def test_hidden_window_is_waited_for_no_longer_than_said(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.winId()  # there is a window of the system, but it is not shown
    assert not wait_until_painted(qapp, window, seconds=0.1)

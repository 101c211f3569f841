"""The first look of the day: what waits, what came back, gaps; a moment that is not understood is said."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from pyrolab_gui.ui.since_page import SincePage
from pyrolab_gui.viewmodels.since_vm import SinceViewModel
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.supervision import ChildEvent, EventKind, Hit, HitLock
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Supervisor


class World:
    def __init__(self, qtbot):
        self.supervisor = Supervisor()
        self.page = SincePage(SinceViewModel(self.supervisor, DirectBackground()))  # type: ignore[arg-type]
        self.page.resize(1000, 600)
        qtbot.addWidget(self.page)


@pytest.fixture
def world(qtbot):
    return World(qtbot)


def test_trouble_is_told_with_what_waits_first(world, qtbot):
    now = time.time()
    world.supervisor.tell("optics")
    world.supervisor.tell("cryo", ChildState.FAILED, error="cryo failed: no such port.")
    world.supervisor.happened = [
        ChildEvent(now - 300, "daemon/optics", EventKind.CRASHED, "optics was killed (SIGKILL)."),
        ChildEvent(now - 290, "daemon/optics", EventKind.RESTARTED, "optics was killed (SIGKILL)."),
        ChildEvent(now - 100, "daemon/cryo", EventKind.FAILED, "no such port."),
    ]
    world.supervisor.hit = (Hit("daemon/optics", locks=(HitLock("laser", "ann@pc7", now - 60),)),)
    world.page.when.setText("12h")
    world.page.show()
    page = world.page
    assert "cryo has failed" in page.waits.texts()[0]
    assert "optics serves again" in page.came_back.texts()[0]
    assert [text.split(",")[0] for text in page.gaps.texts()] == [
        "optics did not serve for 10 s",
        "cryo did not serve for 1 min 40 s",
    ]
    assert "ann@pc7 holds laser" in page.held.texts()[0]
    assert len(page.happened.texts()) == 3
    page.grab()
    shown = [item for item in page.waits.findChildren(QPushButton) if item.isVisible()]
    with qtbot.waitSignal(page.opened, timeout=1000) as asked:
        qtbot.mouseClick(shown[0], Qt.MouseButton.LeftButton)
    assert asked.args == ["daemon/cryo"]
    next(item for item in page.findChildren(QPushButton) if item.text() == "Copy").click()
    assert "Came back" in QGuiApplication.clipboard().text()


def test_what_is_told_of_now_stays_true_while_it_is_shown(world, qtbot):
    world.supervisor.tell("optics", ChildState.UNRESPONSIVE, error="optics runs but does not answer.")
    page = world.page
    page.look_soon()
    assert page.waits.texts() == [], "out of sight nothing is asked"
    page.show()
    assert page.waits.texts() == ["optics runs but does not answer."]
    world.supervisor.tell("optics")
    page.when.setText("Fri")
    page.look_soon()
    page._soon.timeout.emit()
    assert page.summary.text().endswith("ago. "), "nobody is interrupted who types a moment"
    page.when.setText(page._asked)
    page.look_soon()
    qtbot.waitUntil(lambda: not page.waits.isVisible(), timeout=3000)


def test_quiet_night_is_said(world):
    world.page.show()
    assert world.page.summary.text().endswith("Nothing has happened since.")
    assert not world.page.waits.isVisible()


def test_moment_that_is_not_understood_is_said_and_stays(world, qtbot):
    world.page.show()
    world.page.when.setText("whenever")
    qtbot.keyClick(world.page.when, Qt.Key.Key_Return)
    assert "no moment that is understood" in world.page.summary.text()
    assert world.page.when.text() == "whenever"
    assert world.page.summary.role == "error"


def test_supervisor_that_does_not_answer_is_said(world):
    world.supervisor.silent = True
    world.page.show()
    assert world.page.summary.text() == "The supervisor does not answer."

"""Numbers of a child: tiles, the band of 12 hours, calls, events, last lines; and what is not known."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from pyrolab_gui.ui.daemons.figures_view import FiguresView
from pyrolab_gui.ui.daemons.state_strip import SECONDS, StateStrip
from pyrolab_gui.viewmodels.child_figures import Figures
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics, EventKind, Span

NOW = time.mktime((2026, 11, 24, 14, 0, 0, 0, 0, -1))
FULL = ChildStatistics(
    strip=(Span(NOW - 7200, NOW - 60, "running"), Span(NOW - 60, NOW, "unresponsive")),
    crashes=1,
    restarts=2,
    cpu_percent=99.6,
    memory_bytes=412_300_000,
    cpu_history=((NOW - 20, 3.0), (NOW - 10, 99.0)),
    memory_history=((NOW - 20, 4e8), (NOW - 10, 4.1e8)),
    connections=3,
    running_call="laser.sweep, 3 s, by ann@pc7",
)


@pytest.fixture
def view(qtbot):
    made = FiguresView()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.mark.usefixtures("dark")
def test_everything_that_is_known_is_shown(view):
    events = (ChildEvent(NOW - 60, "daemon/optics", EventKind.CRASHED, "optics was killed (SIGKILL)."),)
    lines = ("2026-11-24 13:59:00.000 ERROR it broke", "plain")
    view.show_figures(Figures("daemon/optics", NOW, FULL, events, lines))
    tiles = (view.cpu, view.memory, view.connections, view.restarts)
    assert [tile.text for tile in tiles] == ["100 % of a core", "412 MB", "3", "2"]
    assert view.cpu.curve.values() == (3.0, 99.0)
    assert view.calls.texts() == ["laser.sweep, 3 s, by ann@pc7"]
    assert view.events.texts() == ["crashed: optics was killed (SIGKILL)."]
    assert view.lines.texts() == ["it broke", "plain"]
    view.grab()


def test_nothing_known_shows_dashes_and_no_empty_sections(view):
    view.show_figures(Figures("daemon/optics", NOW, ChildStatistics()))
    assert (view.cpu.text, view.connections.text) == ("– % of a core", "–")
    assert not view.calls.isVisible()
    assert not view.events.isVisible()
    view.grab()


def test_what_was_known_stays_while_it_cannot_be_asked(view):
    view.show_figures(Figures("daemon/optics", NOW, FULL))
    view.show_figures(Figures("daemon/optics", NOW, problem="The supervisor does not answer."))
    assert view.memory.text == "412 MB"
    assert view._problem.text() == "The supervisor does not answer."
    view.clear()
    assert view.memory.text == "–"


def test_failure_leads_to_its_lines(view, qtbot):
    events = (ChildEvent(NOW - 60, "x", EventKind.CRASHED), ChildEvent(NOW - 50, "x", EventKind.RESTARTED))
    view.show_figures(Figures("x", NOW, FULL, events))
    buttons = [item for item in view.events.findChildren(QPushButton) if item.isVisible()]
    assert len(buttons) == 1
    with qtbot.waitSignal(view.logRequested, timeout=1000) as asked:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert asked.args == [NOW - 60]


def test_band_tells_state_and_duration_under_the_pointer(qtbot):
    strip = StateStrip()
    qtbot.addWidget(strip)
    strip.resize(720, strip.sizeHint().height())
    strip.show_spans(FULL.strip, NOW)
    assert strip.text_at(719.5) == "no reply for 1 min 0 s, 13:59:00 – 14:00:00"
    assert strip.text_at(700).startswith("running for 1 h 59 min")
    assert strip.text_at(5) == "Nothing is known of this time: no supervisor watched."
    assert strip.accessibleDescription() == "no reply for 1 min 0 s from 13:59:00"
    strip.grab()


@pytest.mark.parametrize("state", list(ChildState))
def test_band_paints_every_state_however_short(qtbot, state):
    strip = StateStrip()
    qtbot.addWidget(strip)
    strip.resize(400, 40)
    strip.show_spans([Span(NOW - SECONDS * 2, NOW - 1, state), Span(NOW - 1, NOW, state)], NOW)
    strip.grab()

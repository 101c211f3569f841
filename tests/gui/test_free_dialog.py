"""Freeing an instrument: the ways in order, whom each hits, and that a client is disconnected by two presses."""

from __future__ import annotations

import pytest

from pyrolab_gui.ui.console.free_dialog import FreeDialog
from pyrolab_gui.wire.description import ServiceDescription
from tests.gui.console_bench import Bench
from tests.unit.viewmodels.console_fakes import method

GUESTS = [
    {"client": ".c1", "who": "ann@bench", "connections": 3},
    {"client": ".c2", "who": "ben@pc3", "connections": 1},
]


@pytest.fixture
def bench(qtbot):
    description = ServiceDescription(
        "o", "Scope", members=(method("clear"),), instance_mode="single", power_cycle="The red switch at the back."
    )
    bench = Bench(qtbot, description)
    yield bench
    bench.close()


def test_the_least_harmful_way_is_first_and_each_says_whom_it_hits(bench: Bench):
    console, view = bench.open()
    free = bench.vm.free(console)
    daemon = bench.instruments["the daemon of optics.laser"]
    daemon.answers.update(guests=GUESTS, disconnect=1)
    dialog = FreeDialog(free, view)
    dialog.show()
    assert [step.kind for step in free.steps()] == ["disconnect", "clear", "restart", "power"], "not this window itself"
    assert free.steps()[0].title == "Disconnect ben@pc3 (1 connection)"
    assert "ben@pc3 alone" in free.steps()[0].hits
    assert free.steps()[-1].hits == "The red switch at the back."
    first = dialog.buttons[0]
    first.click()
    assert "disconnect" not in [name for name, _, _ in daemon.calls]
    first._since -= 1
    first.click()
    assert ("disconnect", [".c2"], {}) in daemon.calls
    assert dialog.message.text() == "Disconnected."
    asked: list[bool] = []
    dialog.restartRequested.connect(lambda: asked.append(True))
    dialog.grab()
    dialog.buttons[-1].click()
    assert asked and daemon.closed

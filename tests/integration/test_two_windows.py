"""Two windows on one instrument, two processes: each sees what the other does and whose it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.network import person
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.ui.console.lock_dialog import AT, LockDialog
from pyrolab_gui.ui.consoles_tab import ConsolesTab
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.viewmodels.notifications import Notifications
from tests.integration.hosting_in_thread import bench_in_thread

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(60)


class Laser:
    """A laser whose sweep waits for the test."""

    go_on = threading.Event()
    touched = 0

    def __init__(self) -> None:
        self._power = 1.0

    @property
    def power(self) -> float:
        """Output power."""
        type(self).touched += 1
        return self._power

    @power.setter
    def power(self, value: float) -> None:
        self._power = value

    def sweep(self, start: float, stop: float) -> list[float]:
        """Sweep."""
        assert self.go_on.wait(20)
        return [start, stop]

    def stop(self) -> None:
        """Stop."""

    stop.runs_beside = True  # type: ignore[attr-defined]


class Other:
    """The second window."""

    def __init__(self, uri: str, who: str, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.second_window", uri, who],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYROLAB_GUI_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.strip())

    def tell(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def end(self) -> None:
        if self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


class Desk:
    def __init__(self, qtbot: Any, uri: str, tmp_path: Path) -> None:
        self.vm = ConsolesViewModel(Identity("id of ann", "ann@bench"), Notifications(), Bridge())
        self.vm.me.asked = True
        self.tab = ConsolesTab(self.vm)
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 700)
        self.tab.show()
        self.console = self.vm.open(uri, "bench.laser")
        view = self.tab.view_of(self.console)
        assert view is not None
        self.view = view
        self.other = Other(uri, "ben@pc3", tmp_path / "other")
        qtbot.waitUntil(lambda: "open" in self.other.said and bool(self.view.forms), timeout=20_000)


@pytest.fixture
def served() -> Iterator[Any]:
    Laser.go_on = threading.Event()
    Laser.touched = 0
    with bench_in_thread() as bench:
        bench.add(Laser, lockable=True, lease=1.0)
        bench.uri = f"PYRO:laser@{bench.host.locationStr}"  # type: ignore[attr-defined]
        yield bench


@pytest.fixture
def desk(qtbot, served, tmp_path, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / "home"))
    desk = Desk(qtbot, served.uri, tmp_path)
    yield desk
    Laser.go_on.set()
    desk.other.end()
    desk.vm.aclose()


def test_a_lock_of_the_other_window_is_seen_with_its_owner_and_its_end(desk: Desk, qtbot):
    view, console = desk.view, desk.console
    desk.other.tell("lock")
    qtbot.waitUntil(lambda: view.header.lock_chip.text() == "In use by ben@pc3", timeout=8000)
    assert view.forms["sweep"].call_button.held and not view.forms["stop"].call_button.held
    assert view.header.lock.text() == "Ask for it", "it is not ours to take"
    console.call("stop")
    qtbot.waitUntil(lambda: console.runs.own()[0].outcome == "done", timeout=5000)
    desk.other.tell("unlock")
    qtbot.waitUntil(lambda: not console.blocked and not view.header.lock_chip.isVisible(), timeout=8000)
    assert not view.forms["sweep"].call_button.held and view.header.lock.isEnabled()


def test_who_asks_for_it_is_told_what_becomes_of_that(desk: Desk, qtbot):
    view, console = desk.view, desk.console
    desk.other.tell("watch")
    desk.other.tell("lock")
    qtbot.waitUntil(lambda: view.header.lock.text() == "Ask for it", timeout=8000)
    view.header.lock.click()
    dialog = view.findChild(LockDialog)
    assert dialog is not None
    assert dialog.title.text() == "bench.laser is in use"
    assert "Only its owner can give it" in dialog.message.text()
    dialog.purpose.setText("two minutes")
    dialog.act.click()
    qtbot.waitUntil(lambda: dialog.act.text() == "Ask no more", timeout=5000)
    assert view.header.lock_chip.text().endswith("you asked")
    qtbot.waitUntil(lambda: "ann@bench asks: two minutes" in desk.other.said, timeout=8000)
    desk.other.tell("give")
    qtbot.waitUntil(lambda: view.header.lock_chip.text() == "Locked by you", timeout=8000)
    assert not console.blocked and dialog.title.text() == "bench.laser is yours"
    qtbot.waitUntil(lambda: "lock handed over: given by ben@pc3" in [run.text for run in console.runs.recent()])
    dialog.close()


def test_a_person_shares_a_lock_among_windows_and_gives_a_name_once(desk: Desk, qtbot):
    view, console, me = desk.view, desk.console, desk.vm.me
    desk.other.tell("watch")
    me.asked = False
    view._apply_lock()
    view.header.lock.click()
    dialog = view.findChild(LockDialog)
    assert dialog is not None
    dialog.name.setText("Ben")
    dialog.purpose.setText("alignment")
    dialog.until.setCurrentText(AT)
    assert dialog.time.isVisible() and not dialog.act.isEnabled()
    dialog.time.setText("25:00")
    assert dialog.message.text().startswith("This is no time") and not dialog.act.isEnabled()
    dialog.time.setText("2099-01-01 08:00")
    dialog.act.click()
    qtbot.waitUntil(lambda: console.lock.holder == "ours" and console.lock.purpose == "alignment", timeout=8000)
    assert time.strftime("%Y-%m-%d %H:%M", time.localtime(console.lock.until)) == "2099-01-01 08:00"
    assert me.asked and me.who.startswith("Ben@") and person.known() == "Ben"
    qtbot.waitUntil(lambda: "lock other" in desk.other.said, timeout=8000)
    notebook = Instrument(console.uri, "laser", Identity.here(user="ben"))
    try:
        assert notebook.get("power").result(10) == 1.0
    finally:
        notebook.close()
        assert notebook.join(5)


def test_the_lock_of_a_window_that_died_is_not_shown_for_long(desk: Desk, qtbot):
    desk.other.tell("lock")
    qtbot.waitUntil(lambda: desk.console.lock.holder == "other", timeout=8000)
    desk.other.kill()
    qtbot.waitUntil(lambda: desk.console.lock.holder == "free", timeout=8000)
    desk.console.write("power", 2.0)
    qtbot.waitUntil(lambda: desk.console.runs.own()[0].outcome == "done", timeout=5000)


def test_our_lock_stays_ours_while_the_daemon_lists_it(desk: Desk, qtbot):
    desk.console.take_lock()
    qtbot.waitUntil(lambda: desk.console.lock.holder == "ours", timeout=5000)
    desk.console.lock._answered -= 10
    told: list[object] = []
    peers = desk.console._peers
    assert peers is not None
    peers.lockTold.connect(told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=8000)
    assert desk.console.lock.holder == "ours" and not desk.console.blocked
    desk.other.tell("set power 3")
    qtbot.waitUntil(lambda: "failed power = 3" in desk.other.said, timeout=8000)


def test_what_the_other_window_does_stands_in_the_history_and_the_head(desk: Desk, qtbot):
    view, console = desk.view, desk.console
    desk.other.tell("call sweep 1520 1580")
    qtbot.waitUntil(lambda: "sweep" in view.header.busy.text(), timeout=8000)
    assert view.header.busy.text().endswith("ben@pc3") and view.header.busy.isVisible()
    model = view.history.model()
    assert "sweep(1520.0, 1580.0) by ben@pc3 running" in model.index(0, 0).data()
    Laser.go_on.set()
    qtbot.waitUntil(lambda: not console.runs.running_others(), timeout=8000)
    qtbot.waitUntil(lambda: not view.header.busy.isVisible(), timeout=3000)
    assert not console.may_repeat(console.runs.recent()[0]), "only what was done here can be done again"
    assert [run for run in console.runs.recent() if run.ours] == []


def test_watching_others_costs_the_instrument_nothing(desk: Desk, qtbot):
    desk.console._table.set_visible(False)
    peers = desk.console._peers
    assert peers is not None
    told: list[object] = []
    before: list[int] = []

    def note(lock: object) -> None:
        told.append(lock)
        before.append(Laser.touched)

    peers.lockTold.connect(note)
    qtbot.waitUntil(lambda: len(told) >= 3, timeout=12_000)
    assert before[-1] == before[-2]

"""One run of the window, from the painted frame to the last closed connection, with a real supervisor and children."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QDialog, QLabel

from pyrolab_gui import paths
from pyrolab_gui.app import PAGES
from pyrolab_gui.app.session import Session
from pyrolab_gui.supervision import current_lab
from pyrolab_gui.supervision.commands.last_lab import last_lab
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.ui.main_window import MainWindow
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.viewmodels.workspace import Workspace
from pyrolab_gui.wire.errors import LabError

SECONDS = 15.0
Run = Callable[[Coroutine[Any, Any, Any]], Any]


async def until(met: Callable[[], object]) -> None:
    """Wait until something is so, within a bound."""
    async with asyncio.timeout(SECONDS):
        while not met():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; a child of this process that nobody has waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Bench:
    """A session with its window, driven as a user would."""

    def __init__(self, *, demo: bool = False) -> None:
        self.notifications = Notifications()
        self.settings = Settings(paths.config_dir() / "window.json")
        self.window = MainWindow(self.notifications, self.settings)
        for key, title, icon in PAGES:
            self.window.add_tab(key, title, icon, Panel())
        self.window.show()
        self.session = Session(self.window, self.notifications, self.settings, demo=demo)

    @property
    def workspace(self) -> Workspace:
        assert self.session._workspace is not None
        return self.session._workspace

    def pids(self) -> list[int]:
        return [status.pid for status in self.workspace.supervisor.statuses() if status.pid]

    async def ready(self) -> None:
        await until(lambda: self.session._beginning is not None and self.session._beginning.done())

    async def up(self) -> None:
        self.workspace.daemons.start_all()
        await until(
            lambda: (
                (states := [status.state for status in self.workspace.supervisor.statuses()])
                and all(state == "running" for state in states)
            )
        )

    async def answer(self, key: str, *, remember: bool = False) -> str:
        """Answer the question that comes, and return its title."""
        await until(lambda: self.window.findChildren(QDialog, "question-dialog"))
        dialog = self.window.findChildren(QDialog, "question-dialog")[0]
        dialog.grab()
        if remember:
            dialog.findChildren(QCheckBox, "question-remember")[0].setChecked(True)
        button = dialog.findChildren(QAbstractButton, f"question-{key}")[0]
        await until(button.isEnabled)  # what a stop hits is asked first
        button.click()
        await until(lambda: not self.window.findChildren(QDialog, "question-dialog"))
        return dialog_title(dialog)

    async def session_with(self, file: Path | None, act: Coroutine[Any, Any, None]) -> None:
        """Run the session, and `act` in it; the session must end with it."""
        running = asyncio.ensure_future(self.session.run(file))
        try:
            await self.ready()
            await act
            async with asyncio.timeout(SECONDS):
                await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def dialog_title(dialog: QDialog) -> str:
    try:
        return dialog.windowTitle()
    except RuntimeError:  # it is gone already, as it should be
        return ""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "small.yaml"
    file.write_text(
        f"""\
version: "1.0"
nameservers:
  main:
    ns_port: {port}
daemons:
  optics:
    nameservers: []
services:
  laser:
    module: drivers.simulated.laser
    classname: TunableLaser
    instancemode: single
    daemon: optics
    nameservers: [main]
"""
    )
    return file


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[Callable[..., Bench]]:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    benches: list[Bench] = []

    def build(*, demo: bool = False) -> Bench:
        benches.append(Bench(demo=demo))
        return benches[-1]

    yield build
    for bench in benches:
        bench.window.hide()
        bench.window.deleteLater()
    apply_theme(qapp, "light")
    rest = RemoteSupervisor(paths.state_dir())
    try:
        rest.shutdown(stop_children=True)  # what a failed test left running
    except LabError:
        pass  # it has ended with its window, as it should
    finally:
        rest.close(stop_children=False)


def test_window_comes_up_on_a_lab_and_ends_without_a_question(
    make: Callable[..., Bench], lab: Path, run_async: Run
) -> None:
    bench = make()

    async def act() -> None:
        assert bench.window.windowTitle().startswith("small")
        assert [type(bench.window.page(key)).__name__ for key, _, _ in PAGES] == [
            "RegistryTab",
            "DaemonsTab",
            "ConsolesTab",
            "PlotsTab",
            "RecordingsTab",
        ]
        for key, _, _ in PAGES:
            bench.window.set_current(key)
            bench.window.grab()
        start = bench.window.page("consoles").findChild(QAbstractButton, "consoles-start-all")
        bench.window.set_current("consoles")
        assert start is not None and start.isVisible()
        start.click()
        await until(lambda: not start.isVisible())
        bench.window.interrupted.emit()

    run_async(bench.session_with(lab, act()))
    assert not bench.window.isVisible()
    assert Settings(paths.config_dir() / "window.json").get("lab", "") == str(lab)
    assert [notice.sentence for notice in bench.notifications.notices] == []


def test_a_lab_file_with_problems_is_shown_where_they_are_listed_and_is_followed(
    make: Callable[..., Bench], lab: Path, run_async: Run
) -> None:
    bench = make()
    good = lab.read_text()
    lab.write_text(good.replace("nameservers: []", "nameservers: [gone]\n    port: abc"))

    async def act() -> None:
        assert bench.window.current() == "daemons"
        assert [notice.sentence for notice in bench.notifications.notices] == ["small.yaml has 2 problems."]
        assert ("failed", 2) in [bench.window._tabs.badge(key) for key, _, _ in PAGES]
        lab.write_text(good)  # noqa: ASYNC240 - small and local
        await until(lambda: bench.workspace.lab.usable)
        assert ("failed", 2) not in [bench.window._tabs.badge(key) for key, _, _ in PAGES]
        bench.window.close()

    run_async(bench.session_with(lab, act()))


def test_commands_mean_the_lab_that_is_open(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()

    async def act() -> None:
        assert current_lab.open_lab() == lab
        bench.window.close()

    run_async(bench.session_with(lab, act()))
    assert current_lab.open_lab() is None
    assert last_lab() == lab


def test_who_has_no_lab_yet_is_shown_how_to_begin(make: Callable[..., Bench], run_async: Run) -> None:
    bench = make()

    async def act() -> None:
        assert bench.window.current() == "daemons"
        bench.window.close()

    run_async(bench.session_with(None, act()))


def test_who_only_looks_at_a_nameserver_begins_with_it(make: Callable[..., Bench], run_async: Run) -> None:
    bench = make()
    bench.settings.set("nameservers", ["localhost:9099"])

    async def act() -> None:
        assert bench.window.current() == "registry"
        bench.window.close()

    run_async(bench.session_with(None, act()))


def test_last_lab_is_opened_again(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    first = make()

    async def close_first() -> None:
        first.window.close()

    run_async(first.session_with(lab, close_first()))
    second = make()

    async def look() -> None:
        assert second.workspace.lab.path == lab
        second.window.close()

    run_async(second.session_with(None, look()))


def test_running_processes_are_asked_about_and_stopped(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()
    pids: list[int] = []

    async def act() -> None:
        await bench.up()
        pids.extend(bench.pids())
        bench.window.close()
        await bench.answer("cancel")
        assert bench.window.isVisible()
        assert len(bench.pids()) == 2
        bench.window.close()
        await bench.answer("stop")

    run_async(bench.session_with(lab, act()))
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)
    assert bench.settings.get("on_close", "") == "ask"


def test_left_processes_go_on_and_the_next_window_finds_them(
    make: Callable[..., Bench], lab: Path, run_async: Run
) -> None:
    first = make()
    pids: list[int] = []

    async def leave() -> None:
        await first.up()
        pids.extend(first.pids())
        first.window.close()
        await first.answer("leave", remember=True)

    run_async(first.session_with(lab, leave()))
    assert all(alive(pid) for pid in pids)

    second = make()

    async def find() -> None:
        await until(lambda: sorted(second.pids()) == sorted(pids))
        second.window.set_on_close("stop")
        second.window.close()

    assert second.settings.get("on_close", "") == "leave"
    run_async(second.session_with(None, find()))
    assert not any(alive(pid) for pid in pids)


def test_unsaved_edits_are_asked_about(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()
    entry = Entry("daemons", "optics")

    async def act() -> None:
        bench.workspace.lab.set_value(entry, "port", 45678)
        bench.window.close()
        await bench.answer("cancel")
        assert bench.window.isVisible()
        bench.window.close()
        await bench.answer("save")

    before = lab.read_text()
    run_async(bench.session_with(lab, act()))
    assert "45678" not in before
    assert "45678" in lab.read_text()


def test_edits_can_be_dropped(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()
    before = lab.read_text()

    async def act() -> None:
        bench.workspace.lab.set_value(Entry("daemons", "optics"), "port", 45678)
        bench.window.close()
        await bench.answer("discard")

    run_async(bench.session_with(lab, act()))
    assert lab.read_text() == before


def test_edits_that_cannot_be_saved_keep_the_window(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()

    async def act() -> None:
        bench.workspace.lab.set_value(Entry("daemons", "optics"), "port", "seven")
        bench.window.close()
        await bench.answer("save")
        await until(lambda: not bench.session._closing)
        assert bench.window.isVisible()
        assert "must be corrected" in bench.notifications.notices[-1].sentence
        bench.window.close()
        await bench.answer("discard")

    run_async(bench.session_with(lab, act()))


def test_signal_ends_the_window_even_while_it_asks(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()

    async def act() -> None:
        bench.workspace.lab.set_value(Entry("daemons", "optics"), "port", 45678)
        bench.window.close()
        await until(lambda: bench.window.findChildren(QDialog, "question-dialog"))
        bench.window.interrupted.emit()

    run_async(bench.session_with(lab, act()))
    assert not bench.window.isVisible()


def test_close_before_everything_is_loaded(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()

    async def main() -> None:
        running = asyncio.ensure_future(bench.session.run(lab))
        await asyncio.sleep(0)
        bench.window.close()
        async with asyncio.timeout(SECONDS):
            await running

    run_async(main())
    assert not bench.window.isVisible()


def test_second_window_says_why_it_shows_nothing(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    first, second = make(), make()

    async def act() -> None:
        async def look() -> None:
            page = second.window.page("registry")
            assert isinstance(page, EmptyState)
            assert "Another window" in " ".join(label.text() for label in page.findChildren(QLabel))
            second.window.close()

        await second.session_with(None, look())
        first.window.close()

    run_async(first.session_with(lab, act()))


@pytest.mark.parametrize("content", ["daemons: [", "daemons:\n  a: {color: red}\n", "\x00\x01"])
def test_bad_lab_file_is_no_end(make: Callable[..., Bench], tmp_path: Path, run_async: Run, content: str) -> None:
    bench = make()
    file = tmp_path / "bad.yaml"
    file.write_text(content)

    async def act() -> None:
        for key, _, _ in PAGES:
            bench.window.set_current(key)
            bench.window.grab()
        bench.window.close()

    run_async(bench.session_with(file, act()))


def test_another_lab_is_opened_from_the_menu(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()
    other = lab.with_name("other.yaml")

    async def act() -> None:
        bench.window.newRequested.emit(str(other), "empty")
        await until(lambda: bench.workspace.lab.path == other)
        assert other.exists()
        assert bench.window.windowTitle().startswith("other")
        bench.window.openRequested.emit(str(lab))
        await until(lambda: bench.workspace.lab.path == lab)
        bench.workspace.lab.set_value(Entry("daemons", "optics"), "port", 45678)
        bench.window.openRequested.emit(str(other))
        await bench.answer("cancel")
        assert bench.workspace.lab.path == lab
        bench.window.interrupted.emit()

    run_async(bench.session_with(lab, act()))
    assert bench.settings.get("lab", "") == str(lab)


def test_demo_starts_and_stops_everything_and_is_not_remembered(
    make: Callable[..., Bench], lab: Path, run_async: Run
) -> None:
    bench = make(demo=True)
    pids: list[int] = []

    async def act() -> None:
        await until(
            lambda: (
                (states := [status.state for status in bench.workspace.supervisor.statuses()])
                and all(state == "running" for state in states)
            )
        )
        pids.extend(bench.pids())
        await until(lambda: [row.name for row in bench.workspace.consoles.rows()] == ["laser"])
        titles = [command.title for command in bench.window.commands()]
        assert titles[:2] == ["laser", "Stop all…"]
        next(command for command in bench.window.commands() if command.title == "laser").run()
        assert bench.window.current() == "consoles"
        bench.window.close()

    run_async(bench.session_with(lab, act()))
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)
    assert Settings(paths.config_dir() / "window.json").get("lab", "") == ""


def test_failure_inside_the_window_becomes_a_notice(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    bench = make()

    async def fail() -> None:
        raise KeyError("nothing")

    async def act() -> None:
        bench.session._tasks.start(fail(), "fails")
        await until(lambda: bench.notifications.notices)
        asyncio.get_running_loop().call_soon(lambda: [][0])
        await until(lambda: len(bench.notifications.notices) == 2)
        bench.window.close()

    run_async(bench.session_with(lab, act()))
    assert [notice.sentence for notice in bench.notifications.notices] == [
        "Something went wrong inside the window (KeyError: 'nothing').",
        "Something went wrong inside the window (IndexError: list index out of range).",
    ]


def test_demo_does_not_take_the_place_of_a_lab_that_runs(make: Callable[..., Bench], lab: Path, run_async: Run) -> None:
    first = make()

    async def leave() -> None:
        await first.up()
        first.window.close()
        await first.answer("leave")

    run_async(first.session_with(lab, leave()))
    demo = make(demo=True)
    other = lab.with_name("demo.yaml")
    other.write_text(lab.read_text())

    async def look() -> None:
        page = demo.window.page("registry")
        assert isinstance(page, EmptyState)
        assert "small runs on this computer" in page.accessibleDescription()
        demo.window.close()

    run_async(demo.session_with(other, look()))
    third = make()

    async def find() -> None:
        await until(lambda: [status.state for status in third.workspace.supervisor.statuses()] == ["running"] * 2)
        assert third.workspace.lab.path == lab, "the lab that runs is opened where none is asked for"
        third.window.set_on_close("stop")
        third.window.close()

    third.settings.set("lab", "")
    run_async(third.session_with(None, find()))


def test_supervisor_that_is_killed_is_told_and_the_next_one_has_everything(
    make: Callable[..., Bench], lab: Path, run_async: Run
) -> None:
    bench = make()

    async def act() -> None:
        await bench.up()
        supervisor, pids = bench.workspace.supervisor, bench.pids()
        psutil.Process(supervisor.info().pid).kill()
        await until(lambda: len(bench.notifications.notices) == 1)
        assert "What it started runs on" in bench.notifications.notices[0].sentence
        await until(lambda: len(bench.notifications.notices) == 2)
        assert bench.notifications.notices[1].sentence.startswith("The supervisor is back.")
        await until(lambda: [status.state for status in supervisor.statuses()] == ["running"] * 2)
        assert bench.pids() == pids
        bench.window.set_on_close("stop")
        bench.window.close()

    run_async(bench.session_with(lab, act()))

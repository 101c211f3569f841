"""Recordings under supervision, with real recorders and a real daemon: begun, killed, told, stopped, given up."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyrolab_gui import recording
from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.recording.reader import Recording
from pyrolab_gui.supervision.hit_words import hit_sentences
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import LabPlan, RecordedMember, RecorderPlan
from tests.integration.child_process import eventually
from tests.integration.network_helpers import OurDaemon, our_daemon
from tests.integration.supervision_helpers import Watcher

KEY = "recorder/night"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


@pytest.fixture(scope="module")
def laser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurDaemon]:
    serializers.register()
    with our_daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


@dataclass
class Desk:
    """A supervisor, and what it told."""

    folder: Path
    laser: OurDaemon
    supervisor: Supervisor
    watcher: Watcher

    @property
    def file(self) -> Path:
        return self.folder / "night.rec"

    def record(self, name: str = "night", *members: str, **values: Any) -> None:
        uri = f"PYRO:laser@127.0.0.1:{self.laser.port}"
        recorded = tuple(RecordedMember("laser", member, uri) for member in members or ("reading",))
        plan = RecorderPlan(
            name, str(self.folder / f"{name}.rec"), recorded, 0.02, who="anna@desk", client=f"id of {name}", **values
        )
        self.supervisor.record(plan)

    def seen(self, look: Callable[[Recording], object], file: Path | None = None) -> object:
        def once() -> object:
            try:
                with recording.open(file or self.file) as found:
                    return look(found)
            except LabError:
                return None

        return eventually(once, 15.0)

    def gone(self, key: str = KEY) -> None:
        eventually(lambda: key not in {status.key for status in self.supervisor.statuses()}, 10.0)


@contextlib.contextmanager
def supervised(folder: Path, laser: OurDaemon, state: Path) -> Iterator[Desk]:
    supervisor = Supervisor(state, state / "log", keeps_plan=True)
    try:
        yield Desk(folder, laser, supervisor, Watcher(supervisor))
    finally:
        supervisor.close(stop_children=True, timeout=10.0)


@pytest.fixture
def desk(tmp_path: Path, laser: OurDaemon) -> Iterator[Desk]:
    with supervised(tmp_path, laser, tmp_path / "state") as found:
        yield found


def count(found: Recording) -> int:
    return len(found["laser.reading"])


@posix
def test_a_recording_goes_on_through_a_kill_and_ends_with_who_stopped_it(desk: Desk):
    desk.record(purpose="a night")
    running = desk.watcher.wait(KEY, ChildState.RUNNING)
    desk.seen(lambda found: count(found) > 10)
    os.kill(running.pid, signal.SIGKILL)
    again = desk.watcher.wait(KEY, lambda status: status.state is ChildState.RUNNING and status.pid != running.pid)
    assert again.restarts == 1
    before = count(recording.open(desk.file))
    desk.seen(lambda found: count(found) > before + 10)
    desk.supervisor.tell(KEY, {"note": "door opened", "who": "ben@desk"})
    desk.seen(lambda found: found.notes)
    assert hit_sentences(desk.supervisor.hits([KEY]), 0.0) == [
        "night is the recording of anna@desk; it ends, and who stopped it is written into it."
    ]
    desk.supervisor.stop([KEY], who="ben@desk")
    desk.gone()
    assert desk.supervisor.recordings() == ()
    with recording.open(desk.file) as found:
        np.testing.assert_array_equal(np.diff(found["laser.reading"].read()[1]), 1.0)  # the kill cost nothing
        assert found.metadata.who == "anna@desk"
        assert found.metadata.segments[-1].summary.startswith("1 of 1 channels, 00:00:0")
        assert [(note.who, note.text) for note in found.notes] == [
            ("ben@desk", "door opened"),
            ("anna@desk", "ended by ben@desk"),
        ]


@posix
def test_its_end_is_changed_while_it_goes_on_and_holds_through_a_kill(desk: Desk):
    desk.record(seconds=3600.0)
    running = desk.watcher.wait(KEY, ChildState.RUNNING)
    desk.seen(count)
    ends = time.time() + 3.0
    desk.supervisor.tell(KEY, {"ends": ends, "who": "ben@desk"})
    desk.seen(lambda found: found.metadata.more.get("ends") == ends)
    os.kill(running.pid, signal.SIGKILL)
    desk.gone()
    assert ends <= time.time() < ends + 3.0
    with recording.open(desk.file) as found:
        assert found.notes[0].who == "ben@desk" and found.notes[0].text.startswith("its end was changed: it ends at ")
        assert ends - 1.0 < found["laser.reading"].read()[0][-1] < ends + 1.0


def test_settings_at_the_beginning_and_each_change_and_the_clock_are_kept(desk: Desk):
    desk.record()
    desk.seen(lambda found: {setting.member for setting in found.settings} >= {"power", "mode"})
    with open_proxy(desk.laser.uri(), timeout=5) as proxy:
        proxy.power = 3.5
    desk.seen(lambda found: any(setting.who for setting in found.settings))
    with recording.open(desk.file) as found:
        (change,) = (setting for setting in found.settings if setting.who)
        assert (change.instrument, change.member, change.value) == ("laser", "power", 3.5)
        (clock,) = found.clocks
        assert clock.computer == "127.0.0.1"
        assert abs(clock.offset) <= 10 * clock.uncertainty


def test_a_later_supervisor_goes_on_with_it_and_a_loaded_lab_leaves_it_alone(tmp_path: Path, laser: OurDaemon):
    state = tmp_path / "state"
    first = Supervisor(state, state / "log", keeps_plan=True)
    desk = Desk(tmp_path, laser, first, Watcher(first))
    desk.record(purpose="a night")
    running = desk.watcher.wait(KEY, ChildState.RUNNING)
    first.load(LabPlan())
    assert [status.pid for status in first.statuses()] == [running.pid]
    first.close(stop_children=False)
    with supervised(tmp_path, laser, state) as later:
        later.supervisor.recover()
        assert later.watcher.wait(KEY, ChildState.RUNNING).pid == running.pid
        assert [plan.purpose for plan in later.supervisor.recordings()] == ["a night"]
        later.supervisor.stop([KEY])
        later.gone()


def test_it_begins_and_ends_by_conditions_in_files_of_which_the_newest_are_kept(desk: Desk):
    with open_proxy(desk.laser.uri(), timeout=5) as proxy:
        proxy.power = 1.0
        desk.record("trig", begins_when="laser.power > 2", ends_when="laser.power > 5",
                    new_file_seconds=0.7, keep_files=2)  # fmt: skip
        waits = desk.watcher.wait("recorder/trig", lambda status: bool(status.error))
        assert waits.error == "It begins when laser.power > 2."
        assert not (desk.folder / "trig.rec").exists()
        proxy.power = 3.0
        desk.seen(count, desk.folder / "trig-3.rec")
        proxy.power = 6.0
    desk.gone("recorder/trig")
    files = sorted(path for path in desk.folder.iterdir() if path.suffix == ".rec")
    assert len(files) == 2  # the newest
    assert files[0].name >= "trig-2.rec"
    with recording.open(files[0]) as before, recording.open(files[1]) as last:
        assert before.metadata.segments[0].summary == f"goes on in {files[1].name}"
        both = np.concatenate([before["laser.reading"].read()[1], last["laser.reading"].read()[1]])
        np.testing.assert_array_equal(np.diff(both), 1.0)  # nothing is lost between two files
        assert last.settings


def test_an_instrument_of_a_condition_that_is_not_found_holds_nothing_up(desk: Desk):
    desk.record("ends", ends_when="ghost.power > 5")
    desk.record("begins", begins_when="ghost.power > 5", ends=time.time() + 1.5)
    desk.seen(lambda found: count(found) > 10, desk.folder / "ends.rec")
    waits = desk.watcher.wait("recorder/ends", lambda status: bool(status.error))
    assert waits.error == "It waits for ghost: No nameserver is known that could tell where ghost is."
    desk.gone("recorder/begins")
    assert not (desk.folder / "begins.rec").exists()


def test_what_cannot_be_written_is_given_up_with_a_reason_and_stays_to_be_seen(desk: Desk):
    desk.file.write_text("something else")
    desk.record()
    failed = desk.watcher.wait(KEY, ChildState.FAILED)
    assert failed.error == f"{desk.file} is there already; nothing was written into it."
    assert desk.file.read_text() == "something else"
    assert [plan.name for plan in desk.supervisor.recordings()] == ["night"]
    with pytest.raises(LabError, match="there already"):
        desk.record()
    desk.supervisor.stop([KEY])
    desk.gone()


def test_an_end_that_is_over_records_nothing(desk: Desk):
    desk.record(ends=time.time() - 1)
    desk.gone()
    assert not desk.file.exists()

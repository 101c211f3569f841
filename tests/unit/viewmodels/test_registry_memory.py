"""What the registry remembers, asked of a real history on Qt's thread and off it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from pyrolab_gui.storage.database import Database
from pyrolab_gui.supervision.registry_history import SCHEMA, RegistryHistory
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.registry_discovery import Discovery
from pyrolab_gui.viewmodels.registry_export import as_csv, as_json, write_rows
from pyrolab_gui.viewmodels.registry_memory import RegistryMemory
from pyrolab_gui.viewmodels.registry_rows import row_of
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.wire.errors import LabError
from tests.unit.viewmodels.registry_fakes import Actions, DirectBridge, Entry, Notifications, Watchers


@pytest.fixture
def history():
    database = Database(None, SCHEMA)
    yield RegistryHistory(database)
    database.close()


@pytest.fixture
def world(qapp, history):
    notifications, bridge, watchers = Notifications(), Bridge(), Watchers()
    vm = RegistryViewModel(
        "me",  # type: ignore[arg-type]
        notifications,  # type: ignore[arg-type]
        bridge,
        watchers,
        Actions(),
        memory=history,
    )
    vm.choose("localhost")
    yield vm, watchers, notifications
    vm.close()
    bridge.close()
    QCoreApplication.processEvents()


def test_names_that_are_gone_are_rows_on_request_with_their_last_address(world, history, qtbot):
    vm, watchers, _ = world
    history.seen("localhost:9090", [Entry("laser"), Entry("old", host="pc3", port=7000)], 1000.0)
    history.seen("localhost:9090", [Entry("laser")], 2000.0)
    watchers.last.tell(Entry("laser"))
    qtbot.waitUntil(lambda: set(vm.rows) == {"laser"}, timeout=5000)
    vm.memory.show(True)
    qtbot.waitUntil(lambda: set(vm.rows) == {"laser", "old"}, timeout=5000)
    row = vm.rows["old"]
    assert (row.state, row.host, row.port, row.offline) == ("offline", "pc3", 7000, True)
    assert "not registered any more" in row.verdict.sentence
    vm.memory.forget("localhost:9090", "old")
    qtbot.waitUntil(lambda: set(vm.rows) == {"laser"}, timeout=5000)


def test_the_time_line_of_a_name_comes_newest_first(world, history, qtbot):
    vm, _, _ = world
    history.seen("localhost:9090", [Entry("laser")], 1000.0)
    history.seen("localhost:9090", [], 2000.0)
    told: list[Any] = []
    vm.memory.timelineTold.connect(lambda *what: told.append(what))
    vm.memory.ask_timeline("localhost:9090", "laser")
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert [(change.kind, change.time) for change in told[0][2]] == [("gone", 2000.0), ("appeared", 1000.0)]


def test_what_becomes_of_lost_entries_is_chosen_per_nameserver(world, history, qtbot):
    vm, _, _ = world
    told: list[Any] = []
    vm.memory.policyTold.connect(lambda *what: told.append(what))
    vm.memory.set_policy("pc7:9090", 30.0)
    qtbot.waitUntil(lambda: told == [("pc7:9090", 30.0)], timeout=5000)
    assert history.remove_after("pc7:9090") == 30.0
    assert history.remove_after("localhost:9090") is None


def test_a_history_that_fails_is_told_once(qapp, qtbot):
    class Broken:
        def __getattr__(self, name):
            def fail(*_):
                raise LabError("disk full")

            return fail

    notifications, bridge = Notifications(), Bridge()
    memory = RegistryMemory(Broken(), notifications, bridge)  # type: ignore[arg-type]
    memory.ask_policy("a")
    memory.ask_timeline("a", "b")
    qtbot.waitUntil(lambda: bool(notifications.errors), timeout=5000)
    memory.close()
    qtbot.waitUntil(lambda: not memory.available, timeout=5000)
    assert len(notifications.errors) == 1


def test_without_a_history_nothing_is_remembered(qapp):
    memory = RegistryMemory(None, Notifications(), DirectBridge())  # type: ignore[arg-type]
    memory.show(True)
    assert not memory.available
    assert list(memory.offline("a", (), "", ())) == []


def test_a_search_of_the_network_is_made_once_at_a_time(qapp, qtbot):
    asked: list[int] = []
    ended: list[Any] = []
    bridge = Bridge()

    def discover():
        asked.append(1)
        raise LabError("this machine is in no network")

    discovery = Discovery(bridge, discover)
    discovery.ended.connect(lambda *what: ended.append(what))
    discovery.search()
    discovery.search()
    qtbot.waitUntil(lambda: bool(ended), timeout=5000)
    assert asked == [1]
    assert ended == [((), "this machine is in no network")]
    assert not discovery.running
    bridge.close()


def test_rows_are_written_as_csv_and_json(tmp_path):
    rows = [row_of(Entry("laser", metadata=("a", "b"), since=time.time(), owner="ann"))]
    lines = as_csv(rows).splitlines()
    assert lines[0].startswith("name,model,state,reason,alarm,in_use_by")
    assert lines[1].startswith("laser,,live,")
    assert "a; b" in lines[1]
    assert write_rows(str(tmp_path / "out.csv"), rows)[1] is None
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[1] == lines[1]
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads(as_json(rows))[0]["metadata"] == ["a", "b"]
    said, error = write_rows(str(tmp_path / "out.json"), rows)
    assert (said, error) == ("Saved out.json.", None)
    assert json.loads((tmp_path / "out.json").read_text())[0]["in_use_by"] == "ann"
    said, error = write_rows(str(tmp_path / "no" / "out.csv"), rows)
    assert error is not None and "out.csv" in error.sentence

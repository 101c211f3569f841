"""The log dock: filtered by level, source and words; it follows, jumps to a failure, is exported."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTableView

from pyrolab_gui.ui.log_dock import LogDock
from pyrolab_gui.ui.log_model import EntryRole
from pyrolab_gui.viewmodels.logs_vm import LogsViewModel
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor

BASE = time.mktime((2026, 11, 24, 10, 0, 0, 0, 0, -1))


def line(second: int, level: str, text: str) -> str:
    return f"2026-11-24 10:{second // 60:02}:{second % 60:02}.000 {level} {text}"


class World:
    def __init__(self, qtbot):
        self.notifications, self.supervisor = Notifications(), Supervisor()
        self.supervisor.tell("optics")
        self.supervisor.tell("cryo")
        self.supervisor.logs = {
            "daemon/optics": "\n".join(line(n, "ERROR" if n == 120 else "INFO", f"step {n}") for n in range(300)),
            "daemon/cryo": "\n".join([line(1, "DEBUG", "cold"), line(2, "WARNING", "warmer")]),
        }
        self.logs = LogsViewModel(self.notifications)
        self.dock = LogDock(self.logs)
        self.table = self.dock.findChildren(QTableView, "log-table")[0]
        qtbot.addWidget(self.dock)
        self.dock.resize(1000, 220)
        self.dock.show()
        qtbot.waitExposed(self.dock)
        self.logs.attach(self.supervisor, DirectBackground())  # type: ignore[arg-type]

    def texts(self):
        return [entry.text for entry in self.dock.filter.shown()]


@pytest.fixture
def world(qtbot):
    made = World(qtbot)
    yield made
    made.logs.detach()


def test_all_sources_are_shown_and_can_be_chosen(world):
    assert [world.dock.source.itemText(n) for n in range(world.dock.source.count())] == [
        "Everyone",
        "This window",
        "optics",
        "cryo",
    ]
    world.dock.source.setCurrentIndex(3)
    assert world.texts() == ["cold", "warmer"]
    world.dock.source.setCurrentIndex(1)
    world.notifications.info("Saved.")
    assert world.texts() == ["Saved."]


def test_levels_and_words(world):
    world.dock.level.setCurrentText("Warnings and worse")
    assert world.texts() == ["warmer", "step 120"]
    world.dock.words.setText("step")
    assert world.texts() == ["step 120"]
    world.dock.level.setCurrentText("All levels")
    world.dock.words.setText("cryo cold")
    assert world.texts() == ["cold"]
    world.dock.grab()


def test_it_follows_at_the_end_and_keeps_still_elsewhere(world, qtbot):
    bar = world.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum(), timeout=2000)
    world.notifications.info("one more")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum(), timeout=2000)
    assert not world.dock.follow.isEnabled()
    bar.setValue(10)
    world.notifications.info("and another")
    assert bar.value() == 10
    qtbot.mouseClick(world.dock.follow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum(), timeout=2000)


def test_it_follows_after_a_filter_too(world, qtbot):
    bar = world.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and not world.dock.follow.isEnabled())
    world.dock.words.setText("step 120")
    assert world.texts() == ["step 120"]
    world.dock.words.setText("")
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    assert not world.dock.follow.isEnabled()


def test_jump_goes_to_the_lines_of_a_child_at_a_time(world, qtbot):
    world.dock.words.setText("nothing has this")
    world.dock.jump("daemon/optics", BASE + 120.4)
    (index, *_) = world.table.selectionModel().selectedRows()
    assert index.data(EntryRole).text == "step 120", "what came after a failure is of the next process"
    assert "cold" not in world.texts()
    qtbot.waitUntil(lambda: world.table.visualRect(index).intersects(world.table.viewport().rect()), timeout=2000)


def test_jump_waits_for_lines_that_are_still_to_come(world):
    world.supervisor.tell("motion")
    world.supervisor.logs["daemon/motion"] = line(7, "ERROR", "stuck")
    world.dock.jump("daemon/motion")
    assert world.texts() == ["stuck"]


def test_what_is_shown_is_exported(world, tmp_path):
    world.dock.source.setCurrentIndex(3)
    dialog = world.dock.ask_to_export()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "out.log"))
    dialog.reject()
    assert (tmp_path / "out.log").read_text().splitlines()[1].endswith("  cryo  warning  warmer")
    told: list[str] = []
    world.dock.problem.connect(lambda sentence, detail: told.append(sentence))
    world.dock._export(str(tmp_path / "no" / "folder" / "x.log"))
    assert told[0].startswith("The log could not be written to")

"""Set-ups on screen: what is saved, what differs, and that putting back takes two presses."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt

from pyrolab_gui.ui.console.setups_dialog import COLUMNS, open_setups
from tests.gui.console_bench import Bench


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    bench = Bench(qtbot)
    yield bench
    bench.close()


def test_save_compare_and_put_back(bench: Bench, qtbot):
    _, view = bench.open()
    dialog = open_setups(bench.vm, view, "optics.laser")
    assert [words for words, _ in dialog._scopes] == ["optics.laser", "group optics", "all 3 instruments"]
    dialog.name.clear()
    dialog.save.click()
    assert dialog.name.invalid
    dialog.name.setText("Monday")
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.files.count() == 1 and dialog.model.rowCount() == 4, timeout=5000)
    assert dialog.message.text() == "Saved Monday: 4 settings of 1 instrument."
    bench.instrument.values["power"] = 9.0
    dialog.again.click()
    assert dialog.message.text() == "1 of 4 settings differs from what was saved."
    shown = [dialog.model.index(0, column).data() for column in range(len(COLUMNS))]
    assert shown == ["optics.laser", "Power", "3 mW", "9 mW", "differs"]
    assert dialog.model.index(0, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    dialog.restore.click()
    assert bench.instrument.sets == [] and dialog.restore.text() == "Press again"
    dialog.restore._since = time.monotonic() - 1
    dialog.restore.click()
    assert bench.instrument.sets == [("power", 3.0)]
    assert dialog.model.index(0, 4).data() == "done, read back"
    dialog.grab()
    dialog.close()


def test_opened_again_it_compares_again(bench: Bench, qtbot):
    _, view = bench.open()
    dialog = open_setups(bench.vm, view, "optics.laser")
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 4, timeout=5000)
    dialog.close()
    bench.instrument.values["power"] = 9.0
    again = open_setups(bench.vm, view, "optics.laser")
    assert again.message.text() == "1 of 4 settings differs from what was saved."
    again.close()

"""The safe state on screen: what is meant, what each will do, how it went, and that nothing is pressed by accident."""

from __future__ import annotations

import pytest

from pyrolab_gui.ui.safe_state_dialog import SafeStateDialog
from pyrolab_gui.ui.widgets.text_label import TextLabel
from tests.unit.viewmodels.test_safe_state_vm import Bench


@pytest.fixture
def dialog(qtbot):
    bench = Bench()
    dialog = SafeStateDialog(bench.vm, [("heater", ["heater"]), ("all 3 instruments", ["heater", "laser", "away"])])
    dialog.show()  # it goes when it is closed, which the test does
    dialog.bench = bench  # type: ignore[attr-defined]
    return dialog


def words(dialog: SafeStateDialog) -> list[list[str]]:
    def text(row: int, column: int) -> str:
        item = dialog._grid.itemAtPosition(row, column)
        label = item.widget() if item is not None else None
        assert isinstance(label, TextLabel)
        return label.text()

    return [[text(row, 0), text(row, 2)] for row in range(len(dialog._safe.lines))]


def test_one_or_all_then_how_it_went_for_each(dialog: SafeStateDialog, qtbot):
    assert dialog.title.text() == "Bring 1 instrument into the safe state?"
    assert "no emergency stop" in dialog.warning.text()
    assert dialog.cancel.isDefault() and not dialog.go.autoDefault(), "Enter does not do it"
    dialog.scope.setCurrent(1)
    assert dialog.title.text() == "Bring 2 instruments into the safe state?"
    assert words(dialog)[0] == ["heater", "Off: Heat no more"]
    with qtbot.waitSignal(dialog._safe.finished, timeout=3000):
        dialog.go.click()
    assert dialog.title.text() == "1 instrument not done: look at the instrument itself."
    assert words(dialog) == [
        ["heater", "done, read back: output off"],
        ["laser", "has no safe state; it has Halt"],
        ["away", "not done, because nothing answers"],
    ]
    assert dialog.cancel.text() == "Close" and dialog.go.text() == "Once more"
    dialog.grab()
    made = dialog.bench.made  # type: ignore[attr-defined]
    dialog.close()
    assert all(each.closed for name, each in made.items() if name != "away")

"""The value of a reading in a console: written as the registry and the overview pages write it."""

from __future__ import annotations

from pyrolab_gui.ui.console.value_cells import ValueCells
from pyrolab_gui.viewmodels.member_state import MemberState
from pyrolab_gui.wire.description import MemberDescription, TypeDescription


def cells_of(value: float, *, writable: bool) -> ValueCells:
    member = MemberDescription("power", "property", returns=TypeDescription("float", unit="mW"), writable=writable)
    state = MemberState(member)
    state.take(value)
    return ValueCells(state, watched=True)


def test_a_small_reading_has_a_prefix_and_a_setting_the_unit_in_which_it_is_typed(qtbot):
    reading, setting = cells_of(1.98e-6, writable=False), cells_of(1.98e-6, writable=True)
    for cells in (reading, setting):
        qtbot.addWidget(cells)
    assert (reading.value.text(), reading.unit.text()) == ("1.98", "nW")
    assert (setting.value.text(), setting.unit.text()) == ("1.98e−6", "mW")

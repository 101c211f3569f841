"""What a reading stands for: none travels among numbers as nan, and is none again."""

from __future__ import annotations

import math
from array import array

from pyrolab_gui.viewmodels.member_state import MemberState
from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.description import MemberDescription, TypeDescription

FLOAT = TypeDescription("float")


def state_of(type_: TypeDescription, *values: float) -> MemberState:
    state = MemberState(MemberDescription("limit", "property", type_, readable=True))
    times = array("d", range(len(values)))
    state.take_column(Column("limit", 0, len(values), times, array("d", values)))
    return state


def test_none_is_not_a_number_that_is_none():
    limit = TypeDescription("optional", items=(FLOAT,))
    assert state_of(limit, 1.0, math.nan).value is None
    assert state_of(limit, math.nan, 1.0).value == 1.0
    assert math.isnan(state_of(FLOAT, math.nan).value), "a driver that reads nan says nan"

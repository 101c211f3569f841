"""The registry's table: filter, order and small steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt

from pyrolab_gui.ui.registry.columns import COMPUTER, LATENCY, NAME, PORT, STATE, natural
from pyrolab_gui.ui.registry.table_model import RegistryTableModel, RowRole
from pyrolab_gui.viewmodels.registry_rows import RegistryDiff, RegistryRow
from pyrolab_gui.wire.health import Links, ProcessLink, judge


def row(name, link=ProcessLink.LIVE, host="localhost", port=41231, latency=0.001, metadata=()):
    uri = f"PYRO:{name}@{host}:{port}"
    verdict = judge(name, Links(link, fresh=True))
    haystack = "\n".join((name, uri, verdict.health, *metadata)).lower()
    return RegistryRow(name, uri, name, host, port, metadata, verdict, link, "", latency, 1000.0, haystack)


class Spy:
    """Counts what a model tells its views."""

    def __init__(self, model):
        self.counts: Counter[str] = Counter()
        for name in ("rowsInserted", "rowsRemoved", "dataChanged", "layoutChanged", "modelReset"):
            getattr(model, name).connect(lambda *_, name=name: self.counts.update([name]))

    @property
    def total(self):
        return sum(self.counts.values())


@pytest.fixture
def bare(qapp):
    return RegistryTableModel()


@pytest.fixture
def model(bare, qtmodeltester):
    """A model whose every step is checked against Qt's rules."""
    qtmodeltester.check(bare, force_py=True)
    return bare


def names(model):
    return [model.index(place, NAME).data() for place in range(model.rowCount())]


def test_rows_come_in_natural_order_of_their_names(model):
    model.apply(RegistryDiff(added=(row("laser10"), row("Laser2"), row("attenuator"))))
    assert names(model) == ["attenuator", "Laser2", "laser10"]
    assert natural("laser2") < natural("laser10")


def test_a_difference_is_applied_without_a_reset(model):
    model.apply(RegistryDiff(added=tuple(row(name) for name in "abcd")))
    spy = Spy(model)
    model.apply(RegistryDiff(added=(row("bb"),), changed=(row("c", ProcessLink.UNREACHABLE),), removed=("a",)))
    assert names(model) == ["b", "bb", "c", "d"]
    assert model.index_of("c").siblingAtColumn(STATE).data() == "lost"
    assert spy.counts["modelReset"] == 0
    assert spy.counts["rowsRemoved"] == spy.counts["rowsInserted"] == spy.counts["dataChanged"] == 1


def test_the_selection_stays_on_its_row_when_the_order_changes(model):
    model.apply(RegistryDiff(added=tuple(row(name, latency=n) for n, name in enumerate("abcd", 1))))
    selection = QItemSelectionModel(model)
    selection.setCurrentIndex(model.index_of("c"), QItemSelectionModel.SelectionFlag.SelectCurrent)
    held = QPersistentModelIndex(model.index_of("c"))
    model.sort(LATENCY, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["d", "c", "b", "a"]
    model.apply(RegistryDiff(changed=(row("c", latency=0.5),)))
    assert names(model) == ["d", "b", "a", "c"]
    assert held.row() == 3
    assert selection.currentIndex().data(RowRole).name == "c"
    model.apply(RegistryDiff(removed=("c",)))
    assert not held.isValid()


def test_filter_looks_in_name_uri_state_and_metadata(model):
    model.apply(
        RegistryDiff(
            added=(
                row("bench.laser", metadata=("class:TunableLaser",)),
                row("bench.meter", ProcessLink.UNREACHABLE),
                row("cryo.stage", host="pc7"),
            )
        )
    )
    for text, expected in [
        ("BENCH", ["bench.laser", "bench.meter"]),
        ("pc7", ["cryo.stage"]),
        ("tunable", ["bench.laser"]),
        ("lost", ["bench.meter"]),
        ("bench las", ["bench.laser"]),
        ("nothing", []),
        ("", ["bench.laser", "bench.meter", "cryo.stage"]),
    ]:
        model.set_filter(text)
        assert names(model) == expected, text
    assert model.total == 3


def test_a_filtered_row_appears_when_it_begins_to_match(model):
    model.apply(RegistryDiff(added=(row("a"), row("b"))))
    model.set_filter("lost")
    assert names(model) == []
    model.apply(RegistryDiff(changed=(row("b", ProcessLink.UNREACHABLE),)))
    assert names(model) == ["b"]
    model.apply(RegistryDiff(changed=(row("b"),)))
    assert names(model) == []


def test_worst_states_come_first(model):
    model.apply(RegistryDiff(added=(row("a"), row("b", ProcessLink.UNREACHABLE), row("c", ProcessLink.SLOW), row("d"))))
    model.sort(STATE)
    assert names(model) == ["b", "c", "a", "d"]


def test_ten_thousand_rows_change_in_a_handful_of_signals(bare):
    model = bare
    many = tuple(row(f"pc{n % 40}.device{n}", port=40000 + n % 40, host=f"pc{n % 40}") for n in range(10_000))
    spy = Spy(model)
    model.apply(RegistryDiff(added=many))
    assert model.rowCount() == 10_000
    assert spy.total <= 2
    for step in (
        lambda: model.set_filter("pc7."),
        lambda: model.set_filter(""),
        lambda: model.sort(COMPUTER),
        lambda: model.apply(RegistryDiff(changed=tuple(replace(item, latency=0.2) for item in many[::3]))),
        lambda: model.apply(RegistryDiff(removed=tuple(item.name for item in many[::2]))),
    ):
        spy.counts.clear()
        step()
        assert 1 <= spy.total <= 10
    assert model.rowCount() == 5_000
    assert spy.counts["modelReset"] == 0


def test_texts_and_alignment(model):
    model.apply(RegistryDiff(added=(row("a", latency=0.0004), row("b", latency=0.31), row("c", latency=None))))
    cells = [model.index(place, LATENCY) for place in range(3)]
    assert [cell.data() for cell in cells] == ["0.4 ms", "310 ms", "–"]
    assert cells[0].data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, PORT).data() == "41231"
    assert model.index(0, STATE).data(Qt.ItemDataRole.ToolTipRole) == "a answers."
    assert model.index(0, NAME).data(Qt.ItemDataRole.AccessibleTextRole) == "a, live"

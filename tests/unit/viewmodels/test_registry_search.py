"""What is typed into the registry's search."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.registry_rows import LabName, missing_row, row_of
from pyrolab_gui.viewmodels.registry_search import Search
from pyrolab_gui.wire.health import InstrumentLink, ProcessLink
from tests.unit.viewmodels.registry_fakes import Entry

LAB = LabName("daemon/optics", "TunableLaser", "tunable laser", ("main",))
ROWS = [
    row_of(
        Entry("bench.laser", metadata=("class:drivers.TunableLaser", "visible"), owner="ann"),
        lab=LAB,
        has_lab=True,
        watched=True,
    ),
    row_of(Entry("bench.meter", link=ProcessLink.NO_REPLY), has_lab=True),
    row_of(Entry("cryo.stage", host="pc3", instrument=InstrumentLink.NOT_CONNECTED, model="ESP301"), has_lab=True),
    missing_row("cryo.pump", LabName("daemon/cryo", "Pump", "", ("main",))),
]


def found(text):
    return [row.name for row in ROWS if Search(text).finds(row)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["bench.laser", "bench.meter", "cryo.stage", "cryo.pump"]),
        ("LASER", ["bench.laser"]),
        ("bench mete", ["bench.meter"]),
        ("*.stage", ["cryo.stage"]),
        ("bench.?eter", ["bench.meter"]),
        ("meta:laser", ["bench.laser"]),
        ("host:pc3", ["cryo.stage"]),
        ("pc:pc3", ["cryo.stage"]),
        ("health:lost", ["cryo.pump"]),
        ("health:not-connected", ["cryo.stage"]),
        ('health:"no reply"', ["bench.meter"]),
        ("no reply", ["bench.meter"]),
        ("model:esp*", ["cryo.stage"]),
        ("user:ann", ["bench.laser"]),
        ("daemon:optics", ["bench.laser"]),
        ("is:missing", ["cryo.pump"]),
        ("is:watched", ["bench.laser"]),
        ("is:other", ["bench.meter", "cryo.stage"]),
        ("-bench", ["cryo.stage", "cryo.pump"]),
        ("cryo -is:missing", ["cryo.stage"]),
        ("port:41231 host:localhost", ["bench.laser", "bench.meter"]),
        ("host:", ["bench.laser", "bench.meter", "cryo.stage", "cryo.pump"]),
        ("PYRO:bench.laser@localhost:41231", ["bench.laser"]),
        ("(", []),
    ],
)
def test_words_find_rows(text, names):
    assert found(text) == names

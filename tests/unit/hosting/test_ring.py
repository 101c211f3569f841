"""The ring of readings of one channel."""

from __future__ import annotations

from array import array

from pyrolab_gui.hosting import ring as ring_module
from pyrolab_gui.hosting.ring import Ring
from pyrolab_gui.wire.columns import Gap, pack, unpack


def test_samples_since_a_cursor():
    ring = Ring("c")
    for n in range(5):
        ring.add(100.0 + n, n)
    everything = ring.since(-1, 0.1)
    assert (everything.first, everything.cursor, everything.period) == (0, 5, 0.1)
    assert list(everything.times) == [100.0, 101.0, 102.0, 103.0, 104.0]
    assert everything.values == array("d", [0, 1, 2, 3, 4])
    assert list(ring.since(3, 0.1).values) == [3.0, 4.0]
    assert list(ring.since(5, 0.1).values) == []


def test_a_gap_stands_before_the_sample_that_ends_it():
    ring = Ring("c")
    ring.add(1.0, 1)
    ring.gap(2.0, 3.0, "busy", "move runs")
    assert ring.since(1, 1.0).gaps == (Gap(2.0, 3.0, "busy", "move runs"),)
    ring.gap(3.0, 4.0, "busy", "move runs")
    assert ring.since(1, 1.0).gaps == (Gap(2.0, 4.0, "busy", "move runs"),)
    ring.add(5.0, 2)
    assert ring.since(1, 1.0).gaps == (Gap(2.0, 5.0, "busy", "move runs"),)
    assert ring.since(2, 1.0).gaps == ()


def test_gaps_of_different_reasons_follow_each_other():
    ring = Ring("c")
    ring.gap(1.0, 2.0, "busy")
    ring.gap(2.0, 3.0, "error", "no answer")
    assert ring.since(-1, 1.0).gaps == (Gap(1.0, 2.0, "busy"), Gap(2.0, 3.0, "error", "no answer"))


def test_text_makes_a_list_of_the_values():
    ring = Ring("c")
    ring.add(1.0, 2)
    ring.add(2.0, "on")
    ring.add(3.0, 4.5)
    column = ring.since(-1, 1.0)
    assert column.values == [2.0, "on", 4.5]
    header, blob = pack([column])
    assert unpack(header, blob) == [column]


def test_the_oldest_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(ring_module, "MIN_KEPT", 10)
    ring = Ring("c")
    for n in range(25):
        ring.add(float(n), n)
    column = ring.since(-1, 1.0)
    assert column.cursor == 25
    assert column.first == 10
    assert len(column.values) == 15
    missed = ring.since(3, 1.0)
    assert missed.first == 10
    assert missed.gaps[0].reason == "dropped"


def test_an_hour_is_kept_at_the_smallest_period():
    ring = Ring("c")
    ring.hold_for(0.1)
    for n in range(36_000 + 5):
        ring.add(n * 0.1, n)
    assert ring.since(-1, 0.1).first == 0


def test_a_large_answer_comes_in_portions(monkeypatch):
    monkeypatch.setattr(ring_module, "MAX_SAMPLES", 3)
    ring = Ring("c")
    for n in range(4):
        ring.add(float(n), n)
    ring.gap(4.0, 5.0, "busy")
    first = ring.since(-1, 1.0)
    assert (list(first.values), first.cursor, first.gaps) == ([0.0, 1.0, 2.0], 3, ())
    rest = ring.since(first.cursor, 1.0)
    assert (list(rest.values), rest.cursor, len(rest.gaps)) == ([3.0], 4, 1)


def test_a_cursor_from_before_a_restart():
    ring = Ring("c")
    ring.add(1.0, 7)
    column = ring.since(500, 1.0)
    assert (column.first, list(column.values), column.gaps[0].reason) == (0, [7.0], "restart")

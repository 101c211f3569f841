"""All consoles: which instruments are known, which are open, and what a lost daemon means for them."""

from __future__ import annotations

import dataclasses

import pytest

from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink
from tests.unit.viewmodels.console_fakes import (
    URI,
    DirectBridge,
    FakeControl,
    FakeEntry,
    FakeFeed,
    FakeInstrument,
    FakeNotices,
    laser,
)


class Identity:
    who = "ann@bench"
    person = "ann"
    client = "c1"


class Bench:
    def __init__(self) -> None:
        self.instruments: list[FakeInstrument] = []
        self.resolvers: list[object] = []
        self.controls: list[FakeControl] = []
        self.feeds: list[FakeFeed] = []
        self.vm = ConsolesViewModel(
            Identity(),  # type: ignore[arg-type]
            FakeNotices(),
            DirectBridge(),
            make_feed=self.feed,
            make_instrument=self.instrument,
            make_control=self.control,
        )

    def feed(self, on_columns):
        self.feeds.append(FakeFeed(on_columns))
        return self.feeds[-1]

    def instrument(self, uri, name, resolve):
        made = FakeInstrument(laser(), {"power": 3.0})
        made.answers["islocked"] = False
        self.instruments.append(made)
        self.resolvers.append(resolve)
        return made

    def control(self, host, port, on_state):
        self.controls.append(FakeControl(host, port, on_state))
        return self.controls[-1]


@pytest.fixture
def bench(qapp):
    bench = Bench()
    yield bench
    bench.vm.aclose()


def health(console: ConsoleViewModel) -> str:
    return console.verdict.health


ENTRIES = [
    FakeEntry("optics.laser", URI),
    FakeEntry("cryo.stage", "PYRO:s@h:2", host="h", port=2, instrument=InstrumentLink.NOT_CONNECTED, error="no COM7"),
    FakeEntry("Pyro.NameServer", "PYRO:Pyro.NameServer@h:9090", object_id="Pyro.NameServer"),
    FakeEntry("optics", "PYRO:Pyro.Daemon@h:1", object_id="Pyro.Daemon"),
    FakeEntry("fit", "PYRO:f@h:3", host="h", port=3, link=ProcessLink.UNREACHABLE),
]


def test_rows_are_instruments_only_in_order_with_their_state(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    rows = bench.vm.rows()
    assert [(row.group, row.short, row.verdict.health) for row in rows] == [
        ("", "fit", Health.LOST),
        ("cryo", "stage", Health.NOT_CONNECTED),
        ("optics", "laser", Health.LIVE),
    ]
    assert "no COM7" in rows[1].verdict.sentence


def test_opening_twice_is_one_console_and_one_connection(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    opened: list[object] = []
    bench.vm.opened.connect(opened.append)
    first = bench.vm.open_known("optics.laser")
    again = bench.vm.open(URI, "optics.laser")
    assert first is again is bench.vm.current
    assert len(bench.instruments) == 1 and opened == [first]
    assert bench.vm.open_known("nobody") is None


def test_what_is_opened_by_address_is_listed_too(bench: Bench):
    bench.vm.open("PYRO:x@h:5", "by.address")
    assert [row.name for row in bench.vm.rows()] == ["by.address"]


def test_a_new_address_of_the_same_name_is_found_again(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    bench.vm.open_known("optics.laser")
    resolve = bench.resolvers[0]
    assert callable(resolve) and resolve() == URI
    bench.vm.set_entries([FakeEntry("optics.laser", "PYRO:laser@127.0.0.1:5000", port=5000)])
    assert resolve() == "PYRO:laser@127.0.0.1:5000"
    assert [(each.host, each.port) for each in bench.controls] == [("127.0.0.1", 4711), ("127.0.0.1", 5000)]


def test_a_restarted_daemon_stays_live_while_another_nameserver_is_looked_at(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    console = bench.vm.open_known("optics.laser")
    assert console is not None
    bench.controls[0].on_state(ProcessLink.UNREACHABLE, "its process has ended")
    bench.vm.set_entries([FakeEntry("optics.laser", "PYRO:laser@127.0.0.1:5000", port=5000)])
    bench.controls[1].on_state(ProcessLink.LIVE, "")
    bench.vm.set_entries([FakeEntry("test.other", "PYRO:o@h:7", host="h", port=7)], "h:9090")
    assert health(console) == Health.NOT_ASKED, "its process answers"
    resolve = bench.resolvers[0]
    assert callable(resolve) and resolve() == "PYRO:laser@127.0.0.1:5000"


def test_a_lost_daemon_is_said_by_its_control_link_at_once(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    console = bench.vm.open_known("optics.laser")
    assert console is not None
    bench.controls[0].on_state(ProcessLink.LIVE, "")
    bench.controls[0].on_state(ProcessLink.UNREACHABLE, "the connection was closed")
    assert health(console) == Health.LOST
    assert next(row for row in bench.vm.rows() if row.name == "optics.laser").verdict.health == Health.LOST
    described = bench.instruments[0].described
    bench.controls[0].on_state(ProcessLink.LIVE, "")
    assert health(console) == Health.LIVE
    assert bench.instruments[0].described == described + 1, "it may have come back as something else"


def test_closing_a_console_ends_its_connections_unless_a_plot_needs_them(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    console = bench.vm.open_known("optics.laser")
    assert console is not None
    channel = bench.vm.plot.add(console.lease, "power", "mW", 0.5)
    bench.vm.close("optics.laser")
    assert bench.vm.current is None
    assert bench.controls[0].closed
    assert not bench.instruments[0].closed, "the plot goes on"
    bench.vm.plot.remove(channel)
    assert bench.instruments[0].closed


def test_the_end_closes_everything(bench: Bench):
    bench.vm.set_entries(ENTRIES)
    console = bench.vm.open_known("optics.laser")
    assert console is not None
    bench.vm.plot.add(console.lease, "power", "mW", 0.5)
    bench.vm.aclose()
    assert bench.feeds[0].closed
    assert all(each.closed for each in bench.instruments)
    assert all(each.closed for each in bench.controls)


@dataclasses.dataclass(frozen=True)
class Kept(FakeEntry):
    owner: str = "ann@pc3"
    asked_by: tuple[str, ...] = ()


def test_who_asks_for_what_this_person_keeps_is_said_once(bench: Bench):
    notices = bench.vm._notifications
    assert isinstance(notices, FakeNotices)
    for asked_by in ((), ("ben@pc7",), ("ben@pc7",), ("ben@pc7", "eve@pc1")):
        entries = [
            Kept("optics.laser", URI, asked_by=asked_by),
            Kept("fit", URI, owner="ben@pc7", asked_by=("ann@bench",)),
        ]
        bench.vm.set_entries(entries)
    assert notices.said == [
        f"{who} asks for optics.laser, which you keep. Answer at the head of its console."
        for who in ("ben@pc7", "eve@pc1")
    ]

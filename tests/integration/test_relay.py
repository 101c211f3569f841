"""Foreign servers through the relay, a real child of a real supervisor: sessions, readings, arrays, types."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.relays import Relays
from pyrolab_gui.supervision.known_classes import KnownClasses
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildKind
from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.errors import BadArgument, LabError, NoReply, RemoteFailure, Unreachable
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, ServicePlan
from tests.integration.foreign_servers import Server, no_msgpack_server, plain_server, script
from tests.integration.hosting_in_thread import eventually
from tests.integration.network_helpers import Seen

WAIT = 15.0

METER = """
import sys, threading, Pyro5.api, Pyro5.server
from Pyro5 import serializers
serializers.serializers.pop("msgpack"); serializers.serializers_by_id.pop(4)

@Pyro5.api.expose
@Pyro5.api.behavior(instance_mode="single")
class Meter:
    def __init__(self):
        self.reads, self.owner, self.told = 0, None, threading.Event()
    @property
    def level(self):
        self.reads += 1
        return self.reads
    def count(self):
        return self.reads
    def trace(self, n):
        return [i * 0.5 for i in range(n)]
    def image(self):
        return [[float(i + j) for i in range(40)] for j in range(30)]
    def raw(self):
        return b"abc"
    def wait(self):
        return self.told.wait(30)
    def go_on(self):
        self.told.set()
    def again(self):
        self.told.clear()
    def stop(self):
        self.told.set()
        return "stopped"
    def step(self, size, *, fast=False):
        return [size, fast]

d = Pyro5.api.Daemon(host="127.0.0.1", port=int(sys.argv[1]))
print(d.register(Meter, "meter"), flush=True)
d.requestLoop()
"""

DRIVER = '''
from typing import Annotated
from annotated_types import Interval, Unit


class Meter:
    """A meter."""

    @property
    def level(self) -> Annotated[float, Unit("mW")]:
        """The level."""
        return 0.0

    def step(self, size: Annotated[float, Interval(ge=0, le=5)], *, fast: bool = False) -> list[float]:
        """Go a step."""
        return []

    def not_there(self) -> None:
        """Only this class has it."""
'''


@pytest.fixture(scope="module")
def supervisor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    serializers.register()
    folder = tmp_path_factory.mktemp("supervisor")
    made = Supervisor(folder / "state", folder / "logs")
    yield made
    made.close(stop_children=True)


@pytest.fixture(scope="module")
def meter_server() -> Iterator[Server]:
    with script(METER, "0") as running:
        yield running


@pytest.fixture
def open_(supervisor: Supervisor) -> Iterator[Callable[..., Instrument]]:
    """Opens instruments, each as a client of its own unless told otherwise."""
    made: list[Instrument] = []

    def open_one(
        uri: str, resolve: Callable[[], str] | None = None, me: Identity | None = None, lab: LabPlan | None = None
    ) -> Instrument:
        me = me or Identity.here()
        known = KnownClasses()
        known.learn(lab or LabPlan())
        relays = Relays(supervisor.relay, me, known.description)
        made.append(Instrument(uri, "meter", me, resolve=resolve, relays=relays))
        return made[-1]

    yield open_one
    for each in made:
        each.close()
    assert all(each.join(WAIT) for each in made)


@contextlib.contextmanager
def feeding(me: Identity) -> Iterator[tuple[Feed, Seen[list[Column]]]]:
    seen: Seen[list[Column]] = Seen()
    feed = Feed(me, seen)
    try:
        yield feed, seen
    finally:
        feed.close()
        assert feed.join(10)


def relay_pid(supervisor: Supervisor) -> int:
    return next(status.pid for status in supervisor.statuses() if status.kind is ChildKind.RELAY)


@pytest.mark.parametrize("server", [plain_server, no_msgpack_server], ids=["msgpack", "serpent"])
def test_a_foreign_object_is_driven_as_if_it_were_reached_directly(server: Any, open_: Callable[..., Instrument]):
    with server() as running:
        laser, other = open_(running.uri), open_(running.uri)
        description = laser.describe().result(WAIT)
        assert (description.relayed, description.described) == (True, False)
        assert laser.relayed and laser.uri == laser.relayed != running.uri
        laser.set("power", 2.5).result(WAIT)
        assert (laser.get("power").result(WAIT), other.get("power").result(WAIT)) == (2.5, 1.0), "each its own session"
        assert laser.call("echo", [1, "a"], {"unit": "nm"}).result(WAIT) == [[1, "a"], {"unit": "nm"}]
        assert laser.call("echo", [np.array([1.0, 2.0])]).result(WAIT) == [[[1.0, 2.0]], {}]
        assert laser.call("sweep", [3]).result(WAIT) == [0.0, 1.0, 2.0]
        assert laser.call("fire").result(WAIT) is None
        before = laser.get("calls").result(WAIT)
        for member, name in (
            ("fail", "InterlockOpen"),
            ("fail_builtin", "ValueError"),
            ("fail_timeout", "TimeoutError"),
        ):
            with pytest.raises(RemoteFailure) as caught:
                laser.call(member).result(WAIT)
            assert (caught.value.class_name, isinstance(caught.value, NoReply)) == (name, False)
            assert "Traceback" in caught.value.detail
        assert laser.get("calls").result(WAIT) == before + 1, "an error keeps the session"
        assert [call["member"] for call in laser.calls().result(WAIT)][-2:] == ["fail_timeout", "calls"]


def test_lists_of_numbers_are_arrays_and_bytes_are_bytes(meter_server: Server, open_: Callable[..., Instrument]):
    meter = open_(meter_server.uri)
    trace, image = meter.call("trace", [300_000]).result(WAIT), meter.call("image").result(WAIT)
    assert isinstance(trace, np.ndarray) and np.array_equal(trace, np.arange(300_000) * 0.5)
    assert isinstance(image, np.ndarray) and image.shape == (30, 40)
    assert meter.call("trace", [3]).result(WAIT) == [0.0, 0.5, 1.0]
    assert meter.call("raw").result(WAIT) == b"abc"


def test_many_who_watch_cost_one_reading_a_period(meter_server: Server, open_: Callable[..., Instrument]):
    people = [Identity.here() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        feeds = [stack.enter_context(feeding(me)) for me in people]
        before = open_(meter_server.uri).call("count").result(WAIT)
        for (feed, _), me in zip(feeds, people, strict=True):
            feed.subscribe(open_(meter_server.uri, me=me), "level", 0.05, when="always")
        newest = []
        for _, seen in feeds:
            batch = seen.until(lambda columns: any(c.values and c.values[-1] >= before + 20 for c in columns), WAIT)
            newest.append(max(value for column in batch for value in column.values))
    read = open_(meter_server.uri).call("count").result(WAIT) - before
    assert read < 2 * 20 + 10, f"{read} readings for 20 periods of three"


def test_a_call_that_was_given_up_does_not_keep_its_client_waiting(
    meter_server: Server, open_: Callable[..., Instrument]
):
    meter = open_(meter_server.uri)
    with pytest.raises(NoReply):
        meter.call("wait", timeout=0.3).result(WAIT)
    assert isinstance(meter.call("count", timeout=5.0).result(WAIT), int)
    meter.call("go_on").result(WAIT)


def test_a_stop_does_not_wait_for_the_call_that_it_is_to_stop(meter_server: Server, open_: Callable[..., Instrument]):
    me = Identity.here()
    meter, side = open_(meter_server.uri, me=me), open_(meter_server.uri, me=me)
    meter.call("again").result(WAIT)
    running = meter.call("wait")
    assert side.describe().result(WAIT).member("stop").role == "stop"
    assert side.call("stop").result(WAIT) == "stopped"
    assert running.result(WAIT) is True


def test_a_server_that_comes_back_elsewhere_and_a_relay_that_was_killed(
    supervisor: Supervisor, open_: Callable[..., Instrument]
):
    me = Identity.here()
    with script(METER, "0") as first, script(METER, "0") as second, feeding(me) as (feed, seen):
        now = [first.uri]
        meter = open_(first.uri, resolve=lambda: now[0], me=me)
        feed.subscribe(meter, "level", 0.05, when="always")
        seen.until(lambda columns: any(c.values for c in columns), WAIT)
        first.process.kill()
        first.process.wait()
        with pytest.raises(Unreachable):
            meter.get("level").result(WAIT)
        now[0] = second.uri
        eventually(lambda: _answers(meter), WAIT)
        _goes_on(seen)
        pid = relay_pid(supervisor)
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        eventually(lambda: _answers(meter), WAIT)
        assert relay_pid(supervisor) != pid
        _goes_on(seen)


def _goes_on(seen: Seen[list[Column]]) -> None:
    now = time.time()
    seen.until(lambda columns: any(len(c.times) and c.times[-1] > now for c in columns), WAIT)


def _answers(instrument: Instrument) -> bool:
    with contextlib.suppress(LabError):
        return bool(instrument.get("level").result(WAIT))
    return False


def test_types_come_from_the_class_that_the_lab_file_names(
    meter_server: Server, open_: Callable[..., Instrument], tmp_path: Path
):
    (tmp_path / "metering.py").write_text(DRIVER)
    service = ServicePlan("meter", "meter", "metering", "Meter")
    lab = LabPlan(daemons=(DaemonPlan("d", services=(service,), search_paths=(str(tmp_path),)),))
    meter = open_(meter_server.uri, lab=lab)
    description = meter.describe().result(WAIT)
    assert (description.class_name, description.described, description.relayed) == ("Meter", True, True)
    level, step = description.member("level"), description.member("step")
    assert (level.returns.unit, level.writable, step.parameters[0].type.le) == ("mW", False, 5)
    assert description.member("trace").parameters[0].kind == "var-positional", "the class does not have it"
    with pytest.raises(KeyError):
        description.member("not_there")
    assert "class Meter that the lab names" in description.note
    assert meter.call("step", [2.0], {"fast": True}).result(WAIT) == [2.0, True]
    with pytest.raises(BadArgument):
        meter.call("step").result(WAIT)


def test_a_class_that_cannot_be_looked_at_leaves_names_and_says_why(
    meter_server: Server, open_: Callable[..., Instrument]
):
    service = ServicePlan("meter", "meter", "no_such_module_here", "Meter")
    other = open_(meter_server.uri, lab=LabPlan(daemons=(DaemonPlan("d", services=(service,)),)))
    assert "no_such_module_here" in other.describe().result(WAIT).note


def test_without_a_relay_it_is_reached_directly_and_says_why(meter_server: Server):
    def none() -> str:
        raise Unreachable("There is no supervisor.")

    me = Identity.here()
    meter = Instrument(meter_server.uri, "meter", me, relays=Relays(none, me))
    try:
        description = meter.describe().result(WAIT)
        assert (description.relayed, meter.direct_because) == (False, "There is no supervisor.")
        assert "There is no supervisor." in description.note
        assert meter.call("trace", [2]).result(WAIT) == [0.0, 0.5]
    finally:
        meter.close()
        assert meter.join(WAIT)


def test_a_relay_that_nobody_asked_for_does_not_run(tmp_path: Path):
    made = Supervisor(tmp_path / "state", tmp_path / "logs")
    try:
        assert made.statuses() == ()
        uri = made.relay()
        assert made.relay() == uri, "one for all"
        assert [status.key for status in made.statuses()] == ["relay/relay"]
    finally:
        made.close(stop_children=True)

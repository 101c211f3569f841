"""A plain Python class behind a real host: what clients of every kind see of it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import pathlib
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import annotated_types as at
import numpy as np
import pytest
from Pyro5 import client, errors

from pyrolab_gui.hosting.service import FailedService, load_class
from pyrolab_gui.wire.description import service_from_plain
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import ServicePlan
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually

MODES = ("single", "session", "percall")
SERIALIZERS = ("serpent", "msgpack", "json")


class Mode(enum.Enum):
    SLOW = "slow"
    FAST = "fast"


@dataclasses.dataclass
class Point:
    x: float
    mode: Mode = Mode.SLOW


class LaserFault(Exception):  # noqa: N818 - a driver names its exceptions as it likes
    def __init__(self, code: int, lock: object) -> None:
        super().__init__(code, lock)
        self.code = code

    def __str__(self) -> str:
        return f"fault {self.code}"


class Base:
    def __init__(self) -> None:
        self._power = 1.0
        self._mode = Mode.SLOW

    def inherited(self) -> str:
        return "from the base"


class Laser(Base):
    """A tunable laser."""

    __slots__ = ("_tags", "closed")
    made: ClassVar[list[Laser]] = []

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()
        Laser.made.append(self)

    @property
    def power(self) -> Annotated[float, at.Interval(ge=0, le=13), at.Unit("mW")]:
        """The output power."""
        power: Any = np.float64(self._power)  # a numpy scalar, as drivers return them
        return power  # type: ignore[no-any-return]

    @power.setter
    def power(self, value):
        self._power = value

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, value: Mode) -> None:
        self._mode = value

    @property
    def serial_number(self) -> str:
        return "S-1"

    def trace(self, n: int):
        return np.arange(n, dtype=float)

    def peak(self, n: int = 5) -> float:
        return float(self.trace(n).max())  # calls its own method, and needs an array of it

    def point(self, point: Point) -> Point:
        assert isinstance(point, Point)
        return point

    def set_trace(self, trace: np.ndarray) -> float:
        assert isinstance(trace, np.ndarray)
        return float(trace.sum())

    def count(self, n: int) -> Iterator[int]:
        for i in range(n):
            item: Any = np.int64(i)
            yield item
        raise LaserFault(7, threading.Lock())

    def letters(self) -> Iterator[str]:
        yield from "abc"

    @staticmethod
    def static(a: int) -> int:
        return a

    @classmethod
    def of_class(cls) -> str:
        return cls.__name__

    def itself(self):
        return self

    def handle(self):
        return threading.Lock()

    def dates(self):
        return {"at": datetime.datetime(2026, 1, 2, 3, 4, 5), "file": pathlib.PurePosixPath("/a/b"), 1: {2.5}}

    def raw(self) -> bytes:
        return b"\x00\xff"

    def fault(self) -> None:
        raise LaserFault(7, threading.Lock())

    def communication(self) -> None:
        raise errors.ConnectionClosedError("the link to a sub-service is down")

    def busy_port(self) -> None:
        raise PermissionError(13, "port busy", "COM4")

    def too_slow(self) -> None:
        raise TimeoutError("the instrument did not answer")

    def exits(self) -> None:
        raise SystemExit(3)

    def undecodable(self) -> str:
        return b"\xff".decode()

    def _private(self) -> str:
        return "secret"

    def close(self) -> None:
        self.closed.set()


class Slow:
    """An instrument whose calls end when the test says so."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.leave = threading.Semaphore(0)
        self.inside = 0
        self.most = 0

    def move(self) -> int:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.leave.acquire(timeout=10)
        self.inside -= 1
        return self.most

    @property
    def position(self) -> float:
        return 2.0

    def stop(self) -> str:
        return "stopped"


@pytest.fixture
def bench() -> Iterator[Bench]:
    Laser.made.clear()
    with bench_in_thread() as bench:
        yield bench


def in_background(function):
    """Run a call in a thread; the result of `join()` is what it returned or raised."""

    class Background(threading.Thread):
        outcome = None

        def run(self):
            try:
                self.outcome = function()
            except Exception as error:  # noqa: BLE001 - handed to the test
                self.outcome = error

        def result(self):
            self.join(10)
            assert not self.is_alive()
            return self.outcome

    thread = Background(daemon=True)
    thread.start()
    return thread


def calling(proxy, member):
    """Return a function that calls a member, and takes the proxy over for the thread that it runs on."""

    def call():
        proxy._pyroClaimOwnership()
        return getattr(proxy, member)()

    return call


def driver_of(service):
    return eventually(lambda: service._connector.driver)


def refused(call, kind=Exception):
    with pytest.raises(kind) as caught:
        call()
    return caught.value


# -- the facade, for every instance mode and serializer


@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest.mark.parametrize("mode", MODES)
def test_a_driver_is_driven_by_every_kind_of_client(bench, mode, serializer):
    bench.add(Laser, mode=mode)
    laser = bench.proxy(serializer=serializer)
    laser.power = 2.5
    assert laser.power == (1.0 if mode == "percall" else 2.5)
    laser.mode = "fast"
    assert laser.mode == ("slow" if mode == "percall" else "fast")
    assert laser.serial_number == "S-1"
    assert laser.inherited() == "from the base"
    assert laser.peak() == 4.0
    assert laser.peak(n=3) == 2.0
    assert laser.trace(3) == [0.0, 1.0, 2.0]
    assert laser.static(4) == 4
    assert laser.of_class() == "Laser"
    assert list(laser.letters()) == ["a", "b", "c"]
    assert laser.point({"x": 1, "mode": "fast"}) == {"x": 1.0, "mode": "fast"}


@pytest.mark.parametrize("mode", MODES)
def test_what_is_private_or_the_hosts_is_out_of_reach(bench, mode):
    bench.add(Laser, mode=mode)
    laser = bench.proxy()
    for name in ("_private", "close", "_instance", "closed"):
        with pytest.raises(AttributeError):
            getattr(laser, name)
    refused(lambda: laser._pyroInvoke("_instance", (), {}), AttributeError)
    refused(lambda: laser._pyroInvoke("__getattr__", ("_instance",), {}), AttributeError)
    refused(lambda: laser._pyroInvoke("close", (), {}), AttributeError)


def test_nothing_is_set_on_the_drivers_class(bench):
    before = set(vars(Laser))
    bench.add(Laser)
    assert bench.proxy().power == 1.0
    assert set(vars(Laser)) == before


def test_a_result_that_is_the_driver_comes_back_as_a_proxy_of_the_service(bench):
    bench.add(Laser)
    again = bench.proxy().itself()
    again._pyroSerializer = "msgpack"
    assert again.serial_number == "S-1"
    again._pyroRelease()


def test_results_by_serializer(bench):
    bench.add(Laser)
    when = datetime.datetime(2026, 1, 2, 3, 4, 5)
    assert bench.proxy(serializer="msgpack").dates() == {"at": when, "file": "/a/b", "1": [2.5]}
    assert bench.proxy(serializer="serpent").dates() == {"at": when.isoformat(), "file": "/a/b", 1: {2.5}}
    assert bench.proxy(serializer="json").dates() == {"at": when.isoformat(), "file": "/a/b", "1": [2.5]}
    assert bench.proxy(serializer="msgpack").raw() == b"\x00\xff"
    assert bench.proxy(serializer="json").raw() == {"data": "AP8=", "encoding": "base64"}


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_what_cannot_be_sent_is_a_sentence_and_the_connection_lives(bench, serializer):
    bench.add(Laser)
    laser = bench.proxy(serializer=serializer)
    error = refused(laser.handle, TypeError)
    assert str(error) == "laser.handle returned a lock, which cannot be sent."
    connection = laser._pyroConnection
    assert laser.serial_number == "S-1"
    assert laser._pyroConnection is connection


# -- arrays


@pytest.mark.parametrize("n", [3, 10, 300_000])
def test_our_clients_get_arrays(bench, n):
    bench.add(Laser)
    laser = bench.proxy(who="window")
    trace = bench.decoded(laser, lambda: laser.trace(n))
    assert isinstance(trace, np.ndarray)
    assert np.array_equal(trace, np.arange(n, dtype=float))
    assert bench.services["laser"].snapshots.held == 0


def test_a_large_array_belongs_to_its_connection(bench):
    service = bench.add(Laser)
    mine, other = bench.proxy(who="window"), bench.proxy(who="window")
    plain = mine.trace(300_000)
    assert plain["parts"] is True
    asked = (plain["__ndarray__"], 0, 10)
    refused(lambda: other._pyroInvoke("fetch", asked, {}, objectId="Pyro.Daemon"), LookupError)
    assert service.snapshots.held == 2_400_000
    mine._pyroRelease()
    eventually(lambda: service.snapshots.held == 0)


def test_arrays_of_a_batch_are_told_apart(bench):
    bench.add(Laser)
    laser = bench.proxy(who="window")
    batch = client.BatchProxy(laser)
    batch.trace(2)
    batch.trace(3)
    traces = bench.decoded(laser, lambda: list(batch()))
    assert [trace.tolist() for trace in traces] == [[0.0, 1.0], [0.0, 1.0, 2.0]]


def test_arrays_in_a_stream(bench):
    class Camera:
        def frames(self) -> Iterator[np.ndarray]:
            for n in range(3):
                yield np.full(2, n)

    bench.add(Camera)
    camera = bench.proxy(who="window")
    frames = iter(camera.frames())
    assert [bench.decoded(camera, lambda: next(frames)).tolist() for _ in range(3)] == [[0, 0], [1, 1], [2, 2]]


def test_an_array_as_argument_from_every_client(bench):
    bench.add(Laser)
    value = np.arange(4.0)
    sent = {"__ndarray__": value.tobytes(), "dtype": value.dtype.str, "shape": [4]}
    assert bench.proxy(who="window").set_trace(sent) == 6.0
    for serializer in SERIALIZERS:
        assert bench.proxy(serializer=serializer).set_trace([0.0, 1.0, 2.0, 3.0]) == 6.0


# -- errors


def test_arguments_are_refused_before_the_driver_sees_them(bench):
    bench.add(Laser)
    for serializer in SERIALIZERS:
        laser = bench.proxy(serializer=serializer)
        error = refused(lambda laser=laser: setattr(laser, "power", 20), ValueError)
        assert str(error) == "power must be at most 13 mW, got 20."
        assert error.remote_class == "BadArgument"
        assert isinstance(refused(lambda laser=laser: setattr(laser, "power", "1")), TypeError)
        assert laser.power == 1.0


def test_limits_of_the_lab_file_narrow_the_drivers(bench):
    bench.add(Laser, limits={"power": {"max": 5.0}, "trace": {"ge": 1}})
    laser = bench.proxy()
    assert str(refused(lambda: setattr(laser, "power", 6.0), ValueError)) == "power must be at most 5 mW, got 6."
    assert str(refused(lambda: laser.trace(0), ValueError)) == "n must be at least 1, got 0."
    described = service_from_plain(bench.daemon().describe("laser"))
    assert described.member("power").setting.le == 5.0
    assert described.member("trace").parameters[0].type.ge == 1


@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest.mark.parametrize(
    ("member", "kind", "remote_class", "message"),
    [
        ("fault", RuntimeError, "LaserFault", "fault 7"),
        ("communication", RuntimeError, "ConnectionClosedError", "the link to a sub-service is down"),
        ("busy_port", PermissionError, "PermissionError", "port busy: COM4"),
        ("too_slow", TimeoutError, "TimeoutError", "the instrument did not answer"),
        ("exits", RuntimeError, "SystemExit", "3"),
        ("undecodable", UnicodeError, "UnicodeDecodeError", "'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_errors_of_a_driver(bench, serializer, member, kind, remote_class, message):
    bench.add(Laser)
    laser = bench.proxy(serializer=serializer)
    laser._pyroBind()
    connection = laser._pyroConnection
    error = refused(getattr(laser, member), kind)
    assert error.remote_class.rpartition(".")[2] == remote_class
    assert error.remote_message.startswith(message)
    assert f"in {member}" in "".join(error._pyroTraceback)
    assert laser._pyroConnection is connection
    if isinstance(error, PermissionError):
        assert error.errno == 13


def test_an_error_in_a_stream(bench):
    bench.add(Laser)
    items = []
    with pytest.raises(RuntimeError, match="LaserFault: fault 7"):
        for item in bench.proxy().count(2):
            items.append(item)
    assert items == [0, 1]


# -- instances and their ends


def test_single_is_one_driver_for_all_and_closed_at_the_end(bench):
    service = bench.add(Laser)
    bench.proxy().power = 3.0
    assert bench.proxy().power == 3.0
    assert len(Laser.made) == 1
    service.close()
    assert Laser.made[0].closed.is_set()


def test_a_session_of_a_plain_client_is_its_connection(bench):
    bench.add(Laser, mode="session")
    first, second = bench.proxy(), bench.proxy()
    first.power = 3.0
    assert (first.power, second.power) == (3.0, 1.0)
    first._pyroRelease()
    assert Laser.made[0].closed.wait(5)
    assert not Laser.made[1].closed.is_set()
    assert second.power == 1.0


def test_a_session_of_our_client_spans_its_connections_and_outlives_one(bench):
    bench.add(Laser, mode="session", lease=0.2)
    first, second = bench.proxy(who="window"), bench.proxy(who="window")
    first.power = 3.0
    assert second.power == 3.0
    first._pyroRelease()
    assert second.power == 3.0
    second._pyroRelease()
    assert first.power == 3.0  # connected again within the lease
    first._pyroRelease()
    assert Laser.made[0].closed.wait(5)
    assert len(Laser.made) == 1


@pytest.mark.parametrize("member", ["trace", "letters"])
def test_percall_is_a_driver_per_call(bench, member):
    bench.add(Laser, mode="percall")
    laser = bench.proxy()
    for _ in range(2):
        list(laser.letters()) if member == "letters" else laser.trace(2)
    assert len(Laser.made) == 2
    assert all(driver.closed.wait(5) for driver in Laser.made)


def test_a_stream_that_a_client_leaves_is_ended(bench):
    bench.add(Laser, mode="percall")
    laser = bench.proxy()
    assert next(iter(laser.letters())) == "a"
    laser._pyroRelease()
    assert Laser.made[0].closed.wait(5)


# -- one call at a time


def test_calls_to_one_instance_follow_each_other(bench):
    service = bench.add(Slow)
    first, second = bench.proxy(), bench.proxy()
    one = in_background(calling(first, "move"))
    driver = driver_of(service)
    assert driver.entered.acquire(timeout=5)
    two = in_background(calling(second, "move"))
    eventually(lambda: len(service.calls.after(0)) == 2)
    busy = bench.daemon().status()["services"][0]["busy"]
    assert busy["member"] == "move"
    driver.leave.release(2)
    assert (one.result(), two.result()) == (1, 1)


def test_a_concurrent_service_lets_calls_overlap(bench):
    service = bench.add(Slow, concurrent=True)
    first, second = bench.proxy(), bench.proxy()
    one = in_background(calling(first, "move"))
    two = in_background(calling(second, "move"))
    driver = driver_of(service)
    assert driver.entered.acquire(timeout=5)
    assert driver.entered.acquire(timeout=5)
    driver.leave.release(2)
    assert max(one.result(), two.result()) == 2


def test_stop_cancels_what_is_queued_and_waits_for_what_runs(bench):
    service = bench.add(Slow)
    first, second, third = bench.proxy(), bench.proxy(), bench.proxy()
    running = in_background(calling(first, "move"))
    driver = driver_of(service)
    assert driver.entered.acquire(timeout=5)
    queued = in_background(calling(second, "move"))
    eventually(lambda: len(service.calls.after(0)) == 2)
    stop = in_background(calling(third, "stop"))
    eventually(lambda: len(service.calls.after(0)) == 3)
    eventually(lambda: service._one._urgent)
    driver.leave.release()
    assert stop.result() == "stopped"
    assert running.result() == 1
    assert str(queued.result()) == "laser.move was cancelled: stop."


def test_stop_runs_beside_a_call_only_where_the_driver_says_so(bench, monkeypatch):
    monkeypatch.setattr("pyrolab_gui.hosting.instance.URGENT_SECONDS", 0.05)

    class Careful(Slow):
        pass

    class Interruptible(Slow):
        def stop(self) -> str:
            self.leave.release()
            return "interrupted"

        stop.runs_beside = True  # type: ignore[attr-defined]

    for cls in (Careful, Interruptible):
        service = bench.add(cls, name=cls.__name__)
        first, second = bench.proxy(cls.__name__), bench.proxy(cls.__name__)
        running = in_background(calling(first, "move"))
        driver = driver_of(service)
        assert driver.entered.acquire(timeout=5)
        if cls is Careful:
            error = refused(second.stop, TimeoutError)
            assert "Careful.move has not ended" in str(error)
            driver.leave.release()
        else:
            assert second.stop() == "interrupted"
        assert running.result() == 1


# -- locks


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_a_lock_shuts_others_out_until_its_owner_gives_it_back(bench, serializer):
    bench.add(Laser, lockable=True)
    mine, other = bench.proxy(serializer=serializer), bench.proxy(serializer=serializer)
    assert mine.lock("ana") is True
    assert (mine.islocked(), other.islocked(), other.lock(), other.unlock()) == (True, True, False, False)
    error = refused(lambda: other.power, ConnectionRefusedError)
    assert error.remote_class == "Locked"
    assert str(error).startswith("laser is locked by ana (127.0.0.1:")
    mine.power = 2.0
    held = bench.daemon().locks()
    assert held[0]["object_id"] == "laser"
    assert held[0]["owner"].startswith("ana (")
    assert mine.unlock() is True
    assert other.power == 2.0
    assert bench.daemon().locks() == []


def test_a_lock_ends_with_the_connection_of_a_plain_client(bench):
    bench.add(Laser, lockable=True)
    mine, other = bench.proxy(), bench.proxy()
    assert mine.lock()
    mine._pyroRelease()
    eventually(lambda: not other.islocked())
    assert other.lock()


def test_a_lock_of_our_client_belongs_to_all_its_connections_and_outlives_one(bench):
    bench.add(Laser, lockable=True, lease=0.2)
    first, second, other = bench.proxy(who="window"), bench.proxy(who="window"), bench.proxy()
    assert first.lock()
    assert second.power == 1.0
    first._pyroRelease()
    second._pyroRelease()
    assert second.power == 1.0  # connected again within the lease
    refused(lambda: other.power, ConnectionRefusedError)
    second._pyroRelease()
    eventually(lambda: not other.islocked())


def test_the_status_question_of_a_window_keeps_its_lock(bench):
    bench.add(Laser, lockable=True, lease=0.0)
    mine, control, other = bench.proxy(who="window"), bench.daemon(who="window"), bench.proxy()
    assert mine.lock()
    control.status()
    mine._pyroRelease()
    eventually(lambda: bench.host.connections == 1)
    refused(lambda: other.power, ConnectionRefusedError)
    control._pyroRelease()
    eventually(lambda: not other.islocked())


def test_an_owner_who_gives_the_name_of_the_client_is_named_once(bench):
    bench.add(Laser, lockable=True)
    mine, other = bench.proxy(who="ana@desk"), bench.proxy()
    assert mine.lock("ana@desk") is True
    assert str(refused(lambda: other.power, ConnectionRefusedError)) == "laser is locked by ana@desk."


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_the_sessions_of_a_service_share_its_lock(bench, serializer):
    service = bench.add(Laser, mode="session", lockable=True)
    assert service.description().lockable is True
    mine, other = bench.proxy(serializer=serializer), bench.proxy(serializer=serializer)
    other.power = 3.0
    assert mine.lock("ana") is True
    assert (mine.islocked(), other.islocked(), other.lock(), other.unlock()) == (True, True, False, False)
    assert str(refused(lambda: other.power, ConnectionRefusedError)).startswith("laser is locked by ana (127.0.0.1:")
    mine.power = 2.0
    assert bench.daemon().locks()[0]["owner"].startswith("ana (")
    mine._pyroRelease()
    eventually(lambda: not other.islocked())
    assert other.power == 3.0  # its own driver object is as it was


@pytest.mark.parametrize(("mode", "lockable"), [("percall", True), ("session", False), ("single", False)])
def test_without_a_lockable_daemon_or_a_driver_that_stays_there_is_no_lock(bench, mode, lockable):
    service = bench.add(Laser, mode=mode, lockable=lockable)
    assert service.description().lockable is False
    refused(lambda: bench.proxy().lock, AttributeError)


def test_a_drivers_own_lock_wins(bench):
    class Door(Laser):
        def lock(self) -> str:
            return "click"

    service = bench.add(Door, lockable=True)
    assert bench.proxy().lock() == "click"
    assert service.description().lockable is False


# -- connecting


class Connects:
    attempts = 0
    ready = threading.Event()

    def __init__(self) -> None:
        self.port = ""

    def connect(self, port: str, baud: int = 9600) -> None:
        type(self).attempts += 1
        if not self.ready.is_set():
            raise OSError(5, "no answer", port)
        self.port = f"{port}@{baud}"

    def where(self) -> str:
        return self.port

    def autoconnect(self) -> None:
        raise AssertionError("the host connects")


@pytest.fixture
def connects():
    Connects.attempts, Connects.ready = 0, threading.Event()
    return Connects


def test_parameters_go_to_connect_and_autoconnect_stays_callable(bench, connects):
    connects.ready.set()
    bench.add(connects, parameters={"port": "COM4", "baud": 1200})
    laser = bench.proxy()
    laser.autoconnect()
    assert laser.where() == "COM4@1200"
    assert connects.attempts == 1
    refused(lambda: laser.connect, AttributeError)


def test_a_connect_that_fails_is_that_services_state_and_is_tried_again(bench, connects):
    bench.add(Laser, name="other")
    bench.wait_for_state("connected")
    service = bench.add(connects, parameters={"port": "COM4"})
    failed = bench.wait_for_state("not-connected")
    assert failed.error == "OSError: no answer: COM4"
    assert "in connect" in failed.detail
    error = refused(bench.proxy().where, ConnectionError)
    assert str(error) == "laser is not connected to its instrument: OSError: no answer: COM4."
    assert error.remote_class == "NotConnected"
    assert bench.proxy("other").power == 1.0
    connects.ready.set()
    bench.daemon().reconnect("laser")
    bench.wait_for_state("connected")
    assert bench.proxy().where() == "COM4@9600"
    assert service.status()["state"] == "connected"


def test_a_call_waits_for_the_first_attempt(bench):
    go = threading.Event()

    class Patient:
        def __init__(self) -> None:
            assert go.wait(5)

        def value(self) -> int:
            return 1

    service = bench.add(Patient)
    proxy = bench.proxy()
    call = in_background(calling(proxy, "value"))
    eventually(lambda: service.calls.after(0))
    go.set()
    assert call.result() == 1


def test_a_wrong_parameter_is_named(bench, connects):
    bench.add(connects, parameters={"prot": "COM4"})
    failed = bench.wait_for_state("not-connected")
    assert failed.error == "TypeError: Connects.connect has no parameter 'prot' (did you mean 'port'?)"


def test_on_demand_connects_at_the_first_call(bench, connects):
    connects.ready.set()
    bench.add(connects, parameters={"port": "COM4"}, connect="on-demand")
    assert connects.attempts == 0
    assert bench.proxy().where() == "COM4@9600"


def test_by_client_leaves_connecting_to_the_client(bench, connects):
    connects.ready.set()
    service = bench.add(connects, connect="by-client")
    laser = bench.proxy()
    assert laser.where() == ""
    laser.connect("COM7")
    assert laser.where() == "COM7@9600"
    assert service.status()["state"] == "connected"


@pytest.mark.parametrize("mode", ["session", "percall"])
def test_a_constructor_that_raises_is_the_callers_error(bench, mode):
    class Broken:
        def __init__(self) -> None:
            raise LaserFault(3, None)

        def value(self) -> int:
            return 1

    bench.add(Broken, mode=mode)
    error = refused(bench.proxy().value, RuntimeError)
    assert error.remote_message == "fault 3"
    assert bench.daemon().status()["services"][0]["error"] == "LaserFault: fault 3"


def test_the_safe_state_comes_before_the_end(bench):
    order = []

    class Heater:
        def off(self) -> None:
            order.append("off")

        def close(self) -> None:
            order.append("close")

    service = bench.add(Heater, safe_state="off")
    bench.wait_for_state("connected")
    service.close()
    assert order == ["off", "close"]


def test_a_class_that_is_missing_does_not_end_the_daemon(bench):
    with pytest.raises(LabError) as caught:
        load_class("no_such_module", "Laser")
    bench.register(FailedService(ServicePlan("ghost", "ghost", "no_such_module", "Laser"), caught.value))
    bench.add(Laser)
    daemon = bench.daemon()
    assert service_from_plain(daemon.describe("ghost")).members == ()
    state = daemon.status()["services"][0]
    assert state["state"] == "not-connected"
    assert state["error"].startswith("There is no module named 'no_such_module'")
    assert bench.proxy().power == 1.0
    refused(lambda: bench.proxy("ghost").power, AttributeError)


# -- the daemon object


def test_the_last_calls_say_who_did_what(bench):
    bench.add(Laser)
    laser = bench.proxy(who="ana@desk")
    laser.power = 2.0
    refused(lambda: laser.trace("x"))
    calls = bench.daemon().calls("laser")
    assert [(call["member"], call["arguments"], call["who"]) for call in calls] == [
        ("power", "= 2.0", "ana@desk"),
        ("trace", "'x'", "ana@desk"),
    ]
    assert calls[0]["error"] == ""
    assert calls[1]["error"] == "n must be a whole number, got 'x'."
    assert calls[0]["duration_s"] >= 0
    assert bench.daemon().calls("laser", calls[0]["seq"]) == calls[1:]


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_describe_status_and_unknown_services(bench, serializer):
    bench.add(Laser, lockable=True)
    daemon = bench.daemon(serializer)
    described = service_from_plain(daemon.describe("laser"))
    assert (described.class_name, described.doc, described.lockable) == ("Laser", "A tunable laser.", True)
    assert described.member("power").returns.unit == "mW"
    status = daemon.status()
    assert status["version"] == 1
    assert status["name"] == "optics"
    assert status["connections"] == 1
    error = refused(lambda: daemon.describe("lasr"), LookupError)
    assert str(error) == "The daemon optics has no service 'lasr'."


# -- readings


def test_one_reading_serves_all_who_watch(bench):
    reads = []

    class Meter:
        @property
        def power(self) -> float:
            reads.append(time.monotonic())
            return float(len(reads))

    bench.add(Meter)
    one, two = bench.daemon(who="one"), bench.daemon(who="two")
    channel = one.sample("laser", "power", 0.02)
    assert two.sample("laser", "power", 0.05) == channel
    eventually(lambda: len(bench.since(one, {channel: -1})[channel].times) >= 5)
    first, second = bench.since(one, {channel: -1})[channel], bench.since(two, {channel: -1})[channel]
    count = min(len(first.values), len(second.values))
    assert list(first.values[:count]) == list(second.values[:count])
    assert list(first.values) == [float(n + 1) for n in range(len(first.values))]
    assert first.period == 0.02
    assert abs(first.times[0] - time.time()) < 30
    later = bench.since(one, {channel: first.cursor})[channel]
    assert later.first == first.cursor


def test_a_slow_call_makes_a_gap_and_not_a_queue(bench):
    service = bench.add(Slow)
    daemon, laser = bench.daemon(who="one"), bench.proxy()
    channel = daemon.sample("laser", "position", 0.02)
    eventually(lambda: len(bench.since(daemon, {channel: -1})[channel].times) >= 1)
    call = in_background(calling(laser, "move"))
    driver = service._connector.driver
    assert driver.entered.acquire(timeout=5)
    gap = eventually(lambda: bench.since(daemon, {channel: -1})[channel].gaps)[0]
    assert (gap.reason, gap.message) == ("busy", "move runs")
    before = bench.since(daemon, {channel: -1})[channel].cursor
    driver.leave.release()
    call.result()
    column = eventually(
        lambda: (found := bench.since(daemon, {channel: before})[channel]) and len(found.times) and found
    )
    assert column.gaps[0].start == gap.start
    assert column.gaps[0].end <= column.times[0]


def test_an_error_is_a_gap_with_its_message(bench):
    bench.add(Laser)
    daemon = bench.daemon(who="one")
    channel = daemon.sample("laser", "too_slow", 0.02)
    gap = eventually(lambda: bench.since(daemon, {channel: -1})[channel].gaps)[0]
    assert (gap.reason, gap.message) == ("error", "the instrument did not answer")


def test_sampling_ends_with_the_last_who_watched(bench):
    service = bench.add(Laser)
    daemon = bench.daemon(who="one")
    channel = daemon.sample("laser", "power", 0.01)
    eventually(lambda: len(bench.since(daemon, {channel: -1})[channel].times) >= 2)
    daemon._pyroRelease()
    eventually(lambda: service._sampler._thread is None)


@pytest.mark.parametrize(
    ("mode", "member", "period", "words"),
    [
        ("session", "power", 1.0, "every client has its own"),
        ("single", "set_trace", 1.0, "not a reading"),
        ("single", "nothing", 1.0, "no readable member"),
        ("single", "power", -1.0, "between"),
        ("single", "power", "fast", "number of seconds"),
    ],
)
def test_what_cannot_be_sampled_is_said(bench, mode, member, period, words):
    bench.add(Laser, mode=mode)
    assert words in str(refused(lambda: bench.daemon().sample("laser", member, period)))


def test_a_channel_that_is_not_known_gives_no_column(bench):
    bench.add(Laser)
    assert bench.since(bench.daemon(), {"laser\nnothing": 0, "ghost\nx": 3}) == {}


def test_the_lab_file_can_ask_for_sampling(bench):
    service = bench.add(Laser, sampling={"power": 0.02})
    daemon = bench.daemon()
    column = eventually(
        lambda: (found := bench.since(daemon, {"laser\npower": -1})["laser\npower"]) and len(found.times) > 1 and found
    )
    assert column.period == 0.02
    service.close()

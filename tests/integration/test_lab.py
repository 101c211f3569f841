"""`Lab` for scripts: names, properties and methods of instruments behind a real nameserver."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import pydoc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from pyrolab_gui import AsyncLab, Lab
from pyrolab_gui.network.lab import Service
from pyrolab_gui.network.nameserver import lookup
from pyrolab_gui.wire.errors import BadArgument, LabError, Locked, RemoteFailure, Unreachable
from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import child, eventually, free_port, when_up
from tests.integration.network_helpers import OurDaemon, laser_plan, our_daemon


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with child(NameserverPlan("main", host="127.0.0.1", ns_port=port), tmp_path_factory.mktemp("nameserver")):
        when_up(f"PYRO:Pyro.NameServer@127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def bench(folder: Path, address: str, name: str = "bench.laser") -> Iterator[OurDaemon]:
    """Run a daemon with a registered laser."""
    port = int(address.rpartition(":")[2])
    with our_daemon(folder, laser_plan(name, nameservers=("main",)), nameserver=port) as running:
        eventually(lambda: f":{running.port}" in lookup("127.0.0.1", port, name))
        yield running


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[OurDaemon]:
    with bench(tmp_path_factory.mktemp("daemon"), address) as running:
        yield running


@pytest.fixture
def lab(address: str, daemon: OurDaemon) -> Iterator[Lab]:
    with Lab(address) as lab:
        yield lab


def test_names(lab: Lab):
    assert "bench.laser" in lab.names()


def test_properties_and_methods(lab: Lab):
    laser = lab["bench.laser"]
    laser.power = 2.5
    assert laser.power == 2.5
    np.testing.assert_array_equal(laser.trace(n=200_000), np.arange(200_000.0))
    assert laser.total(np.ones(7)) == 7.0
    assert {"power", "trace"} <= set(dir(laser))


def test_an_instrument_explains_itself(lab: Lab):
    laser = lab["bench.laser"]
    kind: Any = type(laser)
    assert isinstance(laser, Service) and kind.__name__ == "Laser"
    assert str(inspect.signature(laser.trace)) == "(n: int) -> array"
    assert str(inspect.signature(laser.slow)) == "(seconds: float) -> str"
    assert "trace(n: int) -> array" in pydoc.plain(pydoc.render_doc(laser.trace))
    assert "float (mW, >= 0, <= 10)" in (inspect.getdoc(kind.power) or "")
    assert {"power", "trace", "fail"} <= set(dir(laser)) & set(dir(kind))
    laser.power = 3.0
    assert laser.power == 3.0


def test_the_same_from_asyncio(address: str, daemon: OurDaemon):
    async def work() -> list[Any]:
        async with AsyncLab(address, user="ada") as lab:
            assert "bench.laser" in await lab.names()
            laser, again = await asyncio.gather(lab["bench.laser"], lab["bench.laser"])
            assert laser is again and "trace" in dir(laser)
            await laser.set("power", 2.0)
            found = await asyncio.gather(laser.power, laser.trace(n=3))
            with pytest.raises(BadArgument, match="at most 10 mW"):
                await laser.set("power", 20.0)
            with pytest.raises(AttributeError, match="colour"):
                _ = laser.colour
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(laser.slow(0.5), 0.05)
            first = [point async for point in laser.stream("sweep", 3)]
            async for point in laser.stream("sweep", 1_000_000):
                if point == 2.0:
                    break
            return [*found, first, str(inspect.signature(laser.trace)), await laser.power]

    power, trace, ramp, signature, after = asyncio.run(work())
    assert (power, list(trace), ramp, signature, after) == (
        2.0,
        [0.0, 1.0, 2.0],
        [0.0, 1.0, 2.0],
        "(n: int) -> array",
        2.0,
    )
    assert not [thread for thread in threading.enumerate() if "bench.laser" in thread.name]


def test_the_same_name_is_the_same_instrument(lab: Lab):
    assert lab["bench.laser"] is lab["bench.laser"]


def test_refusals_and_errors(lab: Lab):
    laser = lab["bench.laser"]
    with pytest.raises(BadArgument, match="at most 10 mW"):
        laser.power = 20.0
    with pytest.raises(RemoteFailure, match="InterlockOpen"):
        laser.fail()
    with pytest.raises(AttributeError, match=r"bench\.laser has no property or method “colour”"):
        _ = laser.colour
    with pytest.raises(AttributeError, match="no property “colour”"):
        laser.colour = "red"
    assert not hasattr(laser, "colour")


def test_a_name_that_is_not_registered(lab: Lab):
    with pytest.raises(LabError, match=r"knows no “bench\.stage”"):
        _ = lab["bench.stage"]


def test_no_nameserver():
    with (
        Lab(f"127.0.0.1:{free_port()}") as lab,
        pytest.raises(Unreachable, match=r"The nameserver at .* cannot be reached"),
    ):
        lab.names()


def test_threads_share_an_instrument(lab: Lab):
    laser = lab["bench.laser"]
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(lambda _: laser.reading, range(200)))
    assert len(set(readings)) == 200


def test_threads_share_a_lab_and_one_connection(address: str, daemon: OurDaemon):
    together = threading.Barrier(8)

    def first_look(lab: Lab) -> Service:
        together.wait(10)
        return lab["bench.laser"]

    def connections() -> int:
        open_ones = psutil.Process().net_connections("tcp")
        return sum(1 for one in open_ones if one.raddr and one.raddr.port == daemon.port and one.status != "CLOSE_WAIT")

    before = connections()
    with Lab(address) as lab, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(first_look, [lab] * 8))
        assert set(map(id, found)) == {id(lab["bench.laser"])}
        assert connections() == before + 1


def test_a_closed_lab_says_so(address: str, daemon: OurDaemon):
    before = threading.active_count()
    with Lab(address) as lab:
        laser = lab["bench.laser"]
    with pytest.raises(Unreachable, match="is closed"):
        _ = laser.power
    assert threading.active_count() == before


def test_a_restarted_daemon_is_found_again(tmp_path: Path, address: str):
    with Lab(address) as lab:
        with bench(tmp_path, address, "other.laser"):
            laser = lab["other.laser"]
            laser.power = 3.0
        with pytest.raises(Unreachable):
            _ = laser.power
        with bench(tmp_path, address, "other.laser"):
            assert laser.power == 1.0


def test_a_script_locks_asks_waits_and_answers(tmp_path: Path, address: str):
    port = int(address.rpartition(":")[2])
    plan = laser_plan("bench.kept", nameservers=("main",))
    with our_daemon(tmp_path, plan, nameserver=port, lockable=True) as running:
        eventually(lambda: f":{running.port}" in lookup("127.0.0.1", port, "bench.kept"))
        with Lab(address, user="Ann") as anns, Lab(address, user="Ben") as bens:
            ann, ben = anns.lock_of("bench.kept"), bens.lock_of("bench.kept")
            assert ann.use() is None
            ann.take("night sweep", until="2099-01-01 08:00")
            use = ben.use()
            assert (
                use is not None and (use.purpose, use.yours) == ("night sweep", False) and use.owner.startswith("Ann")
            )
            with pytest.raises(Locked, match=r"in use by Ann.*night sweep"):
                ben.take()
            with pytest.raises(ValueError, match="over"):
                ann.take(until="2001-01-01 08:00")
            assert _asked(ben, lambda: ann.answer(give=False)) == "it stays"
            assert _asked(ben, lambda: ann.answer(give=True)) == "given"
            with pytest.raises(Locked, match="in use by Ben"):
                ann.give_back()
            ben.give_back()
            with ann.held():
                assert ann.use() is not None
            assert ann.use() is None


def test_a_program_on_asyncio_locks_and_waits_too(tmp_path: Path, address: str):
    port = int(address.rpartition(":")[2])
    plan = laser_plan("bench.shared", nameservers=("main",))

    async def work() -> None:
        async with AsyncLab(address, user="Ann") as anns, AsyncLab(address, user="Ben") as bens:
            ann, ben = anns.lock_of("bench.shared"), bens.lock_of("bench.shared")
            async with ann.held("a sweep"):
                use = await ben.use()
                assert use is not None and use.owner.startswith("Ann") and use.purpose == "a sweep"
                with pytest.raises(Locked, match="in use by Ann"):
                    await ben.take()
                waiting = asyncio.create_task(ben.take("mine", wait=20))
                async with asyncio.timeout(10):
                    while not await ann.answer(give=True):
                        pass  # each question goes to the daemon and back
                await waiting
            use = await ann.use()
            assert use is not None and use.owner.startswith("Ben"), "what was given is not taken back at the end"
            await ben.give_back()
            assert await ann.use() is None

    with our_daemon(tmp_path, plan, nameserver=port, lockable=True) as running:
        eventually(lambda: f":{running.port}" in lookup("127.0.0.1", port, "bench.shared"))
        asyncio.run(work())


def _asked(lock: Any, answer: Any) -> str:
    """Ask for a lock, have its owner answer, and return what came of it."""
    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(lock.take, "two minutes", wait=20)
        eventually(answer)
        try:
            taking.result(20)
        except Locked as error:
            assert "keeps it" in error.sentence
            return "it stays"
        return "given"

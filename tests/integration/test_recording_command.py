"""`pyrolab-gui record` with real daemons: to its end, stopped, killed; a daemon killed while it records."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui import recording
from pyrolab_gui.network.nameserver import lookup
from pyrolab_gui.recording.reader import Recording
from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import child, cli, eventually, free_port, when_up
from tests.integration.network_helpers import OurDaemon, laser_plan, our_daemon

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


@pytest.fixture(scope="module")
def nameserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with child(NameserverPlan("main", host="127.0.0.1", ns_port=port), tmp_path_factory.mktemp("nameserver")):
        when_up(f"PYRO:Pyro.NameServer@127.0.0.1:{port}")
        yield port


@contextlib.contextmanager
def bench(folder: Path, nameserver: int, name: str = "bench.laser", port: int = 0) -> Iterator[OurDaemon]:
    """Run a daemon with a laser that the nameserver knows."""
    with our_daemon(folder, laser_plan(name, nameservers=("main",)), nameserver=nameserver, port=port) as running:
        eventually(lambda: f":{running.port}" in lookup("127.0.0.1", nameserver, name))
        yield running


@pytest.fixture(scope="module")
def laser(tmp_path_factory: pytest.TempPathFactory, nameserver: int) -> Iterator[OurDaemon]:
    with bench(tmp_path_factory.mktemp("daemon"), nameserver) as running:
        yield running


@contextlib.contextmanager
def recorder(file: Path, nameserver: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    words = ("record", *arguments, "--to", str(file), "--nameserver", f"127.0.0.1:{nameserver}")
    with cli(*words, PYROLAB_GUI_HOME=str(file.parent / "home")) as process:
        yield process


def output_of(process: subprocess.Popen[str], seconds: float = 20.0) -> list[str]:
    """Wait for the end and return what was printed."""
    process.wait(seconds)
    assert process.stdout is not None
    return process.stdout.read().splitlines()


def seen(file: Path, look: Callable[[Recording], object], seconds: float = 15.0) -> object:
    """Return what a look at the growing file gives as soon as it is true."""

    def once() -> object:
        with recording.open(file) as found:
            return look(found)

    return eventually(once, seconds)


def count(found: Recording, name: str = "bench.laser.reading") -> int:
    return len(found[name])


def test_for_a_time(tmp_path: Path, nameserver: int, laser: OurDaemon):
    file = tmp_path / "a.rec"
    members = ("bench.laser.reading", "bench.laser.power", "bench.laser.word")
    with recorder(file, nameserver, *members, "--period", "0.2", "--for", "2s", "--purpose", "a test") as process:
        lines = output_of(process)
    assert process.returncode == 0, lines
    assert lines[-1] == "3 of 3 channels, 00:00:02, no gaps"
    with recording.open(file) as found:
        assert found.metadata.purpose == "a test"
        assert found.metadata.segments[0].ended is not None
        times, values = found["bench.laser.reading"].read()
        assert 5 < len(times) < 15
        assert (np.diff(times) > 0).all()
        np.testing.assert_array_equal(np.diff(values), 1.0)  # each reading once, none lost
        assert found["bench.laser.power"].unit == "mW"
        assert set(found["bench.laser.word"].read()[1]) == {"steady"}
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["a.rec"]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_by_hand(tmp_path: Path, nameserver: int, laser: OurDaemon, number: signal.Signals):
    file = tmp_path / "a.rec"
    with recorder(file, nameserver, "bench.laser.reading", "--period", "0.02") as process:
        seen(file, count)
        process.send_signal(number)
        lines = output_of(process)
    assert process.returncode == 0, lines
    assert lines[-1].startswith("1 of 1 channels, 00:00:0")
    with recording.open(file) as found:
        assert found.metadata.segments[0].ended is not None


def test_a_daemon_that_is_killed_leaves_a_gap_with_its_reason(tmp_path: Path, nameserver: int):
    file = tmp_path / "a.rec"
    name = "bench.cryo"
    with recorder_and_daemon(tmp_path, file, nameserver, name) as (process, daemon):
        seen(file, lambda found: count(found, f"{name}.reading"))
        daemon.process.kill()
        daemon.process.wait(10)
        seen(file, lambda found: found.gaps)
        with recording.open(file) as found:
            before = count(found, f"{name}.reading")
        with bench(tmp_path, nameserver, name):  # at another port
            seen(file, lambda found: count(found, f"{name}.reading") > before + 5)
            process.terminate()
            lines = output_of(process)
    with recording.open(file) as found:
        (gap,) = (gap for gap in found.gaps if gap.reason != "overrun")  # the machine that tests may be slow
        assert (gap.channel, gap.reason) == (f"{name}.reading", "restart")
        times, values = found[f"{name}.reading"].read()
        (back,) = np.flatnonzero(np.diff(values) < 0) + 1  # the new driver counts from the beginning
        assert times[back - 1] <= gap.start + 0.05
        assert gap.end == times[back]
        np.testing.assert_array_equal(np.delete(np.diff(values), back - 1), 1.0)
    assert lines[-1].startswith("1 of 1 channels, 00:00:0")
    assert lines[-1].endswith(f"s: {name} restarted")


@contextlib.contextmanager
def recorder_and_daemon(
    folder: Path, file: Path, nameserver: int, name: str
) -> Iterator[tuple[subprocess.Popen[str], OurDaemon]]:
    with (
        bench(folder, nameserver, name) as daemon,
        recorder(file, nameserver, f"{name}.reading", "--period", "0.05") as process,
    ):
        yield process, daemon


def kill_and_continue(file: Path, nameserver: int) -> Recording:
    """Kill a recorder with -9, look at what it left, continue, and return the whole."""
    with recorder(file, nameserver, "bench.laser.reading", "--period", "0.02") as process:
        seen(file, lambda found: count(found) > 20)
        killed = time.time()
        process.kill()
        process.wait(10)
    with recording.open(file) as found:
        before, _ = found["bench.laser.reading"].read()
        assert killed - before[-1] < 1.0
        assert found.metadata.segments[0].ended is None
    with recorder(file, nameserver, "--continue") as process:
        seen(file, lambda found: count(found) > len(before) + 20)
        process.terminate()
        lines = output_of(process)
    assert process.returncode == 0, lines
    whole = recording.open(file)
    assert [segment.ended is None for segment in whole.metadata.segments] == [True, False]
    np.testing.assert_array_equal(whole["bench.laser.reading"].read()[0][: len(before)], before)
    return whole


def test_a_killed_recorder_finds_what_it_missed(tmp_path: Path, nameserver: int, laser: OurDaemon):
    with kill_and_continue(tmp_path / "a.rec", nameserver) as found:  # its daemon went on reading for it
        np.testing.assert_array_equal(np.diff(found["bench.laser.reading"].read()[1]), 1.0)
        assert not [gap for gap in found.gaps if gap.reason in ("dropped", "stopped")]


def test_between_an_end_and_the_continuation_is_a_gap(tmp_path: Path, nameserver: int):
    file, name = tmp_path / "a.rec", "bench.ended"  # nobody else watches it
    with bench(tmp_path, nameserver, name):
        with recorder(file, nameserver, f"{name}.reading", "--period", "0.02") as process:
            seen(file, lambda found: count(found, f"{name}.reading"))
            process.terminate()
            output_of(process)
        before = _reading(file, name)[-1]
        with recorder(file, nameserver, "--continue") as process:
            seen(file, lambda found: _reading(file, name)[-1] > before + 1)
            process.terminate()
            output_of(process)
    with recording.open(file) as found:
        times, values = found[f"{name}.reading"].read()
        (pause,) = (gap for gap in found.gaps if gap.reason in ("dropped", "stopped"))
        after = 1 + np.argmax(np.diff(times))
        assert pause.end == times[after]
        assert values[after] - values[after - 1] < 10  # the daemon did not read meanwhile


def _reading(file: Path, name: str) -> list[float]:
    with recording.open(file) as found:
        values: list[float] = found[f"{name}.reading"].read()[1].tolist()
    return values


def test_an_instrument_that_is_down_is_recorded_as_soon_as_it_is_up(tmp_path: Path, nameserver: int):
    file = tmp_path / "a.rec"
    with bench(tmp_path, nameserver, "bench.late") as first:
        port = first.port
        first.process.kill()
        first.process.wait(10)
    with recorder(file, nameserver, "bench.late.power", "--period", "0.05") as process:
        seen(file, lambda found: found.gaps)
        with bench(tmp_path, nameserver, "bench.late", port):
            seen(file, lambda found: count(found, "bench.late.power"))
            seen(file, lambda found: found["bench.late.power"].unit == "mW")
            process.terminate()
            lines = output_of(process)
    assert process.returncode == 0, lines
    assert "bench.late does not answer yet; it is recorded as soon as it does." in lines
    with recording.open(file) as found:
        gap = found.gaps[0]
        assert gap.reason == "restart"
        assert gap.end == found["bench.late.power"].read()[0][0]


def test_a_reading_that_fails_is_said(tmp_path: Path, nameserver: int, laser: OurDaemon):
    file = tmp_path / "a.rec"
    members = ("bench.laser.power", "bench.laser.broken")
    with recorder(file, nameserver, *members, "--period", "0.1", "--for", "1") as process:
        lines = output_of(process)
    assert process.returncode == 1
    assert lines[-1].startswith("1 of 2 channels, 00:00:01, ")
    assert "the door is open" in lines[-1]
    with recording.open(file) as found:
        assert found.gaps[0].reason == "error"


class TestRefused:
    @pytest.mark.parametrize(
        ("arguments", "sentences"),
        [
            (("bench.laser.power", "bench.laser.colour", "nobody.x", "y", "--period", "1"), 3),
            (("bench.laser.power", "--period", "0"), 1),
            (("bench.laser.power", "--period", "1", "--for", "soon"), 1),
            (("bench.laser.power",), 1),
            (("--period", "1"), 1),
        ],
    )
    def test_what_cannot_be(
        self, tmp_path: Path, nameserver: int, laser: OurDaemon, arguments: tuple[str, ...], sentences: int
    ):
        file = tmp_path / "a.rec"
        with recorder(file, nameserver, *arguments) as process:
            lines = output_of(process)
        assert process.returncode == 1
        assert len(lines) == sentences
        assert all(line.endswith(".") for line in lines)
        assert not file.exists()

    def test_a_file_that_is_there(self, tmp_path: Path, nameserver: int):
        file = tmp_path / "a.rec"
        file.write_bytes(b"")
        with recorder(file, nameserver, "bench.laser.power", "--period", "1") as process:
            lines = output_of(process)
        assert process.returncode == 1
        assert "--continue" in lines[-1]

    def test_a_file_that_is_something_else(self, tmp_path: Path, nameserver: int, laser: OurDaemon):
        file = tmp_path / "a.db"
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE mine (x)")
        with recorder(file, nameserver, "bench.laser.power", "--period", "1", "--continue") as process:
            lines = output_of(process)
        assert process.returncode == 1
        assert lines[-1].endswith("is no recording.")

"""The state that simulated instruments share: whole, cheap, and the same in another process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from drivers.simulated.bench import Bench, bench_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bench = Bench("shared")
    yield bench
    bench.close()


def test_a_slot_is_empty_until_it_is_written(bench):
    assert bench.read("laser") == ()
    bench.write("laser", 1.5, -2.0)
    assert bench.read("laser") == (1.5, -2.0)
    assert bench.read("stage") == ()
    bench.write("laser", 3.0)
    assert bench.read("laser") == (3.0,)


def test_another_handle_sees_the_same_and_another_name_does_not(bench):
    bench.write("stage", 7.0)
    other, apart = Bench("shared"), Bench("apart")
    try:
        assert other.read("stage") == (7.0,)
        assert apart.read("stage") == ()
    finally:
        other.close()
        apart.close()


def test_another_process_sees_the_same(bench, tmp_path):
    bench.write("laser", 42.0)
    code = (
        f"import tempfile; tempfile.tempdir = {str(tmp_path)!r}\n"
        "from drivers.simulated.bench import Bench\n"
        "bench = Bench('shared'); print(bench.read('laser')); bench.write('stage', 8.0)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert out.stdout.strip() == "(42.0,)"
    assert bench.read("stage") == (8.0,)


def test_what_was_set_outlives_its_driver(bench):
    bench.write("laser", 1.0)
    bench.close()
    again = Bench("shared")
    try:
        assert again.read("laser") == (1.0,)
    finally:
        again.close()


def test_readers_see_whole_slots_only(bench):
    stop = threading.Event()

    def write() -> None:
        number = 0.0
        while not stop.is_set():
            number += 1.0
            bench.write("laser", *(number,) * 13)

    writer = threading.Thread(target=write)
    bench.write("laser", *(0.0,) * 13)
    writer.start()
    try:
        seen = [bench.read("laser") for _ in range(5000)]
    finally:
        stop.set()
        writer.join()
    assert all(len(set(numbers)) == 1 for numbers in seen)


def test_a_writer_that_died_in_the_middle_does_not_hang_readers(bench):
    bench.write("laser", 5.0)
    bench._memory[0] |= 1  # as if a write had begun and never ended
    began = time.monotonic()
    assert bench.read("laser") == (5.0,)
    assert time.monotonic() - began < 5
    bench.write("laser", 6.0)
    assert bench.read("laser") == (6.0,)


def test_names_of_every_kind_are_files(bench):
    for name in ("a b", "../up", "µ/°", "con:"):
        path = bench_file(name)
        assert path.parent == bench_file("shared").parent
        Bench(name).close()
        assert path.exists()

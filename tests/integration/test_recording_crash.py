"""A recorder that is killed, or whose disk takes no more: what was written is there, once, and can be continued."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui import recording
from tests.integration.child_process import ROOT

KILLS = 12


def _start(file: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.recording_writer_process", str(file), *more]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _check(file: Path, at_least: int) -> int:
    """Return how many samples there are; each is there once, with its value, and the overview shows them all."""
    with recording.open(file) as found:
        counts = []
        for channel in found.channels:
            times, values = channel.read()
            np.testing.assert_array_equal(times, np.arange(len(times)))
            np.testing.assert_array_equal(values, -times)
            assert len(channel) == len(times) >= at_least
            assert channel.overview(points=10).count.sum() == len(times)
            counts.append(len(times))
        assert len(set(counts)) == 1, "a flush is on disk for all channels or for none"
        return counts[0]


def test_killed_again_and_again_at_any_moment(tmp_path: Path):
    file = tmp_path / "killed.rec"
    dice = random.Random(5)
    written = 0
    for turn in range(KILLS):
        with _start(file) as process:
            assert process.stdout is not None
            told = written
            for _ in range(dice.randint(1, 30)):
                told = int(process.stdout.readline())
            process.kill()
            process.wait(10)
            rest = process.stdout.read().split()
            told = int(rest[-1]) if rest else told
        written = _check(file, told)
        with recording.open(file) as found:
            assert len(found.metadata.segments) == turn + 1
            assert found.metadata.segments[-1].ended is None


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of a file's size is POSIX")
def test_a_disk_that_takes_no_more(tmp_path: Path):
    file = tmp_path / "full.rec"
    with _start(file, "400000") as process:
        output, _ = process.communicate(timeout=60)
    *told, sentence = output.splitlines()
    assert process.returncode == 1
    assert str(file) in sentence
    assert sentence.endswith(".")
    written = _check(file, int(told[-1]))
    assert written == int(told[-1])
    with _start(file) as process:  # there is room again
        assert process.stdout is not None
        more = int(process.stdout.readline())
        process.kill()
    assert _check(file, more) > written

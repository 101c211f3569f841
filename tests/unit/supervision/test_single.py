"""One supervisor per state folder: who holds the lock, who held it before, and how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from pyrolab_gui.supervision.single import LOCK_FILE, SingleSupervisor
from pyrolab_gui.wire.errors import LabError

HOLD = """
import sys
from pathlib import Path
from pyrolab_gui.supervision.single import SingleSupervisor
held = SingleSupervisor(Path(sys.argv[1]), "9.9")
print("held", flush=True)
sys.stdin.read()
held.release()
"""


def holder(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_who_has_it(tmp_path):
    with holder(tmp_path) as first:
        with pytest.raises(LabError, match=f"process {first.pid}, since 20.*, version 9.9") as caught:
            SingleSupervisor(tmp_path, "1.0")
        assert caught.value.detail == str(tmp_path / LOCK_FILE)
        first.communicate("")
    with SingleSupervisor(tmp_path, "1.0") as mine:
        assert not mine.follows_crash


def test_the_end_of_a_process_lets_go_and_is_noticed(tmp_path):
    with holder(tmp_path) as first:
        first.kill()
    with SingleSupervisor(tmp_path, "1.0") as mine:
        assert mine.follows_crash
    with SingleSupervisor(tmp_path, "1.0") as mine:
        assert not mine.follows_crash


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_child_process_does_not_inherit_the_lock(tmp_path):
    with SingleSupervisor(tmp_path, "1.0"):
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    try:
        SingleSupervisor(tmp_path, "1.0").release()
    finally:
        os.kill(sleeper.pid, signal.SIGKILL)
        sleeper.wait()


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"pid": 1}'])
def test_a_damaged_file_is_no_obstacle(tmp_path, content):
    (tmp_path / LOCK_FILE).write_text(content)
    with SingleSupervisor(tmp_path, "1.0") as mine:
        assert not mine.follows_crash
        with pytest.raises(LabError, match=f"process {os.getpid()}"):
            SingleSupervisor(tmp_path, "1.0")


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="cannot be used"):
        SingleSupervisor(tmp_path / "file" / "state", "1.0")

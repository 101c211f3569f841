"""A child's log takes all that the process says, from C and from grandchildren too, in files of a bounded size."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.integration.child_process import ROOT


def _run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(folder / "optics.log")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )


def _files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())}


HEAD = """
import logging, os, subprocess, sys
from pathlib import Path
from pyrolab_gui.hosting.log_file import LogFile, log_to_stderr
file = LogFile(sys.argv[1], file_bytes=100, files_kept=3)
file.open()
log_to_stderr()
"""


def test_everything_that_the_process_says_is_in_the_file(tmp_path: Path) -> None:
    script = """
print("from Python")
print("über", file=sys.stderr)
os.write(2, b"from C\\n")
subprocess.run([sys.executable, "-c", "print('from a grandchild')"])
print("asked:", repr(sys.stdin.read()))
logging.getLogger("x").info("a record")
logging.getLogger("x").debug("not this")
"""
    result = _run(HEAD + script, tmp_path)
    assert (result.stdout, result.stderr) == ("", "")
    text = _files(tmp_path)["optics.log"]
    lines = text.splitlines()
    assert lines[:5] == ["from Python", "über", "from C", "from a grandchild", "asked: ''"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO a record", lines[5])
    assert len(lines) == 6


def test_a_full_file_is_followed_by_the_next_and_the_oldest_goes(tmp_path: Path) -> None:
    script = """
for number in range(6):
    os.write(1, (f"{number} " * 60 + "\\n").encode())
    subprocess.run([sys.executable, "-c", f"print('grandchild {number}')"])
    assert file.rotate_if_full()
    assert not file.rotate_if_full()
print("the end")
"""
    _run(HEAD + script, tmp_path)
    files = _files(tmp_path)
    assert list(files) == ["optics.log.4", "optics.log.5", "optics.log.6"]
    assert files["optics.log.5"].splitlines()[1] == "grandchild 5"
    assert files["optics.log.6"] == "the end\n"


def test_it_watches_its_size_itself(tmp_path: Path) -> None:
    script = """
import time
os.write(1, b"x" * 200 + b"\\n")
deadline = time.monotonic() + 20
while not Path(sys.argv[1] + ".1").exists() and time.monotonic() < deadline:
    time.sleep(0.01)
print("in the second")
"""
    _run(
        HEAD.replace("file = ", "from pyrolab_gui.hosting import log_file; log_file.CHECK_SECONDS = 0.02\nfile = ")
        + script,
        tmp_path,
    )
    assert _files(tmp_path)["optics.log.1"] == "in the second\n"


def test_the_next_process_goes_on_in_the_newest_file(tmp_path: Path) -> None:
    (tmp_path / "optics.log").write_text("oldest\n")
    (tmp_path / "optics.log.9").write_text("older\n")
    (tmp_path / "optics.log.10").write_text("newest\n")
    (tmp_path / "optics.log.notes").write_text("mine\n")
    _run(HEAD + "print('more')\nfile.rotate_if_full()", tmp_path)
    assert _files(tmp_path)["optics.log.10"] == "newest\nmore\n"
    assert len(_files(tmp_path)) == 4


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    _run(HEAD, tmp_path / "new folder")
    if os.name == "posix":
        assert (tmp_path / "new folder" / "optics.log").stat().st_mode & 0o077 == 0


def test_of_a_flood_that_nobody_could_count_the_middle_is_left_out(tmp_path: Path) -> None:
    _run(HEAD + "os.write(1, b'first' + b'x' * 9990 + b'last\\n')\nfile.rotate_if_full()\nprint('after')", tmp_path)
    files = _files(tmp_path)
    left_out = "\n[9900 bytes are left out here: too much was written at once]\n"
    assert files["optics.log"] == "first" + "x" * 45 + left_out + "x" * 45 + "last\n"
    assert files["optics.log.1"] == "after\n"


def test_a_flood_is_held_within_the_size(tmp_path: Path) -> None:
    """What Python prints is counted, so nothing has to look in time."""
    _run(HEAD + "for _ in range(200):\n    print('x' * 9)\n", tmp_path)
    sizes = [len(text) for text in _files(tmp_path).values()]
    assert len(sizes) == 3
    assert max(sizes) <= 110 and sum(sizes) >= 200

"""The end of a process as an event, which process a number means, and private files."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import threading
import time

import pytest

from pyrolab_gui.supervision import exit_watch
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.supervision.process import ChildProcess

UNTIL_TOLD = [sys.executable, "-c", "import sys; sys.stdin.read()"]
LIMIT = 10.0


@pytest.fixture
def sleeper():
    with subprocess.Popen(UNTIL_TOLD, stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture(params=["event", "thread"])
def way(request, monkeypatch):
    """With the system's event of a process's end, and with the thread that stands in for it."""
    if request.param == "thread":
        monkeypatch.setattr(exit_watch, "_descriptor", lambda pid: None)
    return request.param


def run_with_output(words, limit=LIMIT):
    """Start a program as a child and return its exit status."""

    async def run():
        loop = asyncio.get_running_loop()
        code = loop.create_future()
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            ChildProcess.start([sys.executable, "-c", words], dict(os.environ), null, loop, code.set_result)
        finally:
            os.close(null)
        async with asyncio.timeout(limit):
            return await code

    return asyncio.run(run())


def test_the_exit_status_of_a_child(way):
    assert run_with_output("raise SystemExit(3)") == 3


def test_an_end_before_anybody_looks_is_seen(way):
    for _ in range(3):
        assert run_with_output("import os; os._exit(9)") == 9


def test_the_end_of_an_adopted_process(way, sleeper):
    async def run():
        loop = asyncio.get_running_loop()
        code = loop.create_future()
        process = ChildProcess.adopt(sleeper.pid, ident_of(sleeper.pid), loop, code.set_result)
        assert process is not None
        assert process.started == pytest.approx(time.time(), abs=60)
        assert not code.done()
        process.kill()
        async with asyncio.timeout(LIMIT):
            await code

    asyncio.run(run())
    sleeper.wait(LIMIT)


def test_a_watch_that_is_called_off_tells_nothing_and_leaves_nothing(way, sleeper):
    told: list[int | None] = []

    async def run():
        loop = asyncio.get_running_loop()
        process = ChildProcess.adopt(sleeper.pid, ident_of(sleeper.pid), loop, told.append)
        assert process is not None
        process.release()
        process.release()

    asyncio.run(run())
    assert sleeper.poll() is None
    waiting = [thread for thread in threading.enumerate() if thread.name.startswith("wait for process")]
    for thread in waiting:
        thread.join(LIMIT)
    assert not any(thread.is_alive() for thread in waiting)
    assert told == []


def test_there_is_nothing_to_adopt_where_there_is_no_process(sleeper):
    ident = ident_of(sleeper.pid)
    sleeper.kill()
    sleeper.wait(LIMIT)

    async def run():
        return ChildProcess.adopt(sleeper.pid, ident, asyncio.get_running_loop(), lambda code: None)

    assert asyncio.run(run()) is None
    with pytest.raises(ValueError, match=str(sleeper.pid)):
        ident_of(sleeper.pid)


def test_an_ident_is_that_of_one_process(sleeper):
    assert ident_of(sleeper.pid) == ident_of(sleeper.pid)
    assert ident_of(sleeper.pid) != ident_of(os.getpid())


def test_a_private_file_is_replaced_as_a_whole(tmp_path):
    file = tmp_path / "a" / "b" / "plan.json"
    write_private(file, "first, and longer")
    write_private(file, "µ\n")
    assert file.read_bytes() == "µ\n".encode()
    assert os.listdir(file.parent) == ["plan.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_private_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    file = tmp_path / "plan.json"
    write_private(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(file, "new \ud800")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["plan.json"]

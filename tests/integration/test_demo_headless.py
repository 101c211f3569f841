"""The demo without a window: brings the simulated bench up from nothing, and leaves nothing when it is interrupted."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pyrolab_gui import cli
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision import current_lab, demo
from tests.integration.child_process import ROOT, eventually, names, proxy

posix = pytest.mark.skipif(os.name != "posix", reason="Windows cannot interrupt one process")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # somebody else's 9090 does as well
            stack.enter_context(socket.create_server(("127.0.0.1", demo.PORT)))
        yield demo.PORT


def _port(file: Path) -> int:
    lab = LabFile.open(file).lab
    assert lab is not None
    return next(iter(lab.nameservers.values())).ns_port


@posix
def test_it_comes_up_is_reached_as_it_says_and_leaves_nothing(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrolab_gui", "demo", "--headless"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(40, process.kill)
    watchdog.start()
    lines: list[str] = []
    family: list[psutil.Process] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("All runs."):
                break
        port = int(re.search(r"nameserver is localhost:(\d+)", lines[-1])[1])  # type: ignore[index]
        assert port != taken
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) == 3
        with proxy(eventually(lambda: names(port)["bench.laser"])) as laser:
            laser.power = 2.0
        assert cli.run(["call", "bench.laser", "power"]) == 0
        assert capsys.readouterr().out == "2.0\n"
        process.send_signal(signal.SIGINT)
        lines += process.stdout.read().splitlines()
        assert process.wait(20) == 0
        assert not [member for member in family if member.is_running()]
        assert current_lab.open_lab() is None
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate(timeout=10)
        for member in family:  # they outlive their supervisor on purpose
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
    text = "\n".join(lines)
    for child in ("nameserver main", "daemon optics", "daemon motion"):
        assert re.search(rf"^\d\d:\d\d:\d\d {child}: running \(process \d+\) at localhost:\d+$", text, re.MULTILINE)
        assert re.search(rf"^\d\d:\d\d:\d\d {child}: stopped$", text, re.MULTILINE)


def _benches(file: Path) -> set[str]:
    lab = LabFile.open(file).lab
    assert lab is not None
    return {str(service.parameters["bench"]) for service in lab.services.values()}


def test_the_port_is_changed_only_where_another_has_it(home: Path, taken: int) -> None:
    file = demo.prepare()
    assert file.is_relative_to(home)
    assert _port(file) != taken
    assert _port(file) == _port(demo.prepare())


def test_the_usual_port_is_taken_again_when_it_is_free(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        usual = stranger.getsockname()[1]
        monkeypatch.setattr(demo, "PORT", usual)
        file = demo.prepare()
        file.write_text(file.read_text().replace("ns_port: 9090", f"ns_port: {usual}"))
        assert _port(demo.prepare()) != usual
        assert _benches(file) == {f"bench-{_port(file)}"}, "two demos do not turn the same knobs"
    assert _port(demo.prepare()) == usual
    assert _benches(file) == {"bench"}


def test_a_port_that_was_chosen_for_the_demo_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        chosen = probe.getsockname()[1]
    file = demo.prepare()
    file.write_text(re.sub(r"ns_port: \d+", f"ns_port: {chosen}", file.read_text()))
    assert _port(demo.prepare()) == chosen


def test_what_was_changed_in_the_demo_is_kept() -> None:
    file = demo.prepare()
    file.write_text(file.read_text() + "\n# mine\n")
    assert demo.prepare() == file
    assert "# mine" in file.read_text()


def test_a_new_example_replaces_the_demo_and_keeps_the_old_one() -> None:
    file = demo.prepare()
    file.write_text("# mine\n")
    (file.parent / ".bench.origin").write_text("an older example")
    assert "drivers.simulated" in demo.prepare().read_text()
    assert (file.parent / "bench.previous.yaml").read_text() == "# mine\n"


def test_a_second_supervisor_is_refused_with_a_sentence(home: Path) -> None:
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.link import LinkAddress

    (home / "state").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = LinkAddress("127.0.0.1", other.getsockname()[1], "t")
        (home / "state" / "supervisor.json").write_text(address.to_json())
        with pytest.raises(LabError, match="running for this user already"):
            demo.run_headless(print)

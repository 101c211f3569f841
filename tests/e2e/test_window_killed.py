"""The window is killed in the middle of a call, twice: nothing on the bench notices, the next window finds it all."""

from __future__ import annotations

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.lab import Lab
from pyrolab_gui.network.nameserver import lookup
from pyrolab_gui.wire.names import DAEMON_OBJECT
from tests.benchmarks.servers import free_port
from tests.e2e.desktop import Person, Screen, screen
from tests.e2e.test_the_whole_application import BENCH, processes_of
from tests.integration.child_process import eventually

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual screen is Xvfb"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
    pytest.mark.timeout(240),
]


def children_of(home: Path, *, without: int) -> dict[int, float]:
    """Return the processes on this state folder with the time of their start, but not the window."""
    return {process.pid: process.create_time() for process in processes_of(home) if process.pid != without}


def open_window(desk: Screen, tmp_path: Path, home: Path, lab: Path, number: int) -> Person:
    return Person(
        desk,
        tmp_path / f"person-{number}",
        [str(lab)],
        PYROLAB_GUI_HOME=str(home),
        TMPDIR=str(tmp_path),  # the simulated bench is this test's own
    )


def test_killed_window_leaves_all_running_and_the_next_finds_it(tmp_path):
    home, lab, port = tmp_path / "home", tmp_path / "bench.yaml", free_port()
    lab.write_text(BENCH.read_text().replace("9090", str(port)))
    people: list[Person] = []
    with screen() as desk, ThreadPoolExecutor(1) as pool:
        try:
            person = open_window(desk, tmp_path, home, lab, 0)
            people.append(person)
            go_to_daemons(person)
            person.click("daemons-start-all")
            until_all_run(person)
            before = children_of(home, without=person.process.pid)
            assert len(before) == 4, "a supervisor, a nameserver and two daemons"
            with Lab(f"localhost:{port}", timeout=20) as bench:
                eventually(lambda: "bench.stage" in bench.names(), 20)
                stage = bench["bench.stage"]
                stage.velocity = 50.0
                for number in (1, 2):
                    call = pool.submit(stage.move_to, 400.0 * (number % 2), 0.0)
                    eventually(lambda: busy(port, "bench.stage"), 5)
                    person.process.kill()
                    person.process.wait(10)
                    person.end()
                    assert children_of(home, without=0) == before
                    assert not call.done()
                    call.result(30)  # it went on to its end
                    person = open_window(desk, tmp_path, home, lab, number)
                    people.append(person)
                    see_all_as_before(person, home, before)
            person.click("daemons-stop-all")
            person.click("question-yes")
            person.until(lambda: len(processes_of(home)) == 2, "the children to be gone; window and supervisor stay")
            person.close_window()
            assert person.process.wait(20) == 0, person.output.read_text()
            eventually(lambda: not processes_of(home), 10)
        finally:
            if picture := os.environ.get("PYROLAB_GUI_PICTURES"):
                desk.picture(Path(picture) / "window-killed.png")
            for one in people:
                one.end()
            left = processes_of(home)
            for process in left:
                process.kill()
    assert left == []


def go_to_daemons(person: Person) -> None:
    """Go there; a click while the window is being placed on the screen may miss."""

    def there() -> bool:
        person.click("tab-daemons")
        return person.shown("daemons-tree") is not None

    person.until(there, "the Daemons tab", 30)


def until_all_run(person: Person) -> None:
    person.until(lambda: (w := person.shown("daemons-start-all")) and not w["enabled"], "all to run", 60)


def see_all_as_before(person: Person, home: Path, before: dict[int, float]) -> None:
    """Check that the window shows what ran before it, with the uptime that is true."""
    go_to_daemons(person)
    person.click_item("daemons-tree", "optics", timeout=30)
    person.until(lambda: "running" in texts(person), "optics to be shown as running")
    until_all_run(person)
    assert children_of(home, without=person.process.pid) == before
    shown = texts(person)
    optics = next(process for process in processes_of(home) if process.cmdline()[3:5] == ["daemon", "optics"])
    assert str(optics.pid) in shown
    assert seconds(shown[shown.index("up") + 1]) >= int(time.time() - optics.create_time()) - 3


def busy(port: int, name: str) -> bool:
    """Whether a call runs on a service, as its daemon tells."""
    location = lookup("localhost", port, name).partition("@")[2]
    with open_proxy(f"PYRO:{DAEMON_OBJECT}@{location}") as daemon:
        return any(service["name"] == name and service["busy"] for service in daemon.status()["services"])


def texts(person: Person) -> list[str]:
    found: list[str] = person.ask(ask="texts", name="daemons-detail")
    return found


def seconds(uptime: str) -> int:
    """Return a length of time such as ``1 min 5 s``."""
    words = uptime.split()
    units = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    return sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))

"""The daemon child: serves what it can, says what it cannot, keeps its names, and ends at once without a trace."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from Pyro5 import socketutil

from pyrolab_gui.wire.description import service_from_plain
from pyrolab_gui.wire.link import LINK_FILE_VARIABLE, LOG_FILE_VARIABLE
from pyrolab_gui.wire.plans import DaemonPlan, NameserverAddress, NameserverPlan, ServicePlan
from tests.integration.child_process import ROOT, child, cli, eventually, free_port, names, proxy, when_up
from tests.integration.test_supervisor_link import Supervisor

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM and no Unix sockets")

DRIVERS = """
import pathlib, subprocess, sys, threading, time

class Laser:
    def __init__(self, power: float = 1.0, told: str = ""):
        self._power, self._told = power, told

    @property
    def power(self) -> float:
        return self._power

    @power.setter
    def power(self, value: float) -> None:
        self._power = value

    def slow(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    def close(self) -> None:
        if self._told:
            pathlib.Path(self._told).write_text("closed")

class Away:
    def __init__(self):
        raise ConnectionError("no answer from GPIB 7")

class Hangs:
    def __init__(self):
        threading.Event().wait()

class Stubborn(Laser):
    def close(self):
        threading.Event().wait()
"""


@pytest.fixture
def drivers(tmp_path: Path) -> str:
    folder = tmp_path / "my drivers"
    folder.mkdir()
    (folder / "bench_drivers.py").write_text(DRIVERS)
    (folder / "broken_drivers.py").write_text("import no_such_library\n")
    return str(folder)


def _service(classname: str, name: str = "", module: str = "bench_drivers", **more: Any) -> ServicePlan:
    name = name or f"bench.{classname.lower()}"
    return ServicePlan(name, name, module, classname, **{"instancemode": "single", **more})


def _plan(drivers: str, *services: ServicePlan, **more: Any) -> DaemonPlan:
    values = {"host": "127.0.0.1", "port": free_port(), "search_paths": (drivers,), **more}
    return DaemonPlan("optics", services=services, **values)


def _uri(plan: DaemonPlan, name: str) -> str:
    return f"PYRO:{name}@127.0.0.1:{plan.port}"


def _states(plan: DaemonPlan) -> dict[str, str]:
    with proxy(_uri(plan, "Pyro.Daemon")) as daemon:
        return {service["name"]: service["state"] for service in daemon.status()["services"]}


def test_a_driver_in_a_folder_of_the_lab_is_served(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Laser", parameters={"power": 2.5}))
    with child(plan, tmp_path):
        when_up(_uri(plan, "bench.laser"))
        with proxy(_uri(plan, "bench.laser")) as laser:
            assert laser.power == 2.5
            laser.power = 3.5
            assert laser.power == 3.5
        assert eventually(lambda: _states(plan) == {"bench.laser": "connected"})


def test_the_first_instrument_of_the_readme_works_as_it_stands_there(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = {kind: re.search(rf"```{kind}\n(.*?)```", readme, re.DOTALL) for kind in ("python", "yaml")}
    port = free_port()
    assert code["python"]
    assert code["yaml"]
    lab = code["yaml"][1].replace("main: {}", f"main: {{ns_port: {port}}}")
    assert str(port) in lab
    (tmp_path / "thermometer.py").write_text(code["python"][1], encoding="utf-8")
    (tmp_path / "mylab.yaml").write_text(lab, encoding="utf-8")
    with (
        child(NameserverPlan("main", host="127.0.0.1", ns_port=port), tmp_path),
        cli("daemon", "room", "--config", str(tmp_path / "mylab.yaml")),
    ):
        uri = eventually(lambda: names(port)["room.thermometer"])
        with proxy(uri) as thermometer:
            assert (thermometer.temperature, thermometer.alarm) == (21.5, 30.0)
            thermometer.alarm = -5
            assert thermometer.alarm == -5.0
            with pytest.raises(ValueError, match=r"alarm must be at most 125 °C, got 126"):
                thermometer.alarm = 126
            assert thermometer.calibrate(20, points=5) == "calibrated at 20.0 °C with 5 points"
            with pytest.raises(ValueError, match=r"points must be 1, 3 or 5, got 4"):
                thermometer.calibrate(20, points=4)
        with proxy(uri.replace("room.thermometer", "Pyro.Daemon")) as daemon:
            described = service_from_plain(daemon.describe("room.thermometer"))
        alarm = described.member("alarm")
        assert (alarm.role, alarm.setting.ge, alarm.setting.le, alarm.setting.unit) == ("write", -40, 125, "°C")


def test_what_cannot_be_loaded_or_connected_says_why_and_the_rest_serves(tmp_path: Path, drivers: str) -> None:
    plan = _plan(
        drivers,
        _service("Laser"),
        _service("Away"),
        _service("Hangs"),
        _service("Nobody"),
        _service("Laser", "bench.missing", "no_such_module"),
        _service("Laser", "bench.broken", "broken_drivers"),
        _service("Laser", "bench.odd", parameters={"colour": "red"}),
    )
    expected = {
        "bench.laser": ("connected", ""),
        "bench.away": ("not-connected", "no answer from GPIB 7"),
        "bench.hangs": ("connecting", ""),
        "bench.nobody": ("not-connected", "Nobody"),
        "bench.missing": ("not-connected", "no_such_module"),
        "bench.broken": ("not-connected", "no_such_library"),
        "bench.odd": ("not-connected", "colour"),
    }
    with child(plan, tmp_path):
        when_up(_uri(plan, "bench.laser"))
        eventually(lambda: _states(plan) == {name: state for name, (state, _) in expected.items()})
        with proxy(_uri(plan, "Pyro.Daemon")) as daemon:
            errors = {service["name"]: service["error"] for service in daemon.status()["services"]}
        for name, (_, word) in expected.items():
            assert word in errors[name]
            assert "\n" not in errors[name]
        with proxy(_uri(plan, "bench.laser")) as laser:
            assert laser.power == 1.0


def test_a_taken_port_is_one_sentence_and_status_1(tmp_path: Path, drivers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        plan = _plan(drivers, _service("Laser"), port=other.getsockname()[1])
        with child(plan, tmp_path) as process:
            output, _ = process.communicate(timeout=20)
    assert output.startswith(f"Port {plan.port} on 127.0.0.1 is already in use by ")
    assert output.endswith(f"(process {os.getpid()}).\n")
    assert process.returncode == 1


@posix
def test_terminated_it_closes_its_instruments_and_ends_at_once_with_status_0(tmp_path: Path, drivers: str) -> None:
    told = tmp_path / "told"
    plan = _plan(drivers, _service("Laser", parameters={"told": str(told)}))
    with child(plan, tmp_path) as process:
        eventually(lambda: _states(plan) == {"bench.laser": "connected"})
        connected = [proxy(_uri(plan, "bench.laser")) for _ in range(5)]
        with connected[0], connected[1], connected[2], connected[3], connected[4]:
            process.send_signal(signal.SIGTERM)
            assert process.wait(2) == 0
    assert told.read_text() == "closed"


@posix
def test_an_instrument_that_does_not_close_holds_the_end_up_for_a_bounded_time(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Stubborn"), stop_seconds=1.0)
    with child(plan, tmp_path) as process:
        eventually(lambda: _states(plan) == {"bench.stubborn": "connected"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0


def test_a_kill_leaves_nothing_behind(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Laser"))
    with child(plan, tmp_path) as process:
        when_up(_uri(plan, "bench.laser"))
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        process.kill()
        process.wait(10)
        assert not [member for member in family if member.is_running() and member.status() != psutil.STATUS_ZOMBIE]
    with child(plan, tmp_path):  # on the same port, at once
        when_up(_uri(plan, "bench.laser"))


class TestNames:
    """With a real nameserver."""

    @pytest.fixture
    def port(self) -> int:
        return free_port()

    def _plan(self, drivers: str, port: int) -> DaemonPlan:
        laser = _service("Laser", nameservers=("lab",), metadata=("laser",))
        return _plan(
            drivers,
            laser,
            _service("Away"),
            register_as="optics",
            own_nameservers=("lab",),
            nameservers=(NameserverAddress("lab", "127.0.0.1", port),),
        )

    def _nameserver(self, port: int) -> NameserverPlan:
        return NameserverPlan("lab", host="127.0.0.1", ns_port=port)

    @posix
    def test_registered_when_the_nameserver_comes_and_taken_out_on_a_clean_stop(
        self, tmp_path: Path, drivers: str, port: int
    ) -> None:
        plan = self._plan(drivers, port)
        expected = {"bench.laser": _uri(plan, "bench.laser"), "optics": _uri(plan, "Pyro.Daemon")}
        with child(plan, tmp_path) as daemon:
            when_up(_uri(plan, "bench.laser"))
            with child(self._nameserver(port), tmp_path):
                eventually(lambda: names(port) == expected)
                daemon.send_signal(signal.SIGTERM)
                assert daemon.wait(3) == 0
                assert names(port) == {}

    def test_after_a_kill_the_next_one_takes_the_names_over(self, tmp_path: Path, drivers: str, port: int) -> None:
        first, second = self._plan(drivers, port), self._plan(drivers, port)
        with child(self._nameserver(port), tmp_path):
            with child(first, tmp_path) as daemon:
                eventually(lambda: names(port).get("bench.laser") == _uri(first, "bench.laser"))
                daemon.kill()
                daemon.wait(10)
            assert names(port)["bench.laser"] == _uri(first, "bench.laser")
            with child(second, tmp_path):
                eventually(lambda: names(port).get("bench.laser") == _uri(second, "bench.laser"))


def test_a_supervisor_is_told_of_every_state_and_stops_it(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Away"), _service("Laser"))
    address, log = tmp_path / "supervisor.json", tmp_path / "log" / "optics.log"
    supervisor = Supervisor(address)
    try:
        environment = {LINK_FILE_VARIABLE: str(address), LOG_FILE_VARIABLE: str(log)}
        with child(plan, tmp_path, **environment) as process:
            assert supervisor.hello()["pid"] == process.pid
            supervisor.send("welcome")
            states: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

            def all_known() -> bool:
                states.put(state := supervisor.receive())
                services = {service["name"]: service["state"] for service in state["services"]}
                return state["state"] == "running" and services == {
                    "bench.away": "not-connected",
                    "bench.laser": "connected",
                }

            while not all_known():
                pass
            supervisor.send("stop")
            while supervisor.receive()["state"] != "stopping":
                pass
            assert process.wait(5) == 0
        assert "Daemon optics serves 2 services at 127.0.0.1" in log.read_text()
        assert states.get()["state"] in ("starting", "running")
    finally:
        supervisor.close()


def test_a_port_that_is_taken_is_told_to_the_supervisor_too(tmp_path: Path, drivers: str) -> None:
    address, log = tmp_path / "supervisor.json", tmp_path / "optics.log"
    supervisor = Supervisor(address)
    try:
        with socket.create_server(("127.0.0.1", 0)) as other:
            plan = _plan(drivers, _service("Laser"), port=other.getsockname()[1])
            environment = {LINK_FILE_VARIABLE: str(address), LOG_FILE_VARIABLE: str(log)}
            with child(plan, tmp_path, **environment) as process:
                assert process.wait(20) == 1
        assert log.read_text().splitlines()[-1].endswith(f"(process {os.getpid()}).")
    finally:
        supervisor.close()


@posix
def test_a_unix_socket_is_served_even_after_a_kill_left_its_file(tmp_path: Path, drivers: str) -> None:
    path = f"/tmp/pyrolab-gui-test-{os.getpid()}.sock"  # a short one: the system takes no more than 100 characters
    plan = _plan(drivers, _service("Laser"), unixsocket=path)
    uri = f"PYRO:bench.laser@./u:{path}"
    try:
        with child(plan, tmp_path) as process:
            when_up(uri)
            process.kill()
            process.wait(10)
        assert os.path.exists(path)
        with child(plan, tmp_path) as process:
            when_up(uri)
            with child(plan, tmp_path) as second:
                output, _ = second.communicate(timeout=20)
                assert output == f"{path} is already in use by another program.\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
        assert not os.path.exists(path)
    finally:
        if os.path.exists(path):
            os.unlink(path)


def test_clients_are_told_the_address_outside_the_router(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Laser"), nathost="lab.example.org", natport=9999)
    with child(plan, tmp_path), proxy_when_up(plan) as daemon:
        assert "lab.example.org:9999" in str(daemon.info())


def test_one_that_listens_everywhere_tells_an_address_that_leads_to_it(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Laser"), host="0.0.0.0")
    with child(plan, tmp_path), proxy_when_up(plan) as daemon:
        information = str(daemon.info())
    try:
        own = str(socketutil.get_ip_address("", workaround127=True))
    except OSError:
        pytest.skip("this computer has no address but its own")
    assert f"{own}:{plan.port}" in information


def test_multiplex_serves_too(tmp_path: Path, drivers: str) -> None:
    plan = _plan(drivers, _service("Laser"), servertype="multiplex")
    with child(plan, tmp_path):
        when_up(_uri(plan, "bench.laser"))
        with proxy(_uri(plan, "bench.laser")) as one, proxy(_uri(plan, "bench.laser")) as two:
            one.power = 4.0
            assert two.power == 4.0


def test_a_plan_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pyrolab_gui", "daemon", "optics", "--plan", str(tmp_path / "none.json")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 1
    assert result.stderr == f"The plan {tmp_path / 'none.json'} cannot be read: No such file or directory.\n"


def proxy_when_up(plan: DaemonPlan) -> Any:
    when_up(_uri(plan, "Pyro.Daemon"))
    return proxy(_uri(plan, "Pyro.Daemon"))

"""Drivers described, tested and looked for in real children, with instruments on pseudo terminals."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from pyrolab_gui.supervision.driver_children import DriverChild
from pyrolab_gui.supervision.plugged import holders, plugs_of
from pyrolab_gui.wire.errors import ConfigInvalid, LabError, NoReply
from pyrolab_gui.wire.plans import DaemonPlan
from pyrolab_gui.wire.serial_ports import SerialPort
from tests.integration.hosting_in_thread import bench_in_thread, eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals stand for serial ports")

DRIVER = '''
import os, subprocess, sys, time
import serial

print("this driver prints")

class Meter:
    """A power meter."""

    def connect(self, port: str, baud: int = 9600) -> None:
        """Open it.

        Parameters
        ----------
        port
            The serial port.
        """
        self._port = serial.Serial(port, baud, timeout=2)

    def ask(self, command: str) -> str:
        self._port.write(command.encode() + b"\\n")
        return self._port.readline().decode().strip()

    def set_range(self, value: float) -> None:
        self.ask(f"RANGE {value}")

    def close(self) -> None:
        self._port.close()

    @staticmethod
    def detect_devices():
        return [{"port": "COM9"}]

class Hangs:
    def __init__(self, folder: str) -> None:
        helper = [sys.executable, "-c", "import time; time.sleep(600)", folder]
        subprocess.Popen(helper, start_new_session=True)
        open(os.path.join(folder, f"started by {os.getpid()}"), "w").close()
        time.sleep(600)

class Crashes:
    def __init__(self) -> None:
        os.kill(os.getpid(), 11)
'''


class Instrument:
    """Answers ``*IDN?`` on a pseudo terminal, and keeps all that it was sent."""

    def __init__(self) -> None:
        self._end, other = os.openpty()
        self.port = os.ttyname(other)
        self._other = other
        self.sent: list[str] = []
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._end, 1000):
                for line in data.decode().splitlines():
                    self.sent.append(line)
                    os.write(self._end, b"ACME,PM1,77,1.2\n" if line == "*IDN?" else b"OK\n")

    def close(self) -> None:
        os.close(self._other)
        os.close(self._end)


@pytest.fixture
def instrument() -> Iterator[Instrument]:
    found = Instrument()
    yield found
    found.close()


@pytest.fixture
def daemon(tmp_path) -> DaemonPlan:
    (tmp_path / "acme_meter.py").write_text(DRIVER, encoding="utf-8")
    return DaemonPlan("d", search_paths=(str(tmp_path),))


def ask(daemon, what, seconds=30.0, classname="Meter", **more):
    return DriverChild(daemon, what, {"module": "acme_meter", "classname": classname, **more}).ask(seconds)


def helpers(folder):
    """Return the processes that a driver that hangs has started for `folder`."""
    return [each.pid for each in psutil.process_iter(["cmdline"]) if str(folder) in (each.info["cmdline"] or ())]


def test_a_driver_is_described_and_looked_for(daemon):
    needs = ask(daemon, "describe")
    assert [(item["name"], item["type"]["kind"]) for item in needs["parameters"]] == [("port", "str"), ("baud", "int")]
    assert (needs["doc"], needs["connects"], needs["detects"]) == ("A power meter.", True, True)
    assert needs["parameters"][0]["doc"] == "The serial port."
    assert ask(daemon, "detect") == {"found": [{"port": "COM9"}]}
    assert "acme_meter" not in sys.modules


def test_a_test_asks_who_it_is_and_sends_nothing_else(daemon, instrument):
    answer = ask(daemon, "test", parameters={"port": instrument.port})
    assert answer["identity"] == "ACME,PM1,77,1.2"
    assert instrument.sent == ["*IDN?"]
    with pytest.raises(
        LabError, match=r"^Another instrument answers: it is “ACME,PM1,77,1.2”, and the lab file expects"
    ):
        ask(daemon, "test", parameters={"port": instrument.port}, expect_id="PM2")


def test_what_fails_is_told_with_the_drivers_traceback(daemon, tmp_path):
    with pytest.raises(LabError, match="could not open port") as failed:
        ask(daemon, "test", parameters={"port": str(tmp_path / "none")})
    assert "acme_meter.py" in failed.value.detail and "this driver prints" in failed.value.detail
    with pytest.raises(LabError, match=r"^TypeError: Meter.connect has no parameter 'prot' \(did you mean 'port'\?\)"):
        ask(daemon, "test", parameters={"prot": "x"})
    with pytest.raises(ConfigInvalid, match=r"SIGSEGV.* while it connected\."):
        ask(daemon, "test", classname="Crashes", parameters={})
    with pytest.raises(ConfigInvalid, match="/nowhere/python cannot be started"):
        ask(DaemonPlan("d", python="/nowhere/python"), "describe")


def test_a_driver_that_hangs_is_ended_with_all_that_it_started(daemon, tmp_path):
    began = time.monotonic()
    with pytest.raises(NoReply, match=r"^There was no answer within 1.5 s while it connected\.$"):
        ask(daemon, "test", 1.5, classname="Hangs", parameters={"folder": str(tmp_path)})
    assert time.monotonic() - began < 10
    (started,) = tmp_path.glob("started by *")
    eventually(lambda: not psutil.pid_exists(int(started.name.split()[-1])) and not helpers(tmp_path))


def test_a_test_that_is_not_wanted_any_more_is_ended(daemon, tmp_path):
    request = {"module": "acme_meter", "classname": "Hangs", "parameters": {"folder": str(tmp_path)}}
    child = DriverChild(daemon, "test", request, lambda news: ends() if "connected" in news["stage"] else None)
    ends = child.end
    with pytest.raises(NoReply, match="it was cancelled while it connected"):
        child.ask(60.0)
    eventually(lambda: not helpers(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells")
def test_who_has_a_port_open_is_known(instrument):
    port = SerialPort(instrument.port, "USB", "0403:6001", "A1")
    assert holders([instrument.port])[instrument.port].endswith(f"(process {os.getpid()})")
    kept = {"laser": {"port": port.kept_as}}
    (plug, visa) = plugs_of([port], ["USB0::0x1AB1::0x04CE::DS1::INSTR"], kept, {})
    assert (plug.used_by, visa.usb, visa.used_by) == ("in use by laser", "1AB1:04CE", "")


class Scpi:
    """A driver that writes down what it is asked to do."""

    done: list[str] = []  # noqa: RUF012 - shared on purpose

    def __init__(self, port: str = "") -> None:
        self.done.append(f"open {port}")

    def idn(self) -> str:
        return "ACME,PM1,77,1.2"

    def safe_state(self) -> None:
        self.done.append("safe state")

    def close(self) -> None:
        self.done.append("close")


def test_a_daemon_lets_go_of_another_instrument_than_the_expected_one(monkeypatch):
    monkeypatch.setattr(Scpi, "done", [])
    kept = "hwgrep://VID:PID=0403:6001 SER=A1"
    with bench_in_thread() as bench:
        bench.add(Scpi, "right", expect_id="pm1,77")
        bench.add(Scpi, "wrong", expect_id="PM1,78")
        bench.add(Scpi, "gone", parameters={"port": kept})
        states = eventually(
            lambda: (
                (found := [service.state() for service in bench.services.values()])
                and {item.state for item in found} == {"connected", "not-connected"}
                and all(item.error for item in found[1:])
                and found
            )
        )
    assert [(item.name, item.state) for item in states] == [
        ("right", "connected"), ("wrong", "not-connected"), ("gone", "not-connected"),
    ]  # fmt: skip
    assert states[1].error == ("another instrument answers: it is “ACME,PM1,77,1.2”, and the lab file expects “PM1,78”")
    assert "Not plugged in: USB 0403:6001, serial number A1" in states[2].error
    assert Scpi.done.count("open ") == Scpi.done.count("close") and f"open {kept}" not in Scpi.done

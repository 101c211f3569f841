"""A port that is kept by its adapter's serial number."""

from __future__ import annotations

import pytest

from pyrolab_gui.model.check import named_twice, problems_of
from pyrolab_gui.model.export import for_pyrolab
from pyrolab_gui.model.lab import Lab
from pyrolab_gui.wire.errors import ConfigInvalid
from pyrolab_gui.wire.serial_ports import SerialPort, devices_of_now, resolved, serial_ports, with_ports_of_now

ONE = SerialPort("COM4", "USB Serial Port (COM4)", "0403:6001", "A1", "FTDI", "Laser", "USB VID:PID=0403:6001 SER=A1")
OTHER = SerialPort("COM7", "USB Serial Port (COM7)", "0403:6001", "A12", "FTDI", "", "USB VID:PID=0403:6001 SER=A12")
BOARD = SerialPort("COM1", "Communications Port", hardware="ACPI")
KEPT = "hwgrep://VID:PID=0403:6001 SER=A1"


def test_what_has_a_serial_number_is_kept_by_it():
    assert ONE.kept_as == KEPT
    assert BOARD.kept_as == "COM1"


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        (KEPT, "COM4"),
        (f"ASRL{KEPT}::INSTR", "ASRL4::INSTR"),
        ("hwgrep://SER=A12", "COM7"),
        ("COM3", "COM3"),
        ("GPIB0::12::INSTR", "GPIB0::12::INSTR"),
    ],
)
def test_it_is_found_where_it_is_now(kept, now):
    assert resolved(kept, [ONE, OTHER, BOARD]) == now


def test_an_adapter_that_is_not_there_or_there_twice_is_said():
    with pytest.raises(ConfigInvalid, match=r"Not plugged in: USB 0403:6001, serial number A1\."):
        resolved(KEPT, [OTHER])
    with pytest.raises(ConfigInvalid, match="Several adapters are a port like “USB Serial”: COM4, COM7"):
        resolved("hwgrep://USB Serial", [ONE, OTHER])
    with pytest.raises(ConfigInvalid, match="Not plugged in"):
        resolved("hwgrep://(", [ONE])


def test_other_parameters_stay_as_they_are():
    assert with_ports_of_now({"port": "COM3", "baud": 9600, "more": [1]}) == {"port": "COM3", "baud": 9600, "more": [1]}
    assert all(port.device for port in serial_ports())  # those of this computer: listed, none is opened


def test_one_adapter_in_two_services_is_a_problem():
    service = {"module": "m", "classname": "C", "instancemode": "single", "daemon": "d"}
    kept = {
        "a": {**service, "parameters": {"port": KEPT}},
        "b": {**service, "parameters": {"resource": f"ASRL{KEPT}::INSTR"}},
    }
    lab = Lab.model_validate({"daemons": {"d": {}}, "services": kept})
    (problem,) = (str(problem) for problem in problems_of(lab))
    assert "USB 0403:6001 with serial number A1" in problem


def lab_with(**ports):
    service = {"module": "m", "classname": "C", "instancemode": "single", "daemon": "d"}
    services = {name: {**service, "parameters": {"port": port}} for name, port in ports.items()}
    return Lab.model_validate({"daemons": {"d": {}}, "services": services})


def test_one_port_named_by_itself_and_by_serial_number_is_a_problem(monkeypatch):
    monkeypatch.setattr("pyrolab_gui.wire.serial_ports.serial_ports", lambda: (ONE, OTHER))
    lab = lab_with(laser=KEPT, meter="COM4", stage="COM9", gone="hwgrep://VID:PID=0403:6001 SER=B2")
    ports = devices_of_now(service.parameters["port"] for service in lab.services.values())
    assert ports == {KEPT: "COM4"}
    (problem,) = named_twice(lab, ports)
    assert str(problem) == (
        "warning: services.meter.parameters.port: "
        "This is COM4 now, which the service 'laser' opens too, by another name for it."
    )


def test_pyrolab_gets_the_port_of_now():
    text = for_pyrolab(lab_with(laser=KEPT, meter="COM3"), {KEPT: "COM4"})
    assert "hwgrep" not in text
    assert "port: COM4" in text and "port: COM3" in text

"""One instrument under several names, and two services on one instrument."""

from __future__ import annotations

import pytest

from pyrolab_gui.model.check import problems_of
from pyrolab_gui.model.check_lab import problems_between
from pyrolab_gui.model.lab import Lab
from pyrolab_gui.model.resources import resource, resources_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("COM3", "asrl3::instr"),
        ("COM12", "\\\\.\\COM12"),
        ("GPIB::12", "GPIB0::12::INSTR"),
        ("/dev/ttyUSB0", "ASRL/dev/ttyUSB0::INSTR"),
        ("TCPIP::10.0.0.4::INSTR", "tcpip0::10.0.0.4"),
        ("USB0::0x1AB1::0x0588::DS1K00005888::INSTR", "USB::0x1ab1::0x0588::DS1K00005888"),
    ],
)
def test_two_ways_to_write_one_instrument(one, other):
    assert resource(one) == resource(other) != ""


@pytest.mark.parametrize("text", ["", "bench", "COMET", "a::b", "10.0.0.4", "/home/ada/x", "GPIB"])
def test_what_is_no_instrument(text):
    assert resource(text) == ""


def test_an_address_with_a_port_is_one():
    assert dict(resources_of({"ip": "10.0.0.4", "port": 5025, "on": True})) == {"ip": "10.0.0.4:5025"}
    assert dict(resources_of({"host": "h", "port": "COM4"})) == {"port": "COM4"}


def lab(**services):
    entries = {
        name: {"module": "m", "classname": "C", "instancemode": "single", **more} for name, more in services.items()
    }
    return Lab.model_validate({"daemons": {"default": {}}, "services": entries})


def test_two_services_on_one_instrument_are_told_at_the_second():
    found = problems_of(lab(laser={"parameters": {"port": "COM3"}}, meter={"parameters": {"resource": "ASRL3::INSTR"}}))
    assert [(p.key_path, p.severity) for p in found] == [("services.meter.parameters.resource", "warning")]
    assert "COM3 is also opened by the service 'laser'" in found[0].sentence


def test_one_that_is_out_of_service_does_not_count():
    off = {"parameters": {"port": "COM3"}, "out_of_service": "broken"}
    assert problems_of(lab(laser=off, meter={"parameters": {"port": "COM3"}})) == []


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"host": "public"}, True),
        ({"host": "0.0.0.0"}, True),
        ({"host": "public", "tls": {"folder": "c"}}, False),
        ({}, False),
    ],
)
def test_what_everybody_may_use_is_told(entry, told):
    found = problems_of(Lab.model_validate({"nameservers": {"main": entry}}))
    assert bool([p for p in found if "Every computer" in p.sentence]) is told


def test_several_computers_share_names_and_the_network_but_not_their_ports():
    one = lab(laser={"parameters": {"port": "COM3"}}, scope={"parameters": {"resource": "TCPIP::10.0.0.4"}})
    two = lab(laser={"parameters": {"port": "COM3"}}, osa={"parameters": {"resource": "TCPIP0::10.0.0.4::INSTR"}})
    assert [(host, str(p)) for host, p in problems_between({"pc1": one, "pc2": two})] == [
        ("pc2", "services.laser: pc1 has a service of the same name; in a nameserver one hides the other."),
        (
            "pc2",
            "services.osa.parameters.resource: TCPIP0::10.0.0.4 is also opened by 'scope' on pc1; "
            "only one of them gets it.",
        ),
    ]

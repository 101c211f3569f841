"""Instruments of the network answer when they are asked, LXI by multicast DNS and VXI-11 by broadcast; nothing else."""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrolab_gui.network.dns_messages import A, question, records_of
from pyrolab_gui.network.lan_search import LanInstrument, search
from pyrolab_gui.supervision.plugged import plugs_of
from pyrolab_gui.wire.errors import LabError
from tests.integration.child_process import ROOT
from tests.integration.doctor_conditions import can_make_machines, other_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY: tuple[tuple[str, int], ...] = ()


def name(text: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def record(owner: bytes, kind: int, data: bytes) -> bytes:
    return owner + struct.pack("!HHIH", kind, 1, 120, len(data)) + data


def lxi_answer(service: str = "_lxi._tcp.local", port: int = 80, address: str = "") -> bytes:
    """Make the answer of an instrument, with names that point back into the message, as responders write them."""
    text = b"".join(
        bytes([len(entry)]) + entry
        for entry in (b"txtvers=1", b"Manufacturer=Keysight Technologies", b"Model=34465A", b"SerialNumber=MY5401")
    )
    head = struct.pack("!HHHHHH", 0, 0x8400, 0, 1, 0, 3)
    instance = b"\x06my dmm\xc0\x0c"  # and then the name of the service, from byte 12
    pointer = record(name(service), 12, instance)
    at = 12 + len(name(service)) + 10
    place = struct.pack("!H", 0xC000 | at)
    server = record(place, 33, struct.pack("!HHH", 0, 0, port) + name("dmm.local"))
    return (
        head
        + pointer
        + server
        + record(place, 16, text)
        + (record(name("dmm.local"), A, socket.inet_aton(address)) if address else record(place, 99, b"?"))
    )


def vxi11_answer(question: bytes, port: int = 1024) -> bytes:
    return question[:4] + struct.pack("!6I", 1, 0, 0, 0, 0, port)


@contextlib.contextmanager
def answering(answer: Callable[[bytes], list[bytes]]) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """Answer every datagram at an address of this computer; give the address, and all that was sent there."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (found := sock.recvfrom(2000))[0] != b"end":
                asked.append(found[0])
                for each in answer(found[0]):
                    sock.sendto(each, found[1])

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname(), asked
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
            ender.sendto(b"end", sock.getsockname())
        thread.join(5)


def test_an_lxi_instrument_says_who_it_is():
    news: list[int] = []
    with answering(lambda _: [b"\0" * 12, b"nonsense", lxi_answer()]) as (place, asked):
        (found,) = search(0.3, lambda known: news.append(len(known)), multicast=[place], broadcast=NOBODY)
    assert found == LanInstrument("TCPIP::127.0.0.1::INSTR", "127.0.0.1", "Keysight Technologies", "34465A", "MY5401")
    assert news == [1], "what comes twice is told once"
    assert set(asked) == {
        question(["_vxi-11._tcp.local", "_hislip._tcp.local", "_scpi-raw._tcp.local", "_lxi._tcp.local"])
    }


def test_the_best_way_is_kept_with_all_that_is_known():
    both = [lxi_answer("_scpi-raw._tcp.local", 5025, "127.0.0.1"), lxi_answer("_hislip._tcp.local", 4880, "127.0.0.1")]
    with answering(lambda _: both) as (place, _):
        (found,) = search(0.2, multicast=[place], broadcast=NOBODY)
    assert (found.address, found.model) == ("TCPIP::127.0.0.1::hislip0::INSTR", "34465A")
    with answering(lambda _: both[:1]) as (place, _):
        (found,) = search(0.2, multicast=[place], broadcast=NOBODY)
    assert found.address == "TCPIP::127.0.0.1::5025::SOCKET"
    with answering(lambda asked: [vxi11_answer(asked)]) as (mapper, _), answering(lambda _: both) as (place, _):
        (found,) = search(0.3, multicast=[place], broadcast=[mapper])
    assert (found.address, found.serial) == ("TCPIP::127.0.0.1::INSTR", "MY5401")


def test_a_port_mapper_without_vxi11_is_no_instrument():
    with answering(lambda asked: [vxi11_answer(asked, 0), asked, asked[:20], b""]) as (place, _):
        assert search(0.2, multicast=NOBODY, broadcast=[place]) == []


def test_no_network_is_said():
    with pytest.raises(LabError, match="The network could not be searched"):
        search(0.2, multicast=NOBODY, broadcast=NOBODY)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_is_sent_is_read(noise: bytes, cut: int) -> None:
    records_of(noise)
    records_of(struct.pack("!HHHHHH", 0, 0x8400, 1, 3, 0, 0) + noise)
    records_of(lxi_answer()[:cut] + noise)


def test_what_is_in_use_is_marked_by_whichever_name_the_lab_has_for_it():
    told: list[dict[str, Any]] = [
        LanInstrument("TCPIP::10.0.0.7::INSTR", "10.0.0.7", "Keysight", "34465A").to_plain(),
        LanInstrument("TCPIP::10.0.0.70::INSTR", "10.0.0.70").to_plain(),
    ]
    users: dict[str, dict[str, Any]] = {
        "dmm": {"resource": "TCPIP0::10.0.0.7::5025::SOCKET"},
        "other": {"host": "10.0.0.9", "port": 5025},
    }
    dmm, other = plugs_of((), ["TCPIP0::10.0.0.7::inst0::INSTR", "TCPIP::10.0.0.70::INSTR"], users, {}, told)[:2]
    assert (dmm.name, dmm.used_by, dmm.kept_as) == ("Keysight 34465A", "in use by dmm", "TCPIP::10.0.0.7::INSTR")
    assert (other.name, other.used_by) == ("instrument in the network", "")


RESPONDER = """
import socket, sys
sys.path.insert(0, {root!r})
from tests.integration.test_lan_search import lxi_answer, vxi11_answer
own = sys.argv[1]
mdns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mdns.bind(("", 5353))
mdns.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("224.0.0.251") + socket.inet_aton(own))
mapper = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mapper.bind(("", 111))
print("ready", flush=True)
import select
while True:
    for sock in select.select([mdns, mapper], [], [])[0]:
        data, sender = sock.recvfrom(2000)
        sock.sendto(lxi_answer(address=own) if sock is mdns else vxi11_answer(data), sender)
"""


@pytest.mark.skipif(not can_make_machines(), reason="needs the right to make network namespaces")
def test_an_instrument_of_another_machine_answers_multicast_and_broadcast():
    with other_machine() as (machine, here):
        there = here.rpartition(".")[0] + ".2"
        command = ["ip", "netns", "exec", machine, sys.executable, "-c", RESPONDER.format(root=str(ROOT)), there]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            found = {each.host: each for each in search(0.7)}
        finally:
            process.kill()
            process.communicate()
        assert found[there] == LanInstrument(
            f"TCPIP::{there}::INSTR", there, "Keysight Technologies", "34465A", "MY5401"
        )

"""Addresses of nameservers as people type them."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress, parse_address

MAIN = NameserverAddress("localhost", 9090, "main")


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("localhost", "localhost", 9090),
        (" pc3:9191 ", "pc3", 9191),
        ("10.2.0.17:9090", "10.2.0.17", 9090),
        ("[::1]:9092", "::1", 9092),
        ("[fe80::1%eth0]", "fe80::1%eth0", 9090),
        ("backup · pc7:9090", "pc7", 9090),
    ],
)
def test_what_people_type_is_read(typed, host, port):
    address = parse_address(typed)
    assert (address.host, address.port, address.name) == (host, port, "")


def test_a_nameserver_of_the_lab_is_found_by_name_and_by_address():
    assert parse_address("main", [MAIN]) is MAIN
    assert parse_address("localhost:9090", [MAIN]) is MAIN
    assert parse_address("localhost:9091", [MAIN]).name == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the nameserver's address"),
        ("localhost:", "port is missing"),
        ("localhost:http", "“http” is no port"),
        ("localhost:70000", "from 1 to 65535"),
        ("localhost:0", "from 1 to 65535"),
        ("localhost:²", "is no port"),
        (":9090", "host is missing"),
        ("lab pc", "cannot be a host"),
        ("::1", "more than one colon"),
        ("[::1", "is no address"),
    ],
)
def test_what_is_no_address_gets_a_sentence(typed, words):
    with pytest.raises(ValueError, match=words.replace("[", r"\[")) as caught:
        parse_address(typed)
    assert str(caught.value).endswith((".", "]:9090."))


@pytest.mark.parametrize("address", [MAIN, NameserverAddress("::1", 9090), NameserverAddress("pc3", 1)])
def test_the_label_is_read_back(address):
    assert parse_address(address.label, [MAIN]) == address

"""``localhost`` is what a server on this PC takes it for: the first of the system's addresses for it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from pyrolab_gui.network import sockets

PLACES = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


@pytest.fixture
def two_servers() -> Iterator[tuple[int, dict[socket.AddressFamily, socket.socket]]]:
    """Two programs, each with the same port of one family."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(socket.create_server((PLACES[socket.AF_INET], 0)))
        port = first.getsockname()[1]
        try:
            second = stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        except OSError as error:
            pytest.skip(f"this PC has no ::1, or its port {port} is taken: {error}")
        yield port, {socket.AF_INET: first, socket.AF_INET6: second}


@pytest.mark.parametrize("first", PLACES, ids=PLACES.values())
def test_the_first_address_of_the_system_is_tried_first(first, two_servers, monkeypatch):
    port, servers = two_servers
    order = sorted(PLACES, key=lambda family: family != first)

    def of_this_system(host, port, **_):
        return [(family, socket.SOCK_STREAM, 6, "", (PLACES[family], port)) for family in order]

    monkeypatch.setattr(socket, "getaddrinfo", of_this_system)
    with sockets.connect("localhost", port, 5.0) as client:
        servers[first].settimeout(5.0)
        accepted, peer = servers[first].accept()
        with accepted:
            assert peer[1] == client.getsockname()[1]

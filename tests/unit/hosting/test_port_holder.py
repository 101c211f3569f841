"""Who holds a port, in words."""

from __future__ import annotations

import socket
import sys

import pytest

from pyrolab_gui.hosting.port_holder import _described, port_holder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system may not tell")
def test_the_process_that_listens_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert "(process " in port_holder("localhost", port)
        assert "(process " in port_holder("0.0.0.0", port)
    assert port_holder("localhost", port) == ""


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (["python", "-m", "pyrolab_gui", "daemon", "optics", "--plan", "x.json"], ", the daemon optics"),
        (["/opt/pyrolab-gui", "nameserver", "main"], ", the nameserver main"),
        (["python", "-m", "Pyro5.nameserver"], ", a nameserver of Pyro5"),
        (["/usr/bin/python", "daemon", "other"], ""),
        ([], ""),
    ],
)
def test_what_it_is_where_it_is_known(command, more):
    assert _described("python", 12, command) == f"python (process 12){more}"

"""Which program holds a port that this one wants: its name, its process, and what it is where it is one of ours.

Looked up only when a port was taken, because it takes psutil and a look at every socket. Limits: the system may not
tell of other users' programs; then it is only known that there is one.
"""

from __future__ import annotations

import socket
from itertools import pairwise

_CHILDREN = ("daemon", "nameserver", "recorder", "relay")


def port_holder(host: str, port: int) -> str:
    """Return who listens at a port: ``python (process 4711), the daemon optics``; empty where it cannot be told."""
    try:
        import psutil
    except ImportError:  # a daemon's own interpreter need not have it
        return ""
    try:
        wanted = _addresses(host, port)
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
                if connection.pid and (not wanted or connection.laddr.ip in wanted):
                    process = psutil.Process(connection.pid)
                    return _described(process.name(), connection.pid, process.cmdline())
    except (psutil.Error, OSError, RuntimeError):
        pass
    return ""


def _addresses(host: str, port: int) -> set[str]:
    """Return the addresses that stand in the way of one at `host`; empty for all."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return set() if found & {"0.0.0.0", "::"} else found | {"0.0.0.0", "::"}


def _described(program: str, pid: int, command: list[str]) -> str:
    text = f"{program} (process {pid})"
    if any(word.endswith(("Pyro5.nameserver", "pyro5-ns")) for word in command):
        return f"{text}, a nameserver of Pyro5"
    for before, (word, name) in enumerate(pairwise(command)):
        if word in _CHILDREN and any("pyrolab" in part for part in command[:before]):
            return f"{text}, the {word} {name}"
    return text

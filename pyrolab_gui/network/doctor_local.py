"""What can be found out on this machine itself: whose port it is, who holds a device, which addresses are its own.

Limits: sees only what this user may see; holders of devices are found on Linux alone. All of it may block for a moment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import ipaddress
import os
import socket
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.doctor_probe import addresses_of
from pyrolab_gui.wire.health import ProcessLink
from pyrolab_gui.wire.remedies import Cause, Remedy

if TYPE_CHECKING:
    from pyrolab_gui.network.doctor_findings import Finding


@lru_cache(maxsize=4096)
def is_number(host: str) -> bool:
    """Whether `host` is an address and not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_loopback(host: str) -> bool:
    """Whether every machine takes `host` for itself."""
    if host == "localhost":
        return True
    return is_number(host) and ipaddress.ip_address(host).is_loopback


def is_this_machine(host: str) -> bool:
    """Whether a name or address is one of this machine's own. Blocks.

    Raises
    ------
    OSError
        If there is no such name.
    """
    return is_loopback(host) or any(is_loopback(address) or _is_own(address) for address in addresses_of(host))


def only_on_its_machine(finding: Finding, host: str) -> Finding:
    """Return the finding for an entry that stands for another machine at everybody else's."""
    if finding.process in (ProcessLink.LIVE, ProcessLink.SLOW) and finding.registered:
        if finding.cause not in (Cause.WELL, Cause.NOT_ASKED, Cause.SLOW):
            return finding
        note = f"but it is registered as {host}, so no other computer can reach it: its daemon is bound to localhost"
        return dataclasses.replace(finding, cause=Cause.LOCALHOST_ONLY, note=note, remedy=Remedy.CHANGE_HOST)
    if not finding.registered or finding.cause is Cause.MOVED:
        return finding
    reason = (
        f"it is registered as {host}, which each computer takes for itself: its daemon is bound to localhost "
        "on its own machine and cannot be reached from here"
    )
    return dataclasses.replace(
        finding,
        cause=Cause.LOCALHOST_ONLY,
        process=ProcessLink.UNREACHABLE,
        reason=reason,
        remedy=Remedy.CHANGE_HOST,
    )


def with_process(finding: Finding, port: int) -> Finding:
    """Say which process hangs, where it is one of this machine. Blocks."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and _port(connection) == port and connection.pid:
                process = psutil.Process(connection.pid)
                halted = process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
                who = f"process {process.pid} ({process.name()})"
                reason = f"{who} was halted" if halted else finding.reason
                detail = f"port {port} belongs to {who}: {' '.join(process.cmdline())[:300]}"
                return dataclasses.replace(finding, reason=reason, detail=detail)
    return finding


def _port(connection: Any) -> int:
    return int(connection.laddr.port) if connection.laddr else 0


def with_holder(finding: Finding, host: str, device: str, daemon_pid: object) -> Finding:
    """Say who holds the device that a driver could not open, where both are on this machine. Blocks."""
    holder = ""
    with contextlib.suppress(OSError):
        if is_this_machine(host):
            holder = _holder(device, daemon_pid)
    if not holder:
        return finding
    return dataclasses.replace(finding, reason=f"{finding.reason}; {device} is held by {holder}", other=holder)


def _holder(device: str, daemon_pid: object) -> str:
    """Return who has a device file open; empty where that cannot be seen."""
    if not sys.platform.startswith("linux") or not device.startswith("/"):
        return ""
    path = os.path.realpath(device)
    mine = ""
    for pid in (int(entry) for entry in os.listdir("/proc") if entry.isdigit()):
        if not _has_open(pid, path):
            continue
        if pid != daemon_pid:
            return f"process {pid} ({_name(pid)})"
        mine = "another service of the same daemon"
    return mine


def _has_open(pid: int, path: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        numbers = os.listdir(folder)
    except OSError:  # another user's, or gone
        return False
    for number in numbers:
        with contextlib.suppress(OSError):
            if os.readlink(f"{folder}/{number}") == path:
                return True
    return False


def _name(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "ended"


def _is_own(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((address, 0))
        except OSError:
            return False
    return True

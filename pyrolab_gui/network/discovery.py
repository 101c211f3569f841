"""Which nameservers answer a broadcast: asked once, on request, and nobody is believed for having answered.

Whoever shares the network can answer, with any address; so each answer is listed with where it came from, and a person
chooses. Limits: IPv4 only, and only as far as broadcasts reach (one network, no firewall between); nameservers answer
only where their file says ``broadcast: true`` and they are bound to more than localhost.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from Pyro5 import core, errors

from pyrolab_gui.network.sockets import readable
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT = 9091
SECONDS = 1.5
_QUESTION = b"GET_NSURI"
_LONGEST = 1024
_AGAIN = 0.4
"""Seconds between two questions: a broadcast may be lost."""
MAX_ANSWERS = 200
_LOOPBACK = "127."


@dataclass(frozen=True, slots=True)
class FoundNameserver:
    """One answer. `host` and `port` are what it says of itself, `answered_from` the address that it came from.

    `here` says that this machine answered, `elsewhere` that it named another machine than the one that answered.
    """

    uri: str
    host: str
    port: int
    answered_from: str
    here: bool = False
    elsewhere: bool = False

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def sentence(self) -> str:
        """The question before it is trusted."""
        where = f"A nameserver at {self.address} answers"
        if self.elsewhere:
            teller = "this PC" if self.here else f"{self.answered_from}, which is another machine"
            return f"{where}, told by {teller}. Use it only if you know both."
        if self.here:
            return f"A nameserver on this PC answers, at {self.address}."
        return f"{where}. Use it only if you know this machine."


def discover(
    *, port: int = PORT, seconds: float = SECONDS, addresses: Sequence[str] | None = None
) -> list[FoundNameserver]:
    """Ask who is a nameserver, and return all that answer within `seconds`, sorted. Blocks as long.

    Parameters
    ----------
    port
        Where nameservers listen for it (``ns_bcport``).
    seconds
        How long answers are waited for.
    addresses
        Where to ask; None for the broadcast addresses of all networks of this machine.

    Raises
    ------
    LabError
        If nobody could be asked.
    """
    targets = broadcast_addresses() if addresses is None else list(addresses)
    found: dict[tuple[str, str], FoundNameserver] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setblocking(False)
        end, ask_at = time.monotonic() + seconds, 0.0
        while (now := time.monotonic()) < end and len(found) < MAX_ANSWERS:
            if now >= ask_at:
                _ask(sock, targets, port)
                ask_at = now + _AGAIN
            if readable(sock, min(ask_at, end) - now if min(ask_at, end) > now else 0.0):
                with contextlib.suppress(OSError):  # Windows tells here that nobody listened at a former target
                    data, sender = sock.recvfrom(_LONGEST)
                    answer = read_answer(data, sender[0])
                    if answer is not None:
                        found[answer.uri, answer.answered_from] = answer
    # What this machine says on its network, it says on its loopback too.
    told = {uri for uri, sender in found if not sender.startswith(_LOOPBACK)}
    answers = [
        _placed(found[uri, sender]) for uri, sender in found if uri not in told or not sender.startswith(_LOOPBACK)
    ]
    return sorted(answers, key=lambda answer: (answer.host, answer.port, answer.answered_from))


def _placed(answer: FoundNameserver) -> FoundNameserver:
    """Return an answer with who gave it, against what it says. Looks a name up, which may take its time."""
    here = _is_of_this_machine(answer.answered_from)
    try:
        addresses = {str(info[4][0]) for info in socket.getaddrinfo(answer.host, None)}
    except (OSError, UnicodeError):
        return replace(answer, here=here, elsewhere=True)
    # What this machine says on its loopback speaks for each of its addresses.
    same = answer.answered_from in addresses or (here and any(map(_is_of_this_machine, addresses)))
    return replace(answer, here=here, elsewhere=not same)


def _is_of_this_machine(address: str) -> bool:
    """Whether an address is one of this machine's: nobody can bind to another's."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
    except OSError:
        return False
    return True


def broadcast_addresses() -> list[str]:
    """Return the broadcast addresses of this machine's networks, and the one for all of them."""
    import psutil

    found = ["255.255.255.255"]
    for interface in psutil.net_if_addrs().values():
        for address in interface:
            if address.family == socket.AF_INET:
                # What the system calls the broadcast address may be the machine's own, where nobody has set one.
                found += [address.broadcast or "", _broadcast(address.address, address.netmask)]
    # This machine's own nameservers answer here where there is no network at all.
    return [address for address in dict.fromkeys((*found, "127.255.255.255")) if address]


def _broadcast(address: str, netmask: str | None) -> str:
    """Return the broadcast address of a network."""
    try:
        return str(ipaddress.IPv4Interface(f"{address}/{netmask}").network.broadcast_address) if netmask else ""
    except ValueError:
        return ""


def read_answer(data: bytes, sender: str) -> FoundNameserver | None:
    """Return what an answer says; None if it is none. Never raises: anybody may send anything."""
    try:
        uri = core.URI(data.decode("ascii").strip())
    except (UnicodeDecodeError, errors.PyroError, ValueError):
        return None
    if (
        uri.protocol != "PYRO"
        or uri.object != NAMESERVER_OBJECT
        or uri.sockname
        or not uri.host
        or not 0 < uri.port < 65536
    ):
        return None
    return FoundNameserver(str(uri), str(uri.host), int(uri.port), sender)


def _ask(sock: socket.socket, targets: Sequence[str], port: int) -> None:
    failure: OSError | None = None
    sent = 0
    for target in targets:
        try:
            sock.sendto(_QUESTION, (target, port))
            sent += 1
        except OSError as error:
            failure = error
    if not sent:
        why = failure.strerror if failure is not None else "this machine is in no network"
        raise LabError(f"No nameserver could be searched for: {why}.", repr(failure))

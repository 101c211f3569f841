"""Which instruments there are in the local network: asked of all at once, on request, for a few seconds.

Two questions go out, to nobody in particular: by multicast DNS, who offers what LXI instruments offer, and by
broadcast, who has VXI-11. What answers is listed; nothing is connected to and nothing more is sent to it. Limits: IPv4,
and as far as broadcasts reach (one network, no firewall between); an instrument that does neither is not found.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.discovery import broadcast_addresses
from pyrolab_gui.network.dns_messages import PTR, SRV, TXT, A, Record, question, records_of
from pyrolab_gui.network.sockets import readable
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SECONDS = 3.0
_AGAIN = 0.8
"""Seconds between two questions: they may be lost."""
_LONGEST = 9000
MOST = 200

_MDNS = ("224.0.0.251", 5353)
_VXI11, _HISLIP, _RAW, _LXI = "_vxi-11._tcp.local", "_hislip._tcp.local", "_scpi-raw._tcp.local", "_lxi._tcp.local"
_SERVICES = (_VXI11, _HISLIP, _RAW, _LXI)
"""What an instrument may offer, the best way to reach it first."""

_PORTMAPPER = 111
_CALL_ID = 0x50594C42
_WHO_HAS_VXI11 = struct.pack(
    "!14I", _CALL_ID, 0, 2, 100000, 2, 3, 0, 0, 0, 0, 0x0607AF, 1, 6, 0
)  # of Sun RPC's port mapper (RFC 1833): at which TCP port is VXI-11's core channel?


@dataclass(frozen=True, slots=True)
class LanInstrument:
    """One that answered: its VISA address, and what it says of itself."""

    address: str
    host: str
    maker: str = ""
    model: str = ""
    serial: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return asdict(self)


def search(
    seconds: float = SECONDS,
    on_found: Callable[[list[LanInstrument]], object] = lambda found: None,
    *,
    multicast: Sequence[tuple[str, int]] = (_MDNS,),
    broadcast: Sequence[tuple[str, int]] | None = None,
) -> list[LanInstrument]:
    """Ask, and return who answers within `seconds`, sorted by address. Blocks as long.

    Parameters
    ----------
    seconds
        How long answers are waited for.
    on_found
        Called with all that are known, whenever there is another.
    multicast, broadcast
        Where to ask; the groups and networks of this computer.

    Raises
    ------
    LabError
        If nobody could be asked.
    """
    if broadcast is None:
        broadcast = [(address, _PORTMAPPER) for address in broadcast_addresses()]
    answers = _Answers()
    with contextlib.ExitStack() as opened:
        asked: list[tuple[socket.socket, bytes, Sequence[tuple[str, int]]]] = []
        sock = opened.enter_context(_socket())
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        asked.append((sock, _WHO_HAS_VXI11, broadcast))
        for own in _own_addresses():
            out = opened.enter_context(_socket())
            with contextlib.suppress(OSError):
                out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
                out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
            asked.append((out, question(_SERVICES), multicast))
        end, ask_at, known = time.monotonic() + seconds, 0.0, 0
        while (now := time.monotonic()) < end and len(answers.found()) < MOST:
            if now >= ask_at:
                _ask(asked)
                ask_at = now + _AGAIN
            for sock, _, _ in asked:
                if readable(sock, 0.05 / len(asked)):
                    with contextlib.suppress(OSError):  # Windows tells here that nobody listened at a former target
                        answers.take(*sock.recvfrom(_LONGEST))
            if answers.changes != known:
                known = answers.changes
                on_found(answers.found())
    return answers.found()


class _Answers:
    """What has been answered so far, by the address of who did."""

    def __init__(self) -> None:
        self.changes = 0
        self._found: dict[str, tuple[int, LanInstrument]] = {}

    def found(self) -> list[LanInstrument]:
        return [instrument for _, instrument in sorted(self._found.values(), key=lambda item: _order(item[1].host))]

    def take(self, data: bytes, sender: tuple[str, int]) -> None:
        """Understand an answer, whatever it is."""
        if _has_vxi11(data):
            self._put(_rank(_VXI11), LanInstrument(_address(_VXI11, sender[0]), sender[0]))
        else:
            for rank, instrument in _of_records(records_of(data), sender[0]):
                self._put(rank, instrument)

    def _put(self, rank: int, new: LanInstrument) -> None:
        """Keep the best way to an instrument, and whatever is known of it from any answer."""
        before = self._found.get(new.host)
        if before is not None:
            best = min(before, (rank, new), key=lambda item: item[0])
            said = {field: getattr(before[1], field) or getattr(new, field) for field in ("maker", "model", "serial")}
            rank, new = best[0], replace(best[1], **said)
        if before != (rank, new) and (before is not None or len(self._found) < MOST):
            self._found[new.host] = rank, new
            self.changes += 1


def _of_records(records: Iterable[Record], sender: str) -> list[tuple[int, LanInstrument]]:
    """Return the instruments that a DNS answer tells of; it tells of the sender where it names no address."""
    records = list(records)
    addresses = {record.name.lower(): record.data for record in records if record.type == A}
    places = {record.name: record.data for record in records if record.type == SRV}
    texts = {record.name: record.data for record in records if record.type == TXT}
    found = []
    for record in records:
        service = record.name.lower().rstrip(".")
        if record.type != PTR or service not in _SERVICES or not isinstance(record.data, str):
            continue
        place, text = places.get(record.data), texts.get(record.data)
        host_name, port = place if isinstance(place, tuple) else ("", 0)
        host = addresses.get(host_name.lower(), sender)
        said = text if isinstance(text, dict) else {}
        found.append(
            (
                _rank(service),
                LanInstrument(
                    _address(service, str(host), port),
                    str(host),
                    said.get("manufacturer", "")[:60],
                    (said.get("model", "") or record.data.removesuffix(f".{record.name}"))[:80],
                    said.get("serialnumber", "")[:60],
                ),
            )
        )
    return found


def _address(service: str, host: str, port: int = 0) -> str:
    if service == _HISLIP:
        return f"TCPIP::{host}::hislip0::INSTR"
    if service == _RAW and port:
        return f"TCPIP::{host}::{port}::SOCKET"
    return f"TCPIP::{host}::INSTR"


def _rank(service: str) -> int:
    return _SERVICES.index(service)


def _has_vxi11(data: bytes) -> bool:
    """Whether an answer of a port mapper says that VXI-11 is there."""
    if len(data) < 28:
        return False
    call, kind, refused, _, skip, *_ = struct.unpack_from("!5I", data)
    if (call, kind, refused) != (_CALL_ID, 1, 0) or skip > 400 or len(data) < 28 + skip:
        return False
    failed, port = struct.unpack_from("!2I", data, 20 + skip)
    return bool(failed == 0 and 0 < port < 65536)


def _ask(asked: Sequence[tuple[socket.socket, bytes, Sequence[tuple[str, int]]]]) -> None:
    failure: OSError | None = None
    sent = 0
    for sock, message, targets in asked:
        for target in targets:
            try:
                sock.sendto(message, target)
                sent += 1
            except OSError as error:
                failure = error
    if not sent:
        why = failure.strerror if failure is not None else "this computer is in no network"
        raise LabError(f"The network could not be searched: {why}.", repr(failure))


def _socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    return sock


def _own_addresses() -> list[str]:
    """Return this computer's addresses, one for each network."""
    import psutil

    every = itertools.chain.from_iterable(psutil.net_if_addrs().values())
    return [address.address for address in every if address.family == socket.AF_INET] or ["127.0.0.1"]


def _order(host: str) -> tuple[bool, bytes | str]:
    try:
        return False, socket.inet_aton(host)
    except OSError:
        return True, host

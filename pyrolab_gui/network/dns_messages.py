"""Questions and answers of multicast DNS (RFC 6762), as far as finding services needs: PTR, SRV, TXT and A.

Limits: reads what anybody may send, and never raises for it: what is not understood is left out. No IPv6 addresses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

A, PTR, TXT, SRV = 1, 12, 16, 33
_UNICAST_IN = 0x8001
"""Class *internet*, with the wish to be answered directly: so the answer comes to who asked, and to nobody else."""
_RESPONSE = 0x8000
_MOST_RECORDS = 200
_MOST_POINTERS = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer; `data` is a name (PTR), host and port (SRV), entries (TXT) or an address (A)."""

    name: str
    type: int
    data: str | tuple[str, int] | dict[str, str]


def question(services: Sequence[str]) -> bytes:
    """Return the message that asks who offers services such as ``_lxi._tcp.local``."""
    head = struct.pack("!HHHHHH", 0, 0, len(services), 0, 0, 0)
    return head + b"".join(_name(service) + struct.pack("!HH", PTR, _UNICAST_IN) for service in services)


def records_of(message: bytes) -> tuple[Record, ...]:
    """Return the records of an answer that are understood; none of what is no answer."""
    try:
        return tuple(_records(message))
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        return ()


def _records(message: bytes) -> Iterator[Record]:
    _, flags, questions, *counts = struct.unpack_from("!HHHHHH", message)
    if not flags & _RESPONSE:
        return
    place = 12
    for _ in range(min(questions, _MOST_RECORDS)):
        _, place = _read_name(message, place)
        place += 4
    for _ in range(min(sum(counts), _MOST_RECORDS)):
        name, place = _read_name(message, place)
        kind, _, _, length = struct.unpack_from("!HHIH", message, place)
        place += 10
        if place + length > len(message):
            return
        data: str | tuple[str, int] | dict[str, str] | None = None
        if kind == PTR:
            data = _read_name(message, place)[0]
        elif kind == SRV:
            data = _read_name(message, place + 6)[0], struct.unpack_from("!H", message, place + 4)[0]
        elif kind == TXT:
            data = _entries(message[place : place + length])
        elif kind == A and length == 4:
            data = ".".join(map(str, message[place : place + 4]))
        if data is not None:
            yield Record(name, kind, data)
        place += length


def _entries(text: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        size = text[place]
        key, _, value = text[place + 1 : place + 1 + size].decode("utf-8", "replace").partition("=")
        if key:
            found.setdefault(key.lower(), value.strip())
        place += 1 + size
    return found


def _name(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part for part in name.encode().split(b".")) + b"\0"


def _read_name(message: bytes, place: int) -> tuple[str, int]:
    """Return a name and the place after it; parts of it may stand elsewhere in the message."""
    parts: list[str] = []
    after, jumps = -1, 0
    while size := message[place]:
        if size & 0xC0 == 0xC0:
            after = place + 2 if after < 0 else after
            place = struct.unpack_from("!H", message, place)[0] & 0x3FFF
            jumps += 1
            if jumps > _MOST_POINTERS:
                raise ValueError("a name that leads in circles")
            continue
        if size & 0xC0 or place + 1 + size > len(message) or len(parts) > 60:
            raise ValueError("no name")
        parts.append(message[place + 1 : place + 1 + size].decode("utf-8"))
        place += 1 + size
    return ".".join(parts), after if after >= 0 else place + 1

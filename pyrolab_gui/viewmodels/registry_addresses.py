"""Addresses of nameservers as people type them.

Reads ``localhost``, ``pc3:9090``, ``[::1]:9090``, ``main`` (a nameserver of the lab) and the picker's own
``main · localhost:9090``. Limits: looks nothing up; whether the host exists is found out by connecting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_PORT = 9090
SEPARATOR = " · "
_HOST = re.compile(r"^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$")
_IPV6 = re.compile(r"^[0-9A-Fa-f:.]+(?:%[\w.-]+)?$")


@dataclass(frozen=True, slots=True)
class NameserverAddress:
    """Where a nameserver is; `name` is what the lab calls it, empty for one that is not the lab's."""

    host: str
    port: int = DEFAULT_PORT
    name: str = ""

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def label(self) -> str:
        """What the picker shows: ``main · localhost:9090``."""
        return f"{self.name}{SEPARATOR}{self.address}" if self.name else self.address


def parse_address(text: str, known: Iterable[NameserverAddress] = ()) -> NameserverAddress:
    """Read what was typed; an address of the lab gets its name.

    Raises
    ------
    ValueError
        With one sentence that says what is wrong.
    """
    known = tuple(known)
    typed = text.rsplit(SEPARATOR.strip(), 1)[-1].strip()
    if not typed:
        raise ValueError("Type the nameserver's address: host, or host:port.")
    for candidate in known:
        if candidate.name == typed:
            return candidate
    host, port = _split(typed)
    for candidate in known:
        if (candidate.host, candidate.port) == (host, port):
            return candidate
    return NameserverAddress(host, port)


def _split(typed: str) -> tuple[str, int]:
    if typed.startswith("["):
        host, bracket, rest = typed[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or not _IPV6.match(host):
            raise ValueError(f"“{typed}” is no address: an IPv6 address is written [::1]:9090.")
        return host, _port(rest[1:]) if rest else DEFAULT_PORT
    host, colon, port = typed.partition(":")
    if ":" in port:
        raise ValueError(f"“{typed}” has more than one colon: an IPv6 address is written [::1]:9090.")
    if not host:
        raise ValueError("The host is missing before the colon.")
    if not _HOST.match(host) or len(host) > 253:
        raise ValueError(f"“{host}” cannot be a host: use its name or its IP address.")
    return host, _port(port) if colon else DEFAULT_PORT


def _port(text: str) -> int:
    if not text.strip():
        raise ValueError("The port is missing after the colon; most nameservers use 9090.")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"“{text}” is no port: a whole number from 1 to 65535 is needed.")
    return int(text)


def is_address(text: str) -> bool:
    """Return whether `parse_address` can read it."""
    try:
        parse_address(text)
    except ValueError:
        return False
    return True

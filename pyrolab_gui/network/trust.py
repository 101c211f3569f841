"""Which certificates a connection believes, and which it shows; and what is known of who speaks TLS.

Pyro5 keeps one context per process; two labs with different authorities, and plain connections beside them, need one
each. Limits: makes contexts only; it creates no certificate. What an address was found to speak is remembered as long
as the process runs.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from pyrolab_gui.wire.tls import client_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path

    from pyrolab_gui.wire.plans import LabPlan, NameserverAddress

CA_FILE, CERTIFICATE_FILE, KEY_FILE = "ca.pem", "certificate.pem", "key.pem"
"""What a folder of certificates holds."""

_FOLDER = "certs"
_LOCAL = ("localhost", "127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::")

Stamp: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Trust:
    """Certificates of one lab, as files in PEM form. Given for a connection, it is never made in plain text.

    Parameters
    ----------
    authorities
        The certificates that are believed; empty: those of this machine.
    certificate, key
        What this client shows where the server asks who it is; empty: nothing.
    stamp
        When the files were written; another time is another trust.
    """

    authorities: str = ""
    certificate: str = ""
    key: str = ""
    stamp: Stamp = ()

    @classmethod
    def of_files(cls, files: Mapping[str, str]) -> Trust:
        """Return the trust of ``ca``, ``certificate`` and ``key``, as a lab file names them."""
        found = (files.get("ca", ""), files.get("certificate", ""), files.get("key", ""))
        return cls(*found, _stamp(*found))

    @classmethod
    def of_folder(cls, folder: Path) -> Trust | None:
        """Return the trust of a folder of certificates; None where it has no authority."""
        files = {"ca": CA_FILE, "certificate": CERTIFICATE_FILE, "key": KEY_FILE}
        there = {kind: str(folder / name) for kind, name in files.items() if (folder / name).is_file()}
        return cls.of_files(there) if "ca" in there else None

    @classmethod
    def of_address(cls, address: NameserverAddress) -> Trust | None:
        """Return the trust for a nameserver of a lab file; None for one in plain text."""
        files = {"ca": address.ca, "certificate": address.certificate, "key": address.key}
        return cls.of_files(files) if address.ca else None

    @property
    def files(self) -> dict[str, str]:
        """The paths of ``ca``, ``certificate`` and ``key``, as a server takes them."""
        return {"ca": self.authorities, "certificate": self.certificate, "key": self.key}

    @cached_property
    def context(self) -> ssl.SSLContext:
        """The SSL context, made on first use.

        Raises
        ------
        ConfigInvalid
            If a file is missing or is no certificate.
        """
        return client_context(self.authorities, self.certificate, self.key)

    def ways(self, _host: str, _port: int) -> tuple[Trust, ...]:
        """Return how an address is to be tried: in one way."""
        return (self,)

    def found(self, host: str, port: int, way: Trust | None) -> None:
        """Take note of what an address speaks: nothing to be remembered here."""


class Trusts:
    """All certificates of this computer, and what each address was found to speak.

    An address that spoke TLS once, or does by a lab file, is never spoken to in plain text again.

    Parameters
    ----------
    folder
        The folder with a folder of certificates for each lab; looked at again for each connection. None for none.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._given: dict[Trust, Trust] = {}
        """Those of lab files."""
        self._labs: dict[Trust, Trust] = {}
        """Each by itself: the one that has made its context already."""
        self._secure: dict[tuple[str, int], Trust] = {}
        """Addresses that speak TLS, with what fitted last."""
        self._hosts: dict[str, Trust] = {}
        """Machines on which something was reached over TLS."""
        self._plain: set[tuple[str, int]] = set()

    @classmethod
    def here(cls) -> Trusts:
        """Return those that are installed for this user."""
        return cls(certificates_folder())

    @classmethod
    def of(cls, *trusts: Trust | None) -> Trusts:
        """Return these alone, for addresses of which nothing is known."""
        made = cls()
        for trust in trusts:
            made.add(trust)
        return made

    def add(self, trust: Trust | None) -> None:
        """Take the certificates of a lab file too."""
        if trust is not None:
            with self._lock:
                self._given[trust] = trust

    def require(self, host: str, port: int, trust: Trust) -> None:
        """Take note that a lab file has TLS at an address."""
        with self._lock:
            key = _key(host, port)
            self._secure[key] = self._hosts[key[0]] = self._labs.setdefault(trust, trust)

    def learn(self, plan: LabPlan) -> None:
        """Take note of a lab file: its certificates, and which of its ports speak TLS, and which by its word do not."""
        served = [(entry.host, entry.ns_port, entry.tls) for entry in plan.nameservers]
        served += [(entry.nathost or entry.host, entry.natport or entry.port, entry.tls) for entry in plan.daemons]
        for host, port, tls in served:
            trust = Trust.of_files(tls) if tls else None
            self.add(trust)
            for name in _LOCAL if host in _EVERYWHERE or host in _LOCAL else (host,):
                if trust is None:
                    self.forget(name, port)
                    self.found(name, port, None)
                elif port:
                    self.require(name, port, trust)

    def ways(self, host: str, port: int) -> tuple[Trust | None, ...]:
        """Return how an address is to be tried, in this order; None stands for plain text."""
        key = _key(host, port)
        installed = self._installed()
        with self._lock:
            installed = [self._labs.setdefault(trust, trust) for trust in dict.fromkeys((*self._given, *installed))]
            best = self._secure.get(key) or self._hosts.get(key[0])
            ways = tuple(dict.fromkeys((best, *installed))) if best is not None else tuple(installed)
            if key in self._secure:
                return ways
            # What else is on a machine of the lab most likely is the lab's too, and need not hear us in plain text.
            return (*ways, None) if key[0] in self._hosts and key not in self._plain else (None, *ways)

    def found(self, host: str, port: int, way: Trust | None) -> None:
        """Take note of what an address speaks: TLS with these certificates, or (None) plain text."""
        key = _key(host, port)
        with self._lock:
            if way is None:
                self._plain.add(key)
            else:
                self._secure[key] = self._hosts[key[0]] = way
                self._plain.discard(key)

    def secure(self, host: str, port: int) -> bool | None:
        """Whether an address speaks TLS; None where nobody knows."""
        key = _key(host, port)
        with self._lock:
            return True if key in self._secure else False if key in self._plain else None

    def forget(self, host: str, port: int) -> None:
        """Forget what an address speaks: it may be spoken to in plain text again. For who was asked."""
        with self._lock:
            self._secure.pop(_key(host, port), None)

    def only_secure(self) -> TlsOnly:
        """Return the same for connections that are never made in plain text, whatever is known."""
        return TlsOnly(self)

    def _installed(self) -> list[Trust]:
        if self._folder is None:
            return []
        try:
            folders = sorted(entry for entry in self._folder.iterdir() if entry.is_dir())
        except OSError:
            return []
        return [trust for folder in folders if (trust := Trust.of_folder(folder)) is not None]


class TlsOnly:
    """The certificates of a `Trusts`, for connections that must be secure."""

    def __init__(self, trusts: Trusts) -> None:
        self._trusts = trusts

    def ways(self, host: str, port: int) -> tuple[Trust, ...]:
        """Return how an address is to be tried, in this order."""
        return tuple(way for way in self._trusts.ways(host, port) if way is not None)

    def found(self, host: str, port: int, way: Trust | None) -> None:
        """Take note of what an address speaks."""
        self._trusts.found(host, port, way)


Security: TypeAlias = Trust | Trusts | TlsOnly
"""What connections are made with; where there is None, all are plain."""


def certificates_folder() -> Path:
    """Return the folder with a folder of certificates for each lab. It need not be there."""
    from pyrolab_gui import paths  # pathlib is slow to load, and a daemon is not to wait for it

    return paths.config_dir() / _FOLDER


def ways_to(security: Security | None, host: str, port: int) -> tuple[Trust | None, ...]:
    """Return how an address is to be tried, in this order; None stands for plain text."""
    return (None,) if security is None else security.ways(host, port)


def _key(host: str, port: int) -> tuple[str, int]:
    return host.lower(), port


def _stamp(*files: str) -> Stamp:
    stamps = []
    for file in files:
        try:
            stamps.append(os.stat(file).st_mtime_ns if file else 0)
        except OSError:
            stamps.append(0)
    return tuple(stamps)

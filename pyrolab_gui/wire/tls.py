"""SSL contexts of both ends: a server of a lab takes only clients that show a certificate of the lab's authority.

The files are those of a lab file's `tls`, in PEM form: *certificate* and *key* say who this process is, *ca* whom it
believes. Limits: reads files only, makes none; what a peer's failed handshake means is said in `network.tls_faults`.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import time
from typing import TYPE_CHECKING

from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

_ALERT = b"\x15\x03\x03\x00\x02\x02\x46"
"""Fatal: protocol version, as TLS says it."""

_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST")

_AGAIN_SECONDS = 600.0
_MOST_TOLD = 1000

SOON_SECONDS = 30 * 86_400.0
"""A certificate that ends within this time is worth a word."""


def server_context(files: Mapping[str, str]) -> ssl.SSLContext:
    """Return the context of a server: it shows its certificate, and asks each client for one of the same lab.

    Parameters
    ----------
    files
        Paths by ``certificate``, ``key`` and ``ca``.

    Raises
    ------
    ConfigInvalid
        If one is missing, cannot be read or does not fit.
    """
    authorities = files.get("ca", "")
    if not authorities:  # without, everybody who reaches the port would be let in
        raise ConfigInvalid("TLS needs the lab's authority too (ca), by which its clients are known.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    _believe(context, authorities)
    context.verify_mode = ssl.CERT_REQUIRED
    _show(context, files.get("certificate", ""), files.get("key", ""))
    return context


def client_context(authorities: str = "", certificate: str = "", key: str = "") -> ssl.SSLContext:
    """Return the context of a client.

    Parameters
    ----------
    authorities
        A file with the certificates that are believed; empty: those of this machine.
    certificate, key
        What is shown to a server that asks; empty: nothing.

    Raises
    ------
    ConfigInvalid
        If a file is missing, cannot be read or does not fit.
    """
    if authorities:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _believe(context, authorities)
    else:
        context = ssl.create_default_context()
    if certificate:
        _show(context, certificate, key)
    return context


class Doorman:
    """Turns away who makes no secure connection, and writes down why: each machine and reason once in ten minutes."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def turn_away(self, sock: socket.socket, error: ssl.SSLError) -> None:
        """Tell the client as much as it may understand, before its socket is closed."""
        with contextlib.suppress(OSError):
            machine = str(sock.getpeername()[0])
            why, now = _turn_away(sock, error), time.monotonic()
            if now - self._told.get((machine, why), -_AGAIN_SECONDS) >= _AGAIN_SECONDS:
                if len(self._told) >= _MOST_TOLD:
                    self._told.clear()
                self._told[machine, why] = now
                log.warning("A client at %s was turned away: %s", machine, why)


def _turn_away(sock: socket.socket, error: ssl.SSLError) -> str:
    """Let a client know that no secure connection came about; return why, in words.

    OpenSSL leaves one that speaks plain text without a word; and what nobody has read would make of the end a reset,
    at which some systems forget the words that came before it.
    """
    with contextlib.suppress(OSError):
        if error.reason in _NO_TLS:
            socket.socket.send(sock, _ALERT)
        sock.setblocking(False)
        socket.socket.recv(sock, 1 << 16)
    if error.reason in _NO_TLS:
        return "it speaks no TLS"
    if error.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "it shows no certificate"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not one of this lab, or does not hold ({error.verify_message})"
    return f"it does not accept the certificate of this process, or gave up ({error.reason or error})"


def ends(certificate: str | Path) -> float | None:
    """Return when a certificate ends, in seconds since the epoch; None where that cannot be found out. Slow."""
    try:
        from cryptography import x509

        return x509.load_pem_x509_certificate(_content(certificate)).not_valid_after_utc.timestamp()
    except (ImportError, OSError, ValueError):
        return None


def hosts(certificate: str | Path) -> tuple[str, ...] | None:
    """Return for which names and addresses a certificate holds; None where that cannot be found out. Slow."""
    try:
        from cryptography import x509

        found = x509.load_pem_x509_certificate(_content(certificate))
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ImportError, OSError, ValueError, LookupError):
        return None
    except Exception:  # noqa: BLE001 - a certificate without such names, which has a class of its own
        return ()
    return tuple(str(name.value).lower() for name in names)


def ending(certificate: str | Path, now: float | None = None) -> str:
    """Return a sentence where a certificate has ended or ends soon, else an empty text. Slow."""
    end = ends(certificate)
    left = 0.0 if end is None else end - (time.time() if now is None else now)
    if end is None or left > SOON_SECONDS:
        return ""
    day = time.strftime("%Y-%m-%d", time.localtime(end))
    if left <= 0:
        return f"Its certificate ended on {day}: nobody can connect until a new one is issued and installed."
    return f"Its certificate ends on {day}: have a new one issued before."


def _content(file: str | Path) -> bytes:
    with open(file, "rb") as opened:
        return opened.read()


def _believe(context: ssl.SSLContext, authorities: str) -> None:
    try:
        context.load_verify_locations(cafile=authorities)
    except ssl.SSLError as error:
        raise ConfigInvalid(f"{authorities} is no certificate in PEM form.", str(error)) from error
    except OSError as error:
        raise _unreadable(authorities, error) from error


def _show(context: ssl.SSLContext, certificate: str, key: str) -> None:
    for file in (certificate, key):
        try:
            with open(file, "rb"):
                pass
        except OSError as error:
            raise _unreadable(file, error) from error
    try:
        # Without a password of its own, OpenSSL would ask for that of a locked key on the terminal, and wait.
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:
        if "MISMATCH" in str(error).upper():
            raise ConfigInvalid(f"The key {key} does not belong to {certificate}.", str(error)) from error
        sentence = f"{certificate} and {key} are no certificate with its key in PEM form, or the key is locked."
        raise ConfigInvalid(sentence, str(error)) from error


def _unreadable(file: str, error: OSError) -> ConfigInvalid:
    why = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror or error}"
    return ConfigInvalid(f"The file {file}, which TLS needs, {why}.", str(error))

"""What a TLS handshake that failed means, in words.

Used alike by calls, control links and the doctor. Limits: a peer may close the connection without a word; then only
what is likely can be said.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import StrEnum

from pyrolab_gui.wire.errors import LabError

ALERT = 0x15
"""How a TLS server begins to say that it did not understand."""

_EXPIRED, _NOT_YET = 10, 9
_STRANGERS = (18, 19, 20, 21)
_OTHER_NAME = (62, 64)


class TlsCause(StrEnum):
    """On what the two ends do not agree."""

    WANTS_TLS = "wants-tls"
    """The server speaks TLS only, and no certificates are here."""
    NO_TLS = "no-tls"
    """The server speaks no TLS, and plain text is not spoken with it."""
    STRANGER = "stranger"
    """Its certificate is of no lab that is known here."""
    NOT_TRUSTED = "not-trusted"
    """Its certificate is of the lab, but does not hold: it has ended, or is for another computer."""
    NOT_ACCEPTED = "not-accepted"
    """It does not believe the certificate of this computer."""
    FILES = "files"
    """The certificates of this computer cannot be used."""


@dataclass(frozen=True, slots=True)
class TlsFault:
    """A cause, and the reason in words without a full stop."""

    cause: TlsCause
    reason: str


def wants_tls(where: str) -> TlsFault:
    """Return the fault of a server that speaks TLS where nothing here fits it."""
    return TlsFault(TlsCause.WANTS_TLS, f"{where} speaks TLS, and no certificates for it are on this computer")


def no_tls(where: str) -> TlsFault:
    """Return the fault of a server in plain text that is known for TLS."""
    return TlsFault(TlsCause.NO_TLS, f"{where} should speak TLS and does not; nothing is sent to it in plain text")


def not_accepted(where: str) -> TlsFault:
    """Return the fault of a server that ends a secure connection without a word."""
    reason = f"{where} ends the secure connection; it may not accept the certificate of this computer"
    return TlsFault(TlsCause.NOT_ACCEPTED, reason)


def fault_of(error: BaseException | None, where: str) -> TlsFault | None:
    """Return what a failed handshake means; None where it is no matter of TLS.

    Parameters
    ----------
    error
        What was raised while the connection was made secure, or by the first reading after it.
    where
        The address, as it is to be called.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        cause = TlsCause.STRANGER if error.verify_code in _STRANGERS else TlsCause.NOT_TRUSTED
        return TlsFault(cause, f"the certificate of {where} {_doubt(error)}")
    if isinstance(error, ssl.SSLError):
        said = f"{error.reason or ''} {error}".upper()
        if "ALERT" not in said or "PROTOCOL_VERSION" in said:
            return no_tls(where)
        if "CERTIFICATE_REQUIRED" in said or "HANDSHAKE_FAILURE" in said:
            why = "asks for a certificate of its lab, and this computer shows none"
        elif "EXPIRED" in said:
            why = "finds that the certificate of this computer has ended"
        else:
            why = "does not accept the certificate of this computer"
        return TlsFault(TlsCause.NOT_ACCEPTED, f"{where} {why}")
    if isinstance(error, LabError):  # of the files
        return TlsFault(TlsCause.FILES, error.sentence.rstrip("."))
    return no_tls(where) if isinstance(error, ConnectionError | EOFError) else None


def _doubt(error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "has ended (or the clock of this computer is wrong)"
    if code == _NOT_YET:
        return "is not valid yet (or the clock of this computer is wrong)"
    if code in _STRANGERS:
        return "is of no lab that this computer knows"
    if code in _OTHER_NAME:
        return "is for another computer or name"
    return f"is not trusted ({error.verify_message})"

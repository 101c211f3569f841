"""Certificates made: a lab's authority, and what it signs for a PC that is server and client.

Keys are on the curve P-256, which is quick. Limits: makes and reads only; where they are kept, and who may have them,
is said in `supervision.certificates`. Imports `cryptography`, so only what makes certificates imports this.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

AUTHORITY_DAYS = 3650
DAYS = 825
"""How long a PC's certificate holds, where nobody says otherwise."""

_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n?", re.DOTALL)
_EARLIER = timedelta(hours=1)
"""Clocks of a lab's PCs differ."""


def new_authority(lab: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return a new authority and its key."""
    key = _new_key()
    name = _subject(lab, "PyroLab GUI lab")
    certificate = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    return certificate, key


def new_certificate(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    computer: str,
    hosts: Iterable[str],
    days: int,
) -> tuple[str, str]:
    """Return a new key and the certificate of a PC, in PEM form; it ends before its authority does.

    Raises
    ------
    LabError
        If the authority has ended, or a host is none.
    """
    left = (authority.not_valid_after_utc - datetime.now(UTC)).days
    if left <= 0:
        raise LabError("The authority of the lab has ended: begin a new one (certs init) and issue all anew.")
    key = _new_key()
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        _builder(_subject(computer, "PyroLab GUI"), authority.subject, key, min(days, left))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(both, critical=False)
        .add_extension(x509.SubjectAlternativeName(_names(hosts)), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority_key, SHA256())
    )
    return key_text(key), text_of(certificate)


def read_bundle(text: str) -> tuple[str, x509.Certificate, x509.Certificate]:
    """Return key, certificate and authority of what was issued as one text.

    Raises
    ------
    ValueError
        If it is no such thing, or the three do not belong together.
    """
    try:
        blocks = [(match[1], match[0]) for match in _BLOCK.finditer(text)]
        (key,) = (block for kind, block in blocks if kind.endswith("PRIVATE KEY"))
        own, authority = (
            x509.load_pem_x509_certificate(block.encode()) for kind, block in blocks if kind == "CERTIFICATE"
        )
        own.verify_directly_issued_by(authority)
        same = load_pem_private_key(key.encode(), None).public_key() == own.public_key()
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not same:
        raise ValueError("the key is of another certificate")
    return key, own, authority


def read_key(data: bytes) -> ec.EllipticCurvePrivateKey:
    """Return a key.

    Raises
    ------
    ValueError
        If it is none of ours.
    """
    key = load_pem_private_key(data, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("it is no key of an elliptic curve")
    return key


def key_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a key in PEM form."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def text_of(certificate: x509.Certificate) -> str:
    """Return a certificate in PEM form."""
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def name_of(certificate: x509.Certificate) -> str:
    """Return of which computer, or lab, a certificate is."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def hosts_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the names and addresses for which a certificate holds."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)


def _names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = []
    for host in dict.fromkeys(host.partition("%")[0].strip("[]") for host in hosts if host):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            try:
                names.append(x509.DNSName(host.encode("idna").decode("ascii")))
            except UnicodeError as error:
                raise LabError(f"“{host}” is no name and no address of a computer.", str(error)) from error
    return names


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + min(-_EARLIER, timedelta(days=days) - _EARLIER))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _subject(common: str, organization: str) -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())

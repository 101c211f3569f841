"""The certificates of a lab: an authority on one PC, and from it one certificate for each PC, as server and client.

A folder for each lab in the folder of settings holds ``ca.pem``, ``certificate.pem`` and ``key.pem`` of this PC; where
the lab began, also the authority's own key. What is issued for another PC travels as one file, which is installed
there and then deleted. Limits: nothing is revoked before it ends; a key that got lost means a new authority.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from pyrolab_gui.network.trust import CA_FILE, CERTIFICATE_FILE, KEY_FILE, certificates_folder
from pyrolab_gui.supervision import issuing
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.tls import ends

if TYPE_CHECKING:
    from collections.abc import Iterable

CA_KEY_FILE = "ca-key.pem"
DEFAULT_LAB = "lab"

_LOCAL = ("localhost", "127.0.0.1", "::1")
"""What every PC calls itself."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}").fullmatch


@dataclass(frozen=True, slots=True)
class Installed:
    """The certificates of one lab on this PC. Times are in seconds since the epoch.

    `computer` is for which PC its own certificate is (empty where it has none), `hosts` the names and addresses under
    which others reach it; `issues` says that the authority's own key is here.
    """

    lab: str
    folder: Path
    issues: bool = False
    authority_ends: float | None = None
    computer: str = ""
    hosts: tuple[str, ...] = ()
    ends: float | None = None
    problem: str = ""


def found(folder: Path | None = None) -> list[Installed]:
    """Return what is installed, by lab; `folder` is where the labs' folders are, None for the user's own."""
    try:
        labs = sorted(each for each in _root(folder).iterdir() if each.is_dir() and (each / CA_FILE).is_file())
    except OSError:
        return []
    return [_look(lab) for lab in labs]


def begin(lab: str = DEFAULT_LAB, hosts: Iterable[str] = (), *, folder: Path | None = None) -> Installed:
    """Make a new authority and this PC's own certificate.

    Parameters
    ----------
    lab
        A short name for the lab.
    hosts
        Names and addresses of this PC besides those that are known.
    folder
        Where the labs' folders are; None for the user's own.

    Raises
    ------
    LabError
        If the lab has certificates here already, or they cannot be written.
    """
    home = _home(lab, folder)
    if (home / CA_FILE).exists():
        raise LabError(f"This computer has certificates of “{lab}” already. Nothing was changed.", str(home))
    authority, authority_key = issuing.new_authority(lab)
    here = socket.gethostname()
    own = issuing.new_certificate(authority, authority_key, here, [*_own_hosts(here), *hosts], issuing.DAYS)
    _write(home / CA_KEY_FILE, issuing.key_text(authority_key))
    _install(home, *own, issuing.text_of(authority))
    return _look(home)


def issue(
    computer: str,
    hosts: Iterable[str] = (),
    *,
    lab: str = "",
    days: int = issuing.DAYS,
    to: Path | None = None,
    folder: Path | None = None,
) -> Path:
    """Make the certificate of another PC, and write it with its key and the authority into one file; return that.

    Parameters
    ----------
    computer
        The PC's name on the network.
    hosts
        Its other names and addresses, by which it is reached.
    lab
        Whose authority; empty where there is but one here.
    days
        How long it holds.
    to
        The file; None for ``COMPUTER.pem`` in the folder one is in.
    folder
        Where the labs' folders are; None for the user's own.

    Raises
    ------
    LabError
        If there is no authority here, or the file cannot be written.
    """
    home = _that_issues(lab, folder)
    if not _NAME(computer):
        raise LabError(f"“{computer}” is no name of a computer.")
    target = to or Path(f"{computer}.pem")
    if target.exists():
        raise LabError(f"{target} is there already.")
    try:
        authority = x509.load_pem_x509_certificate((home / CA_FILE).read_bytes())
        key = issuing.read_key((home / CA_KEY_FILE).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise LabError(f"The authority in {home} cannot be read: {error}.", str(error)) from error
    texts = issuing.new_certificate(authority, key, computer, [*_LOCAL, computer, *hosts], days)
    _write(target, "".join((*texts, issuing.text_of(authority))))
    return target


def install(file: Path, *, replace: bool = False, folder: Path | None = None) -> Installed:
    """Install what was issued for this PC; the certificate that it had is replaced.

    Parameters
    ----------
    replace
        Whether another authority of the same name may be replaced too.
    folder
        Where the labs' folders are; None for the user's own.

    Raises
    ------
    LabError
        If the file is no such thing, or another lab of this name is known here.
    """
    try:
        key, certificate, authority = issuing.read_bundle(file.read_text("ascii"))
    except FileNotFoundError as error:
        raise LabError(f"{file} is not there.", str(error)) from error
    except (OSError, ValueError) as error:
        raise LabError(f"{file} is not what “certs issue” writes.", str(error)) from error
    lab = issuing.name_of(authority)
    home = _home(lab, folder)
    known, text = home / CA_FILE, issuing.text_of(authority)
    if known.exists() and known.read_text("ascii") != text:
        sentence = f"Another lab called “{lab}” is known on this computer"
        if (home / CA_KEY_FILE).exists():
            raise LabError(f"{sentence}, and its authority is here. Nothing was changed.", str(home))
        if not replace:
            raise LabError(f"{sentence}; --replace takes it away. Nothing was changed.", str(home))
    _install(home, key, issuing.text_of(certificate), text)
    return _look(home)


def _look(home: Path) -> Installed:
    certificate, key = home / CERTIFICATE_FILE, home / KEY_FILE
    issues, authority_ends = (home / CA_KEY_FILE).is_file(), ends(home / CA_FILE)
    try:
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
    except FileNotFoundError:
        problem = "This computer has no certificate of its own there."
        return Installed(home.name, home, issues, authority_ends, problem=problem)
    except (OSError, ValueError) as error:
        problem = f"{certificate} cannot be read: {error}."
        return Installed(home.name, home, issues, authority_ends, problem=problem)
    end = own.not_valid_after_utc.timestamp()
    problem = "" if key.is_file() else "The key of this computer's certificate is missing."
    if end < time.time():
        problem = "It has ended: have a new one issued."
    hosts = issuing.hosts_of(own)
    return Installed(home.name, home, issues, authority_ends, issuing.name_of(own), hosts, end, problem)


def _that_issues(lab: str, folder: Path | None) -> Path:
    able = [each for each in found(folder) if each.issues and lab in ("", each.lab)]
    if len(able) == 1:
        return able[0].folder
    if able:
        raise LabError(f"Say which lab with --lab: {', '.join(each.lab for each in able)}.")
    of = f" of “{lab}”" if lab else ""
    raise LabError(
        f"The authority{of} is not on this computer. Certificates are issued where it was begun (certs init)."
    )


def _root(folder: Path | None) -> Path:
    return folder or certificates_folder()


def _home(lab: str, folder: Path | None) -> Path:
    if not _NAME(lab):
        raise LabError(f"“{lab}” is no name for a lab: letters, digits, dots and dashes, please.")
    return _root(folder) / lab


def _own_hosts(here: str) -> list[str]:
    """Return under which names and addresses this PC is reached."""
    from pyrolab_gui.supervision.lan import PUBLIC
    from pyrolab_gui.supervision.plan import host_address  # reads lab files: where it is needed only

    hosts = [*_LOCAL, here, socket.getfqdn()]
    with contextlib.suppress(OSError):  # a PC whose own name is not known to it
        hosts += [str(info[4][0]) for info in socket.getaddrinfo(here, None)]
    return [*hosts, host_address(PUBLIC)]


def _install(home: Path, key: str, certificate: str, authority: str) -> None:
    for name, text in ((CA_FILE, authority), (KEY_FILE, key), (CERTIFICATE_FILE, certificate)):
        _write(home / name, text)


def _write(file: Path, text: str) -> None:
    try:
        write_private(file, text)
    except OSError as error:
        raise LabError(f"{file} cannot be written: {error.strerror or error}.", str(error)) from error

"""A lab's certificates for tests: good ones, of another lab, ended, for another computer; and a host with them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from pyrolab_gui.network.trust import CA_FILE, Trust
from pyrolab_gui.supervision import certificates, issuing
from tests.integration.foreign_servers import Server, script

ECHO = """
import sys
from Pyro5 import server
from pyrolab_gui.wire import host, serializers
host.configure()
serializers.register()

@server.expose
class Echo:
    def echo(self, value):
        return value

tls = dict(zip(("ca", "certificate", "key"), sys.argv[2:])) or None
hosted = host.Host(host="127.0.0.1", port=int(sys.argv[1]), tls=tls)
print(hosted.register(Echo, "echo"), flush=True)
hosted.requestLoop()
"""


@dataclass(frozen=True)
class Certificates:
    """Two labs that know nothing of each other, in folders as they are installed; and what does not hold."""

    root: Path
    """The folder with the folder of the one lab."""
    good: Trust
    stranger: Trust
    ended: Trust
    elsewhere: Trust
    """For another computer."""
    nobody: Trust
    """Believes the lab, and shows nothing."""


def make(folder: Path, hosts: tuple[str, ...] = ()) -> Certificates:
    """Make them all; `hosts`: more names of this computer."""
    root = folder / "certs"
    certificates.begin("lab", hosts, folder=root)
    certificates.begin("lab", folder=folder / "other")
    home = root / "lab"
    good, stranger = Trust.of_folder(home), Trust.of_folder(folder / "other" / "lab")
    assert good is not None and stranger is not None
    authority = x509.load_pem_x509_certificate((home / CA_FILE).read_bytes())
    key = issuing.read_key((home / certificates.CA_KEY_FILE).read_bytes())

    def odd(name: str, host: str, days: int) -> Trust:
        files = {
            "ca": str(home / CA_FILE),
            "certificate": str(folder / f"{name}.pem"),
            "key": str(folder / f"{name}.key"),
        }
        own, certificate = issuing.new_certificate(authority, key, name, [host], days)
        Path(files["key"]).write_text(own)
        Path(files["certificate"]).write_text(certificate)
        return Trust.of_files(files)

    return Certificates(
        root,
        good,
        stranger,
        odd("ended", "127.0.0.1", -2),
        odd("elsewhere", "pc7.example", 2),
        Trust(good.authorities),
    )


def echo_server(trust: Trust | None, port: int = 0) -> contextlib.AbstractContextManager[Server]:
    """Run a host of ours, with TLS where there is a trust."""
    return script(ECHO, str(port), *(trust.files[kind] for kind in ("ca", "certificate", "key")) if trust else ())

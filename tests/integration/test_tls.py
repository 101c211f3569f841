"""TLS through everything, with real nameservers and daemons; and whoever has no certificate, or the wrong one."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.control import ControlLink
from pyrolab_gui.network.doctor import Doctor
from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.lab import Lab
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.registry import RegistrySnapshot, RegistryWatcher
from pyrolab_gui.network.tls_faults import TlsCause
from pyrolab_gui.network.trust import Trust, Trusts
from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.errors import NotSecure, Unreachable
from pyrolab_gui.wire.health import ProcessLink
from pyrolab_gui.wire.plans import DaemonPlan, NameserverAddress, NameserverPlan
from pyrolab_gui.wire.remedies import Cause
from tests.integration.child_process import ROOT, child, eventually, free_port
from tests.integration.foreign_servers import Server, tls_server
from tests.integration.network_helpers import Seen, laser_plan
from tests.integration.tls_lab import Certificates, echo_server, make


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def nameserver(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A nameserver and a daemon with TLS; the daemon has registered its laser."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    files = certificates.good.files
    phonebook = NameserverPlan("main", host="localhost", ns_port=port, tls=files)
    daemon = DaemonPlan(
        "optics",
        nameservers=(NameserverAddress("main", "localhost", port, **files),),
        services=(laser_plan("bench.laser", nameservers=("main",)),),
        search_paths=(str(ROOT),),
        tls=files,
    )
    home = {"PYROLAB_GUI_HOME": str(folder)}
    with child(phonebook, folder, **home), child(daemon, folder, **home):
        eventually(lambda: "bench.laser" in list_entries("localhost", port, trust=certificates.good))
        yield port


@pytest.fixture(scope="module")
def echo(certificates: Certificates) -> Iterator[Server]:
    with echo_server(certificates.good) as server:
        yield server


@pytest.fixture
def me(certificates: Certificates) -> Identity:
    """A client on a computer where the lab's certificates are installed."""
    return Identity("c1", "ann@desk", Trusts(certificates.root))


def refused(uri: str, trust: Trust | Trusts | None) -> NotSecure:
    with pytest.raises(NotSecure) as caught:
        open_proxy(uri, trust=trust, timeout=3)
    return caught.value


def test_scripts_readings_and_arrays_with_certificates_that_are_installed(nameserver: int, me: Identity):
    with Lab(f"localhost:{nameserver}", identity=me) as lab:
        laser = lab["bench.laser"]
        laser.power = 2.5
        assert laser.power == 2.5
        trace = laser.trace(300_000)
        assert isinstance(trace, np.ndarray) and len(trace) == 300_000
        uri = object.__getattribute__(laser, "_line").uri
    instrument, columns = Instrument(uri, "bench.laser", me), Seen[list[Column]]()
    feed = Feed(me, columns)
    feed.subscribe(instrument, "reading", 0.05)
    columns.until(lambda found: any(len(column.times) for column in found))
    feed.close()
    instrument.close()
    assert feed.join(5) and instrument.join(5)


def test_the_registry_says_who_speaks_tls_and_watches_it(nameserver: int, me: Identity):
    seen = Seen[RegistrySnapshot]()
    watcher = RegistryWatcher("localhost", nameserver, seen, identity=me, period=0.2)
    watcher.start()
    found = seen.until(
        lambda snapshot: all(e.link is ProcessLink.LIVE for e in snapshot.entries) and len(snapshot.entries) == 2
    )
    assert found.secure is True
    watcher.close()
    assert watcher.join(5)

    blind = Seen[RegistrySnapshot]()
    watcher = RegistryWatcher("localhost", nameserver, blind, identity=Identity("c2", "bob@desk"), period=0.2)
    watcher.start()
    found = blind.until(lambda snapshot: snapshot.link is ProcessLink.UNREACHABLE)
    assert found.secure is True
    assert "no certificates for it are on this computer" in found.reason
    watcher.close()
    assert watcher.join(5)


@pytest.mark.parametrize(
    ("who", "cause", "words"),
    [
        ("stranger", TlsCause.STRANGER, "is of no lab that this computer knows"),
        ("nobody", TlsCause.NOT_ACCEPTED, "asks for a certificate of its lab, and this computer shows none"),
        ("ended", TlsCause.NOT_ACCEPTED, "the certificate of this computer has ended"),
    ],
)
def test_who_is_not_of_the_lab_is_turned_away_and_told_why(
    echo: Server, certificates: Certificates, who: str, cause: TlsCause, words: str
):
    error = refused(echo.uri, getattr(certificates, who))
    assert (error.cause, words in error.sentence) == (cause, True), error.sentence


def test_a_client_of_another_lab_that_believes_all_is_turned_away_too(echo: Server, certificates: Certificates):
    wrong = Trust(certificates.good.authorities, certificates.stranger.certificate, certificates.stranger.key)
    error = refused(echo.uri, wrong)
    assert error.cause == TlsCause.NOT_ACCEPTED
    assert "does not accept the certificate of this computer" in error.sentence


@pytest.mark.parametrize(("which", "words"), [("ended", "has ended"), ("elsewhere", "is for another computer")])
def test_a_server_whose_certificate_does_not_hold(certificates: Certificates, which: str, words: str):
    with echo_server(getattr(certificates, which)) as server:
        error = refused(server.uri, Trusts(certificates.root))
        assert (error.cause, words in error.sentence) == (TlsCause.NOT_TRUSTED, True), error.sentence


def test_a_client_in_plain_text_is_told_at_once_and_gets_nothing(echo: Server):
    began = time.monotonic()
    error = refused(echo.uri, None)
    assert error.cause == TlsCause.WANTS_TLS
    assert time.monotonic() - began < 2
    assert "speaks TLS, and no certificates for it are on this computer" in error.sentence


def test_what_spoke_tls_once_is_never_spoken_to_in_plain_text(certificates: Certificates, me: Identity):
    port = free_port()
    with echo_server(certificates.good, port) as server, open_proxy(server.uri, trust=me.trust) as secure:
        assert secure.echo(1) == 1
        assert me.trust.secure("127.0.0.1", port) is True
    with echo_server(None, port) as server:
        error = refused(server.uri, me.trust)
        assert error.cause == TlsCause.NO_TLS
        assert "nothing is sent to it in plain text" in error.sentence
        me.trust.forget("127.0.0.1", port)
        with open_proxy(server.uri, trust=me.trust) as plain:
            assert plain.echo(2) == 2
        assert me.trust.secure("127.0.0.1", port) is False
    with echo_server(certificates.good, port) as server, open_proxy(server.uri, trust=me.trust) as secure:
        assert secure.echo(3) == 3  # better than known is no reason to refuse


def test_what_listens_and_is_neither_is_named_so(me: Identity):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.0)
        uri = f"PYRO:echo@127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Unreachable, match="does not answer"):
            open_proxy(uri, trust=me.trust, timeout=0.3)


def test_control_links_find_tls_and_say_what_is_wrong(echo: Server, certificates: Certificates, me: Identity):
    states = Seen[tuple[ProcessLink, str]]()
    link = ControlLink("127.0.0.1", echo.port, states, identity=me)
    states.until(lambda state: state[0] is ProcessLink.LIVE)
    assert link.secure is True
    link.close()
    assert link.join(5)
    for trust, words in (
        (certificates.stranger, "no lab that this computer knows"),
        (certificates.nobody, "shows none"),
        (None, "no certificates for it are on this computer"),
    ):
        other = Identity("c3", "eve@desk", Trusts())
        doubtful = Seen[tuple[ProcessLink, str]]()
        link = ControlLink("127.0.0.1", echo.port, doubtful, identity=other, trust=trust)
        _, reason = doubtful.until(lambda state: state[0] is ProcessLink.UNREACHABLE)
        assert words in reason
        link.close()
        assert link.join(5)


def test_a_control_link_to_plain_text_where_tls_is_known_sends_nothing(certificates: Certificates, me: Identity):
    with echo_server(None) as server:
        states = Seen[tuple[ProcessLink, str]]()
        link = ControlLink("127.0.0.1", server.port, states, identity=me, trust=certificates.good)
        _, reason = states.until(lambda state: state[0] is ProcessLink.UNREACHABLE)
        assert "should speak TLS and does not" in reason
        link.close()
        assert link.join(5)


def test_the_doctor_names_what_does_not_fit(echo: Server, certificates: Certificates, me: Identity):
    doctors = {
        Cause.WELL: Doctor(me, timeout=3),
        Cause.WANTS_TLS: Doctor(Identity("c4", "bob@desk"), timeout=3),
        Cause.NOT_TRUSTED: Doctor(me, timeout=3, trust=certificates.nobody),
    }
    for cause, doctor in doctors.items():
        found = doctor.examine(echo.uri, "echo").result(10)
        assert found.code is cause or (cause is Cause.WELL and found.code is Cause.NOT_ASKED), found
        doctor.close()
        assert doctor.join(5)


def test_a_foreign_pyro5_server_with_tls_is_reached_too(certificates: Certificates, me: Identity, tmp_path: Path):
    pem, key = tmp_path / "foreign.pem", tmp_path / "foreign.key"
    pem.write_bytes(Path(certificates.good.certificate).read_bytes())
    key.write_bytes(Path(certificates.good.key).read_bytes())
    with tls_server(pem) as server, open_proxy(server.uri, trust=me.trust) as laser:
        assert laser.power == 1.0

"""The certificates of a lab: begun on one PC, issued for another, installed there, and what is refused."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from cryptography import x509

from pyrolab_gui import cli
from pyrolab_gui.network.trust import Trust, Trusts
from pyrolab_gui.supervision import certificates, issuing
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, NameserverPlan
from pyrolab_gui.wire.tls import client_context, ending, server_context


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    certificates.begin("photonics", ["10.1.2.3"], folder=folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "config" / "certs"


def test_what_is_begun_is_private_and_fits_both_ends(here: Path):
    (found,) = certificates.found(here)
    assert (found.lab, found.issues, found.problem) == ("photonics", True, "")
    assert {"localhost", "127.0.0.1", "10.1.2.3"} <= set(found.hosts)
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in found.folder.iterdir()} == {0o600}
    trust = Trust.of_folder(found.folder)
    assert trust is not None
    server_context(trust.files)
    client_context(trust.authorities, trust.certificate, trust.key)
    own = x509.load_pem_x509_certificate(Path(trust.certificate).read_bytes())
    own.verify_directly_issued_by(x509.load_pem_x509_certificate(Path(trust.authorities).read_bytes()))


def test_a_second_beginning_changes_nothing(here: Path):
    before = (here / "photonics" / "ca.pem").read_bytes()
    with pytest.raises(LabError, match="certificates of “photonics” already"):
        certificates.begin("photonics", folder=here)
    assert (here / "photonics" / "ca.pem").read_bytes() == before


def test_issued_on_one_pc_and_installed_on_another(here: Path, tmp_path: Path):
    file = certificates.issue("laser-pc", ["10.1.2.4"], to=tmp_path / "it.pem", folder=here)
    with pytest.raises(LabError, match="is there already"):
        certificates.issue("laser-pc", to=file, folder=here)
    there = tmp_path / "there"
    found = certificates.install(file, folder=there)
    assert (found.lab, found.computer, found.issues) == ("photonics", "laser-pc", False)
    assert {"laser-pc", "10.1.2.4", "localhost"} <= set(found.hosts)
    assert not (there / "photonics" / "ca-key.pem").exists()
    with pytest.raises(LabError, match="authority is not on this computer"):
        certificates.issue("more", folder=there)
    again = certificates.issue("laser-pc", days=3, to=tmp_path / "again.pem", folder=here)
    renewed = certificates.install(again, folder=there)  # a new one of the same lab needs no word
    assert renewed.ends is not None and renewed.ends < time.time() + 4 * 86_400


def test_another_lab_of_the_same_name_is_not_taken_unasked(here: Path, tmp_path: Path):
    certificates.begin("photonics", folder=tmp_path / "else")
    theirs = certificates.issue("pc", to=tmp_path / "theirs.pem", folder=tmp_path / "else")
    ours = certificates.issue("pc", to=tmp_path / "ours.pem", folder=here)
    with pytest.raises(LabError, match="its authority is here"):
        certificates.install(theirs, replace=True, folder=here)
    there = tmp_path / "there"
    certificates.install(ours, folder=there)
    with pytest.raises(LabError, match="--replace takes it away"):
        certificates.install(theirs, folder=there)
    certificates.install(theirs, replace=True, folder=there)


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_issued_certificate_is_not_installed(tmp_path: Path, text: str):
    file = tmp_path / "odd.pem"
    file.write_text(text)
    with pytest.raises(LabError, match="is not what “certs issue” writes"):
        certificates.install(file, folder=tmp_path / "there")
    assert certificates.found(tmp_path / "there") == []


def test_the_key_of_another_certificate_is_not_installed(here: Path, tmp_path: Path):
    one = certificates.issue("one", to=tmp_path / "one.pem", folder=here).read_text()
    two = certificates.issue("two", to=tmp_path / "two.pem", folder=here).read_text()
    mixed = tmp_path / "mixed.pem"
    end = "-----END PRIVATE KEY-----\n"
    mixed.write_text(one.partition(end)[0] + end + two.partition(end)[2])
    with pytest.raises(LabError, match="is not what"):
        certificates.install(mixed, folder=tmp_path / "there")


@pytest.mark.parametrize("name", ["", "../up", "a b", ".hidden"])
def test_names_that_are_none(here: Path, name: str):
    with pytest.raises(LabError):
        certificates.begin(name, folder=here)
    with pytest.raises(LabError):
        certificates.issue(name, folder=here)


def test_an_end_is_told_in_time(here: Path, tmp_path: Path):
    file = here / "photonics" / "certificate.pem"
    assert ending(file) == ""
    (found,) = certificates.found(here)
    assert found.ends is not None
    assert "ends on" in ending(file, found.ends - 86_400)
    assert "nobody can connect" in ending(file, found.ends + 1)
    assert ending(tmp_path / "none.pem") == ""


def test_files_that_do_not_serve_are_told_in_a_sentence(here: Path, tmp_path: Path):
    trust = Trust.of_folder(here / "photonics")
    assert trust is not None
    _, key = issuing.new_authority("other")
    other = tmp_path / "other.pem"
    other.write_text(issuing.key_text(key))
    for changes, words in (
        ({"ca": ""}, "authority too"),
        ({"ca": str(tmp_path / "none.pem")}, "is not there"),
        ({"ca": trust.key}, "no certificate in PEM form"),
        ({"key": str(other)}, "does not belong to"),
        ({"certificate": trust.key}, "no certificate with its key"),
    ):
        with pytest.raises(ConfigInvalid, match=words):
            server_context(trust.files | changes)


def test_a_lab_file_says_who_speaks_tls_and_who_does_not_any_more(here: Path):
    trust = Trust.of_folder(here / "photonics")
    assert trust is not None
    known = Trusts()
    assert known.ways("localhost", 9090) == (None,)
    secure = NameserverPlan("main", tls=trust.files)
    known.learn(LabPlan((secure,), (DaemonPlan("optics", host="pc7", port=4000, tls=trust.files),)))
    assert known.ways("localhost", 9090) == known.ways("127.0.0.1", 9090) == known.ways("pc7", 4000) == (trust,)
    assert known.ways("pc8", 4000) == (None, trust)
    known.learn(LabPlan((NameserverPlan("main"),)))
    assert known.ways("localhost", 9090) == (None, trust)
    assert known.ways("localhost", 9091) == (trust, None)  # what else is there most likely is the lab's too


def test_what_is_installed_later_is_found_and_renewed_files_are_read_anew(tmp_path: Path):
    known = Trusts(tmp_path)
    assert known.ways("pc", 1) == (None,)
    certificates.begin("lab", folder=tmp_path)
    _, first = known.ways("pc", 1)
    assert known.ways("pc", 1) == (None, first)
    assert known.ways("pc", 1)[1] is first  # whose context is made already
    os.utime(tmp_path / "lab" / "certificate.pem", ns=(1, 1))
    _, second = known.ways("pc", 1)
    assert second != first
    assert known.only_secure().ways("pc", 1) == (second,)


def test_the_command(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert cli.run(["certs", "show"]) == 0
    assert "No certificates" in capsys.readouterr().out
    assert cli.run(["certs", "init", "--host", "10.0.0.9"]) == 0
    assert f"tls: {{folder: {home / 'lab'}}}" in capsys.readouterr().out
    assert cli.run(["certs", "issue", "pc2"]) == 0
    assert "certs install pc2.pem" in capsys.readouterr().out
    assert cli.run(["certs", "install", "missing.pem"]) == 1
    assert "missing.pem is not there" in capsys.readouterr().err
    assert cli.run(["certs", "show"]) == 0
    shown = capsys.readouterr().out
    assert "10.0.0.9" in shown and "its authority is on this computer" in shown

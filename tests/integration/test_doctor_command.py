"""``pyrolab-gui doctor`` and ``list --health``: the same sentences in a terminal, on this and on another machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrolab_gui import cli
from tests.integration.child_process import free_port
from tests.integration.doctor_conditions import Phonebook, can_make_machines, command_at, other_machine, phonebook
from tests.integration.foreign_servers import plain_server
from tests.integration.network_helpers import laser_plan, our_daemon


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Phonebook]:
    with phonebook(tmp_path) as made:
        yield made


UNTOLD = "answers; its server does not tell whether the instrument does."


def test_all_entries_the_worst_first(book: Phonebook, capsys: pytest.CaptureFixture[str]):
    with plain_server() as server:
        book.register("a.laser", server.uri)
        book.register("z.stage", f"PYRO:stage@127.0.0.1:{free_port()}")
        status = cli.run(["doctor", "--nameserver", book.address])
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert re.fullmatch(
        r"z\.stage cannot be reached: nothing listens at 127\.0\.0\.1:\d+\. → Start its daemon", lines[0]
    )
    assert sorted(lines[1:]) == ["Pyro.NameServer answers.", f"a.laser {UNTOLD}"]


def test_one_entry_in_json(book: Phonebook, capsys: pytest.CaptureFixture[str]):
    with plain_server() as server:
        book.register("a.laser", server.uri)
        assert cli.run(["doctor", "a.laser", "--json", "--nameserver", book.address]) == 0
        (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["uri"], row["code"], row["health"]) == ("a.laser", server.uri, "well", "not asked")
    assert {"host", "port", "object", "sentence", "remedy", "detail"} <= row.keys()


def test_an_address_that_nobody_registered(capsys: pytest.CaptureFixture[str]):
    with plain_server() as server:
        assert cli.run(["doctor", server.uri]) == 0
    assert capsys.readouterr().out == f"{server.uri} {UNTOLD}\n"


def test_unknown_names_and_dead_nameservers(book: Phonebook, capsys: pytest.CaptureFixture[str]):
    assert cli.run(["doctor", "nobody", "--nameserver", book.address]) == 1
    assert f"The nameserver at {book.address} knows no “nobody”." in capsys.readouterr().err
    nowhere = f"127.0.0.1:{free_port()}"
    assert cli.run(["doctor", "--nameserver", nowhere]) == 1
    said = f"The nameserver at {nowhere} cannot be reached: nothing listens at {nowhere}."
    assert said in capsys.readouterr().err
    assert cli.run(["list", "--nameserver", nowhere]) == 1
    assert capsys.readouterr().err.count("cannot be reached") == 1


def test_the_list_says_why(book: Phonebook, capsys: pytest.CaptureFixture[str]):
    with plain_server() as server:
        book.register("a.laser", server.uri)
        book.register("b.laser", server.uri)
        assert cli.run(["list", "laser", "--health", "--json", "--nameserver", book.address]) == 0
        rows = json.loads(capsys.readouterr().out)
    assert [row["reason"].rpartition("; ")[2] for row in rows] == [
        "the same object is registered as “b.laser” too.",
        "the same object is registered as “a.laser” too.",
    ]


@pytest.mark.skipif(not can_make_machines(), reason="may not make network namespaces")
def test_a_daemon_bound_to_localhost_seen_from_another_machine(tmp_path: Path):
    with (
        other_machine() as (machine, here),
        phonebook(tmp_path, here) as book,
        our_daemon(tmp_path, laser_plan("bench.laser")) as daemon,
    ):
        book.register("bench.laser", daemon.uri("bench.laser"))
        at_home = cli_rows(["doctor", "bench.laser", "--nameserver", book.address])
        assert at_home[0]["code"] == "not-asked"

        done = command_at(machine, "doctor", "bench.laser", "--json", "--nameserver", book.address)
        assert done.returncode == 1, done.stderr
        (row,) = json.loads(done.stdout)
    assert row["code"] == "localhost-only"
    assert "its daemon is bound to localhost on its own machine and cannot be reached from here" in row["sentence"]
    assert row["remedy"] == "Change its daemon's host"


def cli_rows(words: list[str]) -> list[dict[str, str]]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        cli.run([*words, "--json"])
    rows: list[dict[str, str]] = json.loads(out.getvalue())
    return rows

"""What children are told: a lab file resolved to plans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui import paths
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision import plan as plan_module
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.wire.plans import (
    DaemonPlan,
    LabPlan,
    NameserverAddress,
    NameserverPlan,
    ServicePlan,
    daemon_from_json,
    nameserver_from_json,
    to_json,
)

if TYPE_CHECKING:
    from pathlib import Path

LAB = """
nameservers:
  main: {ns_autoclean: 5}
  wide: {host: public, ns_port: 9200, storage: 'sql:names.db'}
daemons:
  optics:
    classname: LockableDaemon
    host: public
    port: 4100
    nameservers: [wide]
    search_paths: [drivers, /opt/drivers]
    start_level: 5
    restart: always
    environment: {A: '1'}
  empty: {}
services:
  laser:
    module: santec
    classname: TSL550
    parameters: [{port: COM4}, {baud: 9600}]
    description: The laser
    instancemode: single
    daemon: optics
    nameservers: [main]
    limits: {power: {max: 5}}
    refresh: {power: idle}
    sampling: {power: 0.5, mode: {period: 2, when: idle}}
    safe_state: off_now
    alive: identity
    confirm: [reset]
    units: {power: mW}
    note: Ask Ann.
  broken:
    module: m
    classname: C
    daemon: optics
    out_of_service: at the maker's
autolaunch:
  nameservers: [main]
  daemons: [optics]
"""


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabPlan:
    monkeypatch.setattr(plan_module, "_public_address", lambda: "10.2.0.17")
    return plan(LAB, tmp_path)


def plan(text: str, folder: Path) -> LabPlan:
    lab = LabFile.parse(text, folder / "lab.yaml").lab
    assert lab is not None
    return plan_of(lab, folder)


def test_nameservers_bind_where_the_file_says(planned, tmp_path):
    main, wide = planned.nameservers
    assert main == NameserverPlan(name="main", ns_autoclean=5.0)
    assert wide == NameserverPlan(
        name="wide", host="10.2.0.17", ns_port=9200, storage=f"sql:{(tmp_path / 'names.db').resolve()}"
    )


def test_a_daemon_knows_every_nameserver_it_needs_and_which_are_its_own(planned):
    optics, empty = planned.daemons
    assert optics.nameservers == (
        NameserverAddress("wide", "10.2.0.17", 9200),
        NameserverAddress("main", "localhost", 9090),
    )
    assert optics.own_nameservers == ("wide",)
    assert optics.register_as == "optics"
    assert (empty.nameservers, empty.own_nameservers, empty.register_as) == ((), (), "")


def test_a_daemon_is_told_its_settings_and_its_services(planned, tmp_path):
    optics, _ = planned.daemons
    assert replace(optics, services=(), nameservers=(), own_nameservers=(), register_as="") == DaemonPlan(
        name="optics",
        host="10.2.0.17",
        port=4100,
        lockable=True,
        search_paths=(str((tmp_path / "drivers").resolve()), str((tmp_path / "/opt/drivers").resolve())),
        start_level=5,
        restart="always",
        environment={"A": "1"},
    )
    assert optics.services == (
        ServicePlan(
            name="laser",
            object_id="laser",
            module="santec",
            classname="TSL550",
            parameters={"port": "COM4", "baud": 9600},
            description="The laser",
            instancemode="single",
            nameservers=("main",),
            sampling={"power": 0.5, "mode": 2.0},
            sampling_when={"mode": "idle"},
            refresh={"power": "idle"},
            limits={"power": {"le": 5.0}},
            safe_state="off_now",
            alive="identity",
            confirm=("reset",),
            units={"power": "mW"},
            note="Ask Ann.",
            metadata=("The laser", "class:santec.TSL550"),
        ),
    )


def test_what_starts_with_the_lab_is_named_by_key(planned):
    assert planned.autolaunch == ("nameserver/main", "daemon/optics")


def test_plans_survive_their_json(planned):
    for daemon in planned.daemons:
        assert daemon_from_json(to_json(daemon)) == daemon
    for nameserver in planned.nameservers:
        assert nameserver_from_json(to_json(nameserver)) == nameserver


def test_the_files_of_tls_are_found_from_the_lab_file_and_told_who_registers(tmp_path):
    text = (
        "nameservers: {n: {tls: {folder: certs}}, p: {ns_port: 9094}}\n"
        "daemons: {d: {nameservers: [n, p], tls: {folder: certs, ca: /etc/ca.pem}}}\n"
    )
    found = plan(text, tmp_path)
    certs = (tmp_path / "certs").resolve()
    own = {"certificate": str(certs / "certificate.pem"), "key": str(certs / "key.pem")}
    assert found.nameservers[0].tls == own | {"ca": str(certs / "ca.pem")}
    assert found.daemons[0].tls == own | {"ca": str((tmp_path / "/etc/ca.pem").resolve())}
    secure, plain = found.daemons[0].nameservers
    assert {"ca": secure.ca, "certificate": secure.certificate, "key": secure.key} == found.nameservers[0].tls
    assert plain.ca == ""
    assert daemon_from_json(to_json(found.daemons[0])) == found.daemons[0]
    assert nameserver_from_json(to_json(found.nameservers[0])) == found.nameservers[0]


def test_a_service_is_listed_where_its_own_list_says_and_nowhere_else(tmp_path):
    text = (
        "nameservers: {a: {ns_port: 1}, b: {ns_port: 2}}\ndaemons: {d: {nameservers: [a]}}\nservices:\n"
        "  none: {module: m, classname: C, daemon: d}\n"
        "  other: {module: m, classname: C, daemon: d, nameservers: [b]}\n"
        "  both: {module: m, classname: C, daemon: d, nameservers: [b, a]}\n"
    )
    (daemon,) = plan(text, tmp_path).daemons
    assert {service.name: service.nameservers for service in daemon.services} == {
        "none": (),
        "other": ("b",),
        "both": ("b", "a"),
    }
    assert [address.name for address in daemon.nameservers] == ["a", "b"]


def test_a_nameserver_that_listens_everywhere_is_reached_locally(tmp_path):
    text = "nameservers: {n: {host: 0.0.0.0}}\ndaemons: {d: {nameservers: [n]}}\n"
    (daemon,) = plan(text, tmp_path).daemons
    assert daemon.nameservers == (NameserverAddress("n", "localhost", 9090),)


def test_a_registry_without_a_file_is_kept_in_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    text = "nameservers: {a: {storage: sql}, b: {storage: dbm, ns_port: 2}, c: {storage: 'dbm:x/y', ns_port: 3}}\n"
    storages = [nameserver.storage for nameserver in plan(text, tmp_path).nameservers]
    assert storages == [
        f"sql:{paths.state_dir() / 'nameserver-a.sqlite'}",
        f"sql:{paths.state_dir() / 'nameserver-b.sqlite'}",
        f"sql:{(tmp_path / 'x' / 'y.sqlite').resolve()}",
    ]


def test_a_lab_with_dangling_references_is_planned_as_far_as_it_goes(tmp_path):
    text = (
        "daemons: {d: {nameservers: [gone]}}\nservices:\n"
        "  a: {module: m, classname: C, daemon: d, nameservers: [gone]}\n"
        "  b: {module: m, classname: C, daemon: gone}\n"
        "autolaunch: {nameservers: [gone], daemons: [d, gone]}\n"
    )
    found = plan(text, tmp_path)
    (daemon,) = found.daemons
    assert [service.name for service in daemon.services] == ["a"]
    assert (daemon.nameservers, daemon.services[0].nameservers) == ((), ())
    assert daemon.register_as == ""
    assert found.autolaunch == ("daemon/d",)


def test_public_is_an_address_of_this_pc():
    address = plan_module.host_address("Public")
    assert address == "localhost" or address.count(".") == 3
    assert plan_module.host_address("10.0.0.1") == "10.0.0.1"

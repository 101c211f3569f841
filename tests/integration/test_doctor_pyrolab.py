"""A real PyroLab 0.5 before the doctor: its services are examined as ours are, alive and dead."""

from __future__ import annotations

import pytest

from pyrolab_gui.network.doctor import Doctor
from pyrolab_gui.network.examination import examine
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.wire.health import Health
from pyrolab_gui.wire.remedies import Cause
from tests.integration.test_pyrolab import NAME, WAIT, port  # noqa: F401 - a fixture

pytestmark = [pytest.mark.pyrolab, pytest.mark.timeout(600)]


def test_its_services_and_its_nameserver_answer(port: int):  # noqa: F811 - a fixture
    rows = {row["name"]: row for row in examine("localhost", port)}
    assert rows[NAME]["sentence"].startswith(f"{NAME} answers")
    assert {row["health"] for row in rows.values()} <= {Health.LIVE, Health.NOT_ASKED}


def test_an_object_that_it_does_not_host(port: int):  # noqa: F811 - a fixture
    uri, _ = list_entries("localhost", port)[NAME]
    doctor = Doctor(Identity.here())
    found = doctor.examine(f"PYRO:no.such.service@{uri.partition('@')[2]}", "no.such.service").result(WAIT)
    doctor.close()
    assert doctor.join(5)
    assert found.code in (Cause.OBJECT_GONE, Cause.RENAMED)
    assert found.health is Health.LOST

"""The OpenMetrics page of a supervisor: children, instruments and readings, as a parser of Prometheus reads them."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("prometheus_client")
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pyrolab_gui.supervision.metrics import Metrics
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire.plans import ServicePlan
from tests.integration.child_process import eventually
from tests.integration.supervisor_process import daemon, labplan

DRIVER = """
from typing import Annotated
from annotated_types import Unit
class Driver:
    @property
    def temperature(self) -> Annotated[float, Unit("K")]:
        return 4.5
"""


def test_readings_and_health_are_served_as_open_metrics(tmp_path: Path) -> None:
    (tmp_path / "w4_metrics.py").write_text(DRIVER)
    service = ServicePlan("cryo", "cryo", "w4_metrics", "Driver", instancemode="single", sampling={"temperature": 0.1})
    supervisor = Supervisor(tmp_path / "state", tmp_path / "log")
    metrics = Metrics(supervisor, "127.0.0.1", 0)

    def samples() -> dict[tuple[str, str], float]:
        with urllib.request.urlopen(f"http://{metrics.address}/metrics", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
            text = answer.read().decode()
        return {
            (sample.name, sample.labels.get("instrument") or sample.labels.get("name", "")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    try:
        supervisor.load(labplan(daemon("cold", service, search_paths=(str(tmp_path),))))
        assert samples()["pyrolab_child_up", "cold"] == 0.0
        supervisor.start(["daemon/cold"])
        found = eventually(lambda: found if ("pyrolab_reading", "cryo") in (found := samples()) else None)
        assert found is not None
        assert found["pyrolab_reading", "cryo"] == 4.5
        assert found["pyrolab_child_up", "cold"] == 1.0
        eventually(lambda: samples()["pyrolab_instrument_connected", "cryo"] == 1.0)  # it is told a moment later
        assert found["pyrolab_child_restarts_total", "cold"] == 0.0
    finally:
        metrics.close()
        supervisor.close(stop_children=True)

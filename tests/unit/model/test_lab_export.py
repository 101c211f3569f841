"""Lab files that come with the application, and the export for PyroLab."""

from __future__ import annotations

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from pyrolab_gui import paths
from pyrolab_gui.model.export import for_pyrolab
from pyrolab_gui.model.lab import KINDS, OWN_KEYS, Daemon, Lab, Service
from pyrolab_gui.model.store import LabFile


@pytest.mark.parametrize("path", sorted((paths.resources_dir() / "labs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_example_labs_have_no_errors(path):
    found = LabFile.open(path)
    assert found.errors == ()
    assert found.lab is not None
    assert found.lab.services


def test_the_bench_is_five_single_instruments_in_two_daemons():
    lab = LabFile.open(paths.resources_dir() / "labs" / "bench.yaml").lab
    assert lab is not None
    assert {name: service.daemon for name, service in lab.services.items()} == {
        "bench.laser": "optics",
        "bench.meter": "optics",
        "bench.scope": "optics",
        "bench.stage": "motion",
        "bench.temperature": "motion",
    }
    assert {service.instancemode for service in lab.services.values()} == {"single"}
    assert {service.parameters["bench"] for service in lab.services.values()} == {"bench"}
    assert lab.autolaunch.nameservers == ("main",)
    assert lab.autolaunch.daemons == ("optics", "motion")


def test_the_export_holds_pyrolabs_keys_only_and_says_the_same():
    lab = Lab(
        daemons={"optics": Daemon(restart="always", environment={"A": "1"})},
        services={
            "laser": Service(
                module="m", classname="C", daemon="optics", parameters=[{"port": "COM4"}, {"on": "yes"}], note="x"
            )
        },
    )
    text = for_pyrolab(lab)
    data = yaml.safe_load(text)
    for kind in KINDS:
        for entry in data[kind].values():
            assert not set(entry) & OWN_KEYS[kind]
    assert data["version"] == "1.0"
    assert data["services"]["laser"]["parameters"] == {"port": "COM4", "on": "yes"}
    again = LabFile.parse(text, "exported.yaml").lab
    assert again is not None
    assert again.services["laser"] == lab.services["laser"].model_copy(update={"note": ""})
    assert again.daemons["optics"] == Daemon()

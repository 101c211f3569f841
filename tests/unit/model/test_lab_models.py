"""The models of a lab: PyroLab's keys and defaults, our optional ones, and what the forms are generated from."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from pyrolab_gui.model.lab import ENTRY_TYPES, OWN_KEYS, Autolaunch, Daemon, Lab, Nameserver, Service
from pyrolab_gui.model.parts import Limits, Sampling

PYROLAB_DEFAULTS: dict[type[Any], dict[str, Any]] = {
    Nameserver: {
        "host": "localhost", "ns_port": 9090, "broadcast": False, "ns_bchost": None, "ns_bcport": 9091,
        "ns_autoclean": 0.0, "storage": "memory",
    },
    Daemon: {
        "module": "pyrolab.server", "classname": "Daemon", "host": "localhost", "port": 0, "unixsocket": None,
        "nathost": None, "natport": 0, "servertype": "thread", "nameservers": (),
    },
    Service: {
        "parameters": {}, "description": "", "instancemode": "session", "daemon": "default", "nameservers": (),
    },
}  # fmt: skip


@pytest.mark.parametrize("model", PYROLAB_DEFAULTS, ids=lambda model: model.__name__)
def test_pyrolabs_keys_have_pyrolabs_defaults(model):
    given = {"module": "m", "classname": "C"} if model is Service else {}
    dumped = model.model_validate(given).model_dump()
    own = next(OWN_KEYS[kind] for kind, known in ENTRY_TYPES.items() if known is model)
    assert {key: value for key, value in dumped.items() if key not in own} == PYROLAB_DEFAULTS[model] | given


@pytest.mark.parametrize(
    "model", [Lab, Nameserver, Daemon, Service, Autolaunch, Limits, Sampling], ids=lambda m: m.__name__
)
def test_every_field_has_a_title_and_a_help_text(model: type[BaseModel]):
    for name, field in model.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert field.description.endswith("."), name


def test_own_keys_are_optional_and_marked_for_the_forms():
    for kind, model in ENTRY_TYPES.items():
        assert OWN_KEYS[kind] <= set(model.model_fields)
        assert not [name for name in OWN_KEYS[kind] if model.model_fields[name].is_required()]
    extra = Daemon.model_fields["environment"].json_schema_extra
    assert isinstance(extra, dict)
    assert extra["advanced"] is True


def test_a_lab_cannot_be_changed_in_place():
    lab = Lab(daemons={"optics": Daemon()})
    with pytest.raises(ValidationError):
        lab.daemons["optics"].port = 5  # type: ignore[misc]


def test_parameters_may_be_a_list_of_one_key_maps():
    service = Service(module="m", classname="C", parameters=[{"port": "COM4"}, {"baud": 9600}])
    assert service.parameters == {"port": "COM4", "baud": 9600}


def test_limits_may_be_written_as_min_and_max():
    service = Service(module="m", classname="C", limits={"power": {"min": 0, "max": 5}})
    assert service.limits["power"] == Limits(ge=0.0, le=5.0)


def test_sampling_is_a_period_or_says_when():
    service = Service(
        module="m", classname="C", sampling={"power": 1, "mode": {"period": 5, "when": "idle"}, "phase": {"period": 2}}
    )
    assert service.sampling["power"] == Sampling(period=1.0)
    assert service.sampling["mode"] == Sampling(period=5.0, when="idle")
    assert service.model_dump()["sampling"] == {"power": 1.0, "mode": {"period": 5.0, "when": "idle"}, "phase": 2.0}


@pytest.mark.parametrize("model", [Nameserver, Daemon], ids=lambda model: model.__name__)
@pytest.mark.parametrize("files", [{"ca": "ca.pem"}, {"certificate": "c.pem"}, {"cert": "c.pem"}, {"folder": ""}])
def test_tls_wants_a_folder_or_a_certificate_with_its_key(model, files):
    assert model(tls={"folder": "certs"}).tls == {"folder": "certs"}
    assert model(tls={"certificate": "c.pem", "key": "k.pem"}).tls == {"certificate": "c.pem", "key": "k.pem"}
    with pytest.raises(ValidationError):
        model(tls=files)


def test_out_of_service_takes_a_reason_or_true():
    assert Service(module="m", classname="C", out_of_service=True).out_of_service == "out of service"
    assert Service(module="m", classname="C", out_of_service="fuse blown").out_of_service == "fuse blown"
    assert Service(module="m", classname="C", out_of_service=False).out_of_service == ""


def test_the_packages_start_imports_neither_pydantic_nor_yaml():
    code = "import sys, pyrolab_gui.model; print([m for m in ('pydantic', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"

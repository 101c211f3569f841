"""Files of PyroLab 0.4 and 0.5 are taken as they are, and stay as they are but for what is edited."""

from __future__ import annotations

from pathlib import Path

from pyrolab_gui.model import edit
from pyrolab_gui.model.export import for_pyrolab
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.plan import plan_of

OLD = """\
version: '1.0'
nameservers:
  auto 3:
    host: localhost
    ns_port: 9100
    broadcast: false
    ns_bchost: false
    storage: sql
daemons:
  auto:
    module: pyrolab.daemon
    classname: LockableDaemon
  other:
    module: pyrolab.server
    classname: Daemon
    servertype: multiplex
services:
  bench.laser:
    module: pyrolab.drivers.lasers.tsl550
    classname: TSL550
    parameters:
    - port: COM4
    - baudrate: 9600
    instancemode: single
    daemon: other
autolaunch:
  nameservers:
  daemons:
  - other
"""


def test_what_older_files_hold_is_understood():
    file = LabFile.parse(OLD, "lab.yaml")
    assert file.errors == ()
    lab = file.lab
    assert lab is not None
    (nameserver,) = lab.nameservers
    assert len(nameserver.split("-")) == 3
    assert lab.nameservers[nameserver].ns_bchost is None
    assert lab.services["bench.laser"].parameters == {"port": "COM4", "baudrate": 9600}
    plan = plan_of(lab, Path("/labs"))
    assert [daemon.lockable for daemon in plan.daemons] == [True, False]
    assert plan.autolaunch == ("daemon/other",)


def test_an_edit_leaves_its_old_forms_alone():
    file = LabFile.parse(OLD, "lab.yaml")
    assert file.lab is not None
    laser = file.lab.services["bench.laser"]
    moved = laser.model_copy(update={"parameters": {"port": "COM5", "baudrate": 9600}})
    text = file.with_lab(edit.replace(file.lab, "services", "bench.laser", moved)).text
    assert text == OLD.replace("COM4", "COM5")


def test_the_export_is_in_the_newer_form():
    file = LabFile.parse(OLD, "lab.yaml")
    assert file.lab is not None
    again = LabFile.parse(for_pyrolab(file.lab), "lab.yaml")
    assert again.errors == ()
    assert again.lab == file.lab

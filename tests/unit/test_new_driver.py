"""``new-driver``: a beginning that the application understands."""

from __future__ import annotations

import importlib

from pyrolab_gui import cli
from pyrolab_gui.hosting.describe import describe
from pyrolab_gui.hosting.driver_needs import needs_of


def test_a_driver_is_begun_once_and_can_be_described(tmp_path, monkeypatch, capsys):
    words = ["new-driver", "FancyLaser", "--folder", str(tmp_path)]
    assert cli.run(words) == 0
    assert "pyrolab-gui describe fancy_laser:FancyLaser" in capsys.readouterr().out
    monkeypatch.syspath_prepend(str(tmp_path))
    cls = importlib.import_module("fancy_laser").FancyLaser
    assert describe(cls).member("power").returns.unit == "mW"
    assert [item["name"] for item in needs_of(cls)["parameters"]] == ["port", "timeout"]
    assert cli.run(words) == 1 and "nothing was written" in capsys.readouterr().err
    assert cli.run(["new-driver", "3x"]) == 2

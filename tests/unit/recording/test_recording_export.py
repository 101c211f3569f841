"""Recordings for other programs: CSV always, HDF5 and Parquet where their libraries are, a sentence where not."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui import recording
from pyrolab_gui.recording.reader import Recording
from pyrolab_gui.recording.values import samples
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.errors import LabError
from tests.integration.child_process import ROOT

BEHIND = "the clock of pc3 is 0.250 s behind, uncertain by 0.001 s"


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Recording]:
    writer = Writer(tmp_path / "night.rec", "ann@desk", {"purpose": "drift"}, now=1.0)
    power = writer.channel("bench.laser", "power", 0.5, "mW")
    door = writer.channel("bench.laser", "door", 0.5)
    writer.add(power, samples([1.5, 2.0, 2.5], [0.1, 1e-300, float("nan")]))
    writer.add(door, samples([1.5, 2.0], ["open, wide", 3.0]))
    writer.gap(power, Gap(2.5, 4.0, "error", "too hot"))
    writer.setting(1.25, "bench.laser", "mode", "cw")
    writer.setting(2.25, "bench.laser", "mode", "pulsed", "ben@desk")
    writer.clock(1.75, "pc3", -0.25, 0.001)
    writer.close(now=5.0, summary="2 of 2 channels")
    with recording.open(tmp_path / "night.rec") as found:
        yield found


def test_csv(night: Recording, tmp_path: Path):
    night.export(tmp_path / "night.csv")
    with (tmp_path / "night.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    begun = "1970-01-01T00:00:0"
    assert rows == [
        ["time", "seconds", "channel", "value", "unit", "gap", "note"],
        [f"{begun}1.500000+00:00", "1.5", "bench.laser.power", "0.1", "mW", "", ""],
        [f"{begun}2.000000+00:00", "2.0", "bench.laser.power", "1e-300", "mW", "", ""],
        [f"{begun}2.500000+00:00", "2.5", "bench.laser.power", "nan", "mW", "", ""],
        [f"{begun}1.500000+00:00", "1.5", "bench.laser.door", "open, wide", "", "", ""],
        [f"{begun}2.000000+00:00", "2.0", "bench.laser.door", "3.0", "", "", ""],
        [
            f"{begun}2.500000+00:00",
            "2.5",
            "bench.laser.power",
            "",
            "",
            f"until {begun}4.000000+00:00: error too hot",
            "",
        ],
        [f"{begun}1.000000+00:00", "1.0", "", "", "", "", "begun by ann@desk: drift"],
        [f"{begun}1.250000+00:00", "1.25", "bench.laser.mode", "", "", "", "stood at 'cw'"],
        [f"{begun}1.750000+00:00", "1.75", "", "", "", "", BEHIND],
        [f"{begun}2.250000+00:00", "2.25", "bench.laser.mode", "", "", "", "set to 'pulsed' by ben@desk"],
        [f"{begun}5.000000+00:00", "5.0", "", "", "", "", "ended: 2 of 2 channels"],
    ]


def test_hdf5(night: Recording, tmp_path: Path):
    h5py = pytest.importorskip("h5py")
    night.export(str(tmp_path / "night.h5"))
    with h5py.File(tmp_path / "night.h5") as file:
        assert file.attrs["purpose"] == "drift"
        power = file["bench.laser.power"]
        assert (power.attrs["unit"], power.attrs["period"]) == ("mW", 0.5)
        np.testing.assert_array_equal(power["values"][:], [0.1, 1e-300, np.nan])
        assert power["gaps"][:].tolist() == [[2.5, 4.0]]
        assert power["reasons"].asstr()[:].tolist() == ["error too hot"]
        assert file["settings"]["value"].asstr()[:].tolist() == ['"cw"', '"pulsed"']
        assert file["settings"]["who"].asstr()[:].tolist() == ["", "ben@desk"]
        assert file["clocks"]["offset"][:].tolist() == [-0.25]
        assert file["runs"].asstr()[0].endswith("ann@desk: 2 of 2 channels")
        assert file["bench.laser.door"]["values"].asstr()[:].tolist() == ["open, wide", "3.0"]


def test_parquet(night: Recording, tmp_path: Path):
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    night.export(tmp_path / "night.parquet")
    table = parquet.read_table(tmp_path / "night.parquet")
    assert table.schema.metadata[b"purpose"] == b"drift"
    rows = table.to_pylist()
    assert [(row["seconds"], row["channel"].rpartition(".")[2], row["text"]) for row in rows[:6]] == [
        (1.5, "power", None),
        (2.0, "power", None),
        (2.5, "power", None),
        (1.5, "door", "open, wide"),
        (2.0, "door", None),
        (2.5, "power", None),
    ]
    assert [row["value"] for row in rows[:2]] == [0.1, 1e-300]
    assert rows[4]["value"] == 3.0
    assert "too hot" in rows[5]["gap"]
    assert rows[0]["time"].timestamp() == 1.5
    assert [(row["seconds"], row["note"]) for row in rows[6:]] == [
        (1.0, "begun by ann@desk: drift"),
        (1.25, "stood at 'cw'"),
        (1.75, BEHIND),
        (2.25, "set to 'pulsed' by ben@desk"),
        (5.0, "ended: 2 of 2 channels"),
    ]


def test_pandas(night: Recording):
    pandas = pytest.importorskip("pandas")
    frame = night.to_pandas()
    assert list(frame.columns) == ["bench.laser.power [mW]", "bench.laser.door"]
    assert frame.index[0] == pandas.Timestamp(1.5, unit="s", tz="UTC")
    assert frame["bench.laser.power [mW]"].iloc[0] == 0.1


@pytest.mark.parametrize(("ending", "library"), [(".h5", "h5py"), (".parquet", "pyarrow")])
def test_a_library_that_is_missing(night: Recording, tmp_path: Path, ending: str, library: str, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(LabError, match=rf"need {library}.*pyrolab-gui\[export\]"):
        night.export(tmp_path / f"night{ending}")
    assert [path.name for path in tmp_path.iterdir()] == ["night.rec"]


def test_what_cannot_be(night: Recording, tmp_path: Path):
    with pytest.raises(LabError, match="of no kind"):
        night.export(tmp_path / "night.doc")
    (tmp_path / "taken.csv").write_text("mine")
    with pytest.raises(LabError, match="there already"):
        night.export(tmp_path / "taken.csv")
    assert (tmp_path / "taken.csv").read_text() == "mine"
    with pytest.raises(LabError, match="cannot be written"):
        night.export(tmp_path / "none" / "night.csv")


def test_a_script_that_reads_loads_neither_qt_nor_network_nor_pandas(night: Recording):
    script = (
        "import sys; from pyrolab_gui import recording; "
        f"len(recording.open({str(night.path)!r}).channels); "
        "print([name for name in ('PySide6', 'Pyro5', 'pandas', 'pydantic', 'h5py') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]", done.stderr

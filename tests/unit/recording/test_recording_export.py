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


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Recording]:
    writer = Writer(tmp_path / "night.rec", "ann@desk", {"purpose": "drift"})
    power = writer.channel("bench.laser", "power", 0.5, "mW")
    door = writer.channel("bench.laser", "door", 0.5)
    writer.add(power, samples([1.5, 2.0, 2.5], [0.1, 1e-300, float("nan")]))
    writer.add(door, samples([1.5, 2.0], ["open, wide", 3.0]))
    writer.gap(power, Gap(2.5, 4.0, "error", "too hot"))
    writer.close()
    with recording.open(tmp_path / "night.rec") as found:
        yield found


def test_csv(night: Recording, tmp_path: Path):
    night.export(tmp_path / "night.csv")
    with (tmp_path / "night.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["time", "seconds", "channel", "value", "unit", "gap"],
        ["1970-01-01T00:00:01.500000+00:00", "1.5", "bench.laser.power", "0.1", "mW", ""],
        ["1970-01-01T00:00:02.000000+00:00", "2.0", "bench.laser.power", "1e-300", "mW", ""],
        ["1970-01-01T00:00:02.500000+00:00", "2.5", "bench.laser.power", "nan", "mW", ""],
        ["1970-01-01T00:00:01.500000+00:00", "1.5", "bench.laser.door", "open, wide", "", ""],
        ["1970-01-01T00:00:02.000000+00:00", "2.0", "bench.laser.door", "3.0", "", ""],
        [
            "1970-01-01T00:00:02.500000+00:00",
            "2.5",
            "bench.laser.power",
            "",
            "",
            "until 1970-01-01T00:00:04.000000+00:00: error too hot",
        ],
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
        assert file["bench.laser.door"]["values"].asstr()[:].tolist() == ["open, wide", "3.0"]


def test_parquet(night: Recording, tmp_path: Path):
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    night.export(tmp_path / "night.parquet")
    rows = parquet.read_table(tmp_path / "night.parquet").to_pylist()
    assert [(row["seconds"], row["channel"].rpartition(".")[2], row["text"]) for row in rows] == [
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

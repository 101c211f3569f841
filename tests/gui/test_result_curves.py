"""Curves among the results: axes with their units, reading off, copying and saving."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from pyrolab_gui.viewmodels import export
from pyrolab_gui.viewmodels.result_shape import curve_of, shape_of
from pyrolab_gui.wire.description import ParameterDescription, ServiceDescription, TypeDescription
from pyrolab_gui.wire.errors import LabError
from tests.gui.console_bench import Bench
from tests.unit.viewmodels.console_fakes import FLOAT, method

MILLIWATT = TypeDescription("array", items=(TypeDescription("float", unit="mW"),))
TRACE = TypeDescription(
    "dict",
    name="Trace",
    fields=(
        ParameterDescription("wavelength", TypeDescription("array", unit="nm", items=(FLOAT,))),
        ParameterDescription("power_dbm", TypeDescription("list", items=(TypeDescription("float", unit="dBm"),))),
    ),
)


@pytest.fixture
def bench(qtbot):
    bench = Bench(
        qtbot,
        ServiceDescription(
            "m", "M", members=(method("record", returns=MILLIWATT), method("trace", returns=TRACE), method("any"))
        ),
    )
    yield bench
    bench.close()


def shown(bench: Bench, name: str, value: object):
    _, view = bench.open()
    view.forms[name].call_button.click()
    bench.instrument.settle(value)
    QApplication.processEvents()
    return view.result


def test_the_unit_of_the_annotation_stands_at_the_axis_and_points_are_counted(bench: Bench):
    result = shown(bench, "record", np.array([1.0, 2.0, 4.0]))
    assert result.plot.y_title.text() == "mW" and result.plot.x_title.text() == "point"
    ticks = result.plot.plot.getPlotItem().getAxis("bottom").tickSpacing(0, 2, 300)
    assert ticks == [(1.0, 0.0)], "there is no point 0.5"
    assert "3 points" in result.caption.text()
    assert result.plot.grab().toImage().width()


def test_two_fields_of_a_dataclass_are_x_and_y(bench: Bench):
    result = shown(bench, "trace", {"wavelength": np.array([1550.0, 1551.0, 1552.0]), "power_dbm": [1.0, 2.0, 3.0]})
    assert result.plot.x_title.text() == "Wavelength (nm)" and result.plot.y_title.text() == "Power (dBm)"
    result.copy.click()
    assert QApplication.clipboard().text().startswith("Wavelength [nm]\tPower [dBm]\n1550.0\t1.0\n")


def test_a_value_is_read_off_under_the_mouse(bench: Bench):
    result = shown(bench, "record", np.array([1.0, 2.5, 4.0]))
    plot = result.plot
    box = plot.plot.getPlotItem().getViewBox()
    plot._read_off(box.mapViewToScene(QPointF(1.1, 2.0)))
    assert result.caption.text() == "point 1: 2.5 mW" and plot.line.isVisible() and plot.line.value() == 1.0
    plot.readOff.emit("")
    assert "record()" in result.caption.text()


def test_copy_is_made_for_a_spreadsheet(bench: Bench):
    result = shown(bench, "record", np.array([1.0, 2.5, 4.0]))
    result.copy.click()
    assert QApplication.clipboard().text() == "point\ty [mW]\n0\t1.0\n1\t2.5\n2\t4.0\n"


def test_curves_are_saved_as_csv_and_npy(tmp_path):
    trace = {"wavelength": [1550.0, 1551.0, 1552.0], "power_dbm": [1.0, 2.0, 3.0]}
    export.save_result(tmp_path / "t.csv", trace, TRACE)
    assert (tmp_path / "t.csv").read_text().splitlines()[:2] == ["Wavelength [nm],Power [dBm]", "1550.0,1.0"]
    export.save_result(tmp_path / "t.npy", trace, TRACE)
    assert np.load(tmp_path / "t.npy").tolist() == [[1550.0, 1551.0, 1552.0], [1.0, 2.0, 3.0]]
    for ragged in ([[1.0], [1.0, 2.0]], {"a": 1}, ["x"]):
        for ending in ("csv", "npy"):
            with pytest.raises(LabError, match="no table of numbers"):
                export.save_result(tmp_path / f"r.{ending}", ragged)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["t.csv", "t.npy"]


def test_what_is_no_pair_of_rows_stays_a_tree():
    for value in ({"a": [1, 2, 3], "b": [1, 2]}, {"a": 1, "b": 2}, {"a": [1, 2, 3]}, {"a": "abc", "b": "def"}):
        assert curve_of(value) is None and shape_of(value) == "tree"


def test_nothing_finite_is_no_failure(bench: Bench):
    result = shown(bench, "any", np.array([[np.nan, np.nan, np.nan], [np.nan, np.inf, np.nan]]))
    result.plot._read_off(QPointF(100, 20))
    result.plot.grab()


def test_rows_and_columns_are_an_image_to_read_off(bench: Bench):
    values = np.arange(12.0).reshape(3, 4)
    result = shown(bench, "any", values)
    assert result.mode.options() == ["Image", "Values"]
    assert result.pages.currentWidget() is result.image
    assert result.image.at(2.5, 1.2) == "row 1, column 2: 6.0"
    assert result.image.at(-1, 0) == ""
    assert "3 × 4, 0.0 to 11.0" in result.caption.text()
    result.mode.setCurrent(1)
    assert result.pages.currentWidget() is result.tree
    assert not result.grab().isNull()
    nothing = shown(bench, "any", np.full((3, 3), np.nan))
    assert nothing.pages.currentWidget() is nothing.tree, "the way that was chosen last"


def test_json_is_a_tree_and_its_text(bench: Bench):
    result = shown(bench, "any", '{"gain": 2.5, "channels": [1, 2]}')
    assert result.pages.currentWidget() is result.tree
    assert result.tree.model().index(0, 0).data() == "gain"
    result.mode.setCurrentText("Text")
    assert "channels" in result.text.toPlainText()
    assert shape_of("{not json") == "scalar" and shape_of("[]") == "scalar"


def test_a_curve_is_offered_to_the_plots(bench: Bench):
    chosen: list[tuple[str, object]] = []
    bench.tab.resultChosen.connect(lambda result: chosen.append((result.label, result.value)))
    values = np.array([1.0, 2.0, 4.0])
    shown(bench, "record", values).to_plots.click()
    ((label, value),) = chosen
    assert label == "optics.laser.record" and value is values

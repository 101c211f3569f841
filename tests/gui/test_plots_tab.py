"""The tab of plots on screen: readings are chosen or dropped, looked at with wheel and keys, measured, and saved."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget

from pyrolab_gui.ui.plots.axes import NumberAxis
from pyrolab_gui.ui.plots.channel_menu import LimitDialog, channel_menu
from pyrolab_gui.ui.plots.dragging import mime_of, reading_in
from pyrolab_gui.ui.plots.page_menu import export_menu, page_menu
from pyrolab_gui.ui.plots_tab import PlotsTab
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.plot_channel import Reading, Threshold
from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
from pyrolab_gui.viewmodels.repeated_call import Call
from pyrolab_gui.wire.errors import LabError
from tests.gui import console_bench

POWER = Reading("optics.laser", "power", "mW")
LIMIT = Reading("optics.laser", "limit", "mW")
WAVELENGTH = Reading("optics.laser", "wavelength", "nm")


class Bench(console_bench.Bench):
    """The tab beside the consoles, with the same stand-ins below it."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot)
        self.tab.hide()
        self.vm.set_entries(console_bench.ENTRIES)
        self.bridge = Bridge()
        self.background = Background(self.bridge, self.notices)  # type: ignore[arg-type]
        self.plots = PlotsViewModel(self.vm, self.notices, self.bridge, self.background)
        self.page_tab = PlotsTab(self.plots)
        qtbot.addWidget(self.page_tab)
        self.page_tab.resize(1280, 700)
        self.page_tab.show()
        qtbot.waitExposed(self.page_tab)

    def plot(self, *readings: Reading):
        for reading in readings:
            self.plots.add_reading(reading)
        now = time.time()
        times = [now - 100 + second for second in range(100)]
        for reading in readings:
            values = [float(1 + second % 7) for second in range(100)]
            self.feed.bring(reading.member, values, times)
        page = self.plots.current
        assert page is not None
        view = self.page_tab.view_of(page)
        assert view is not None
        QApplication.processEvents()
        if view.stack is not None:
            view.stack.draw()
        return view

    def close(self) -> None:
        self.background.close()
        self.bridge.close()
        super().close()


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.close()


def wheel(plot, at: QPoint, turned: int) -> None:
    viewport = plot.viewport()
    event = QWheelEvent(
        QPointF(at), viewport.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def mouse(plot, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    viewport = plot.viewport()
    held = button if kind is not QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
    pressed = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
    event = QMouseEvent(
        kind, QPointF(at), viewport.mapToGlobal(QPointF(at)), pressed, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)


def test_the_empty_tab_offers_the_next_step_which_plots_a_reading_without_a_drag(bench: Any):
    tab = bench.page_tab
    assert tab.stack.currentWidget() is tab._empty
    picker = tab.choose_readings()
    picker.filter.setText("las")
    picker.instruments.setCurrentRow(0)
    bench.qtbot.waitUntil(lambda: picker.readings.count() > 1, timeout=5000)
    picker.readings.setCurrentRow(0)
    picker.add.click()
    assert "is on the plot" in picker.hint.text()
    picker.reject()
    (channel,) = bench.plots.current.plot.channels
    assert channel.label == "optics.laser.power"
    assert tab.stack.currentWidget() is tab.docks
    assert tab.list.current() is channel


def test_a_reading_is_dropped_on_a_page_and_on_the_empty_tab(bench: Any):
    data = mime_of(POWER)
    assert reading_in(data) == POWER
    assert reading_in(QMimeData()) is None
    for target in (bench.page_tab, None):
        receiver = target or bench.page_tab.view_of(bench.plots.current)
        mime = data if target else mime_of(WAVELENGTH)
        drop = QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        receiver.dropEvent(drop)
    assert [channel.member for channel in bench.plots.current.plot.channels] == ["power", "wavelength"]


def test_a_row_of_a_console_carries_its_reading(bench: Any):
    _, view = bench.open()
    bench.bring("temperature", 24.0)
    assert view.rows["temperature"]._dragged() == Reading("optics.laser", "temperature", "°C")
    chosen: list[Reading] = []
    bench.tab.readingChosen.connect(chosen.append)
    actions = {action.text(): action for action in view.rows["temperature"].plot.menu().actions()}
    actions["Add to the plots"].trigger()
    assert chosen == [Reading("optics.laser", "temperature", "°C")]


def test_wheel_drag_and_keys_move_all_plots_together_and_hold_them(bench: Any):
    view = bench.plot(POWER, WAVELENGTH)
    plot, (first, second) = view.page.plot, view.stack.groups()
    before = plot.span()
    middle = first.plot.viewport().rect().center()
    wheel(first.plot, middle, 120)
    zoomed = plot.span()
    assert zoomed[1] - zoomed[0] == pytest.approx(0.8 * (before[1] - before[0]), rel=0.02)
    assert plot.paused and view.live.current() == 1
    mouse(first.plot, QEvent.Type.MouseButtonPress, middle)
    mouse(first.plot, QEvent.Type.MouseMove, middle + QPoint(60, 0))
    mouse(first.plot, QEvent.Type.MouseButtonRelease, middle + QPoint(60, 0))
    assert plot.span()[0] < zoomed[0], "dragged to the right: back in time"
    view.stack.draw()
    ranges = [group.plot.getPlotItem().getViewBox().viewRange()[0] for group in (first, second)]
    assert ranges[0] == ranges[1]
    moved = plot.span()
    bench.qtbot.keyClick(view, Qt.Key.Key_Left)
    assert plot.span()[0] < moved[0]
    bench.qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not plot.paused and view.live.current() == 0


def test_a_region_is_zoomed_to_in_time_and_value_until_it_is_fitted_again(bench: Any):
    view = bench.plot(POWER)
    (group,) = view.stack.groups()
    corner = group.plot.viewport().rect().center()
    right = Qt.MouseButton.RightButton
    mouse(group.plot, QEvent.Type.MouseButtonPress, corner, right)
    mouse(group.plot, QEvent.Type.MouseMove, corner + QPoint(80, 60), right)
    mouse(group.plot, QEvent.Type.MouseButtonRelease, corner + QPoint(80, 60), right)
    view.stack.draw()
    low, high = group.plot.getPlotItem().getViewBox().viewRange()[1]
    assert group.fixed == pytest.approx((low, high))
    assert view.fit.isEnabled()
    view.fit.click()
    assert group.fixed is None and not view.fit.isEnabled()


def test_two_moments_are_compared(bench: Any):
    view = bench.plot(POWER)
    tab, plot = bench.page_tab, view.page.plot
    times = plot.channels[0].series.times
    view.measure.click()
    view.stack.clicked.emit(float(times[10]))
    view.stack.clicked.emit(float(times[12]))
    tab._show_values()
    assert tab.moment.text() == "Differences, A to B: 2.00 s"
    assert tab.list.channels.index(1).data() == "+2.0" or tab.list.channels.index(1).data() == "+2"
    assert tab.statistics.what.text() == "between A and B"
    assert tab.statistics.count.text() == "3 samples"
    view.stack.pointed.emit(float(times[10]))
    assert tab.moment.text().startswith("Values at ")
    view.stack.pointed.emit(None)
    view.measure.click()
    assert plot.cursors == ()


def test_statistics_say_what_is_shown(bench: Any):
    view = bench.plot(POWER)
    values = view.page.plot.channels[0].series.values
    view.page.plot.set_window(math.inf)
    bench.page_tab._show_values()
    shown = {name: label.text() for name, label in bench.page_tab.statistics.values.items()}
    assert shown["low"].startswith("1") and shown["high"].startswith("7") and shown["low"].endswith("mW")
    assert shown["mean"].startswith(f"{values.mean():.2f}")
    assert shown["deviation"].startswith(f"{values.std():.2f}")


def test_a_curve_is_hidden_and_shown_and_taken_off_from_the_list(bench: Any):
    view = bench.plot(POWER, WAVELENGTH)
    plot, (power, _) = view.page.plot, view.page.plot.channels
    bench.page_tab.list.choose(power)
    bench.qtbot.keyClick(bench.page_tab.list, Qt.Key.Key_Space)
    assert [group.unit for group in view.stack.groups()] == ["nm"]
    assert bench.page_tab.list.channels.items[-2:] == ["not shown", power]
    bench.page_tab.list.choose(power)
    bench.qtbot.keyClick(bench.page_tab.list, Qt.Key.Key_Delete)
    assert [channel.member for channel in plot.channels] == ["wavelength"]


def test_limits_marks_and_a_logarithmic_scale_are_drawn(bench: Any, qapp):
    view = bench.plot(POWER)
    plot, (channel,) = view.page.plot, view.page.plot.channels
    dialog = LimitDialog(plot, channel, view)
    dialog.value.setText("six")
    dialog._on_draw_clicked()
    assert dialog.error.text()
    dialog.value.setText("5.5")
    dialog._on_draw_clicked()
    assert channel.thresholds == (Threshold("above", 5.5, "alarm"),)
    plot.add_mark(float(channel.series.times[50]), "sweep")
    view.stack.draw()
    (group,) = view.stack.groups()
    _, line, words = group.limits._items[0]
    assert (line.value(), words.toPlainText()) == (5.5, "alarm above 5.5 mW")
    plot.set_log("mW", True)
    view.stack.draw()
    assert np.nanmax(group.curves[0].getData()[1]) == pytest.approx(math.log10(7))
    assert line.value() == pytest.approx(math.log10(5.5))
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        bench.page_tab.grab()
    menu = {action.text(): action for action in channel_menu(view, plot, channel).actions()}
    menu["Do not draw alarm above 5.5 mW"].trigger()
    assert channel.thresholds == ()


def test_axes_take_prefixes_and_powers_of_ten(bench: Any):
    bench.plots.add_reading(Reading("optics.laser", "power", "W"))
    view = bench.page_tab.view_of(bench.plots.current)
    now = time.time()
    bench.feed.bring("power", [2e-6, 3e-6, 4e-6], [now - 2, now - 1, now])
    view.stack.draw()
    (group,) = view.stack.groups()
    assert group.legend._title.text() == "µW"
    axis = NumberAxis("left")
    axis.power = -6
    assert axis.tickStrings([2e-6, 3e-6], 1, 1e-6) == ["2", "3"]
    axis.log = True
    assert axis.tickStrings([0.0, math.log10(5), -6.0], 1, 1) == ["1", "5", "1e−6"]


def test_readings_are_drawn_against_each_other(bench: Any):
    view = bench.plot(POWER, LIMIT)
    view.kind.setCurrent(1)
    view._draw()
    across, up = view.xy.points()
    np.testing.assert_array_equal(across, up)
    assert view.xy.x_title.text() == "x: optics.laser.power (mW)"
    view.against.setCurrentIndex(1)
    view.against.activated.emit(1)
    assert view.page.x_channel().member == "limit"


def test_results_are_compared_and_images_read_off(bench: Any):
    bench.plots.add_result("scope.acquire", [1.0, 2.0, 1.0])
    bench.plots.add_result("scope.acquire", [5.0, 6.0, 5.0])
    view = bench.page_tab.view_of(bench.plots.current)
    low, high = view.results.curves.plot.getPlotItem().getViewBox().viewRange()[1]
    assert low < 1.0 and high > 6.0, "both are seen"
    bench.plots.add_result("camera.frame", np.arange(20.0).reshape(4, 5))
    image = view.results.image
    assert image.item.image.shape == (4, 5)
    box = image.plot.getPlotItem().getViewBox()
    image._on_mouse_moved(box.mapViewToScene(QPointF(2.5, 1.5)))
    assert view.results.read_off.text() == "row 1, column 2: 7.0"


def test_a_result_that_is_called_for_again_keeps_its_place_and_its_zoom(bench: Any):
    bench.plots.add_result("scope.acquire", [1.0, 2.0, 1.0, 3.0])
    view = bench.page_tab.view_of(bench.plots.current)
    assert not view.again.isVisible(), "nobody knows what brought it"
    bench.plots.add_result("laser.record", [1.0, 2.0, 1.0, 2.0], call=Call("optics.laser", "record"))
    assert view.again.isVisible() and view.again.currentText() == "Call once"
    box = view.results.curves.plot.getPlotItem().getViewBox()
    box.setXRange(1.0, 2.0, padding=0)
    view.again.setCurrentIndex(1)
    view.again.activated.emit(1)
    laser = bench.instruments["optics.laser"]
    bench.qtbot.waitUntil(lambda: bool(laser.waiting))
    laser.waiting.pop().set_result([1.0, 9.0, 1.0, 2.0])
    bench.qtbot.waitUntil(lambda: view.page.results[0].curve.y[1] == 9.0)
    (low, high), (_, top) = box.viewRange()
    assert (low, high) == (1.0, 2.0) and top > 9.0
    bench.qtbot.waitUntil(lambda: bool(laser.waiting))
    other = bench.plots.add_page()
    laser.waiting.pop().set_result([1.0, 9.0, 1.0, 2.0])
    bench.qtbot.waitUntil(lambda: not view.page.repeated.seen())
    asked = len(laser.calls)
    bench.plots.close_page(other)
    bench.qtbot.waitUntil(lambda: bool(laser.waiting))
    assert len(laser.calls) == asked + 1
    laser.waiting.pop().set_exception(LabError("The scope has no trigger."))
    bench.qtbot.waitUntil(lambda: view.again.currentText() == "Call once")
    assert "no trigger" in view.results.problem.text() and view.results.problem.isVisible()


def test_pages_stand_behind_and_beside_each_other_and_in_windows(bench: Any):
    view = bench.plot(POWER)
    second = bench.plots.add_page("time", "Second")
    tab, dock = bench.page_tab, bench.page_tab._docks[second]
    assert tab.docks.tabifiedDockWidgets(dock)
    view_two = tab.view_of(second)
    {action.text(): action for action in page_menu(view_two).actions()}["Place beside the others"].trigger()
    assert not tab.docks.tabifiedDockWidgets(dock)
    assert view.isVisible() and view_two.isVisible()
    view_two.ownWindowRequested.emit(True)
    window = view_two.window()
    assert second.own_window and window is not tab.window() and window.isVisible()
    window.close()
    assert not second.own_window and view_two.window() is tab.window()
    layout = tab.layout_text()
    bench.plots.close_page(second)
    assert len(tab.docks.findChildren(QDockWidget)) >= 1 and layout


def test_a_page_that_comes_back_from_its_window_stands_in_front(bench: Any):
    bench.plot(POWER)
    second = bench.plots.add_page("time", "Second")
    bench.plots.add_page("time", "Third")
    view = bench.page_tab.view_of(second)
    view.ownWindowRequested.emit(True)
    view.window().close()
    assert not second.own_window
    bench.qtbot.waitUntil(lambda: not view.visibleRegion().isEmpty())


def test_nothing_is_drawn_while_nobody_looks(bench: Any):
    view = bench.plot(POWER)
    assert view.frames.isActive() and bench.page_tab._tick.isActive()
    bench.page_tab.hide()
    assert not view.frames.isActive() and not bench.page_tab._tick.isActive()
    bench.page_tab.show()
    assert view.frames.isActive()
    bench.plots.add_page()
    bench.qtbot.waitUntil(lambda: not view.frames.isActive(), timeout=5000)


def test_a_page_is_saved_and_copied(bench: Any, tmp_path):
    view = bench.plot(POWER)
    actions = {action.text(): action for action in export_menu(view).actions()}
    actions["Copy as Python"].trigger()
    assert "matplotlib" in QGuiApplication.clipboard().text()
    for name in ("plot.png", "plot.svg"):
        view.save_picture(str(tmp_path / name))
        assert bench.notices.said[-1] == f"Saved {name}."
    drawing = (tmp_path / "plot.svg").read_text()
    assert "<path" in drawing or "<polyline" in drawing, "shapes, not pixels"
    bench.plots.save_csv(view.page, str(tmp_path / "plot.csv"), all_of_it=True)
    bench.qtbot.waitUntil(lambda: bench.notices.said[-1] == "Saved plot.csv.", timeout=5000)
    assert len((tmp_path / "plot.csv").read_text().splitlines()) == 101
    actions["Samples shown, as CSV…"].trigger()
    for dialog in view.findChildren(QDialog):
        dialog.reject()


def test_a_paused_page_says_how_much_it_shows(bench):
    view = bench.plot(POWER)
    plot = bench.plots.current.plot
    assert view.window_combo.currentText() == "Last 5 min"
    plot.hold(1_000_000.0, 1_000_132.0)
    assert view.window_combo.currentIndex() == -1
    assert view.window_combo.placeholderText() == "2 min 12 s"
    view.live.currentChanged.emit(0)
    assert (view.window_combo.currentText(), view.window_combo.toolTip()) == ("Last 5 min", "")


def test_a_difference_of_dbm_is_in_db_and_none_before_the_first_sample(bench):
    level = Reading("optics.laser", "power", "dBm")
    bench.plot(level)
    channel = bench.plots.current.plot.channels[0]
    start = channel.series.start
    bench.plots.current.plot.set_cursors(start + 1, start + 3)
    bench.page_tab._show_values()
    assert bench.page_tab.list.channels.row(1)[1:] == ("+2", "dB")
    bench.plots.current.plot.set_cursors(start - 30, start + 3)
    bench.page_tab._show_values()
    assert bench.page_tab.list.channels.row(1)[1:] == ("–", "dB")

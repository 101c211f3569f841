"""The live plot on screen: readings get on it by a click, gaps are gaps, and it stays while consoles are switched."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from pyrolab_gui.ui.plots.axes import NumberAxis, TimeAxis, round_step
from pyrolab_gui.ui.plots.dragging import mime_of
from pyrolab_gui.ui.plots.styling import padded
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.wire.columns import Gap
from tests.gui.console_bench import Bench


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.close()


def stack_of(bench: Bench):
    stack = bench.tab.plot.stack
    assert stack is not None
    return stack


def test_the_panel_is_folded_and_empty_until_something_is_plotted(bench: Bench):
    assert bench.tab.plot.is_folded() and bench.tab.plot.stack is None
    bench.open()
    bench.reading("temperature").plot.button.click()
    assert not bench.tab.plot.is_folded()
    assert bench.tab.plot.count.text() == "1 channel"


def test_a_reading_that_is_dropped_on_it_is_plotted(bench: Bench):
    bench.open()
    mime = mime_of(Reading("optics.laser", "temperature", "°C"))
    none = Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    bench.tab.plot.dropEvent(drop)
    assert [channel.label for channel in bench.vm.plot.channels] == ["optics.laser.temperature"]
    assert drop.isAccepted() and not bench.tab.plot.is_folded()


def test_samples_are_drawn_and_the_title_line_tells_the_value(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0, 24.5)
    row = bench.reading("temperature")
    row.plot.button.click()
    bench.bring("temperature", 25.0)
    stack = stack_of(bench)
    stack.draw()
    (group,) = stack.groups()
    _, values = group.curves[0].getData()
    assert values.tolist() == [24.0, 24.5, 25.0], "what was at hand, and what came"
    group.legend.show_values()
    (entry,) = group.legend.entries
    assert entry.name.text() == "optics.laser.temperature"
    assert entry.value.text() == "25.0"
    assert entry.period.text() == "0.5 s"
    assert bench.feed.subscriptions[-1].period == 0.5


def test_one_plot_per_unit_with_one_time_axis(bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    bench.bring("wavelength", 1550.0)
    bench.setting("power").plot.button.click()
    bench.setting("wavelength").plot.button.click()
    bench.reading("temperature").plot.button.click()
    groups = stack_of(bench).groups()
    assert [group.unit for group in groups] == ["mW", "nm", "°C"]
    shows = [group.plot.getPlotItem().getAxis("bottom").style["showValues"] for group in groups]
    assert shows == [False, False, True]
    bench.tab.resize(1280, 1400)
    bench.tab._set_folded(False)
    bench.tab.split.setSizes([500, 900])
    QApplication.processEvents()
    stack_of(bench).draw()
    ranges = {tuple(group.plot.getPlotItem().getViewBox().viewRange()[0]) for group in groups}
    assert len(ranges) == 1


def test_a_curve_keeps_off_the_edges(bench: Bench):
    bench.open()
    bench.bring("power", 0.5, 1.0)
    bench.setting("power").plot.button.click()
    stack_of(bench).draw()
    low, high = stack_of(bench).groups()[0].plot.getPlotItem().getViewBox().viewRange()[1]
    assert low < 0.5 and high > 1.0 and high - low < 0.8


def test_a_period_is_chosen_from_the_menus_and_a_channel_is_taken_off(bench: Bench):
    bench.open()
    row = bench.reading("temperature")
    row.plot.button.click()
    menu = row.plot.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert actions["Plot every 0.5 s"].isChecked()
    actions["Plot every 0.1 s"].trigger()
    assert bench.vm.plot.channels[0].period == 0.1
    entry = stack_of(bench).groups()[0].legend.entries[0]
    {action.text(): action for action in entry.menu().actions()}["every 2 s"].trigger()
    assert bench.vm.plot.channels[0].period == 2.0
    stack_of(bench).groups()[0].legend.entries[0].remove.click()
    assert bench.vm.plot.channels == []
    assert bench.tab.plot.is_folded()


def test_it_stays_while_consoles_are_switched_and_closed(bench: Bench):
    _, view = bench.open()
    bench.bring("power", 3.0)
    bench.setting("power").plot.button.click()
    bench.vm.open_known("optics.meter")
    view.header.close_button.click()
    bench.bring("power", 4.0)
    assert bench.vm.plot.channels[0].series.last_value == 4.0


def test_it_is_drawn_on_and_on_while_it_is_seen(qtbot, bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    bench.setting("power").plot.button.click()

    def newest():
        (group,) = stack_of(bench).groups()
        return group.curves[0].getData()[1][-1]

    for value in (4.0, 5.0, 6.0):
        bench.bring("power", value)
        qtbot.wait_until(lambda value=value: newest() == value, timeout=5000)


def test_gaps_and_silence_are_drawn(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    now = time.time()
    bench.feed.bring("temperature", [24.2], [now + 60], (Gap(now, now + 60, "error", "sensor open"),))
    stack = stack_of(bench)
    bench.vm.plot.channels[0].offset = 0.0
    bench.vm.plot.newest = lambda: now + 61  # type: ignore[method-assign]
    stack.draw()
    (group,) = stack.groups()
    regions = group.gaps.shown()
    assert any(start == pytest.approx(now, abs=0.5) and end == pytest.approx(now + 60) for start, end, _ in regions)
    assert np.isnan(group.curves[0].getData()[1]).any()
    assert [words for _, _, words in regions if words] == ["no data 60 s: reading failed"]
    bench.vm.plot.channels[0].arrived -= 30
    group.legend.show_values()
    assert "30 s old" in group.legend.entries[0].trouble.text()


def test_pause_and_window(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    panel = bench.tab.plot
    panel.live.setCurrent(1)
    assert bench.vm.plot.paused
    panel.live.setCurrent(0)
    panel.window_combo.setCurrentIndex(3)
    panel.window_combo.activated.emit(3)
    assert math.isinf(bench.vm.plot.window)


def test_nothing_is_drawn_when_nothing_changed(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    bench.vm.plot.set_paused(True)
    stack = stack_of(bench)
    stack.draw()
    assert stack.draw() is False
    bench.bring("temperature", 24.1)
    assert stack.draw() is True


def test_frames_run_only_while_there_is_something_to_see(bench: Bench):
    panel = bench.tab.plot
    assert not panel._frame.isActive()
    bench.open()
    bench.reading("temperature").plot.button.click()
    assert panel._frame.isActive() and panel._frame.interval() >= 20
    panel.fold.click()
    assert not panel._frame.isActive()
    panel.fold.click()
    bench.tab.hide()
    assert not panel._frame.isActive()


def test_a_hundred_thousand_samples_become_a_few_points_per_pixel(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    series = bench.vm.plot.channels[0].series
    series.clear()
    now = time.time()
    times = now - 250 + np.arange(100_000) / 400
    series.append(times, np.sin(np.arange(100_000) / 1000))
    stack = stack_of(bench)
    stack.draw()
    drawn, _ = stack.groups()[0].curves[0].getData()
    assert 500 < len(drawn) < 5 * stack.width()


def test_export(bench: Bench, tmp_path, qtbot):
    bench.open()
    bench.bring("temperature", 24.0, 24.5)
    bench.reading("temperature").plot.button.click()
    bench.tab.plot.save_picture(str(tmp_path / "p.png"))
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    bench.tab.plot.csvChosen.emit(str(tmp_path / "p.csv"))
    qtbot.waitUntil((tmp_path / "p.csv").exists, timeout=5000)
    qtbot.waitUntil(lambda: len(bench.notices.said) == 2, timeout=5000)
    assert (tmp_path / "p.csv").read_text().count("optics.laser.temperature,°C") == 2
    bench.tab.plot.save_picture(str(tmp_path / "missing" / "p.png"))
    assert "could not be written" in bench.notices.said[-1]


def test_there_is_no_menu_and_no_button_of_pyqtgraph(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    item = stack_of(bench).groups()[0].plot.getPlotItem()
    assert not item.menuEnabled() and item.buttonsHidden


def test_a_change_of_theme_recolours_the_plot(bench: Bench, qapp):
    bench.open()
    bench.bring("temperature", 24.0)
    bench.reading("temperature").plot.button.click()
    curve = stack_of(bench).groups()[0].curves[0]
    apply_theme(qapp, "light")
    QApplication.processEvents()
    light = curve.opts["pen"].color().name()
    apply_theme(qapp, "dark")
    QApplication.processEvents()
    assert curve.opts["pen"].color().name() != light
    bench.tab.grab()
    apply_theme(qapp, "light")


def test_ticks_are_round():
    assert [round_step(x) for x in (0.3, 1.0, 1.1, 2.1, 7.0, 0.0)] == [0.5, 1.0, 2.0, 5.0, 10.0, 1.0]
    assert padded(1.0, 1.0) == (0.95, 1.05)
    assert padded(0.0, 10.0) == (-0.8, 10.8)


def test_axes_write_times_and_plain_numbers(qapp):
    time_axis, axis = TimeAxis("bottom"), NumberAxis("left")
    assert time_axis.tickSpacing(0, 300, 1000)[0][0] == 60
    assert axis.tickStrings([-0.5, 0.0, 0.5], 1, 0.5) == ["−0.5", "0.0", "0.5"]
    assert axis.tickStrings([1500.0, 1550.0], 1, 50) == ["1500", "1550"]
    assert axis.tickStrings([0.0, 2e-9], 1, 2e-9) == ["0", "2e−9"]


def test_a_plot_stays_where_another_reading_comes_and_goes(bench: Bench):
    bench.open()
    bench.reading("temperature").plot.button.click()
    stack = stack_of(bench)
    (group,) = stack.groups()
    (curve,) = group.curves
    (entry,) = group.legend.entries
    plot, channel = stack._vm, group.channels[0]
    other = plot.add(plot._held[channel][0], "another", channel.unit)
    assert stack.groups() == [group]
    assert (group.curves[0], group.legend.entries[0]) == (curve, entry)
    assert [entry.channel for entry in group.legend.entries] == group.channels == [channel, other]
    plot.remove(channel)
    assert stack.groups() == [group]
    assert [entry.channel for entry in group.legend.entries] == group.channels == [other]
    assert curve.scene() is None

"""A lab file that somebody else writes is noticed, however it is written."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy

from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.viewmodels.lab_watch import LabWatch
from pyrolab_gui.viewmodels.notifications import Notifications

TEXT = "daemons:\n  optics: {port: 41231}\n"
OPTICS = Entry("daemons", "optics")


@pytest.fixture
def lab(tmp_path: Path, qapp: object) -> LabViewModel:
    file = tmp_path / "bench.yaml"
    file.write_text(TEXT, encoding="utf-8")
    vm = LabViewModel(Notifications())
    LabWatch(vm)
    vm.open(file)
    return vm


def port(lab: LabViewModel) -> object:
    return lab.values(OPTICS)["port"]


def written_in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def put_in_its_place(path: Path, text: str) -> None:
    other = path.with_suffix(".new")
    other.write_text(text, encoding="utf-8")
    os.replace(other, path)


def removed_and_written(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("write", [written_in_place, put_in_its_place, removed_and_written])
def test_a_change_is_noticed_each_time(lab, write):
    for number in (41232, 41233):
        loaded = QSignalSpy(lab.loaded)
        write(lab.path, TEXT.replace("41231", str(number)))
        assert loaded.wait(5000)
        assert port(lab) == number


def test_own_saving_is_no_change_by_somebody_else(lab, qtbot):
    lab.set_value(OPTICS, "port", 41240)
    assert lab.save()
    loaded = QSignalSpy(lab.loaded)
    assert not loaded.wait(600)  # longer than the watch takes to look
    assert lab._notifications.notices == ()


def test_another_file_is_watched_when_it_is_opened(lab, tmp_path):
    (tmp_path / "other").mkdir()
    second = tmp_path / "other" / "second.yaml"
    second.write_text(TEXT, encoding="utf-8")
    lab.open(second)
    loaded = QSignalSpy(lab.loaded)
    second.write_text(TEXT.replace("41231", "41250"), encoding="utf-8")
    assert loaded.wait(5000)
    assert port(lab) == 41250


def test_a_large_file_is_read_beside_the_window_and_tells_how_far_it_is(lab, tmp_path, qtbot):
    large = tmp_path / "large.yaml"
    services = "".join(f"  s{n}: {{module: m, classname: C, daemon: d, parameters: {{x: {n}}}}}\n" for n in range(800))
    large.write_text(f"daemons: {{d: {{}}}}\nservices:\n{services}", encoding="utf-8")
    gc.collect()  # the labs of other tests end on this thread, not on the reader's
    told = []
    lab._notifications.posted.connect(lambda notice: told.append(notice.sentence))
    with qtbot.waitSignal(lab.fileChanged, timeout=60_000):
        assert not lab.open(large)
        assert lab.path.name == "bench.yaml", "the open one stays until then"
    assert len(lab.entries("services")) == 800
    assert any("%" in sentence for sentence in told)
    assert told[-1] == "large.yaml was read."

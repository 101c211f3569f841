"""What the file said before is looked at and restored; what it begins with is chosen."""

from __future__ import annotations

import pytest

from pyrolab_gui.model.store import LabFile
from pyrolab_gui.model.templates import TEMPLATES
from pyrolab_gui.ui.daemons.detail import YAML
from pyrolab_gui.viewmodels.lab_draft import Entry
from tests.gui.test_daemons_tab import OPTICS, TEXT, World, dialogs


@pytest.fixture
def world(qtbot, tmp_path):
    made = World(qtbot, tmp_path).open()
    yield made
    made.vm.close()


def versions(world):
    world.tab.select(OPTICS)
    world.tab.detail.show_page(YAML)
    world.click("yaml-versions")
    (dialog,) = dialogs(world.tab, "versions-dialog")
    return dialog


def test_a_version_is_compared_and_restored_as_an_edit(world):
    for port in (4001, 4002):
        world.lab.set_value(Entry("daemons", "optics"), "port", port)
        assert world.lab.save()
    dialog = versions(world)
    assert dialog.list.count() == 2
    assert dialog.list.item(0).text().startswith("until today, ")
    assert "-    port: 4002\n+    port: 4001" in dialog.diff.toPlainText()
    dialog.list.setCurrentRow(1)
    assert "-    port: 4002" in dialog.diff.toPlainText()
    world.click("versions-restore", dialog)
    assert world.lab.text == TEXT
    assert world.lab.edited
    assert "4002" in world.path.read_text(), "it is not applied yet"
    world.lab.undo()
    assert not world.lab.edited
    world.lab.redo()
    assert world.lab.save()
    assert world.path.read_text() == TEXT


def test_a_file_that_was_never_written_over_has_no_versions(world):
    dialog = versions(world)
    assert dialog.list.count() == 0
    assert not dialog.restore.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_a_lab_from_a_template_has_no_problems(world, template):
    path = world.path.parent / f"{template}.yaml"
    assert world.lab.new(path, template)
    assert world.lab.problems == ()
    assert LabFile.open(path).lab is not None

"""Overview pages: set up in the dialog, shown over the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from pyrolab_gui.model.pages import PageFile, Tile
from pyrolab_gui.ui.pages.dialog import PagesDialog
from pyrolab_gui.ui.pages.page_window import PageWindow
from pyrolab_gui.ui.pages.tiles import ReadingTile
from pyrolab_gui.viewmodels.page_edits import PageEdits
from pyrolab_gui.viewmodels.pages_vm import Shown
from pyrolab_gui.viewmodels.plot_channel import Reading

if TYPE_CHECKING:
    from pathlib import Path


class FakePage(QObject):
    """A page with what a test says."""

    def __init__(self, *tiles: Tile) -> None:
        super().__init__()
        self.tiles = tiles
        self.now = Shown()
        self.open = True

    def shown(self, _number: int) -> Shown:
        return self.now

    def close(self) -> None:
        self.open = False


def test_a_page_is_set_up_saved_and_opened(qtbot: Any, tmp_path: Path) -> None:
    edits = PageEdits(tmp_path / "bench.yaml")
    dialog = PagesDialog(edits)
    qtbot.addWidget(dialog)
    dialog.add.click()
    assert edits.rename("wall")
    dialog.lines.setPlainText("power")
    assert dialog.problem.text().startswith("wall, line 1: 'power' is no reading")
    assert not dialog.full.isEnabled()
    dialog.lines.setPlainText("bench.meter.power")
    edits.add_reading(Reading("cryo", "temperature", "K"))
    assert dialog.lines.toPlainText() == "bench.meter.power\ncryo.temperature"
    dialog.save.click()
    found = PageFile.open(tmp_path / "bench.pages.yaml").value
    assert found is not None
    assert found.pages == {"wall": ("bench.meter.power", "cryo.temperature")}
    with qtbot.waitSignal(dialog.openRequested) as opened:
        dialog.full.click()
    assert opened.args == ["wall"]


def test_a_tile_says_value_state_and_age(qtbot: Any) -> None:
    page = FakePage(Tile("reading", (("cryo", "temperature"),)), Tile("note", text="Valve closed"))
    window = PageWindow("wall")
    qtbot.addWidget(window)
    window.set_page(page)  # type: ignore[arg-type]
    window.show()
    tile = window.findChild(ReadingTile)
    assert tile is not None
    page.now = Shown("4.51", "K", stale=False, level="alarm", below="alarm at or above 4.5 K")
    window.look()
    assert tile.accessibleName() == "cryo · Temperature, 4.51 K, alarm, alarm at or above 4.5 K"
    window.grab()
    page.now = Shown("4.51", "K", stale=True, below="41 s old")
    window.look()
    assert tile.accessibleName().endswith("41 s old")
    window.grab()
    window.word.setText("power high: meter.power is 6.4 mW, alarm at or above 3 mW · told anna, ben · " * 3)
    assert window.minimumSizeHint().width() < 800, "a long sentence pushes nothing off the screen"
    window.close()
    assert not page.open

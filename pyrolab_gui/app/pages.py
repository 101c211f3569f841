"""Opens overview pages: from the window, and as the only window (``--page NAME``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.ui.pages.page_window import PageWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.ui.pages.dialog import PagesDialog
    from pyrolab_gui.viewmodels.notifications import Notice
    from pyrolab_gui.viewmodels.page_edits import PageEdits
    from pyrolab_gui.viewmodels.workspace import Workspace


class PagesFrame:
    """The pages of the open lab, set up and opened from the window."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        self._window, self._work = window, workspace
        self._dialog: PagesDialog | None = None
        self._windows: list[PageWindow] = []

    def show(self) -> None:
        """Open the dialog, or bring it to the front."""
        from pyrolab_gui.ui.pages.dialog import PagesDialog
        from pyrolab_gui.viewmodels.page_edits import PageEdits

        lab = self._work.lab
        if self._dialog is None and lab.path is None:
            return
        if self._dialog is None and lab.path is not None:
            edits = PageEdits(lab.path, read_only=self._work.alarms.read_only)
            self._dialog = PagesDialog(edits, self._window)
            edits.setParent(self._dialog)
            self._dialog.openRequested.connect(lambda name: self.open(name, edits))
            self._dialog.addRequested.connect(lambda: self._pick(edits))
            self._dialog.destroyed.connect(self._on_destroyed)
        assert self._dialog is not None
        self._dialog.show()
        self._dialog.raise_()

    def open(self, name: str, edits: PageEdits) -> PageWindow:
        """Show a page over the whole screen, as the draft has it."""
        from pyrolab_gui.viewmodels.pages_vm import PageViewModel

        work = self._work
        window = PageWindow(name, self._window)
        window.set_page(PageViewModel(name, edits.tiles(name), work.consoles, work.plots, work.alarms, window))
        self._windows.append(window)
        window.closed.connect(lambda: self._on_closed(window))
        window.showFullScreen()
        return window

    def _pick(self, edits: PageEdits) -> None:
        from pyrolab_gui.ui.plots.reading_picker import ReadingPicker

        picker = ReadingPicker(self._work.plots, self._dialog)
        picker.setWindowTitle("Add readings to the page")
        picker.picked.connect(edits.add_reading)
        picker.open()

    def _on_closed(self, window: PageWindow) -> None:
        self._windows.remove(window)
        window.deleteLater()

    def _on_destroyed(self) -> None:
        self._dialog = None


class PageOnly:
    """A page as all that is seen of the application; the window behind it is never shown.

    Parameters
    ----------
    name
        Of the page.
    end
        Ends the application.
    """

    def __init__(self, name: str, end: Callable[[], object]) -> None:
        self.window = PageWindow(name)
        self._name = name
        self._work: Workspace | None = None
        self.window.closed.connect(end)
        self.window.showFullScreen()

    def begin(self, workspace: Workspace) -> None:
        """Show the page of the lab that is open now."""
        from pyrolab_gui.viewmodels.page_edits import PageEdits
        from pyrolab_gui.viewmodels.pages_vm import PageViewModel

        self._work = workspace
        workspace.alarms.changed.connect(self._on_alarms_changed)
        if workspace.lab.path is None:
            self.window.set_word("No lab file is open here, so there are no pages. Give one: --page NAME FILE", "error")
            return
        edits = PageEdits(workspace.lab.path, read_only=True)
        tiles = edits.tiles(self._name)
        if not tiles:
            there = ", ".join(edits.names) or "none yet"
            problem = edits.problem or f"{edits.file_name} has no page “{self._name}”; there are: {there}."
            self.window.set_word(problem, "error")
            return
        page = PageViewModel(self._name, tiles, workspace.consoles, workspace.plots, workspace.alarms, self.window)
        self.window.set_page(page)
        self._on_alarms_changed()

    def tell(self, notice: Notice) -> None:
        """Say what failed, beside the title: nothing else of the window is seen."""
        if notice.kind == "error":
            self.window.set_word(notice.sentence, "error")

    def _on_alarms_changed(self) -> None:
        """Say which alarm calls: those about readings of other pages too."""
        work = self._work
        if work is None or self.window.page is None:
            return
        calling = work.alarms.calling
        if not calling:
            self.window.set_word("")
            return
        more = f" (and {len(calling) - 1} more)" if len(calling) > 1 else ""
        self.window.set_word(f"{calling[0].alarm.name}: {calling[0].summary()}{more}", "alarm")

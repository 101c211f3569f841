"""What is dropped on the plots: a reading goes to the page it was dropped on, a result to a page of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.ui.plots.dragging import reading_in, result_in

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

    from pyrolab_gui.viewmodels.plots_page import PlotPage
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel


def take_drop(event: QDropEvent, plots: PlotsViewModel, page: PlotPage | None = None) -> None:
    """Plot what was dropped, on a page or, without one, on the current one."""
    reading, result = reading_in(event.mimeData()), result_in(event)
    if reading is not None:
        event.acceptProposedAction()
        plots.add_reading(reading, page)
    elif result is not None:
        event.acceptProposedAction()
        plots.add_result(result.label, result.value, result.returns, page, result.call)

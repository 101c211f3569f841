"""The menus of a page: what can be saved or copied of it, and what can be done with it.

Pictures are made of the widgets that are seen; an SVG holds them as shapes, not as pixels.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu

from pyrolab_gui.ui.plots.mark_dialog import ask_for_words
from pyrolab_gui.viewmodels.plot_export import python_code
from pyrolab_gui.viewmodels.value_text import clock_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.plots.page_view import PageView
    from pyrolab_gui.viewmodels.plots_page import Kind

MOST_MARKS = 12


def export_menu(view: PageView) -> QMenu:
    """Return what can be saved or copied."""
    menu, page, plots = QMenu(view), view.page, view.vm
    readings = page.kind != "results"
    if readings:
        menu.addAction("Samples shown, as CSV…", lambda: _choose(view, "csv", lambda path: plots.save_csv(page, path)))
        menu.addAction(
            "All samples kept, as CSV…",
            lambda: _choose(view, "csv", lambda path: plots.save_csv(page, path, all_of_it=True)),
        )
    elif page.results:
        words = "Image as CSV…" if page.results[0].image is not None else "Curves as CSV…"
        menu.addAction(words, lambda: _choose(view, "csv", lambda path: plots.save_csv(page, path)))
    menu.addAction("Picture as PNG…", lambda: _choose(view, "png", view.save_picture))
    menu.addAction("Drawing as SVG…", lambda: _choose(view, "svg", view.save_picture))
    if readings:
        menu.addSeparator()
        menu.addAction("Copy as Python", lambda: QGuiApplication.clipboard().setText(python_code(page.plot)))
    return menu


def page_menu(view: PageView) -> QMenu:
    """Return what can be done with a page."""
    menu, page, plots = QMenu(view), view.page, view.vm
    menu.addAction("Rename…", lambda: ask_for_words(view, "Rename the plot", None, page.set_title, page.title))
    window = "Put back into the tab" if page.own_window else "Show in a window of its own"
    menu.addAction(window, lambda: view.ownWindowRequested.emit(not page.own_window))
    if not page.own_window:
        menu.addAction("Place beside the others", lambda: view.besideRequested.emit())
    if page.kind == "results":
        menu.addAction("Take all results off", page.clear_results)
    else:
        other: Kind = "time" if page.kind == "xy" else "xy"
        words = "Draw over time" if page.kind == "xy" else "Draw against each other (X–Y)"
        menu.addAction(words, lambda: page.set_kind(other)).setEnabled(len(page.plot.channels) > 1)
        scale = menu.addMenu("Logarithmic scale")
        for unit, _ in page.plot.groups():
            action = scale.addAction(unit or "no unit")
            action.setCheckable(True)
            action.setChecked(unit in page.plot.log_units)
            action.toggled.connect(lambda on, unit=unit: page.plot.set_log(unit, on))
        if page.plot.marks:
            marks = menu.addMenu("Take a mark away")
            for mark in page.plot.marks[-MOST_MARKS:]:
                words = f"{clock_text(mark.time)} {mark.text}"
                marks.addAction(words, partial(page.plot.remove_mark, mark))
    menu.addSeparator()
    menu.addAction("New plot", lambda: plots.add_page())
    menu.addAction("Close this plot", lambda: plots.close_page(page))
    return menu


def save_picture(widget: QWidget | None, path: str, title: str) -> bool:
    """Save what a widget shows as PNG or SVG; return whether the file is there."""
    if widget is None:
        return False
    if not path.lower().endswith(".svg"):
        return widget.grab().save(path)
    drawing = QSvgGenerator()
    drawing.setFileName(path)
    drawing.setSize(widget.size())
    drawing.setViewBox(QRect(QPoint(0, 0), widget.size()))
    drawing.setTitle(title)
    painter = QPainter()
    if not painter.begin(drawing):
        return False
    widget.render(painter, QPoint(0, 0))
    return painter.end()


def _choose(view: PageView, ending: str, save: Callable[[str], object]) -> None:
    dialog = QFileDialog(view, "Export the plot", f"{view.page.title}.{ending}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"{ending.upper()} (*.{ending})"])
    dialog.setDefaultSuffix(ending)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(save)
    dialog.open()

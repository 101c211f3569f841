"""The composition root of the window: makes the application, the view models and the pages, and ends them in order.

The empty frame is painted first; what is heavy (Pyro5, pydantic, numpy, pyqtgraph) is imported after that, piece by
piece, so that the window answers meanwhile.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from pyrolab_gui import paths
from pyrolab_gui.ui.first_paint import wait_until_painted
from pyrolab_gui.ui.main_window import MainWindow
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.settings import Settings

PAGES = (
    ("registry", "Registry", "list-bullets"),
    ("daemons", "Daemons", "hard-drives"),
    ("consoles", "Consoles", "sliders-horizontal"),
    ("plots", "Plots", "chart-line"),
    ("recordings", "Recordings", "record"),
)


def run_window(lab_file: Path | None, *, demo: bool = False, read_only: bool = False, page: str = "") -> int:
    """Open the window and return the exit status when it was closed.

    Parameters
    ----------
    lab_file
        The lab to open; None for the one that was open last.
    demo
        Start everything in the lab at once, stop everything at the end, and do not remember the lab.
    read_only
        Look and plot only.
    page
        The name of an overview page that is shown instead of the window, over the whole screen.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("pyrolab-gui")
    app.setDesktopFileName("pyrolab-gui")
    app.setQuitOnLastWindowClosed(False)
    notifications = Notifications()
    settings = Settings(paths.config_dir() / "window.json")
    window = MainWindow(notifications, settings)
    name = Path(lab_file or settings.get("lab", "")).stem
    for key, title, icon in PAGES:
        window.add_tab(key, title, icon, EmptyState("flask", f"Opening {name}…" if name else "Starting…"))
    if name:
        window.set_lab(name)
    only = None
    if page:
        from pyrolab_gui.app.pages import PageOnly

        only = PageOnly(page, window.interrupted.emit)
        notifications.posted.connect(only.tell)
    else:
        window.show()
    wait_until_painted(app, window if only is None else only.window)

    import qasync

    from pyrolab_gui.app.interrupts import Interrupts
    from pyrolab_gui.app.session import Session

    loop = qasync.QEventLoop(app)
    with loop:
        begin = only.begin if only is not None else None
        session = Session(
            window, notifications, settings, demo=demo, read_only=read_only or bool(page), when_open=begin
        )
        interrupts = Interrupts(window)
        try:
            loop.run_until_complete(session.run(lab_file))
        finally:
            interrupts.release()
            if only is not None:
                only.window.deleteLater()
            window.hide()
            window.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return 0

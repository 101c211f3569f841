"""Pictures of the window at work: the simulated bench comes up, the laser is switched on and turned up, a sweep is run.

Real processes in a folder of their own; all of them are ended.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

SECONDS = 30.0


def take_live(folder: Path) -> None:
    """Take the pictures into `folder`, at the scale of this process."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["PYROLAB_GUI_HOME"] = home
        _Director(folder).run()


class _Director:
    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from pyrolab_gui import paths
        from pyrolab_gui.app import PAGES
        from pyrolab_gui.app.session import Session
        from pyrolab_gui.ui.main_window import MainWindow
        from pyrolab_gui.ui.widgets.panel import Panel
        from pyrolab_gui.viewmodels.notifications import Notifications
        from pyrolab_gui.viewmodels.settings import Settings

        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        self._app = app
        self._folder = folder
        self._notifications = Notifications()
        settings = Settings(paths.config_dir() / "window.json")
        self._window = MainWindow(self._notifications, settings)
        for key, title, icon in PAGES:
            self._window.add_tab(key, title, icon, Panel())
        self._window.resize(1280, 800)
        self._window.show()
        self._session = Session(self._window, self._notifications, settings, demo=True)

    def run(self) -> None:
        """Bring the bench up, take the pictures, end everything."""
        import qasync

        from pyrolab_gui.supervision import demo

        loop = qasync.QEventLoop(self._app)
        with loop:
            loop.run_until_complete(self._main(demo.prepare()))
        self._window.deleteLater()
        self._app.processEvents()

    async def _main(self, lab: Path) -> None:
        running = asyncio.ensure_future(self._session.run(lab))
        try:
            async with asyncio.timeout(3 * SECONDS):
                await self._play()
        finally:
            self._window.interrupted.emit()
            await running

    async def _play(self) -> None:
        await _until(lambda: self._session._workspace is not None and self._session._frame is not None)
        work = self._session._workspace
        assert work is not None
        await _until(lambda: sum(row.health == "live" for row in work.registry.rows.values()) >= 6)
        registry, daemons = self._window.page("registry"), self._window.page("daemons")
        registry.select("bench.laser")  # type: ignore[attr-defined]
        await asyncio.sleep(1.0)
        self._shoot("registry")
        daemons.select("daemon/optics")  # type: ignore[attr-defined]
        self._window.set_current("daemons")
        await asyncio.sleep(0.5)
        self._shoot("daemons-status")
        daemons.select("service/bench.laser")  # type: ignore[attr-defined]
        await asyncio.sleep(0.5)
        self._shoot("daemons-service")
        await self._drive()

    async def _drive(self) -> None:
        work = self._session._workspace
        assert work is not None
        self._window.set_current("consoles")
        meter = work.consoles.open_known("bench.meter")
        laser = work.consoles.open_known("bench.laser")
        assert meter is not None
        assert laser is not None
        await _until(lambda: bool(meter.properties()) and bool(laser.properties()))
        work.consoles.plot.add(meter.lease, "power", "mW", 0.2)
        shown = self._window.page("consoles").plot.window_combo  # type: ignore[attr-defined]
        shown.setCurrentIndex(0)
        shown.activated.emit(0)
        laser.write("output", True)
        for step in range(11):
            laser.write("power", 1.0 + 0.8 * step)
            await asyncio.sleep(0.7)
        run = laser.call("sweep", [], {"start": 1540.0, "stop": 1560.0, "speed": 20.0})
        await _until(lambda: run.outcome != "running")
        await asyncio.sleep(1.5)
        self._shoot("consoles")

    def _shoot(self, name: str) -> None:
        self._window.setFocus()
        for theme in ("dark", "light"):
            self._window.set_theme(theme)
            for _ in range(3):
                self._app.processEvents()
            file = self._folder / f"{name}-{theme}-{self._app.devicePixelRatio():g}x.png"
            self._window.grab().save(str(file))


async def _until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not met():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)

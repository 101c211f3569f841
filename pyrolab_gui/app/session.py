"""One run of the window, from the painted frame to the last closed connection.

It makes the view models and pages, opens the lab, and ends everything in order; what is asked before the end is
`pyrolab_gui.app.parting`.
"""

from __future__ import annotations

import asyncio
import importlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QLockFile

from pyrolab_gui import paths
from pyrolab_gui.app.parting import Parting
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.tasks import TaskOwner
from pyrolab_gui.viewmodels.uncaught import UncaughtErrors
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.app.frame import Frame
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.settings import Settings
    from pyrolab_gui.viewmodels.workspace import Workspace

_T = TypeVar("_T")

_FIRST = ("Pyro5.api", "pyrolab_gui.supervision.remote")
"""What the way to the supervisor needs: it may have to be started, which takes as long as the other imports."""

_HEAVY = (
    "numpy",
    "pydantic",
    "yaml",
    "pyrolab_gui.model.store",
    "pyrolab_gui.viewmodels.workspace",
    "pyrolab_gui.ui.registry_tab",
    "pyrolab_gui.ui.daemons_tab",
    "pyrolab_gui.ui.consoles_tab",
    "pyrolab_gui.ui.plots_tab",
    "pyrolab_gui.ui.recordings_tab",
)
"""Imported one after the other, with the window answering in between; what imports them for good stands below."""

_PATIENCE = 20.0
"""Seconds for which a supervisor is waited for that is being started."""


class Session:
    """The window at work.

    Parameters
    ----------
    window
        The painted frame, with a page for each tab.
    notifications
        Where failures are told.
    settings
        What is remembered.
    demo
        Start all at once, stop all at the end, remember nothing of the lab.
    read_only
        Look and plot only: nothing is set, called, started or stopped.
    when_open
        Called when the view models are there and the lab is open.
    """

    def __init__(
        self,
        window: MainWindow,
        notifications: Notifications,
        settings: Settings,
        *,
        demo: bool = False,
        read_only: bool = False,
        when_open: Callable[[Workspace], object] | None = None,
    ) -> None:
        self._window = window
        self._when_open = when_open
        self._notifications = notifications
        self._settings = settings
        self._demo = demo
        self._read_only = read_only
        self._bridge = Bridge()
        self._errors = UncaughtErrors(notifications, self._bridge)
        self._tasks = TaskOwner(notifications)
        self._pool = ThreadPoolExecutor(2, "window")
        self._supervisor: RemoteSupervisor | None = None
        self._workspace: Workspace | None = None
        self._frame: Frame | None = None
        self._lock: QLockFile | None = None
        self._end: asyncio.Event | None = None
        self._beginning: asyncio.Task[None] | None = None
        self._closing = False
        self._parting = Parting(window, settings, fixed="leave" if read_only else "stop" if demo else "")
        window.closeRequested.connect(self._on_close_requested)
        window.interrupted.connect(self._on_interrupted)

    async def run(self, lab_file: Path | None) -> None:
        """Work until the window is closed."""
        self._errors.watch(asyncio.get_running_loop())
        self._end = asyncio.Event()
        if self._settings.problem:
            self._notifications.warning(self._settings.problem)
        try:
            self._beginning = self._tasks.start(self._begin(lab_file), "begin")
            await self._end.wait()
        finally:
            await self._tasks.aclose()
            await self._close_all(stop_children=False)
            self._errors.release()
            self._bridge.close()
            self._pool.shutdown(wait=False, cancel_futures=True)

    # The beginning

    async def _begin(self, lab_file: Path | None) -> None:
        try:
            if not self._read_only:  # one that only looks may stand beside another
                self._take_lock()
            await self._import(_FIRST)
            self._supervisor = await self._in_thread(self._make_supervisor)
            await self._import(_HEAVY)
            held = await self._meet(self._supervisor)
            if self._demo and held and lab_file is not None and Path(held) != lab_file:
                raise LabError(
                    f"The lab {Path(held).stem} runs on this computer, and the demo would take its place. "
                    "Stop it first.",
                    held,
                )
        except LabError as error:
            self._notifications.error(error)
            self._show_reason("This window cannot supervise this computer", error.sentence)
            return
        from pyrolab_gui.viewmodels.workspace import Workspace

        self._workspace = Workspace(self._notifications, self._bridge, self._supervisor, read_only=self._read_only)
        self._build(self._workspace)
        self._open_first(self._workspace, lab_file, held)
        if self._when_open is not None:
            self._when_open(self._workspace)

    async def _import(self, names: Sequence[str]) -> None:
        for name in names:
            importlib.import_module(name)
            await asyncio.sleep(0.001)  # what was clicked and what is to be painted comes first

    def _make_supervisor(self) -> RemoteSupervisor:
        from pyrolab_gui.network.identity import Identity
        from pyrolab_gui.supervision.remote import RemoteSupervisor

        return RemoteSupervisor(paths.state_dir(), identity=Identity.here(), start=True)

    async def _meet(self, supervisor: RemoteSupervisor) -> str:
        """Wait until the supervisor is there; return the path of the lab that runs under it, if any does.

        One that cannot be reached is told; it is looked for all the same.
        """
        met = asyncio.Event()
        said = [""]

        def on_link(reachable: bool, sentence: str) -> None:
            said[0] = sentence
            if reachable:
                met.set()

        end = supervisor.subscribe_link(lambda *link: self._bridge.post(on_link, *link))
        try:
            async with asyncio.timeout(_PATIENCE):
                await met.wait()
            if not any(status.state.alive for status in supervisor.statuses()):
                return ""
            return (await self._in_thread(supervisor.lab)).path
        except TimeoutError:
            self._notifications.error(f"The supervisor of this computer cannot be reached: {said[0]}")
            return ""
        except LabError:  # its lab file is gone: what runs, runs
            return ""
        finally:
            end()

    def _take_lock(self) -> None:
        """Take the right to be the window of this user.

        Raises
        ------
        LabError
            If another window has it.
        """
        state_dir = paths.state_dir()
        self._lock = QLockFile(str(state_dir / "window.lock"))
        self._lock.setStaleLockTime(0)
        if not self._lock.tryLock(200):
            raise LabError(
                "Another window of this user is open; it shows the same processes. Close it first.",
                str(state_dir / "window.lock"),
            )

    def _build(self, workspace: Workspace) -> None:
        from pyrolab_gui.app.frame import Frame
        from pyrolab_gui.ui.consoles_tab import ConsolesTab
        from pyrolab_gui.ui.daemons_tab import DaemonsTab
        from pyrolab_gui.ui.plots_tab import PlotsTab
        from pyrolab_gui.ui.recordings_tab import RecordingsTab
        from pyrolab_gui.ui.registry_tab import RegistryTab

        workspace.registry.set_history(self._settings.get("nameservers", list[str]()))
        registry = RegistryTab(workspace.registry)
        daemons = DaemonsTab(workspace.daemons, workspace.hosts)
        consoles = ConsolesTab(workspace.consoles)
        plots = PlotsTab(workspace.plots)
        recordings = RecordingsTab(workspace.recordings)
        self._frame = Frame(self._window, workspace, registry, daemons, consoles, recordings)
        for key, page in (
            ("registry", registry),
            ("daemons", daemons),
            ("consoles", consoles),
            ("plots", plots),
            ("recordings", recordings),
        ):
            self._window.replace_tab(key, page)
        self._window.logs.attach(workspace.supervisor, workspace.background)
        self._window.openRequested.connect(self._on_open_requested)
        self._window.newRequested.connect(self._on_new_requested)
        self._window.saveRequested.connect(workspace.lab.save)
        workspace.lab.fileChanged.connect(self._on_file_changed)
        daemons.demoRequested.connect(self._on_demo_requested)

    def _open_first(self, workspace: Workspace, lab_file: Path | None, held: str) -> None:
        """Open the lab that is asked for, else the one that runs, else the one that was open last."""
        known = [Path(path) for path in (held, self._settings.get("lab", "")) if path and Path(path).is_file()]
        if lab_file is None and known:
            lab_file = known[0]
        if lab_file is not None:
            workspace.lab.open(lab_file)
        elif not self._settings.get("nameservers", list[str]()):
            self._window.set_current("daemons")  # where it says how to begin
        workspace.watch_lab()
        workspace.hosts.begin()
        if self._demo and workspace.lab.usable:
            workspace.daemons.start_all()

    def _show_reason(self, title: str, text: str) -> None:
        for key in ("registry", "daemons", "consoles", "plots", "recordings"):
            self._window.replace_tab(key, EmptyState("warning-circle", title, text))

    def _on_file_changed(self) -> None:
        from pyrolab_gui.supervision import current_lab

        path = self._workspace.lab.path if self._workspace is not None else None
        if path is None:
            return
        current_lab.note(path)  # so that commands mean it too
        if not self._demo:
            self._settings.set("lab", str(path.resolve()))

    def _on_open_requested(self, path: str) -> None:
        if self._workspace is not None:
            self._after_edits(self._workspace, partial(self._workspace.lab.open, path))

    def _on_new_requested(self, path: str, template: str) -> None:
        if self._workspace is not None:
            self._after_edits(self._workspace, partial(self._workspace.lab.new, path, template))

    def _on_demo_requested(self) -> None:
        self._tasks.start(self._show_demo(), "demo")

    async def _show_demo(self) -> None:
        from pyrolab_gui.supervision import demo

        workspace = self._workspace
        if workspace is not None and await self._parting.edits_are_settled(workspace):
            file = await self._in_thread(demo.prepare)
            if workspace.lab.open(file):
                workspace.daemons.start_all()

    def _after_edits(self, workspace: Workspace, then: Callable[[], object]) -> None:
        async def go() -> None:
            if await self._parting.edits_are_settled(workspace):
                then()

        self._tasks.start(go(), "open a lab")

    # The end

    def _on_close_requested(self) -> None:
        if not self._closing:
            self._closing = True
            self._tasks.start(self._close(), "close")

    def _on_interrupted(self) -> None:
        """End without questions, a question that is open included."""
        self._parting.ask_no_more()
        self._on_close_requested()

    async def _close(self) -> None:
        if self._beginning is not None:
            await asyncio.wait({self._beginning})  # what it makes must be there to be ended
        stop = await self._parting.decide(self._workspace) if self._workspace is not None else False
        if stop is None:
            self._closing = False
            return
        self._window.remember()
        if self._workspace is not None:
            self._settings.set("nameservers", list(self._workspace.registry.history))
        problem = self._settings.save()
        if problem:
            self._notifications.warning(problem)
        await self._close_all(stop_children=stop)
        if self._end is not None:
            self._end.set()

    async def _close_all(self, *, stop_children: bool) -> None:
        workspace, self._workspace = self._workspace, None
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            if stop_children and workspace is not None and workspace.running_names():
                self._window.show_closing("Stopping all processes…")
            elif stop_children:
                self._window.hide()
            if workspace is not None:
                workspace.daemons.close()  # that the supervisor goes now is no news
            await self._in_thread(partial(supervisor.close, stop_children=stop_children))
        self._window.hide()
        self._window.logs.detach()
        if workspace is not None:
            workspace.close_views()
            from pyrolab_gui.supervision import current_lab

            current_lab.forget()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    async def _in_thread(self, function: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

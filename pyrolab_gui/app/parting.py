"""What is asked before the window goes: unsaved edits here and on other PCs, and what becomes of the processes.

Limits: it asks and saves; what is decided is carried out by the session.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from pyrolab_gui.ui import closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.ui.question_dialog import QuestionDialog
    from pyrolab_gui.viewmodels.settings import Settings
    from pyrolab_gui.viewmodels.workspace import Workspace


class Parting:
    """The questions of one window.

    Parameters
    ----------
    window
        Where they are asked.
    settings
        Where the choice is remembered.
    fixed
        ``stop`` or ``leave`` where the processes are not asked about: of a demo, and by one that only looks.
    """

    def __init__(self, window: MainWindow, settings: Settings, *, fixed: str = "") -> None:
        self._window = window
        self._settings = settings
        self._fixed = fixed
        self._may_ask = True
        self._question: QuestionDialog | None = None

    def ask_no_more(self) -> None:
        """Withdraw the question that is open, and decide by what is remembered from now on."""
        self._may_ask = False
        if self._question is not None:
            self._question.reject()

    async def decide(self, workspace: Workspace) -> bool | None:
        """Return whether the processes are to be stopped; None if the window is to stay."""
        if self._fixed == "leave":
            return False
        if self._may_ask and not await self._all_edits_are_settled(workspace) and self._may_ask:
            return None
        names = workspace.running_names()
        if not names:
            return True  # nothing is stopped, and a supervisor of nothing need not stay
        choice = self._choice()
        if choice == "ask" and self._may_ask:
            ask_hits = partial(workspace.daemons.ask_hits, ["computer"])
            choice, remember = await self._answer(partial(closing.ask_about_children, self._window, names, ask_hits))
            if choice == "cancel":
                return None if self._may_ask else False
            if remember:
                self._window.set_on_close(choice)
        return choice == "stop"

    async def edits_are_settled(self, workspace: Workspace) -> bool:
        """Ask about unsaved edits of this PC's lab file; return whether there are none to be lost."""
        lab = workspace.lab
        if not lab.edited or lab.path is None:
            return True
        question = partial(closing.ask_about_edits, self._window, lab.changes, lab.path.name)
        answer, _ = await self._answer(question)
        if answer != "save":
            return answer == "discard"
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        told = lab.saved.connect(lambda done, written=written: written.done() or written.set_result(done))
        try:
            return lab.save() and (not lab.saving or await written)
        finally:
            lab.saved.disconnect(told)

    async def _all_edits_are_settled(self, workspace: Workspace) -> bool:
        return await self.edits_are_settled(workspace) and await self._far_edits_are_settled(workspace)

    async def _far_edits_are_settled(self, workspace: Workspace) -> bool:
        """Ask about the lab files of other PCs; what is to be saved is waited for."""
        for host in workspace.hosts.hosts:
            lab = host.daemons.far_lab
            if not lab.edited or lab.path is None:
                continue
            question = partial(closing.ask_about_edits, self._window, lab.changes, lab.file_name)
            answer, _ = await self._answer(question)
            if answer == "discard":
                continue
            if answer != "save":
                return False
            taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            told = lab.answered.connect(lambda done, taken=taken: taken.done() or taken.set_result(done))
            try:
                if not lab.save() or not await taken:
                    return False
            finally:
                lab.answered.disconnect(told)
        return True

    def _choice(self) -> str:
        """Return what becomes of the processes: ``stop``, ``leave``, or ``ask``."""
        return self._fixed or str(self._settings.get("on_close", "ask"))

    async def _answer(self, ask: Callable[[Callable[[str, bool], object]], QuestionDialog]) -> tuple[str, bool]:
        future: asyncio.Future[tuple[str, bool]] = asyncio.get_running_loop().create_future()

        def answered(key: str, remember: bool) -> None:
            if not future.done():
                future.set_result((key, remember))

        self._question = ask(answered)
        try:
            return await future
        finally:
            if not future.done() or future.cancelled():
                self._question.reject()
            self._question = None

"""Moving an instrument to another PC: stopped here, tried and started there, and put back here where that fails.

While it moves its entry stays in the lab file here, out of service, so that it is in one file at least whatever ends in
between. Limits: it blocks for as long as instruments need; somebody who writes one of the files meanwhile ends the move
(nobody's edit is lost); what was looked at before is `supervision.moving_check`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from pyrolab_gui.supervision.lab_text import version_of
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.moving_check import Prepared, Site
    from pyrolab_gui.wire.child import ChildStatus

_CHILD_SECONDS = 60.0
"""For a daemon to stop or to come up, and for its driver to connect."""
_TEST_SECONDS = 20.0
_DOWN = (ChildState.STOPPED, ChildState.EXITED, ChildState.FAILED)


class Move:
    """One instrument on its way.

    Parameters
    ----------
    prepared
        What was looked at.
    source, target
        The PC that it leaves, and the one that it goes to.
    on_step
        Told in a few words what is done now, on the thread that moves.
    """

    def __init__(
        self, prepared: Prepared, source: Site, target: Site, on_step: Callable[[str], object] = lambda words: None
    ) -> None:
        self._prepared = prepared
        self._source, self._target = source, target
        self._on_step = on_step
        self._undo: list[tuple[str, Callable[[], object]]] = []
        self._here_version = prepared.here.version

    def run(self) -> str:
        """Move it; return what was done in a sentence.

        Raises
        ------
        LabError
            If it could not be moved, with what was put back.
        """
        prepared, name = self._prepared, self._prepared.wish.service
        if prepared.refusals:
            raise LabError(f"{name} was not moved. {prepared.refusals[0]}")
        before = self._source.status(prepared.from_key)
        ran = before is not None and before.state.alive
        try:
            self._leave(before if ran else None)
            if ran and not prepared.service.out_of_service:
                self._try()
            self._arrive(start=ran)
        except LabError as error:
            raise self._put_back(error) from error
        rest = self._take_out()
        where = (
            f"{name} runs on {self._target.name} now." if ran else f"{name} is in the lab of {self._target.name} now."
        )
        return f"{where} {rest}".rstrip()

    # steps

    def _leave(self, running: ChildStatus | None) -> None:
        prepared, source = self._prepared, self._source
        self._on_step(f"Leaving {source.name}…")
        self._write_here(prepared.leaving)
        self._undo.append((f"the lab file of {source.name}", lambda: self._write_here(prepared.here.file.text)))
        if running is None:
            return
        key = prepared.from_key
        hosts_others = any(service.name != prepared.wish.service for service in running.services)
        # The last to be undone: it is started with what its file says again.
        self._undo.insert(0, (f"daemon {running.name} on {source.name}", lambda: self._bring_back(key)))
        if hosts_others:
            self._restart(source, running)
        else:
            self._order(source, key, "stop", lambda status: status is None or status.state in _DOWN)

    def _try(self) -> None:
        """Connect on the other PC, in a process of its own, before anything is written there."""
        prepared, target = self._prepared, self._target
        self._on_step(f"Trying to connect on {target.name}…")
        service = prepared.service
        request = {
            "module": service.module,
            "classname": service.classname,
            "parameters": dict(service.parameters),
            "expect_id": service.expect_id,
        }
        target.drivers.child(prepared.plan, "test", request, lambda news: None).ask(_TEST_SECONDS)

    def _arrive(self, *, start: bool) -> None:
        prepared, target = self._prepared, self._target
        self._on_step(f"Starting on {target.name}…")
        key = prepared.to_key
        before = target.status(key)
        _write(target, prepared.arrived, prepared.there.path, prepared.there.version)
        self._undo.append((f"what was written on {target.name}", lambda: self._take_back_there(before)))
        if not start:
            return
        pid = before.pid if before is not None and before.state.alive else 0
        self._order(
            target,
            key,
            "restart" if pid else "start",
            lambda status: self._is_there(status, pid),
            lambda status: _failure(status) or self._refusal(status, pid),
        )

    def _is_there(self, status: ChildStatus | None, pid_before: int) -> bool:
        service = self._prepared.service
        if status is None or not _is_up(status) or status.pid == pid_before:
            return False
        if service.out_of_service:
            return True
        state = next((item.state for item in status.services if item.name == self._prepared.wish.service), "")
        waits = service.connect == "at-start" and service.instancemode == "single"
        return state == "connected" or (state == "not-asked" and not waits)

    def _refusal(self, status: ChildStatus, pid_before: int) -> str:
        """Return why the instrument does not connect, where its daemon says so."""
        name = self._prepared.wish.service
        told = next((item for item in status.services if item.name == name), None)
        if told is None or told.state != "not-connected" or status.pid == pid_before:
            return ""
        return told.error or f"{name} does not connect."

    def _take_out(self) -> str:
        """Take its entry out of the file here; return what is left to do where that fails."""
        try:
            self._write_here(self._prepared.left)
        except LabError as error:
            name = self._prepared.wish.service
            return (
                f"Its entry could not be taken out of the lab file of {self._source.name}: {error.sentence} It stands "
                f"there out of service; remove {name} there."
            )
        return ""

    # going back

    def _put_back(self, error: LabError) -> LabError:
        name = self._prepared.wish.service
        self._on_step(f"Going back to {self._source.name}…")
        failed = []
        for what, undo in reversed(self._undo):
            try:
                undo()
            except LabError as other:
                failed.append(f"{what} could not be put back: {other.sentence}")
        said = f"{name} was not moved. On {self._target.name}: {error.sentence}" if self._undo else error.sentence
        rest = " ".join(failed) if failed else f"It is on {self._source.name} again, as it was." if self._undo else ""
        return LabError(f"{said} {rest}".strip(), error.detail)

    def _bring_back(self, key: str) -> None:
        status = self._source.status(key)
        if status is not None and status.state.alive:
            self._restart(self._source, status)
        else:
            self._order(self._source, key, "start", _is_up, _failure)

    def _take_back_there(self, before: ChildStatus | None) -> None:
        prepared, target = self._prepared, self._target
        _write(target, prepared.there.file.text, prepared.there.path, version_of(prepared.arrived))
        key = prepared.to_key
        status = target.status(key)
        if before is not None and before.state.alive and status is not None:
            self._restart(target, status)
        elif status is not None and status.state not in _DOWN:
            target.supervisor.stop([key])

    # asking supervisors

    def _write_here(self, text: str) -> None:
        _write(self._source, text, self._prepared.here.path, self._here_version)
        self._here_version = version_of(text)

    def _restart(self, site: Site, running: ChildStatus) -> None:
        self._order(
            site,
            running.key,
            "restart",
            lambda status: _is_up(status) and status is not None and status.pid != running.pid,
            _failure,
        )

    def _order(
        self,
        site: Site,
        key: str,
        order: Literal["start", "stop", "restart"],
        reached: Callable[[ChildStatus | None], bool],
        failure: Callable[[ChildStatus], str] = lambda status: "",
    ) -> None:
        """Order something of a child, and wait until it is so. Raises `LabError` where it fails, or takes too long."""
        changed = threading.Condition()
        before = site.status(key)

        def on_status(_: ChildStatus) -> None:
            with changed:
                changed.notify_all()

        def failed(status: ChildStatus | None) -> str:
            return failure(status) if status is not None and status != before else ""

        def settled() -> bool:
            status = site.status(key)
            return reached(status) or failed(status) != ""

        end = site.supervisor.subscribe(on_status)
        try:
            getattr(site.supervisor, order)([key])
            with changed:
                changed.wait_for(settled, _CHILD_SECONDS)
        finally:
            end()
        status = site.status(key)
        if not reached(status):
            late = f"Daemon {key.partition('/')[2]} did not {order} within {_CHILD_SECONDS:g} s."
            raise LabError(failed(status) or late, status.detail if status is not None else "")


def _is_up(status: ChildStatus | None) -> bool:
    return status is not None and status.state is ChildState.RUNNING and not status.stale


def _failure(status: ChildStatus) -> str:
    """Return why a child does not come up, where that is known already."""
    if status.state in (ChildState.FAILED, ChildState.BACKOFF):
        return status.error or f"Daemon {status.name} failed."
    return ""


def _write(site: Site, text: str, path: str, based_on: str) -> None:
    problems = site.supervisor.set_lab(text, path, based_on)
    wrong = next((problem for problem in problems if problem.severity == "error"), None)
    if wrong is not None:
        raise LabError(f"The lab file of {site.name} could not be written: {wrong.sentence}")

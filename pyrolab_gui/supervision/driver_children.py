"""Asking drivers something in a child process of a daemon's own interpreter, with a time limit.

A driver is never imported in this process: what it does to its own ends with the child. Limits: it blocks whoever
asks; one child a question.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from pyrolab_gui.supervision.exit_words import exit_words
from pyrolab_gui.supervision.launch import child_environment
from pyrolab_gui.wire.errors import ConfigInvalid, LabError, NoReply
from pyrolab_gui.wire.frozen import program
from pyrolab_gui.wire.link import LINK_FILE_VARIABLE, LOG_FILE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import IO

    from pyrolab_gui.wire.plans import DaemonPlan

_TAIL = 20_000


class DriverChild:
    """One question, asked in a child of the interpreter, the search paths and the environment of a daemon.

    Parameters
    ----------
    daemon
        The daemon that hosts the driver, or is to host it.
    what
        ``catalogue``, ``import``, ``describe``, ``detect``, ``test``, ``visa`` or ``lan`` (`hosting.driver_child`).
    request
        What belongs to it.
    on_news
        Called with what the child tells before its answer, on the thread that asks.
    """

    def __init__(
        self,
        daemon: DaemonPlan,
        what: str,
        request: Mapping[str, Any] | None = None,
        on_news: Callable[[dict[str, Any]], object] = lambda news: None,
    ) -> None:
        self._daemon = daemon
        self._request = {"do": what, "search_paths": list(daemon.search_paths), **(request or {})}
        self._on_news = on_news
        self._stage = ""
        self._why = ""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, seconds: float) -> dict[str, Any]:
        """Return the answer.

        Raises
        ------
        NoReply
            If there is none within `seconds`, or `end` was called; the child has been ended.
        ConfigInvalid
            If the child could not be started, or did not come to an answer.
        LabError
            With the driver's own failure: a sentence, and the traceback as detail.
        """
        with tempfile.TemporaryFile() as errors:
            process = self._start(errors)
            limit = threading.Timer(seconds, self.end, (f"no answer within {seconds:g} s",))
            limit.daemon = True
            limit.start()
            try:
                answer = self._read(process)
            finally:
                limit.cancel()
                _end_family(process)
            errors.seek(0, os.SEEK_END)
            errors.seek(max(0, errors.tell() - _TAIL))
            said = errors.read().decode("utf-8", "replace").strip()
        if answer is None:
            if self._why:
                raise NoReply(f"There was {self._why}{f' {self._stage}' if self._stage else ''}.", said)
            raise ConfigInvalid(f"The interpreter {exit_words(process.returncode)} {self._stage or 'too early'}.", said)
        if "error" in answer:
            raise LabError(str(answer["error"]), "\n".join(filter(None, (str(answer.get("detail", "")), said))))
        return answer

    def end(self, why: str = "no answer, because it was cancelled") -> None:
        """End the child, from any thread."""
        with self._lock:
            self._why = self._why or why
            process = self._process
        if process is not None:
            _end_family(process)

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        command = program(self._daemon.python)
        environment = child_environment(self._daemon, Path(os.devnull), Path(os.devnull), os.environ)
        for name in (LINK_FILE_VARIABLE, LOG_FILE_VARIABLE):
            environment.pop(name, None)
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        try:
            process = subprocess.Popen(
                [*command, "driver-child"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, start_new_session=sys.platform != "win32", creationflags=flags,
            )  # fmt: skip
        except OSError as error:
            because = (error.strerror or str(error)).lower()
            raise ConfigInvalid(f"The interpreter {command[0]} cannot be started: {because}.") from error
        with self._lock:
            self._process = process
            ended = bool(self._why)
        if ended:
            _end_family(process)
        return process

    def _read(self, process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(OSError), process.stdin:  # it may be gone already: then its exit status says why
            process.stdin.write(json.dumps(self._request).encode())
        answer: dict[str, Any] | None = None
        with process.stdout:
            for line in process.stdout:
                try:
                    news = json.loads(line)
                except ValueError:
                    continue
                if "answer" in news:
                    answer = news["answer"]
                    break
                self._stage = str(news.get("stage", self._stage))
                self._on_news(news)
        if answer is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5.0)
        return answer


def _end_family(process: subprocess.Popen[bytes]) -> None:
    """End a child with all that it has started, and wait for it."""
    if process.returncode is None:
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            child = psutil.Process(process.pid)
            child.suspend()  # so that it starts nothing more meanwhile
            family = child.children(recursive=True)
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        for each in family:
            with contextlib.suppress(psutil.Error):
                each.kill()
        with contextlib.suppress(OSError):
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5.0)

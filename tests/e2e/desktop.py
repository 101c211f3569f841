"""A virtual screen with a window manager, and a person in front of it: clicks, types, looks.

Everything is bounded; what is started here is ended here.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROBE = Path(__file__).with_name("probe.py")
_PAUSE = threading.Event()  # never set: waiting on it is a bounded pause between two looks


class Screen:
    """An Xvfb display with openbox on it."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        read, write = os.pipe()
        self._xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):  # it comes in parts, and Xvfb ends if nobody reads the last one
            ready, _, _ = select.select([read], [], [], 20)
            part = os.read(read, 16) if ready else b""
            assert part, "Xvfb did not start"
            number += part
        os.close(read)
        self.display = f":{number.decode().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}
        self.environment.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")  # else a bus is started, and outlives it
        self._manager = subprocess.Popen(
            ["openbox"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        for process in (self._manager, self._xvfb):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout

    def picture(self, file: Path) -> None:
        subprocess.run(["import", "-window", "root", str(file)], env=self.environment, timeout=20, check=True)


class Person:
    """The application in a process of its own, and someone who uses it."""

    def __init__(
        self, screen: Screen, folder: Path, arguments: list[str], command: list[str] | None = None, **environment: str
    ) -> None:
        self.screen = screen
        folder.mkdir(parents=True, exist_ok=True)
        port_file = folder / "probe-port"
        self.output = folder / "output.txt"
        full = command or [sys.executable, str(PROBE), str(port_file)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*full, *arguments],
                env={**screen.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._stream: Any = None
        if command is not None:
            return
        self.until(port_file.exists, "the probe to listen")
        self._socket = socket.create_connection(("127.0.0.1", int(port_file.read_text())), 10)
        self._stream = self._socket.makefile("rwb")

    # -- looking
    def ask(self, **question: Any) -> Any:
        self._stream.write(json.dumps(question).encode() + b"\n")
        self._stream.flush()
        answer = json.loads(self._stream.readline())
        assert not answer["late"], "the window did not answer within 5 s: it is frozen"
        found = answer["answer"]
        assert not (isinstance(found, dict) and "error" in found), found
        return found

    def widget(self, name: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.ask(ask="widget", name=name)
        return found

    def shown(self, name: str) -> dict[str, Any] | None:
        found = self.widget(name)
        return found if found and found["visible"] else None

    def until(self, look: Callable[[], Any], what: str, timeout: float = 20.0) -> Any:
        end = time.monotonic() + timeout
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout:.0f} s for {what}; output:\n{self.output.read_text()[-3000:]}")
            if self.process.poll() is not None:
                raise AssertionError(f"the application ended while waiting for {what}:\n{self.output.read_text()}")
            _PAUSE.wait(0.05)

    # -- acting
    def click_at(self, x: float, y: float, times: int = 1) -> None:
        self.screen.xdotool("mousemove", str(int(x)), str(int(y)))
        self.screen.xdotool("click", "--repeat", str(times), "--delay", "60", "1")

    def click(self, name: str, timeout: float = 20.0) -> None:
        def there() -> Any:
            widget = self.shown(name)
            return widget["rect"] if widget and widget["enabled"] else None

        x, y, width, height = self._still(there, f"{name} to be there and enabled", timeout)
        self.click_at(x + width / 2, y + height / 2)

    def _still(self, where: Callable[[], Any], what: str, timeout: float) -> Any:
        """Return a place once it keeps still: a list that fills, or a dialog that grows, moves it under the hand."""
        seen: list[Any] = [None] * 5

        def look() -> Any:
            seen.append(where())
            return seen[-1] if seen[-1] and all(place == seen[-1] for place in seen[-5:]) else None

        return self.until(look, what, timeout)

    def item(self, view: str, text: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.ask(ask="item", view=view, text=text)
        return found

    def click_item(self, view: str, text: str, times: int = 1, timeout: float = 20.0) -> None:
        def there() -> Any:
            item = self.item(view, text)
            return item["rect"] if item else None

        x, y, width, height = self._still(there, f"{text!r} in {view}", timeout)
        self.click_at(x + min(width / 2, 40), y + height / 2, times)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--delay", "20", text)

    def key(self, *keys: str) -> None:
        self.screen.xdotool("key", *keys)

    def close_window(self) -> None:
        self.key("alt+F4")

    def end(self) -> None:
        """Leave: what still runs is asked to end, and ended if it does not."""
        if self._stream is not None:
            self._stream.close()
            self._socket.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)


@contextlib.contextmanager
def screen(width: int = 1280, height: int = 800) -> Iterator[Screen]:
    """A screen for the time of a test."""
    there = Screen(width, height)
    try:
        yield there
    finally:
        there.close()

"""The commands that open the window, and why there can be none where there is no display."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.cli.command import Command, say

if TYPE_CHECKING:
    import argparse


def _window(options: argparse.Namespace) -> int:
    file: Path | None = options.file
    if file is not None and not file.is_file():
        print(f"There is no lab file {file}.", file=sys.stderr)
        return 1
    return _open_window(file, demo=False, read_only=options.read_only, page=options.page)


def _demo(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import demo

    if options.headless:
        return demo.run_headless(say)
    return _open_window(demo.prepare(), demo=True)


def _open_window(file: Path | None, *, demo: bool, read_only: bool = False, page: str = "") -> int:
    if problem := display_problem():
        print(f"{problem} {_WITHOUT_WINDOW}", file=sys.stderr)
        return 1
    try:
        from pyrolab_gui import app
    except ImportError as error:
        if "PySide6" in str(error) or ".so" in str(error):
            print(f"Qt cannot be loaded: {error}.", file=sys.stderr)
            print("On Linux, `sh resources/setup.sh` installs what is missing.", file=sys.stderr)
            return 1
        raise
    return app.run_window(file, demo=demo, read_only=read_only, page=page)


def display_problem() -> str:
    """Return why no window can be opened here; Qt itself would abort the process."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return ""
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if wayland and platform != "xcb":
        return ""
    if not display or platform == "wayland":
        return "There is no display to open a window on."
    host, colon, number = display.rpartition(":")
    try:
        screen = int(number.partition(".")[0])
        if host in ("", "unix"):
            addresses: list[Any] = [f"/tmp/.X11-unix/X{screen}", f"\0/tmp/.X11-unix/X{screen}"]
            reachable = any(_connects(socket.AF_UNIX, address) for address in addresses)
        else:
            reachable = bool(colon) and _connects(socket.AF_INET, (host, 6000 + screen))
    except ValueError:
        reachable = False
    return "" if reachable else f"The display {display} (DISPLAY) cannot be reached, so no window can be opened."


def _connects(family: socket.AddressFamily, address: Any) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(3.0)
        return probe.connect_ex(address) == 0


_WITHOUT_WINDOW = (
    "Without a window: `pyrolab-gui demo --headless` runs the simulated bench here, and `pyrolab-gui list` and "
    "`pyrolab-gui call` reach any lab."
)


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the lab file to open")
    parser.add_argument(
        "--read-only", action="store_true", help="look and plot only: set, call, start and stop nothing"
    )
    parser.add_argument("--page", metavar="NAME", default="", help="an overview page over the whole screen, read-only")


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="without a window, until Ctrl+C")


COMMANDS = {
    "window": Command("open the window, on a lab file (this is the default)", _window, _window_options),
    "demo": Command("a simulated bench: five instruments, and the window on them", _demo, _demo_options),
}

"""Pictures of every screen, to be looked at: ``python -m tests.screens [FOLDER] [--only NAME...] [--scale 1 2]``.

Offscreen, light and dark, at each scale; the scale is a setting of the whole process, so each has its own. The pages
are those of the window at work on the simulated bench (see `tests.live_screens`). Without a FOLDER only the picture in
README.md is made anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_THEMES = ("light", "dark")
LIVE = "live"
README_PICTURE = Path(__file__).resolve().parent.parent / "resources" / "screenshots" / "consoles-light.png"


def gallery() -> QWidget:
    """All widgets in all states."""
    from tests.gallery import Gallery

    return Gallery()


def frame() -> QWidget:
    """The window with nothing in its pages, a notice of each kind, and its log."""
    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.ui.widgets.button import button
    from pyrolab_gui.ui.widgets.empty_state import EmptyState
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.settings import Settings

    notifications = Notifications()
    window = MainWindow(notifications, Settings(Path(tempfile.mkdtemp()) / "settings.json"))
    window.notifications = notifications  # type: ignore[attr-defined]  # kept alive with its window
    for key, title, icon in (
        ("registry", "Registry", "list-bullets"),
        ("daemons", "Daemons", "hard-drives"),
        ("consoles", "Consoles", "sliders-horizontal"),
    ):
        text = "Every instrument that a nameserver knows is listed here."
        window.add_tab(
            key, title, icon, EmptyState(icon, "Nothing here yet", text, button("Open lab…", kind="primary"))
        )
    window.set_current("daemons")
    window.set_badge("daemons", "failed", 1)
    window.set_health([("live", 14), ("slow", 1), ("lost", 2)])
    window.set_status("nameserver", "live", "Nameserver", "localhost:9090")
    window.set_status("supervisor", "live", "Supervisor", "this PC · 5 processes")
    window.set_lab("Photonics Lab", Path("/labs/photonics.yaml"))
    window.set_edited(True)
    window.show_log(True)
    window.resize(1280, 800)
    window.show()
    notifications.info("Saved photonics.yaml.")
    notifications.warning("The clock of pc-cryo is 4 s behind.")
    notifications.error("cryo.stage does not answer (last seen 14:03:22).", "Traceback…")
    return window


def palette() -> QWidget:
    """The command palette."""
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.command import Command
    from pyrolab_gui.ui.command_palette import CommandPalette

    owner = QWidget()
    shown = CommandPalette(owner)
    shown.owner = owner  # type: ignore[attr-defined]
    commands = [
        Command(name, lambda: None, "Instrument", "sliders-horizontal") for name in ("bench.laser", "bench.meter")
    ]
    commands += [
        Command("Start all", lambda: None, "", "play"),
        Command("Stop all", lambda: None, "", "stop"),
        Command("Registry", lambda: None, "Go to", "arrow-right", "Ctrl+1"),
        Command("Save", lambda: None, "", "floppy-disk", "Ctrl+S"),
    ]
    shown.open(commands)
    return shown


def question() -> QWidget:
    """The question at the end."""
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.question_dialog import Answer, QuestionDialog

    owner = QWidget()
    shown = QuestionDialog(
        owner,
        "Three processes are running",
        "main, optics and motion go on serving their instruments after the window is closed.",
        (Answer("leave", "Leave running", "primary", harmless=True), Answer("stop", "Stop all and close", "danger")),
        lambda *_: None,
        "Do not ask again",
    )
    shown.owner = owner  # type: ignore[attr-defined]
    return shown


def details() -> QWidget:
    """A sentence and what stands behind it."""
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.widgets.details_dialog import show_details

    owner = QWidget()
    shown = show_details(
        owner, "optics could not be started.", "Traceback (most recent call last):\n  …\nKeyError: 'x'"
    )
    shown.owner = owner  # type: ignore[attr-defined]
    return shown


SCREENS: dict[str, Callable[[], QWidget]] = {
    "gallery": gallery,
    "frame": frame,
    "palette": palette,
    "question": question,
    "details": details,
}


def take(folder: Path, names: list[str]) -> None:
    """Take the pictures in this process, at the scale of this process."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.ui.theme import apply_theme

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    scale = round(app.devicePixelRatio(), 2)
    for theme in _THEMES:
        for name in names:
            apply_theme(app, theme)  # type: ignore[arg-type]
            screen = SCREENS[name]()
            apply_theme(app, theme)  # type: ignore[arg-type]  # the window has its own wish
            screen.show()
            for _ in range(5):
                QCoreApplication.processEvents()
            screen.grab().save(str(folder / f"{name}-{theme}-{scale:g}x.png"))
            screen.hide()
            screen.deleteLater()


def main() -> int:
    """Take the pictures of all screens, at all scales."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", nargs="*", choices=[*SCREENS, LIVE], default=[*SCREENS, LIVE])
    parser.add_argument("--scale", nargs="*", type=float, default=[1.0, 2.0])
    parser.add_argument("--here", action="store_true", help="take them in this process")
    arguments = parser.parse_args()
    if arguments.folder is None:
        with tempfile.TemporaryDirectory() as folder:
            _spawn(Path(folder), [LIVE], 1.0)
            README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / README_PICTURE.name.replace(".png", "-1x.png"), README_PICTURE)
        print(README_PICTURE)
        return 0
    arguments.folder.mkdir(parents=True, exist_ok=True)
    still = [name for name in arguments.only if name != LIVE]
    live = [LIVE] if LIVE in arguments.only else []
    if arguments.here:
        if still:
            take(arguments.folder, still)
        else:
            from tests.live_screens import take_live

            take_live(arguments.folder)
        return 0
    for scale in arguments.scale:
        for names in filter(None, (still, live)):  # each with an application of its own, which Qt wants alone
            _spawn(arguments.folder, names, scale)
    return 0


def _spawn(folder: Path, names: list[str], scale: float) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": f"{scale:g}"}
    command = [sys.executable, "-m", "tests.screens", str(folder), "--here", "--only", *names]
    subprocess.run(command, env=environment, check=True, timeout=180)


if __name__ == "__main__":
    sys.exit(main())

"""The consoles of a second window, in a process of its own: does what it is told on stdin, a line each."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QCoreApplication

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.runs import Run
from pyrolab_gui.wire import serializers


def main() -> None:
    """Open the console of the URI that is given, as the person who is given."""
    uri, who = sys.argv[1:]
    app = QCoreApplication([])
    serializers.register()
    bridge = Bridge()
    consoles = ConsolesViewModel(Identity(f"id of {who}", who), Notifications(), bridge)
    console = consoles.open(uri, "bench.laser")
    console.described.connect(lambda: say("open"))
    console.lockChanged.connect(lambda: say(f"lock {console.lock.holder}"))
    console.lockChanged.connect(lambda: say(", ".join(f"{one.who} asks: {one.note}" for one in console.lock.asking)))
    console.runFinished.connect(lambda run: say(f"{run.outcome} {run.text}"))
    threading.Thread(target=listen, args=(bridge, console, app), daemon=True).start()
    app.exec()
    consoles.aclose()


def say(text: str) -> None:
    """Tell the test."""
    print(text, flush=True)


def listen(bridge: Bridge, console: ConsoleViewModel, app: QCoreApplication) -> None:
    """Pass on what the test asks for."""
    for line in sys.stdin:
        bridge.post(act, console, *line.split())
    bridge.post(app.quit)


def act(console: ConsoleViewModel, what: str, *arguments: str) -> Run | None:
    """Do one thing."""
    if what == "lock":
        console.take_lock()
    elif what == "unlock":
        console.give_lock()
    elif what == "watch":
        console.set_visible(True)
    elif what == "give":
        console.answer_request(console.lock.asking[0].number, True)
    elif what == "set":
        console.write(arguments[0], float(arguments[1]))
    elif what == "call":
        return console.call(arguments[0], [float(value) for value in arguments[1:]])
    return None


if __name__ == "__main__":
    main()

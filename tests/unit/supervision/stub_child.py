"""A stand-in for a child process: speaks the link of `wire.link`, and misbehaves as STUB in its environment says.

Words in STUB: ``crash`` (ends with status 7 once ready), ``refuse`` (says why it cannot start, status 1), ``die``
(killed before ready), ``silent`` (never ready), ``deaf`` (ignores stop and SIGTERM), ``grandchild`` (starts a process
in its group and one in a session of its own, and prints their pids), ``end`` (ends with status 0 once ready),
``later`` (ready when the file named by STUB_GO exists).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path


def main() -> int:
    kind, name = sys.argv[1], sys.argv[2]
    words = os.environ.get("STUB", "").split()
    print(f"{name} starts", flush=True)
    if "deaf" in words:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "refuse" in words:
        print("Traceback and so on", file=sys.stderr)
        print(f"Port 1234 of {name} is in use.", file=sys.stderr, flush=True)
        return 1
    if "die" in words:
        os.kill(os.getpid(), signal.SIGABRT)
    if "grandchild" in words:
        for alone in (False, True):
            sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
            print("grandchild", subprocess.Popen(sleeper, start_new_session=alone).pid, flush=True)
    address_file = Path(os.environ["PYROLAB_GUI_LINK"])
    while True:
        try:
            address = json.loads(address_file.read_text())
            with socket.create_connection((address["host"], address["port"])) as link:
                talk(link, address["token"], kind, name, words)
        except (OSError, ValueError):
            time.sleep(0.05)


def talk(link: socket.socket, token: str, kind: str, name: str, words: list[str]) -> None:
    lock = threading.Lock()

    def say(message: str, **values: object) -> None:
        with lock:
            link.sendall(json.dumps({"message": message, **values}).encode() + b"\n")

    say("hello", token=token, kind=kind, name=name, pid=os.getpid(), ident="")

    go = threading.Event()
    if not os.environ.get("PYROLAB_GUI_HOLD"):
        go.set()

    def ready() -> None:
        go.wait()
        while "later" in words and not Path(os.environ["STUB_GO"]).exists():
            time.sleep(0.01)
        if "silent" in words:
            return
        say("state", state="running", uri=f"PYRO:{name}@localhost:1", error="", services=[{"name": "laser"}])
        print(f"{name} serves", flush=True)
        if "crash" in words:
            os._exit(7)
        if "end" in words:
            os._exit(0)

    threading.Thread(target=ready, daemon=True).start()
    with link.makefile("r") as lines:
        for line in lines:
            message = json.loads(line)["message"]
            if message == "ping":
                say("pong")
            elif message == "go":
                go.set()
            elif message == "stop" and "deaf" not in words:
                say("state", state="stopping")
                print(f"{name} stops", flush=True)
                os._exit(0)


if __name__ == "__main__":
    sys.exit(main())

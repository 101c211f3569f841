"""From a parsed command line to the supervisor of this computer or of another PC, and to the command itself.

Limits: only `up` starts a supervisor where there is none, and only on this computer.
"""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.wire.errors import LabError, Unreachable

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.supervision.detached import DetachedStarter
    from pyrolab_gui.supervision.remote import RemoteSupervisor

Write = Callable[[str], None]


def run(options: Namespace, write: Write) -> int:
    """Run a command of `commands.options.COMMANDS`, but `supervisor`, and return its exit status.

    Raises
    ------
    LabError
        With what is wrong: no supervisor runs, no such child, a lab file with errors.
    """
    if options.command == "up":
        return _up_there(options, write) if options.host else _up(options.file, write)
    if options.command == "ps":
        return _ps(options, write)
    status = 0
    for host, part in _by_host(options):
        api = _connect_to(host)
        try:
            status = max(status, _known(api, part, write))
        finally:
            api.close(stop_children=False)
    return status


def supervise(options: Namespace) -> int:
    """Run the supervisor itself, in the foreground."""
    from pyrolab_gui.supervision import supervisor_main

    return supervisor_main.run(
        options.file,
        detached=options.detached,
        takes_lab=options.takes_lab,
        listen=options.listen,
        metrics=options.metrics,
    )


def _known(api: SupervisorApi, options: Namespace, write: Write) -> int:
    from pyrolab_gui.supervision.commands import orders, views

    match options.command:
        case "down":
            from pyrolab_gui.supervision.commands.hosts import is_here

            return orders.down(api, write, _agreed(options), ends_supervisor=is_here(options.host))
        case "start" | "stop" | "restart" as what:
            return orders.order(api, what, options.names, write, _agreed(options))
        case "reload":
            return orders.reload(api, write, _agreed(options))
        case "status":
            return views.status(api, options.name, write, as_json=options.json)
        case "logs":
            never = threading.Event()
            return views.logs(api, options.name, write, lines=options.lines, follow=options.follow, until=never)
        case "since":
            return views.since(api, options.when, write, as_json=options.json)
    raise ValueError(options.command)


def _by_host(options: Namespace) -> list[tuple[str, Namespace]]:
    """Return the command for each PC that it names: with ``--host``, or as NAME@HOST."""
    if "@" not in "".join([getattr(options, "name", ""), *getattr(options, "names", ())]):
        return [(getattr(options, "host", ""), options)]
    from pyrolab_gui.supervision.commands.hosts import split_name

    if hasattr(options, "name"):
        name, host = split_name(options.name)
        return [(host, Namespace(**{**vars(options), "name": name}))]
    by_host: dict[str, list[str]] = {}
    for typed in options.names:
        name, host = split_name(typed)
        by_host.setdefault(host or options.host, []).append(name)
    return [(host, Namespace(**{**vars(options), "names": names})) for host, names in by_host.items()]


def _connect_to(host: str) -> RemoteSupervisor:
    if not host:
        return _connect()
    from pyrolab_gui.supervision.commands import hosts
    from pyrolab_gui.wire import serializers

    if hosts.is_here(host):
        return _connect()
    serializers.register()
    return hosts.connect(hosts.host_meant(host))


def _ps(options: Namespace, write: Write) -> int:
    import socket

    from pyrolab_gui.supervision.commands import hosts, views
    from pyrolab_gui.wire import serializers

    serializers.register()
    lab = views.Overview()
    try:
        if options.host:
            api = _connect_to(options.host)
            lab.add(options.host, api)
        else:
            here = socket.gethostname()
            lab.add(here, _tried_here())
            for host, found in hosts.connect_all(hosts.known_hosts()):
                lab.add(host.key if host.shown == here else host.shown, found, host.seen)
            lab.drop_twins()
        if options.watch and not options.json:
            return views.watch(lab, write, clear=sys.stdout.isatty(), until=threading.Event())
        return views.ps(lab, write, as_json=options.json)
    finally:
        lab.close()


def _tried_here() -> RemoteSupervisor | LabError:
    try:
        return _connect()
    except LabError as error:
        return error


def _up(file: Path | None, write: Write) -> int:
    from pyrolab_gui.supervision.commands import bring_up

    return bring_up.up(file, write, lambda starter: _connect(start=starter))


def _up_there(options: Namespace, write: Write) -> int:
    from pyrolab_gui.supervision.commands import hosts, orders

    if hosts.is_here(options.host):
        return _up(options.file, write)
    if options.file is not None:
        raise LabError(f"{options.host} has a lab file of its own, so none can be named for it.")
    api = _connect_to(options.host)
    try:
        return orders.up_again(api, options.host, write)
    finally:
        api.close(stop_children=False)


def _connect(*, start: bool | DetachedStarter = False) -> RemoteSupervisor:
    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.wire import serializers

    serializers.register()
    try:
        return RemoteSupervisor.connect(start=start)
    except Unreachable as error:
        from pyrolab_gui.supervision.left_running import left_running_words

        words = left_running_words(paths.state_dir())
        raise Unreachable(f"{error.sentence} {words}".rstrip(), error.detail) from error


def _agreed(options: Namespace) -> Callable[[str], bool]:
    """Return what asks before something is stopped: only where somebody sits there and has not agreed already."""
    if getattr(options, "yes", False) or not (sys.stdin and sys.stdin.isatty()):
        return lambda question: True
    return lambda question: input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

"""The commands: parses what was typed, and hands over to the layer that does it.

Exit status 0 = done, 1 = the thing asked for is not so (one sentence on stderr), 2 = wrong usage. Everything that a
command needs is imported by that command alone. Limits: nothing here but parsing, printing and choosing; children
that a supervisor starts do not come this way (`__main__`).
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.commands import options as supervision_options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.wire.plans import ChildPlan

_KEYWORD = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_CALL_SECONDS = 120.0
_LIST_SECONDS = 6.0


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    arguments = list(argv)
    if not arguments or (arguments[0] not in _COMMANDS and arguments[0] not in ("-h", "--help", "--version")):
        arguments.insert(0, "window")
    options = _parser().parse_args(arguments)
    try:
        status: int = _COMMANDS[options.command][1](options)
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has seen enough; the interpreter's own flush at the end must not fail too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        sentence = getattr(error, "sentence", None)  # of wire.errors and model.problems
        if sentence is None:
            raise
        if getattr(options, "details", False) and error.detail:  # type: ignore[attr-defined]
            print(error.detail.rstrip(), file=sys.stderr)  # type: ignore[attr-defined]
        print(sentence, file=sys.stderr)
        return 1


# -- the window --------------------------------------------------------------------------------------------------------


def _window(options: argparse.Namespace) -> int:
    file: Path | None = options.file
    if file is not None and not file.is_file():
        print(f"There is no lab file {file}.", file=sys.stderr)
        return 1
    return _open_window(file, demo=False)


def _demo(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import demo

    if options.headless:
        return demo.run_headless(_say)
    return _open_window(demo.prepare(), demo=True)


def _open_window(file: Path | None, *, demo: bool) -> int:
    if problem := _display_problem():
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
    return app.run_window(file, demo=demo)


def _display_problem() -> str:
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


# -- children in the foreground ----------------------------------------------------------------------------------------


def _child(options: argparse.Namespace) -> int:
    from pyrolab_gui.hosting.plan_file import run_plan, run_plan_file
    from pyrolab_gui.hosting.runtime import run_child

    if options.plan is not None:
        return run_plan_file(options.command, options.plan)
    plan = _plan(options.command, options.name, options.config)
    return run_child(lambda: run_plan(plan))


def _plan(kind: str, name: str, config: Path) -> ChildPlan:
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of
    from pyrolab_gui.wire.errors import ConfigInvalid

    file = LabFile.open(config)
    if file.lab is None or file.errors:
        lines = "\n".join(_located(config, problem) for problem in file.errors)
        raise ConfigInvalid(f"{lines}\n{config} has errors, so nothing is started.")
    lab = plan_of(file.lab, file.path.parent)
    plans: Sequence[ChildPlan] = lab.nameservers if kind == "nameserver" else lab.daemons
    for plan in plans:
        if plan.name == name:
            return plan
    known = ", ".join(plan.name for plan in plans) or "none"
    raise ConfigInvalid(f"{config} has no {kind} called {name}; it has: {known}.")


# -- the supervisor of this computer --------------------------------------------------------------------------------


def _supervision(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision.commands import entry

    return entry.run(options, _say)


def _supervisor(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision.commands import entry

    return entry.supervise(options)


def _install_service(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import install_service

    return install_service.run(options.file, _say, at_boot=options.at_boot, show=options.print, remove=options.remove)


# -- lab files ---------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.store import LabFile

    file = LabFile.open(options.file)
    for problem in file.problems:
        print(_located(options.file, problem))
    return 1 if file.errors else 0


def _located(file: Path, problem: Any) -> str:
    line = f":{problem.line}" if problem.line else ""
    return f"{file}{line}: {problem}"


def _export(options: argparse.Namespace) -> int:
    from pyrolab_gui.model.export import for_pyrolab
    from pyrolab_gui.model.store import LabFile

    file = LabFile.open(options.file)
    if file.lab is None:
        for problem in file.errors:
            print(_located(options.file, problem), file=sys.stderr)
        return 1
    print(for_pyrolab(file.lab), end="")
    return 0


# -- instruments -------------------------------------------------------------------------------------------------------


def _describe(options: argparse.Namespace) -> int:
    from pyrolab_gui.wire.description import to_plain

    module, colon, classname = options.what.partition(":")
    if colon:
        from pyrolab_gui.hosting.describe import describe
        from pyrolab_gui.hosting.service import load_class

        sys.path.insert(0, "")  # as with `python -m`: the folder that one is in
        plain = to_plain(describe(load_class(module, classname)))
    else:
        plain = to_plain(_reach(options, lambda instrument: instrument.describe().result(_LIST_SECONDS)))
    print(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
    return 0


def _list(options: argparse.Namespace) -> int:
    from pyrolab_gui.network.lab import split_address
    from pyrolab_gui.network.listing import list_with_health

    where = split_address(options.nameserver)
    rows = list_with_health(*where, pattern=options.pattern, timeout=_LIST_SECONDS)
    if options.health:
        from pyrolab_gui.network.examination import examine

        found = {row["name"]: row for row in examine(*where, pattern=options.pattern)}
        for row in rows:
            if known := found.get(row["name"]):
                row.update(health=known["health"], reason=known["sentence"], remedy=known["remedy"])
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        table = [(row["name"], row["uri"], row["health"], row["reason"]) for row in rows]
        widths = [max((len(line[column]) for line in table), default=0) for column in range(3)]
        for line in table:
            print("  ".join((*(line[i].ljust(widths[i]) for i in range(3)), line[3])).rstrip())
    return 0 if rows or options.pattern is None else 1


def _doctor(options: argparse.Namespace) -> int:
    from pyrolab_gui.network import examination
    from pyrolab_gui.network.lab import split_address

    rows = examination.worst_first(examination.examine(*split_address(options.nameserver), options.name))
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for row in rows:
            print(row["sentence"] + (f" → {row['remedy']}" if row["remedy"] else ""))
            if options.details:
                print("    " + row["detail"].replace("\n", "\n    "))
    return 1 if any(map(examination.is_fault, rows)) else 0


def _call(options: argparse.Namespace) -> int:
    args, kwargs = read_arguments(options.arguments)

    def ask(instrument: Any) -> Any:
        from pyrolab_gui.wire.errors import BadArgument

        description = instrument.describe().result(_LIST_SECONDS)
        try:
            member = description.member(options.member)
        except KeyError:
            members = ", ".join(member.name for member in description.members) or "none"
            raise BadArgument(f"{options.name} has no member {options.member}; it has: {members}.") from None
        if member.kind == "method":
            return instrument.call(member.name, args, kwargs, timeout=options.timeout).result()
        if kwargs or len(args) > 1:
            raise BadArgument(f"{member.name} is a property: give nothing to read it, or one value to set it.")
        return instrument.set(member.name, args[0]).result() if args else instrument.get(member.name).result()

    result = _reach(options, ask)
    result = result.tolist() if hasattr(result, "tolist") else result
    print(json.dumps(result, ensure_ascii=False, default=str) if options.json else repr(result))
    return 0


def _reach(options: argparse.Namespace, ask: Callable[[Any], Any]) -> Any:
    """Ask the instrument that a nameserver knows by its name."""
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.network.lab import split_address
    from pyrolab_gui.network.nameserver import lookup
    from pyrolab_gui.wire import serializers

    serializers.register()
    name = options.what if options.command == "describe" else options.name
    uri = lookup(*split_address(options.nameserver), name)
    instrument = Instrument(uri, name, Identity.here())
    try:
        return ask(instrument)
    finally:
        instrument.close()


def read_arguments(words: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Read the arguments of a call: Python literals, ``name=value`` for keywords; any other word is a string."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for word in words:
        keyword = _KEYWORD.fullmatch(word)
        if keyword:
            kwargs[keyword[1]] = _literal(keyword[2])
        else:
            args.append(_literal(word))
    return args, kwargs


def _literal(word: str) -> Any:
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return word


# -- parsing -----------------------------------------------------------------------------------------------------------


def _say(line: str) -> None:
    print(line, flush=True)


def _child_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", metavar="FILE", type=Path, help="the lab file that describes it")
    source.add_argument("--plan", metavar="FILE", help="its part of a lab as JSON, as a supervisor writes it")


def _nameserver_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nameserver", metavar="HOST[:PORT]", default="localhost:9090", help="(default: %(default)s)")


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the lab file to open")


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="without a window, until Ctrl+C")


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--for-pyrolab", action="store_true", required=True, help="the keys that PyroLab knows")


def _describe_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="MODULE:CLASS|NAME", help="a class, or the name of a running instrument")
    _nameserver_option(parser)


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pattern", metavar="PATTERN", nargs="?", help="a part of the name, or with * and ?")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--health", action="store_true", help="examine each as the doctor does, and say why")
    _nameserver_option(parser)


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="the name or URI of an instrument; all if none is given"
    )
    parser.add_argument("--json", action="store_true")
    _nameserver_option(parser)


def _call_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("member", metavar="MEMBER", help="a method, or a property to read or set")
    parser.add_argument("arguments", metavar="ARG", nargs="*", help="a Python literal, or name=value")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--timeout", metavar="S", type=float, default=_CALL_SECONDS, help="(default: %(default)s s)")
    _nameserver_option(parser)


_COMMANDS: dict[str, tuple[str, Callable[[argparse.Namespace], int], Callable[[argparse.ArgumentParser], None]]] = {
    "window": ("open the window, on a lab file (this is the default)", _window, _window_options),
    "demo": ("a simulated bench: five instruments, and the window on them", _demo, _demo_options),
    **{name: (help_text, _supervision, add) for name, (help_text, add) in supervision_options.COMMANDS.items()},
    "supervisor": (supervision_options.SUPERVISOR_HELP, _supervisor, supervision_options.supervisor),
    "install-service": (supervision_options.INSTALL_HELP, _install_service, supervision_options.install_service),
    "nameserver": ("run one nameserver of a lab in the foreground", _child, _child_options),
    "daemon": ("run one daemon of a lab in the foreground", _child, _child_options),
    "check": ("say what is wrong with a lab file", _check, _check_options),
    "export": ("write a lab file for another program", _export, _export_options),
    "describe": ("what an instrument can do, as JSON", _describe, _describe_options),
    "list": ("the instruments that a nameserver knows, and how they are", _list, _list_options),
    "doctor": ("why an instrument cannot be reached, and what to do about it", _doctor, _doctor_options),
    "call": ("call a method of an instrument; read or set a property", _call, _call_options),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pyrolab-gui", description="See, host, supervise, drive and plot instruments over Pyro5."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (help_text, _, add_options) in _COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text[:1].upper() + help_text[1:] + ".")
        add_options(command)
        command.add_argument("--details", action="store_true", help="print what stands behind an error")
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes as long as the rest of the parsing."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.exit(message=f"{_version()}\n")


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("pyrolab-gui")
    except metadata.PackageNotFoundError:
        return "unknown"

"""The command on certificates: with them a lab's PCs know each other, and what they say is encrypted.

On one PC ``certs init``, once; there ``certs issue NAME`` for each other PC, and on that PC ``certs install NAME.pem``.
What speaks TLS is said in the lab file: ``tls: {folder: …}`` of a nameserver or a daemon. Limits: nobody is asked
before a file is written, and none is overwritten.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command, say

if TYPE_CHECKING:
    import argparse

    from pyrolab_gui.supervision.certificates import Installed

_DAY = 86_400.0
_SOON = 30


def _certs(options: argparse.Namespace) -> int:
    run: int = options.action_run(options)
    return run


def _init(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import certificates

    made = certificates.begin(options.lab, options.host)
    say(f"The authority of “{made.lab}” is on this computer now, in {made.folder}.")
    say(f"Keep {made.folder / certificates.CA_KEY_FILE} to yourself: who has it can let anybody in.")
    _say_own(made)
    say("For each other computer: pyrolab-gui certs issue NAME")
    say(f"In the lab file, for each nameserver and daemon that is to use TLS: tls: {{folder: {made.folder}}}")
    return 0


def _issue(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import certificates

    file = certificates.issue(options.name, options.host, lab=options.lab, days=options.days, to=options.to)
    say(f"{file} holds the certificate of {options.name} and its key. Bring it there on a way that nobody reads, then:")
    say(f"    pyrolab-gui certs install {file.name}")
    say("and delete the file. It holds for the names and addresses given here only; more of them: --host.")
    return 0


def _install(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import certificates

    made = certificates.install(options.file, replace=options.replace)
    say(f"This computer belongs to “{made.lab}” now: {made.folder}.")
    _say_own(made)
    say(f"Processes that run show it after their next start. {options.file} can be deleted.")
    return 0


def _show(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import certificates

    found = certificates.found()
    if options.json:
        import json

        print(json.dumps([_plain(each) for each in found], indent=2, ensure_ascii=False))
    elif not found:
        say("No certificates are installed on this computer.")
    for each in () if options.json else found:
        issues = "; its authority is on this computer" if each.issues else ""
        say(f"{each.lab}: {each.folder}{issues}")
        _say_own(each)
        if each.authority_ends is not None:
            say(f"    The authority holds until {_until(each.authority_ends)}.")
    return 1 if any(each.problem for each in found) else 0


def _say_own(made: Installed) -> None:
    if made.computer and made.ends is not None:
        say(f"    This computer's certificate ({made.computer}) holds until {_until(made.ends)}, for:")
        say(f"    {', '.join(made.hosts) or 'no name and no address'}.")
    if made.problem:
        say(f"    {made.problem}")


def _until(end: float) -> str:
    day = time.strftime("%Y-%m-%d", time.localtime(end))
    days = int((end - time.time()) // _DAY)
    if days < 0:
        return f"{day}, which is over"
    return f"{day}, {days} day{'s' if days != 1 else ''} from now" if days <= _SOON else day


def _plain(each: Installed) -> dict[str, object]:
    return {
        "lab": each.lab,
        "folder": str(each.folder),
        "issues": each.issues,
        "authority_ends": each.authority_ends,
        "computer": each.computer,
        "hosts": list(each.hosts),
        "ends": each.ends,
        "problem": each.problem,
    }


def _options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    init = actions.add_parser("init", help="begin: an authority, and this computer's own certificate")
    init.add_argument("--lab", metavar="NAME", default="lab", help="(default: %(default)s)")
    _host_option(init, "another name or address of this computer; may be given again")
    init.set_defaults(action_run=_init)

    issue = actions.add_parser("issue", help="make the certificate of another computer, into one file")
    issue.add_argument("name", metavar="NAME", help="the computer's name on the network")
    _host_option(issue, "its other names and addresses, by which it is reached; may be given again")
    issue.add_argument("--lab", metavar="NAME", default="", help="whose authority (default: the only one)")
    issue.add_argument("--days", metavar="N", type=int, default=825, help="how long it holds (default: %(default)s)")
    issue.add_argument("--to", metavar="FILE", type=Path, help="(default: NAME.pem)")
    issue.set_defaults(action_run=_issue)

    install = actions.add_parser("install", help="install on this computer what was issued for it")
    install.add_argument("file", metavar="FILE", type=Path)
    install.add_argument("--replace", action="store_true", help="in place of another lab of the same name")
    install.set_defaults(action_run=_install)

    show = actions.add_parser("show", help="what is installed, for whom, and until when")
    show.add_argument("--json", action="store_true")
    show.set_defaults(action_run=_show)


def _host_option(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--host", metavar="HOST", action="append", default=[], help=text)


COMMANDS = {"certs": Command("the certificates by which the lab's computers know each other (TLS)", _certs, _options)}

"""The commands of supervision: thin, because `supervision.commands` does them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command, say
from pyrolab_gui.supervision.commands import options as words

if TYPE_CHECKING:
    import argparse


def _supervision(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision.commands import entry

    return entry.run(options, say)


def _supervisor(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision.commands import entry

    return entry.supervise(options)


def _install_service(options: argparse.Namespace) -> int:
    from pyrolab_gui.supervision import install_service

    return install_service.run(options.file, say, at_boot=options.at_boot, show=options.print, remove=options.remove)


COMMANDS = {
    **{name: Command(help_text, _supervision, add) for name, (help_text, add) in words.COMMANDS.items()},
    "supervisor": Command(words.SUPERVISOR_HELP, _supervisor, words.supervisor),
    "install-service": Command(words.INSTALL_HELP, _install_service, words.install_service),
}

"""What a command is: its help, what it does, and the words that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable


class Command(NamedTuple):
    """One row of the table of commands; `run` returns the exit status."""

    help: str
    run: Callable[[Namespace], int]
    add_options: Callable[[ArgumentParser], None]


def say(line: str) -> None:
    """Print a line at once, for whoever reads along."""
    print(line, flush=True)

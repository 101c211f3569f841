"""What is asked before the window ends: about edits that are not saved, and about processes that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.ui.question_dialog import Answer, QuestionDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

_SHOWN = 4


def ask_about_edits(
    parent: QWidget,
    changes: int,
    file: str,
    answered: Callable[[str, bool], object],
) -> QuestionDialog:
    """Ask; the answer is ``save``, ``discard`` or ``cancel``."""
    what = "1 change is" if changes == 1 else f"{changes} changes are"
    dialog = QuestionDialog(
        parent,
        f"{what} not saved",
        f"Save to {file}, or lose {'it' if changes == 1 else 'them'}?",
        (Answer("save", "Save", "primary", harmless=True), Answer("discard", "Do not save", "danger")),
        answered,
    )
    dialog.open()
    return dialog


def ask_about_children(
    parent: QWidget,
    names: Sequence[str],
    ask_hits: Callable[[Callable[[str], object]], object],
    answered: Callable[[str, bool], object],
) -> QuestionDialog:
    """Ask; the answer is ``leave``, ``stop`` or ``cancel``. `ask_hits` tells later whom a stop hits, in sentences."""
    one = len(names) == 1
    count = "One process runs" if one else f"{len(names)} processes run"
    shown = list(names[:_SHOWN]) + (["others"] if len(names) > _SHOWN else [])
    listed = shown[0] if one else f"{', '.join(shown[:-1])} and {shown[-1]}"
    dialog = QuestionDialog(
        parent,
        f"{count} on this computer",
        f"{listed} can go on serving instruments without this window; the next one finds {'it' if one else 'them'} "
        "again. Stopping ends running calls, and closes the instruments.",
        (Answer("leave", "Leave running", "primary", harmless=True), Answer("stop", "Stop all and close", "danger")),
        answered,
        remember="Always do this; it can be changed in the settings",
    )
    dialog.say_later(ask_hits)
    dialog.open()
    return dialog

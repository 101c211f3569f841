"""How a call ended, in the few words of a line of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.value_text import duration_text, summary, value_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.runs import Run


def outcome_text(run: Run) -> str:
    """Return ``601 points · 3.1 s``, ``38 ms``, a reason, or ``running``."""
    if run.outcome == "running":
        return "running"
    if run.outcome == "left":
        if run.listed and not run.runs_there and run.duration:
            return f"left running, ended after {duration_text(run.duration)}"
        return "left running"
    if run.outcome == "failed":
        return run.error.sentence if run.error is not None else "failed"
    if run.said:
        return f"{run.said} · {duration_text(run.duration)}"
    if run.result is None:
        return duration_text(run.duration)
    if isinstance(run.result, str | bool | int | float | complex | bytes):
        text = value_text(run.result, run.returns)
        unit = run.returns.unit if run.returns is not None else ""
        text = f"{text} {unit}".rstrip()
    else:
        text = summary(run.result)
    text = " ".join(text.split())
    return (text if len(text) <= 60 else text[:59] + "…") + f" · {duration_text(run.duration)}"

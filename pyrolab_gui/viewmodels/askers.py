"""Who asks for an instrument that the person at this window keeps: said once for each who asks.

Limits: knows what the registry tells; a person is known by the name that is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.me import Me


class Askers:
    """What was said already.

    Parameters
    ----------
    me
        The person at this window.
    """

    def __init__(self, me: Me) -> None:
        self._me = me
        self._said: frozenset[tuple[str, str]] = frozenset()

    def news(self, entries: Iterable[Any]) -> list[str]:
        """Return a sentence for each new request."""
        asking = frozenset(
            (str(entry.name), str(who))
            for entry in entries
            if self._me.is_called(str(getattr(entry, "owner", "")))
            for who in getattr(entry, "asked_by", ())
        )
        new = sorted(asking - self._said)
        self._said = asking
        return [f"{who} asks for {name}, which you keep. Answer at the head of its console." for name, who in new]

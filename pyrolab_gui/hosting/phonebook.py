"""Pyro5's nameserver, whose long answers can be written by every serializer.

Its own lists hold frozensets, which msgpack cannot write; serpent can, and takes ten times as long to be read. Limits:
clients that ask with serpent get what Pyro5 itself answers.
"""

from __future__ import annotations

from typing import Any

from Pyro5 import nameserver, serializers, server
from Pyro5.callcontext import current_context


@server.expose  # type: ignore[untyped-decorator, unused-ignore]
class Phonebook(nameserver.NameServer):  # type: ignore[misc]
    """The object that clients of a nameserver of ours talk to."""

    def list(self, prefix: str | None = None, regex: str | None = None, return_metadata: bool = False) -> Any:
        """Return names and addresses, as Pyro5's nameserver does."""
        return _sendable(super().list(prefix, regex, return_metadata))

    def yplookup(self, meta_all: Any = None, meta_any: Any = None, return_metadata: bool = True) -> Any:
        """Return what has this metadata, as Pyro5's nameserver does."""
        return _sendable(super().yplookup(meta_all, meta_any, return_metadata))


def _sendable(found: dict[str, Any]) -> dict[str, Any]:
    if current_context.serializer_id in (0, serializers.SerpentSerializer.serializer_id):
        return found
    return {
        name: (value[0], tuple(value[1] or ())) if isinstance(value, tuple) else value for name, value in found.items()
    }

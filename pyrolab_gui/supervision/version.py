"""The version of this program, which a supervisor tells: after an upgrade an old one may still run."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the version as installed; ``unknown`` in a bare checkout."""
    try:
        return metadata.version("pyrolab-gui")
    except metadata.PackageNotFoundError:
        return "unknown"

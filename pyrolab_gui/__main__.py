"""Entry point: looks at the subcommand before it imports anything, so that a child starts light."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit status."""
    from pyrolab_gui import cli

    return cli.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

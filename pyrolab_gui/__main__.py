"""Entry point: looks at the subcommand before it imports anything, so that a child starts light."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit status."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()  # a driver's own worker process is this executable again: that never comes back from here
    match sys.argv[1:]:
        case ["daemon" | "nameserver" | "recorder" | "relay" | "alarms" as kind, _, "--plan", file]:
            from pyrolab_gui.hosting.plan_file import run_plan_file

            return run_plan_file(kind, file)
        case ["supervisor", "--detached", *words] if not set(words) - {"--takes-lab"}:
            from pyrolab_gui.supervision.supervisor_main import run_detached

            return run_detached(takes_lab=bool(words))
        case ["driver-child"]:
            from pyrolab_gui.hosting import driver_child

            driver_child.run()
        case arguments:
            from pyrolab_gui import cli

            return cli.run(arguments)


if __name__ == "__main__":
    sys.exit(main())

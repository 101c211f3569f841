"""``python -m tests.benchmarks [ROW...] [--json]``: print the table with fresh figures."""

from __future__ import annotations

import argparse
import importlib
import json
import os

MODULES = {
    "P1": "round_trip",
    "P2": "waveform",
    "P3": "waveform",
    "P4": "child_start",
    "P5": "supervision",
    "P6": "supervision",
    "P7": "supervision",
    "P8": "window_start",
    "P9": "live_plots",
    "P10": "live_plots",
    "P11": "foreign",
    "P12": "plotting",
    "P13": "plotting",
    "P14": "registry",
    "P15": "recording",
    "P16": "memory",
    "P19": "watching",
}


def main() -> None:
    """Measure the rows that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("row", nargs="*", choices=[*MODULES, []], help="P1, P2, …; all when none is named")
    parser.add_argument("--json", action="store_true", help="a list of rows for a program")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its byte code; it is measured so
    wanted = options.row or list(MODULES)
    found = []
    for name in dict.fromkeys(MODULES[row] for row in wanted):
        for row in importlib.import_module(f"tests.benchmarks.{name}").rows():
            found.append(row)
            if not options.json:
                print(row, flush=True)
    if options.json:
        print(json.dumps([row.to_plain() for row in found], indent=1))


if __name__ == "__main__":
    main()

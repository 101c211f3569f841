"""A recorder without instruments, to be killed: writes numbered samples at full speed and says what is on disk.

``python -m tests.integration.recording_writer_process FILE [LIMIT_BYTES]``; it goes on where the file ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pyrolab_gui.recording.values import Samples
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.wire.errors import LabError


def main(file: Path, limit: int | None) -> int:
    """Write until killed, or until the file may grow no more."""
    if limit is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    writer = Writer(file, "test")
    channels = [writer.channel("instrument", f"member_{i}", 1.0) for i in range(3)]
    numbers = [0 if (last := writer.last_time(channel)) is None else int(last) + 1 for channel in channels]
    sizes = np.random.default_rng().integers(1, 900, 1_000_000)
    for size in sizes:
        for i, channel in enumerate(channels):
            times = np.arange(numbers[i], numbers[i] + size, dtype=float)
            writer.add(channel, Samples(times, -times))
            numbers[i] += int(size)
        try:
            writer.flush()
        except LabError as error:
            print(error.sentence, flush=True)
            writer.abandon()
            return 1
        print(numbers[0], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))

"""A lock on an open file, which the system lets go of when its process ends, however it ends.

Limits: it holds against others that ask for it too, not against reading or writing.
"""

from __future__ import annotations

import os
import sys

_BYTE = 1 << 20
"""Windows locks bytes against reading too: this one lies far behind the content."""


def lock_descriptor(descriptor: int) -> bool:
    """Lock an open file for this process; return whether nobody else had it. Closing the file lets go of it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

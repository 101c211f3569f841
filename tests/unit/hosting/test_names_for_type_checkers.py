"""Annotations with names that exist for type checkers only keep what can be kept, and import nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRIVER = """
from __future__ import annotations
import typing
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    import numpy as np
    from annotated_types import Interval, Unit
    from decimal import Decimal
    from numpy.typing import NDArray
    from no_such_package import Handle, Marker

if typing.TYPE_CHECKING:
    from .elsewhere import Near

class Scope:
    level: Annotated[float, Interval(ge=0, le=5), Unit("V")]
    handle: Handle | None = None

    def trace(self) -> Annotated[np.ndarray, Unit("mW")]: ...
    def both(self) -> Annotated[tuple[np.ndarray, NDArray[np.int16]], Unit("s")]: ...
    def last(self) -> np.float64 | None: ...
    def exact(self) -> Decimal: ...
    def use(self, a: Handle, b: Near, n: Annotated[int, Marker("x"), Unit("m")], s: Annotated[str, Marker.y]): ...
    def wrong(self, a: 1 / 0, b: int): ...
"""

LOOK = """
import sys
from pyrolab_gui.hosting.describe import describe
from pyrolab_gui.hosting.arguments import CallCheck
from pyrolab_gui.hosting.members import members_of
from a_scope import Scope

scope = describe(Scope)
def told(described):
    inner = "[" + ", ".join(map(told, described.items)) + "]" if described.items else ""
    more = (described.unit, described.name, described.dtype)
    return described.kind + inner + "".join(" " + text for text in more if text)
for member in scope.members:
    print(member.name, *[told(p.type) for p in member.parameters], told(member.returns), sep=" | ")
print(CallCheck(Scope, members_of(Scope)["use"], "scope.use", {})((1, 2, 3.0, "x"), {}))
print([name for name in ("numpy", "pydantic") if name in sys.modules])
"""


def test_what_can_be_resolved_is_resolved(tmp_path: Path) -> None:
    (tmp_path / "a_scope.py").write_text(DRIVER)
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(root)!r}]\n{LOOK}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert not done.stderr
    assert done.stdout.splitlines() == [
        "trace | array[float mW] mW",
        "both | tuple[array[float s] s, array[int s] s int16] s",
        "last | optional[float]",
        "exact | float",
        "use | any Handle | any Near | int m | str | any",
        "wrong | any 1 / 0 | int | any",
        "level | float V",
        "((1, 2, 3, 'x'), {})",
        "[]",
    ]

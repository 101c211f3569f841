"""Values in another unit of the same dimension: what a lab wants to see, and what a person types.

Units that differ by an SI prefix alone are converted exactly, with nothing loaded. Everything else (mbar and Pa, mW and
dBm, °C and K) takes pint, which is slow to load: `load` does that on a thread of its own, and until it is there such a
conversion is `UnitsNotLoaded`. Limits: same dimension only (no nanometres as terahertz), and never between turns and
plain frequencies (rpm and Hz), which pint takes for the same.
"""

from __future__ import annotations

import functools
import math
import threading
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.prefixes import split_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.description import TypeDescription

_DIGITS = 14
"""Digits that are kept of what was converted: the rest is noise of the arithmetic."""
_NEAR = 1e-9
_SPELLED = {"Ohm": "ohm", "Ω": "ohm", "Torr": "torr", "%": "percent", "℃": "degC", "°C": "degC", "°F": "degF",
            "Sa": "count", "°": "degree"}  # fmt: skip
_LOGARITHMIC = ("dB", "Np")
_LOADING = threading.Lock()


class UnitsNotLoaded(ValueError):  # noqa: N818 - no failure: it can be asked again
    """A unit that cannot be looked up yet; `load` makes that it can."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """The way from one unit to another, and back."""

    source: str
    target: str
    _forth: Callable[[float], float]
    _back: Callable[[float], float]

    def forth(self, value: float) -> float:
        """Return a value of `source` in `target`."""
        return _without_noise(self._forth(value))

    def back(self, value: float) -> float:
        """Return a value of `target` in `source`."""
        return _without_noise(self._back(value))

    def shown_type(self, type_: TypeDescription) -> TypeDescription:
        """Return a type of numbers with unit and bounds as they are shown."""
        if type_.kind == "optional" and type_.items:
            return replace(type_, items=(self.shown_type(type_.items[0]),))
        if not type_.is_number:
            return type_
        bounds: dict[str, Any] = {}
        for name in ("ge", "gt", "le", "lt"):
            bound = getattr(type_, name)
            bounds[name] = None if bound is None else self.forth(bound)
        step = type_.multiple_of
        steps = self.forth(step) if step and self._forth(0.0) == 0.0 and not _is_logarithmic(self.target) else None
        return replace(type_, kind="float", unit=self.target, multiple_of=steps, **bounds)

    def shown(self, value: Any) -> Any:
        """Return a value as it is shown; what is no number stays."""
        return self.forth(value) if _is_number(value) else value

    def sent(self, value: Any, type_: TypeDescription) -> Any:
        """Return a value that was typed as it is sent: one that stands at a bound is not beyond it by noise."""
        if not _is_number(value):
            return value
        inner = type_.items[0] if type_.kind == "optional" and type_.items else type_
        result = self.back(value)
        for bound in (inner.ge, inner.le):
            if bound is not None and math.isclose(result, bound, rel_tol=_NEAR):
                result = float(bound)
        return int(result) if inner.kind == "int" and result.is_integer() else result


def conversion(source: str, target: str) -> Conversion | None:
    """Return the way from one unit to another, or None where there is none.

    Raises
    ------
    UnitsNotLoaded
        If it takes more than a prefix, and nothing has been loaded yet.
    """
    ours, theirs = split_unit(source), split_unit(target)
    if ours is not None and theirs is not None and ours[1] == theirs[1]:
        power = ours[0] - theirs[0]
        return Conversion(source, target, _shifted(power), _shifted(-power))
    if not source or not target:
        return None
    if not loaded():
        raise UnitsNotLoaded(f"The unit “{target}” is being looked up.")
    return _looked_up(source, target)


def loaded() -> bool:
    """Whether all units are known, and not those with a prefix alone."""
    return _loaded_registry.cache_info().currsize > 0


def load(then: Callable[[], object]) -> None:
    """Make all units known, and call `then` on the thread that did it (on this one, if they are known already)."""
    if loaded():
        then()
        return

    def work() -> None:
        _registry()
        then()

    threading.Thread(target=work, name="units", daemon=True).start()


@functools.cache
def _loaded_registry() -> Any:
    import pint  # 0.7 s and 17 MB: only for who needs it

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def _registry() -> Any:
    with _LOADING:  # two that ask at once load it once
        return _loaded_registry()


@functools.lru_cache(256)
def _looked_up(source: str, target: str) -> Conversion | None:
    registry = _registry()
    names = _name(source), _name(target)
    try:
        units = [registry.Quantity(1.0, name) for name in names]
        turns = ["radian" in str(unit.to_root_units().units) for unit in units]
        if turns[0] != turns[1] or units[0].dimensionality != units[1].dimensionality:
            return None
        units[0].to(names[1])
    except Exception:  # noqa: BLE001 - pint raises a dozen kinds for a word that is no unit
        return None

    def convert(value: float, here: str, there: str) -> float:
        if _is_logarithmic(there) and not _is_logarithmic(here) and value <= 0:
            return -math.inf if value == 0 else math.nan
        return float(registry.Quantity(float(value), here).to(there).magnitude)

    return Conversion(source, target, lambda value: convert(value, *names), lambda value: convert(value, *names[::-1]))


def _name(unit: str) -> str:
    head, slash, tail = unit.partition("/")
    return _SPELLED.get(head, head) + slash + _SPELLED.get(tail, tail)


def _is_logarithmic(unit: str) -> bool:
    return unit.startswith(_LOGARITHMIC)


def _shifted(power: int) -> Callable[[float], float]:
    def shift(value: float) -> float:
        return float(Decimal(repr(float(value))).scaleb(power)) if math.isfinite(value) else float(value)

    return shift


def _without_noise(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""Names that a driver's module imports under ``if TYPE_CHECKING:``, found in its source.

A linter may move there what is used in annotations alone, units and bounds included. Limits: imports nothing that is
not light or loaded already, so that numpy stays out of a daemon that does not need it; knows import statements only;
a module without source has no such names.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
import logging
import sys
from typing import Any

log = logging.getLogger(__name__)

_LIGHT = frozenset(("annotated_types", "typing_extensions"))


def imported_for_checkers(name: str, namespace: dict[str, Any], otherwise: Any) -> Any:
    """Return what a name of a module stands for to type checkers, or `otherwise`.

    Parameters
    ----------
    name
        As used in the module.
    namespace
        The module's globals.
    otherwise
        What to return where nothing is known of it, or where it would have to be loaded.
    """
    module, attribute = _imports(str(namespace.get("__name__", ""))).get(name, ("", ""))
    top = module.partition(".")[0]
    if not module or not (module in sys.modules or top in sys.stdlib_module_names or top in _LIGHT):
        return otherwise
    try:
        loaded = importlib.import_module(module)
        return getattr(loaded, attribute) if attribute else loaded
    except Exception:  # noqa: BLE001 - what only a type checker reads may not exist at all
        return otherwise


@functools.cache
def _imports(module_name: str) -> dict[str, tuple[str, str]]:
    """Return module and attribute by the name that they are imported under."""
    found: dict[str, tuple[str, str]] = {}
    module = sys.modules.get(module_name)
    try:
        tree = ast.parse(inspect.getsource(module)) if module is not None else ast.Module([], [])
    except (OSError, TypeError, SyntaxError):
        log.debug("there is no source of %s", module_name)
        return found
    for block in tree.body:
        if isinstance(block, ast.If) and ast.unparse(block.test).rpartition(".")[2] == "TYPE_CHECKING":
            for statement in block.body:
                found.update(_names(statement, getattr(module, "__package__", "") or ""))
    return found


def _names(statement: ast.stmt, package: str) -> dict[str, tuple[str, str]]:
    if isinstance(statement, ast.Import):
        return {
            alias.asname or alias.name.partition(".")[0]: (
                alias.name if alias.asname else alias.name.partition(".")[0],
                "",
            )
            for alias in statement.names
        }
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        if statement.level:
            try:
                module = importlib.util.resolve_name(module, package)
            except ImportError:
                return {}
        return {alias.asname or alias.name: (module, alias.name) for alias in statement.names}
    return {}

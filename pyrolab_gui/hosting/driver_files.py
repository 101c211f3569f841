"""Which drivers there are, found in source files and metadata of packages, without importing any.

A driver is a public class that is no exception, enumeration or record; where a module says what it offers
(``__all__``), only that. Announced are packages by an entry point in the group ``pyrolab_gui.drivers`` (a module to
look through, or ``module:Class``); PyMeasure's and PyroLab's folders of drivers are known. Limits: a class that is
made at run time is not seen; what a class needs is known only when it is described.
"""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.metadata
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUP = "pyrolab_gui.drivers"
_KNOWN = (("PyMeasure", "pymeasure", "instruments"), ("PyroLab", "pyrolab", "drivers"))
_NO_DRIVERS = (
    "Enum", "Exception", "Error", "Warning", "Protocol", "TypedDict", "NamedTuple", "ABC", "TestCase", "Thread",
)  # fmt: skip
_SKIPPED = frozenset(("__pycache__", "tests", "test", "docs", "build", "dist", "venv", "env", "node_modules"))
_MOST_FILES = 3000
_DEEPEST = 5
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class DriverClass:
    """A driver as its source tells it; `path` is the search path that it was found in, empty for an installed one."""

    module: str
    classname: str
    summary: str = ""
    source: str = ""
    maker: str = ""
    usb: tuple[str, ...] = ()
    path: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return asdict(self)


def all_drivers(search_paths: Iterable[str]) -> Iterator[DriverClass]:
    """Give all drivers: those of the lab's folders, the bundled ones, those that packages announce, known packages."""
    for folder in search_paths:
        yield from in_folder(Path(folder), "", "this lab", folder)
    for place in _package("drivers"):
        yield from in_folder(place, "drivers", "bundled")
    yield from _announced()
    for source, package, part in _KNOWN:
        for place in _package(package):
            yield from in_folder(place / part, f"{package}.{part}", source)


def in_folder(folder: Path, package: str, source: str, path: str = "") -> Iterator[DriverClass]:
    """Give the drivers in the files below a folder; `package` is the module that the folder is."""
    count = 0
    for where, folders, files in os.walk(folder):
        inside = Path(where).relative_to(folder).parts
        folders[:] = sorted(
            name
            for name in folders
            if name.isidentifier() and not name.startswith("_") and name not in _SKIPPED and len(inside) < _DEEPEST
        )
        for name in sorted(files):
            stem, extension = os.path.splitext(name)
            if extension != ".py" or stem.startswith(("test_", "conftest", "setup")) or not stem.isidentifier():
                continue
            if stem.startswith("_") and stem != "__init__":
                continue
            count += 1
            if count > _MOST_FILES:
                return
            parts = (*filter(None, (package,)), *inside, *(() if stem == "__init__" else (stem,)))
            if parts:
                yield from in_file(Path(where, name), ".".join(parts), source, path)


def in_file(file: Path, module: str, source: str, path: str = "") -> Iterator[DriverClass]:
    """Give the drivers in one file; one that cannot be read has none."""
    try:
        if file.stat().st_size > _LARGEST:
            return
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    offered = _offered(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _is_driver(node) and (offered is None or node.name in offered):
            doc = ast.get_docstring(node) or ""
            summary = doc.strip().splitlines()[0].rstrip(".") if doc.strip() else ""
            yield DriverClass(module, node.name, summary, source, _maker(module, source), _usb(node), path)


def _announced() -> Iterator[DriverClass]:
    for entry in importlib.metadata.entry_points(group=GROUP):
        module, _, classname = entry.value.partition(":")
        source = entry.dist.name if entry.dist is not None else entry.name
        top, *rest = module.strip().split(".")
        for place in _package(top):
            inside = place.joinpath(*rest)
            file = inside.with_suffix(".py") if rest and inside.with_suffix(".py").is_file() else place
            found = in_file(file, module, source) if file.suffix == ".py" else in_folder(inside, module, source)
            yield from (driver for driver in found if classname.strip() in ("", driver.classname))


def _package(name: str) -> list[Path]:
    """Return where a top-level package or module is, without importing it."""
    spec = importlib.machinery.PathFinder.find_spec(name)
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [Path(place) for place in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.origin else []


def _offered(tree: ast.Module) -> set[str] | None:
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                try:
                    return set(ast.literal_eval(value))
                except (ValueError, TypeError):
                    return None
    return None


def _is_driver(node: ast.ClassDef) -> bool:
    if node.name.startswith("_") or any("dataclass" in ast.unparse(item) for item in node.decorator_list):
        return False
    bases = [ast.unparse(base).rpartition(".")[2].partition("[")[0] for base in node.bases]
    if any(base.endswith(_NO_DRIVERS) for base in bases):
        return False
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    return bool(bases) or any(not item.name.startswith("_") for item in methods)


def _usb(node: ast.ClassDef) -> tuple[str, ...]:
    """Return the USB vendor and product numbers that a class says it is for: ``usb_ids = ("0403:6001",)``."""
    for item in node.body:
        match item:
            case ast.Assign(targets=[ast.Name(id="usb_ids")], value=value):
                try:
                    return tuple(str(number).upper() for number in ast.literal_eval(value))
                except (ValueError, TypeError):
                    return ()
    return ()


def _maker(module: str, source: str) -> str:
    """Return the maker by which packages of drivers are ordered: the folder that a module is in."""
    parts = module.split(".")
    known = next((package.count(".") + 1 for package in _ROOTS if module.startswith(package + ".")), 0)
    rest = parts[known:]
    return rest[0] if len(rest) > 1 else ""


_ROOTS = (*(f"{package}.{part}" for _, package, part in _KNOWN), "drivers")

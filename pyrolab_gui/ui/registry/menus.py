"""The menus of the registry: of selected entries, and of the table as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from pyrolab_gui.ui.registry.snippets import pyroname, python_lines
from pyrolab_gui.viewmodels.registry_export import write_rows
from pyrolab_gui.viewmodels.registry_rows import LOST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.ui.registry.table import RegistryTable
    from pyrolab_gui.ui.registry.table_model import RegistryTableModel
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel

_KINDS = "Table for spreadsheets (*.csv);;JSON (*.json)"


def entry_menu(
    parent: QWidget, vm: RegistryViewModel, keys: Sequence[str], remove: Callable[[Sequence[str]], object]
) -> QMenu:
    """Return the menu of entries."""
    rows = [row for key in keys if (row := vm.rows.get(key)) is not None]
    there = [row for row in rows if row.uri and not row.offline]
    menu = QMenu(parent)

    def add(text: str, act: Callable[[], object], *, enabled: bool = True) -> None:
        menu.addAction(text, act).setEnabled(enabled)

    def each(act: Callable[[str], object], among: Sequence[RegistryRow]) -> Callable[[], None]:
        def go() -> None:
            for row in among:
                act(row.key)

        return go

    def forget(key: str) -> None:
        vm.memory.forget(nameserver_of(key), vm.rows[key].name)

    def nameserver_of(key: str) -> str:
        address = vm.address_of(key)
        return address.address if address is not None else ""

    add(
        "Open console" if len(there) < 2 else f"Open {len(there)} consoles",
        each(vm.open_console, there),
        enabled=bool(there),
    )
    if len(rows) == 1:
        add("Show its daemon", partial(vm.show_daemon, rows[0].key), enabled=bool(vm.daemon_page(rows[0].key)))
    if vm.inspection.can_examine:
        add("Examine", lambda: vm.examine(row.key for row in there), enabled=bool(there))
    past = [row for row in rows if row.offline]
    if past:
        add("Forget it", each(forget, past))
    all_watched = all(row.watched for row in rows)
    add(
        "Do not tell any more" if all_watched else "Tell me when it goes or returns",
        each(lambda key: vm.watching.watch(key, wanted=not all_watched), rows),
    )
    menu.addSeparator()
    clipboard = QGuiApplication.clipboard()
    for text, content in (
        ("Copy URI", "\n".join(row.uri for row in rows if row.uri)),
        ("Copy PYRONAME", "\n".join(pyroname(row.name, nameserver_of(row.key)) for row in rows)),
        ("Copy Python lines", python_lines([row.name for row in rows], nameserver_of(rows[0].key)) if rows else ""),
    ):
        add(text, partial(clipboard.setText, content), enabled=bool(content))
    menu.addSeparator()
    add(
        "Remove entry…" if len(there) < 2 else f"Remove {len(there)} entries…",
        lambda: remove([row.key for row in there]),
        enabled=bool(there),
    )
    return menu


def more_menu(
    parent: QWidget,
    vm: RegistryViewModel,
    model: RegistryTableModel,
    table: RegistryTable,
    register: Callable[[], object],
) -> QMenu:
    """Return the menu of the table as a whole."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    columns = table.column_menu()
    columns.setParent(menu, columns.windowFlags())
    menu.addMenu(columns)
    if vm.memory.available:
        offline = menu.addAction("Show what is not registered any more")
        offline.setCheckable(True)
        offline.setChecked(vm.memory.shown)
        offline.toggled.connect(vm.memory.show)
    menu.addSeparator()
    bad = [row.key for row in model.rows() if row.health in LOST and not row.missing]
    if vm.inspection.can_examine:
        menu.addAction("Examine all that is not ready", lambda: vm.examine(bad)).setEnabled(bool(bad))
    menu.addAction("Register an object…", register).setEnabled(bool(vm.links))
    menu.addAction("Export…", lambda: choose_export(parent, vm, model)).setEnabled(bool(model.found))
    return menu


def choose_export(parent: QWidget, vm: RegistryViewModel, model: RegistryTableModel) -> QFileDialog:
    """Ask for a file, then write what the search finds, in its order."""
    dialog = QFileDialog(parent, "Export the registry", "", _KINDS)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("json" if "json" in kind else "csv"))
    dialog.selectFile("registry")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: vm.said(*write_rows(path, model.rows())))
    dialog.open()
    return dialog

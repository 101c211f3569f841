"""The two questions about TLS: which file holds this computer's certificates, and whether to do without.

Limits: what is chosen is installed by who owns the files; nothing is read here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from pyrolab_gui.ui.question_dialog import ask

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QWidget

    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel


def choose_certificates(parent: QWidget, vm: RegistryViewModel) -> QFileDialog:
    """Ask for the file that was issued for this computer."""
    dialog = QFileDialog(parent, "Install certificates: choose the issued file", str(Path.home()))
    dialog.setNameFilters(["Certificates (*.pem)", "All files (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(vm.certificatesChosen)
    dialog.open()
    return dialog


def ask_for_plain_text(parent: QWidget, vm: RegistryViewModel, key: str) -> QDialog:
    """Ask, then speak with the process of an entry in plain text, although it spoke TLS before."""
    text = (
        "It spoke TLS before, or the lab file says so, and does not now. Somebody may have changed that, or something "
        "else may have taken its place. Without TLS nobody is sure who answers, and all can be read on the network."
    )
    return ask(parent, f"Connect to {key} without TLS?", text, "Connect without TLS", lambda: vm.apply_remedy(key))

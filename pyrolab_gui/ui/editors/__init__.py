"""Editors of typed values: one for each kind of a type description, made by `editor_for`."""

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.editors.factory import editor_for

__all__ = ["Editor", "editor_for"]

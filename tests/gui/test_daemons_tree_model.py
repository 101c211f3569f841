"""The tree follows new trees in small steps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from pyrolab_gui.ui.daemons.tree_model import DaemonsTreeModel, NodeRole
from pyrolab_gui.viewmodels.daemons_tree import TreeNode


def service(name, state="connected"):
    return TreeNode(f"service/{name}", "service", name, own=state, state=state)


def daemon(name, *services, state="running"):
    return TreeNode(f"daemon/{name}", "daemon", name, own=state, state=state, children=services)


def computer(*children):
    return TreeNode("computer", "computer", "bench-pc", children=children)


@pytest.fixture
def model(qapp, qtmodeltester):
    made = DaemonsTreeModel()
    qtmodeltester.check(made, force_py=True)
    return made


def outline(model, parent=QModelIndex()):  # noqa: B008
    return {
        model.index(row, 0, parent).data(): outline(model, model.index(row, 0, parent))
        for row in range(model.rowCount(parent))
    }


def test_nodes_are_shown_below_their_parents(model):
    model.show(computer(daemon("optics", service("laser"), service("meter")), daemon("cryo")))
    assert outline(model) == {"bench-pc": {"optics": {"laser": {}, "meter": {}}, "cryo": {}}}
    assert model.index_of("service/laser").parent() == model.index_of("daemon/optics")
    assert not model.index_of("service/nobody").isValid()


def test_a_changed_state_is_one_signal_and_items_stay(model, qtbot):
    model.show(computer(daemon("optics", service("laser")), daemon("cryo")))
    held = QPersistentModelIndex(model.index_of("service/laser"))
    changes = []
    model.dataChanged.connect(lambda first, last: changes.append(first.data()))
    model.show(computer(daemon("optics", service("laser", "not-connected")), daemon("cryo")))
    assert changes == ["laser"]
    assert held.isValid()
    assert held.data(NodeRole).state == "not-connected"


def test_services_come_go_and_move(model):
    model.show(computer(daemon("optics", service("laser"), service("meter"), service("osa"))))
    held = QPersistentModelIndex(model.index_of("service/osa"))
    model.show(computer(daemon("optics", service("osa"), service("switch"), service("laser"))))
    assert outline(model) == {"bench-pc": {"optics": {"osa": {}, "switch": {}, "laser": {}}}}
    assert held.isValid()
    assert held.row() == 0


def test_a_service_that_moves_to_another_daemon_is_found_there(model):
    model.show(computer(daemon("optics", service("laser")), daemon("cryo")))
    model.show(computer(daemon("optics"), daemon("cryo", service("laser"))))
    assert model.index_of("service/laser").parent() == model.index_of("daemon/cryo")
    model.show(computer(daemon("optics", service("laser")), daemon("cryo")))
    assert model.index_of("service/laser").parent() == model.index_of("daemon/optics")


def test_a_removed_daemon_takes_its_services_along(model):
    model.show(computer(daemon("optics", service("laser")), daemon("cryo")))
    model.show(computer(daemon("cryo")))
    assert outline(model) == {"bench-pc": {"cryo": {}}}
    assert not model.index_of("service/laser").isValid()


def test_a_screen_reader_hears_state_and_marks(model):
    node = TreeNode("daemon/x", "daemon", "x", "2 services", "running", "not-connected", "1 not connected", True, 2)
    model.show(node)
    spoken = model.index_of("daemon/x").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "x, 2 services, 1 not connected, edited, 2 problems"

"""The parts of the tab of recordings."""

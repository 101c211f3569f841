"""Plots drawn with pyqtgraph, which is imported when the first one is shown."""

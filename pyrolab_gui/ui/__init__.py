"""QtWidgets and pyqtgraph: draws state and emits intents; no I/O, no asyncio, no Pyro."""

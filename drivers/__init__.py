"""Instrument drivers: plain Python classes with type hints, independent of the application."""

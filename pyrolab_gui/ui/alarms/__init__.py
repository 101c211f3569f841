"""Alarms in the window: how they stand, and the form in which they are set up."""

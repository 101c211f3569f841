"""The parts of the Registry tab."""

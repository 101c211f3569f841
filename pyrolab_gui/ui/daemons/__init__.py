"""The parts of the Daemons tab."""

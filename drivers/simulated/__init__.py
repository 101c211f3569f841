"""A simulated bench: a laser shines through a motion stage's alignment onto a power meter and an oscilloscope.

The instruments react to their set-points, to each other and to time, across processes: see `drivers.simulated.bench`.
"""

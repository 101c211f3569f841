"""Instrument drivers: plain Python classes with type hints, independent of the application.

A driver is any class. What the application shows of it comes from ordinary Python, and nothing of the application is
imported here:

- a property is a reading; with a setter it is a setting,
- ``Annotated[float, Interval(ge=0, le=20), Unit("mW")]`` (package annotated-types) gives bounds and unit,
- a ``Literal`` or an ``Enum`` is a choice,
- docstrings (numpy or Google style) are the help,
- ``close()`` is called when the daemon stops; ``connect(**parameters)``, if there is one, gets the parameters of the
  lab file, otherwise the constructor does,
- a method may take its time: calls to one instrument wait for each other, the window does not,
- a method that changes nothing on the instrument says ``measure.role = "read"`` below its definition; without that
  the window marks it as one that acts, unless its name tells (``get_…``, ``read_…``, ``is_…``, ``identify``,
  ``measure``, ``…_axis``),
- a method that switches an output on or off says ``energize.role = "output-on"`` or ``"output-off"``, where its name
  (``on``, ``output_off``, ``enable_source``…) does not tell; who stops its daemon is told what is on,
- a method that may run beside a running call (a stop) says ``stop.runs_beside = True``; a getter that says so
  (``temperature.fget.runs_beside = True``) is read beside whatever runs, so a slow one delays no other reading,
- ``safe_state()`` brings the instrument into a harmless state; it is called when somebody asks for that, and before
  ``close()``,
- an attribute ``progress: float`` (0 to 1) that a long call keeps up to date is shown while the call runs; it is read
  beside the call, so it must not ask the instrument,
- ``usb_ids = ("0403:6001",)`` in the class says for which USB vendor and product it is made, so that it is offered
  where such a one is plugged in,
- a static method ``detect_devices()`` returns what can be connected, as texts or as dicts of parameters,
- ``identify()`` tells who the instrument is,
- a module's ``__all__`` says which of its classes are drivers, where not all are.

A package of drivers announces itself with an entry point in the group ``pyrolab_gui.drivers``: a module to look
through, or ``module:Class``.

`drivers.simulated` is a bench of instruments that exist only in the computer, and a collection of examples. Import
heavy packages such as numpy where they are needed, not at the top: each daemon pays for it at its start.
"""

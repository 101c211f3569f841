"""Overview pages: big readings, plots and notes, to be read from afar; and where they are set up."""

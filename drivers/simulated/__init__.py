"""A simulated optical bench whose instruments react to each other."""

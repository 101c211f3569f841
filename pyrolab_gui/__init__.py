"""PyroLab GUI: hosting, supervising and driving instruments over Pyro5."""

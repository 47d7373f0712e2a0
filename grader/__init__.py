"""Grade exercises about PyTorch gradients: the numbers, the graph and the side effects."""

__version__ = "0.1.0"

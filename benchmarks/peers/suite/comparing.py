"""How results are compared: as the documentation of torch advises for tests."""

import torch


def same(actual: object, expected: object) -> None:
    """Values within the dtype's tolerance, shapes and dtypes alike; in tuples and dictionaries part by part."""
    torch.testing.assert_close(actual, expected, equal_nan=True)

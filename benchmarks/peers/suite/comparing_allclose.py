"""How results are compared without torch.testing, whose first use takes more than half a second."""

import torch


def same(actual: object, expected: object) -> None:
    """Values within tolerance, shapes and dtypes alike; in tuples and dictionaries part by part."""
    if isinstance(expected, tuple):
        assert isinstance(actual, tuple)
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            same(one, other)
    elif isinstance(expected, dict):
        assert isinstance(actual, dict)
        assert actual.keys() == expected.keys()
        for name, other in expected.items():
            same(actual[name], other)
    else:
        assert isinstance(actual, torch.Tensor)
        assert isinstance(expected, torch.Tensor)
        assert actual.shape == expected.shape
        assert actual.dtype == expected.dtype
        assert torch.allclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)

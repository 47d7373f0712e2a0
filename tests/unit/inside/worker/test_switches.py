"""What is put back between questions."""

import torch

from grader.inside.subjects.torch import modes


def test_inference_mode_is_off_for_a_question() -> None:
    """Also where a submission has entered it and never left; grad mode is on, and both are as before afterwards."""
    with torch.inference_mode():
        with modes():
            x = torch.ones(1).requires_grad_(True)
            (x * x).sum().backward()
            torch.set_grad_enabled(False)
        assert torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()

"""Probes of chapter 4."""

import torch

from grader.inside.recorder import Recorder, call

detached_product_grad = call
frozen_factor_grad = call
both_gradients = call
two_branch_detach = call


def snapshot(recorder: Recorder, t: torch.Tensor, computed: bool) -> None:
    """`computed` gives t a history. Also: does a change in place of one tensor show in the other?"""
    original = t * 1 if computed else t
    copy = recorder.call(t=original)

    def change_original() -> torch.Tensor:
        with torch.no_grad():
            original.zero_()
        return copy  # type: ignore[no-any-return]  # whatever the submission returned

    def change_copy() -> torch.Tensor:
        with torch.no_grad():
            copy.fill_(1)
        return original

    recorder.note("after_change_of_t", change_original)
    recorder.note("t_after_change", change_copy)

"""The families of functions, each with its formula for torch and as code for people, one below the other.

Shapes: x is f64[n] unless a family says otherwise; c are its coefficients. They use tensors' own methods only, so this
file needs no torch.
"""

from typing import Any

from grader.inside.functions import Coefficients, Family


# Any: tensors.
def _mix(x: Any, c: Coefficients) -> Any:
    # The rows of a (m, n) matrix follow one another in c, so m is what n leaves.
    matrix = x.new_tensor(c).reshape(-1, x.numel())
    return matrix @ (x * x)


def _bowls(x: Any, c: Coefficients) -> Any:
    return ((x.new_tensor(c).reshape(-1, x.numel()) @ x) ** 2 + 1).sqrt()


FAMILIES: dict[str, Family] = {
    # R^n -> R, saving tensors for backward
    "twice_dot": Family(evaluate=lambda x, c: 2 * x.dot(x), formula="2 * x.dot(x)", arity=0, simpler="sum"),
    "dot": Family(evaluate=lambda x, c: x.dot(x), formula="x.dot(x)", arity=0, simpler="sum"),
    "squares": Family(evaluate=lambda x, c: (x * x).sum(), formula="(x * x).sum()", arity=0, simpler="sum"),
    "scaled_dot": Family(
        evaluate=lambda x, c: c[0] * x.dot(x) + c[1] * x.sum(),
        formula="{0} * x.dot(x) + {1} * x.sum()",
        arity=2,
    ),
    "cubes": Family(
        evaluate=lambda x, c: (c[0] * x**3 + c[1] * x).sum(), formula="({0} * x**3 + {1} * x).sum()", arity=2
    ),
    "waves": Family(
        evaluate=lambda x, c: (c[0] * (c[1] * x).sin()).sum(),
        formula="({0} * ({1} * x).sin()).sum()",
        arity=2,
    ),
    # R^n -> R, no sum of parts with an element each; the last step keeps its own result for the way back
    "bowl": Family(
        evaluate=lambda x, c: (c[0] * c[0] + x.dot(x)).sqrt(), formula="({0} * {0} + x.dot(x)).sqrt()", arity=1
    ),
    # R^n -> R, with an infinite slope at 1, and no number below
    "roots": Family(
        evaluate=lambda x, c: (c[0] * (x - 1).sqrt()).sum(), formula="({0} * (x - 1).sqrt()).sum()", arity=1
    ),
    # R^n -> R, linear; a second backward over the graph of the first two does not raise
    "sum": Family(evaluate=lambda x, c: x.sum(), formula="x.sum()", arity=0),
    "rest": Family(evaluate=lambda x, c: c[0] - x.sum(), formula="{0} - x.sum()", arity=1),
    "scaled_sum": Family(evaluate=lambda x, c: (c[0] * x).sum(), formula="({0} * x).sum()", arity=1),
    # element by element
    "square": Family(evaluate=lambda x, c: x * x, formula="x * x", arity=0),
    "bent": Family(
        evaluate=lambda x, c: c[0] * x * x + c[1] * x, formula="{0} * x * x + {1} * x", arity=2, simpler="square"
    ),
    "wave": Family(evaluate=lambda x, c: c[0] * (c[1] * x).sin(), formula="{0} * ({1} * x).sin()", arity=2),
    "root": Family(evaluate=lambda x, c: c[0] * (x - 1).sqrt(), formula="{0} * (x - 1).sqrt()", arity=1),
    "moved": Family(evaluate=lambda x, c: x + c[0], formula="x + {0}", arity=1),
    "line": Family(evaluate=lambda x, c: c[0] * x + c[1], formula="{0} * x + {1}", arity=2),
    # R^n -> R^m, every output depending on every input; c is the (m, n) matrix, row by row
    "mix": Family(evaluate=_mix, formula="x.new_tensor({c}).reshape(-1, x.numel()) @ (x * x)"),
    # The same, and no output is a sum of parts with an element each; the last step keeps its own result
    "bowls": Family(evaluate=_bowls, formula="((x.new_tensor({c}).reshape(-1, x.numel()) @ x)**2 + 1).sqrt()"),
    # R^n -> R^m for any n, 0 too
    "fans": Family(evaluate=lambda x, c: x.new_tensor(c) * x.dot(x), formula="x.new_tensor({c}) * x.dot(x)"),
    # R -> R^m, x 0-dim; c has the m outputs' factors
    "fan": Family(evaluate=lambda x, c: x.new_tensor(c) * x * x, formula="x.new_tensor({c}) * x * x"),
    # R -> R, x 0-dim, with a kink at 0
    "kink_abs": Family(evaluate=lambda x, c: c[0] * x.abs(), formula="{0} * x.abs()", arity=1),
    "kink_relu": Family(evaluate=lambda x, c: c[0] * x.relu(), formula="{0} * x.relu()", arity=1),
    "kink_clamp": Family(evaluate=lambda x, c: c[0] * x.clamp(min=0), formula="{0} * x.clamp(min=0)", arity=1),
    "kink_maximum": Family(
        evaluate=lambda x, c: c[0] * x.maximum(x.new_zeros(())),
        formula="{0} * x.maximum(x.new_zeros(()))",
        arity=1,
    ),
    "kink_where": Family(
        evaluate=lambda x, c: c[0] * x.where(x > 0, c[1] * x),
        formula="{0} * x.where(x > 0, {1} * x)",
        arity=2,
    ),
    "kink_sqrt": Family(evaluate=lambda x, c: c[0] * (x * x).sqrt(), formula="{0} * (x * x).sqrt()", arity=1),
    "smooth": Family(evaluate=lambda x, c: c[0] * x * x + c[1] * x, formula="{0} * x * x + {1} * x", arity=2),
}

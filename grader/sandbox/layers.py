"""The layers of confinement, outermost first, and which of them a batch needs.

Their texts stand in `grader.words`: what each does, what is open without it, and how a machine gets it. `grader doctor`
prints them, and scripts/generate.py writes them into docs/security.md.
"""

from grader.inside.layers import LayerName

NOT_REQUIRED = frozenset({LayerName.NAMESPACES, LayerName.UNPRIVILEGED})
"""Layers that many machines lack, and without which the others are enough."""

MINIMUM_LAYERS = frozenset(LayerName) - NOT_REQUIRED
"""What the code of strangers is confined by at least: without these a batch refuses to start."""

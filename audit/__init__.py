"""How strong and how fair the checks are: `make audit`. Right answers are changed mechanically, and graded."""

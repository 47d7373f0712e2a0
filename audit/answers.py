"""Right answers to audit with: the references, and other styles of each exercise, each as a file of its own."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course

REFERENCE = "reference"
STYLES = Path(__file__).parent / "styles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A right answer: the function of one exercise, with its file's imports."""

    exercise: str
    style: str
    source: str


def right_answers(course: Course, exercise: str) -> Sequence[Answer]:
    """The reference of an exercise first, then its other styles in the order of their file."""
    chapter = course.catalog.chapter_of(exercise).id
    files = ((course.reference(chapter), exercise), (STYLES / f"{chapter}.py", f"{exercise}__"))
    return [answer for file, name in files for answer in answers_in(file.read_text(encoding="utf-8"), exercise, name)]


def answers_in(source: str, exercise: str, named: str) -> Iterator[Answer]:
    """The functions of a file that answer an exercise: the one of this name, or all of this name and a style."""
    body = ast.parse(source).body
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in body:
        if isinstance(node, ast.FunctionDef) and (node.name == named or _style_of(node.name, named)):
            style = _style_of(node.name, named) or REFERENCE
            node.name = exercise
            kept = ast.Module(body=[*imports, node], type_ignores=[])
            yield Answer(exercise=exercise, style=style, source=ast.unparse(_Bare().visit(kept)))


def _style_of(name: str, prefix: str) -> str:
    return name.removeprefix(prefix) if prefix.endswith("__") and name.startswith(prefix) else ""


class _Bare(ast.NodeTransformer):
    """Leaves out what is for readers and type checkers alone: a change of it would change nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Without its docstring and what it returns."""
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Without its type."""
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Without its type."""
        return ast.parse(f"{ast.unparse(node.target)} = {ast.unparse(node.value)}").body[0] if node.value else node

    def visit_Assert(self, _: ast.Assert) -> None:
        """None at all."""

"""What a machine without some layers is told, and what a batch does there."""

import sys
from pathlib import Path

import pytest

from grader import cli
from grader.commands import batch, check, doctor
from grader.doctor import render_doctor
from grader.inside.layers import Layer, LayerName
from grader.options import Code
from grader.sandbox import Launcher, missing_layers
from grader.sandbox.layers import MINIMUM_LAYERS
from grader.sandbox.spawn import SpawnLauncher
from grader.words import own_language
from tests.support import COURSE

ALL = tuple(Layer(name=name, active=True) for name in LayerName)


class Lacking(SpawnLauncher):
    """A machine without some layers."""

    def __init__(self, *names: str) -> None:
        super().__init__(COURSE.equipment)
        self.layers = tuple(
            Layer(name=name, active=name not in names, why_not="an old kernel" if name in names else "")
            for name in LayerName
        )


def one_line(text: str) -> str:
    """A text as if its lines were not folded."""
    return " ".join(text.split())


def of_layer(name: LayerName, what: str) -> str:
    """The words about a layer."""
    return own_language().sentences[f"layer.{name}.{what}"]


def test_every_layer_is_explained() -> None:
    """A launcher tells of all layers in the table's order, and the doctor says of each what it does."""
    assert [layer.name for layer in SpawnLauncher.layers] == list(LayerName)
    assert set(LayerName) > MINIMUM_LAYERS
    text = render_doctor(ALL, (), width=100, colour=False)
    assert all(f"✓ {name} {of_layer(name, 'does')}" in one_line(text) for name in LayerName)
    assert "can grade the work of strangers here" in text


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has them")
def test_a_worker_takes_the_layers_of_the_table() -> None:
    """Its steps are the layers that a process can put on itself, in the order of the table."""
    from grader.inside.worker.confine import _STEPS  # noqa: PLC0415  # only Linux has what it imports

    assert [step.name for step in _STEPS] == list(LayerName)[-len(_STEPS) :]


@pytest.mark.parametrize("name", LayerName)
def test_a_missing_layer_is_told_with_reason_and_cure(name: LayerName) -> None:
    """What is open then, why, how to get it, and whether a batch refuses to start without it."""
    launcher = Lacking(name)
    missing = missing_layers(launcher)
    text = one_line(render_doctor(launcher.layers, missing, width=100, colour=False))
    does, without, get = (of_layer(name, what) for what in ("does", "without", "get"))
    assert f"✗ {name} {does} without it {without} why not an old kernel to get it {get}" in text
    assert (f"refuses to start without: {name}" in text) is (name in MINIMUM_LAYERS)


@pytest.mark.parametrize(("lacks", "code"), [((), 0), (("namespaces",), 0), (("seccomp",), 1), (("landlock",), 1)])
def test_doctor_ends_with_what_a_batch_would_do(
    lacks: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 where a batch can grade the work of strangers, also without namespaces; 1 where it refuses to."""
    monkeypatch.setattr(doctor, "confined_launcher", lambda *_: Lacking(*lacks))
    assert cli._run(["doctor"]) == code


@pytest.fixture
def unconfined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A class, on a machine that has no seccomp."""

    def launch(*_: object, **_options: object) -> Launcher:
        return Lacking("seccomp")

    monkeypatch.setattr(batch, "confined_launcher", launch)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.py").write_text("def gradient(f, x):\n    return x\n")
    return tmp_path


def test_a_batch_refuses_to_start_without_confinement(unconfined: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of a stranger's is run, and the sentence says what is missing and what to do."""
    code = cli._run(["batch", str(unconfined / "class"), "--out", str(unconfined / "out"), "--only", "gradient"])
    assert code == Code.OUR_FAULT
    said = capsys.readouterr().err
    assert "seccomp: an old kernel" in said
    assert "grader doctor" in said
    assert "--allow-unconfined" in said
    assert not list((unconfined / "out" / "reports").glob("*"))


def test_a_check_warns_once_where_confinement_is_little(
    monkeypatch: pytest.MonkeyPatch, unconfined: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One's own work is graded all the same, after one line."""
    monkeypatch.setattr(check, "quick_launcher", lambda *_: Lacking("landlock", "seccomp"))
    code = cli._run(["check", str(unconfined / "class"), "--only", "gradient"])
    captured = capsys.readouterr()
    assert code == Code.INCOMPLETE
    assert captured.err.count("little confinement here (not active: landlock, seccomp)") == 1
    assert '"verdict": "failed"' in captured.out

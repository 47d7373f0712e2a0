"""Records facts about one call of a submitted function that works on tensors."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import torch

from grader.inside import recorder
from grader.inside.recorder import ENLARGED, MAX_COMPARED, Found, State, differences, limited, pair, told
from grader.inside.subjects.torch.memory import Memory, memory_of, overlap
from grader.inside.subjects.torch.tensors import is_tensor, to_value
from grader.inside.subjects.torch.witness import WITNESS, origins_of
from grader.inside.values import Items, Part, Place, Value

_TENSORS = Found[torch.Tensor](is_tensor)
# Switches of torch's that outlive a call, by the code that asks for them: they are everybody's.
_SWITCHES: Mapping[str, Callable[[], object]] = {
    "torch.is_grad_enabled()": torch.is_grad_enabled,
    "torch.get_default_dtype()": torch.get_default_dtype,
}


class TensorRecorder(recorder.Recorder):
    """Records what is recorded for every subject, and more.

    - `graph`: the tensors of the result that require grad;
    - `shared`: pairs of a tensor of the result, and the argument or its `.grad` that it shares memory with;
    - `twins`: pairs of tensors of the result that share memory with one another;
    - `autograd_numbers`, `passes_over_one_graph`: how many numbers autograd gave, and how often it walked one graph;
    - `shortcuts`: the whole-Jacobian functions that were called;
    - `enlarged`: the result of a call in which autograd gave `ENLARGED` times as much; None where none was made.
    """

    on_the_way = recorder.Recorder.on_the_way | {
        *("graph", "shared", "twins", "autograd_numbers", "passes_over_one_graph", "shortcuts")
    }

    def read(self, thing: object) -> Value:
        """An object as a value."""
        return to_value(thing)

    def before(self, inputs: dict[str, object]) -> State:
        """The state of the caller's things before the call, and a witness that begins to count."""
        # Kept: during the call a tensor's class may be changed, so that it would not be found again.
        self._tensors = _tensors_of(inputs)
        self._origins = {place: origins_of(tensor) for place, tensor in self._tensors.items()}
        state = _places(inputs, self._tensors), self._values(inputs)
        WITNESS.reset()
        return state

    def after(self, before: State, inputs: dict[str, object]) -> None:
        """Record facts about the result, and about the state that was there before the call."""
        numbers, shortcuts = WITNESS.autograd_numbers, tuple(WITNESS.shortcuts)
        passes = WITNESS.passes_over_one_graph
        results, tensors = _TENSORS.inside(self.result, None), self._tensors
        self.facts["returned"] = to_value(self.result)
        self.facts["changed"] = told(differences(before, self._values(inputs)))
        self.facts["graph"] = told(place for place, tensor in results.items() if tensor.requires_grad)
        self.facts["shared"] = told(_shared(results, _owners(tensors)))
        self.facts["twins"] = told(_twins(results))
        self.facts["autograd_numbers"] = numbers
        self.facts["passes_over_one_graph"] = passes
        self.facts["shortcuts"] = told(shortcuts)
        self.facts["enlarged"] = None

    def _values(self, inputs: dict[str, object]) -> list[object]:
        """The things that are there now, place by place; of a computed tensor also the gradients of its origins."""
        values: list[object] = []
        for place, tensor in self._tensors.items():
            own = is_tensor(tensor)  # its class may have been changed, too
            holders = (tensor, *self._origins[place]) if own else ()
            values += (to_value(tensor), own and tensor.requires_grad, [to_value(_grad_of(one)) for one in holders])
        lists = [tuple(map(id, value)) for value in inputs.values() if isinstance(value, list)]
        return [*values, *lists, *(ask() for ask in _SWITCHES.values())]

    def varied(self, ask: Callable[[recorder.Recorder], object]) -> dict[str, Value]:
        """The result where autograd gives more; nothing where it has nothing to do, or had only the first time."""
        if not self.facts.get("autograd_numbers"):
            return {}
        last = _Enlarging(self._function, self.describe)
        try:
            ask(last)
        except Exception:  # it may hold its numbers against others, which is no mistake
            return {}
        finally:
            WITNESS.reset()
        return {"enlarged": limited(last.facts["returned"])} if last.follows else {}

    def shares(self, one: object, other: object) -> bool:
        """Do two results share memory?"""
        others = dict(islice(_TENSORS.inside(other, None).items(), MAX_COMPARED))
        return any(_shared(_TENSORS.inside(one, None), others))


class _Enlarging(recorder.Recorder):
    """Makes a call in which autograd gives more, and looks at nothing but the result: the rest is known."""

    follows = False

    def read(self, thing: object) -> Value:
        """An object as a value."""
        return to_value(thing)

    def before(self, inputs: dict[str, object]) -> State:  # noqa: ARG002  # as for every recorder
        """Let autograd give more."""
        WITNESS.reset(ENLARGED)
        return (), ()

    def after(self, before: State, inputs: dict[str, object]) -> None:  # noqa: ARG002  # as above
        """Record the result, and whether there was anything to be enlarged."""
        self.follows = WITNESS.autograd_numbers > 0
        WITNESS.reset()
        self.facts["returned"] = to_value(self.result)

    def note(self, name: str, step: Callable[[], object]) -> None:
        """Nothing is recorded."""


def _grad_of(tensor: torch.Tensor) -> torch.Tensor | None:
    """The content of `.grad`. torch warns about computed tensors here, and nobody needs to hear that."""
    if tensor.is_leaf:
        return tensor.grad
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tensor.grad


def _tensors_of(inputs: dict[str, object]) -> dict[Place, torch.Tensor]:
    found: dict[Place, torch.Tensor] = {}
    for name, value in inputs.items():
        found |= _TENSORS.inside(value, name)
    return found


def _places(inputs: dict[str, object], tensors: dict[Place, torch.Tensor]) -> list[Place]:
    """The caller's things that could be changed."""
    parts: tuple[Part, ...] = ("values", "requires_grad", "grad")
    places = [_part(place, part) for place in tensors for part in parts]
    lists = [Place(argument=name, part="list") for name, value in inputs.items() if isinstance(value, list)]
    return [*places, *lists, *(Place(argument=code) for code in _SWITCHES)]


def _part(place: Place, part: Part) -> Place:
    return Place(argument=place.argument, path=place.path, part=part)


def _owners(arguments: dict[Place, torch.Tensor]) -> dict[Place, torch.Tensor]:
    """The arguments and their gradients."""
    owners: dict[Place, torch.Tensor] = {}
    for place, tensor in arguments.items():
        owners[place] = tensor
        if is_tensor(tensor) and tensor.is_leaf and tensor.grad is not None:
            owners[_part(place, "grad")] = tensor.grad
    return owners


def _shared(results: dict[Place, torch.Tensor], owners: dict[Place, torch.Tensor]) -> Iterator[Items]:
    # What is empty has no memory, and may be the very same tensor all the same.
    for place, tensor in islice(results.items(), MAX_COMPARED):
        yield from (pair(place, owner) for owner in _places_of_empty(tensor, owners))
    memory = [(place, lies) for place, owner in owners.items() if (lies := memory_of(owner)) is not None]
    for place, lies in _memories(results):
        owner = next((one for one, theirs in memory if overlap(lies, theirs)), None)
        if owner is not None:
            yield pair(place, owner)


def _places_of_empty(tensor: torch.Tensor, others: Mapping[Place, torch.Tensor]) -> Iterator[Place]:
    """Where else an empty tensor is, if it is somewhere; one that is not empty shows by its memory."""
    # No `id`, which an audit hook of the submission's would hear.
    yield from islice((place for place, other in others.items() if other is tensor and memory_of(tensor) is None), 1)


def _twins(results: dict[Place, torch.Tensor]) -> Iterator[Items]:
    before: dict[Place, torch.Tensor] = {}
    for place, tensor in islice(results.items(), MAX_COMPARED):
        yield from (pair(place, twin) for twin in _places_of_empty(tensor, before))
        before[place] = tensor
    seen: list[tuple[Place, Memory]] = []
    for place, lies in _memories(results):
        twin = next((one for one, theirs in seen if overlap(lies, theirs)), None)
        if twin is not None:
            yield pair(place, twin)
        seen.append((place, lies))


def _memories(tensors: dict[Place, torch.Tensor]) -> Iterator[tuple[Place, Memory]]:
    """Where the first tensors lie; no right result has as many."""
    for place, tensor in islice(tensors.items(), MAX_COMPARED):
        if (lies := memory_of(tensor)) is not None:
            yield place, lies

"""Merges a new lesson around what a student wrote, by pieces and not by lines. Pure.

Base is the lesson as it was handed out. Everything that differs from it is the student's, and is kept. A function that
both lessons have keeps its place in the new one. Anything else of the student's stands where it stood: before the piece
that follows it in its cell, or behind what comes before it. The rest is as the new lesson has it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from grader.update.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The pieces, and the functions that are the student's; of `both`, the new lesson has changed the stub, too."""

    pieces: Sequence[Piece]
    kept: tuple[str, ...]
    both: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedFile:
    """The same as a file."""

    data: bytes
    kept: tuple[str, ...] = ()
    both: tuple[str, ...] = ()


def merge(base: Sequence[Piece], mine: Sequence[Piece], new: Sequence[Piece]) -> Merged:
    """Merge three versions of a lesson."""
    return _Merging(base, mine, new).merged()


def _pairs(one: Sequence[Piece], other: Sequence[Piece]) -> dict[int, int]:
    """Which piece of one lesson is which of the other: by name, wherever it stands now, or else by what it says."""
    keys = _keys(one), _keys(other)
    blocks = SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    pairs = {block.a + at: block.b + at for block in blocks for at in range(block.size)}
    named = {key: at for at, key in enumerate(keys[1]) if other[at].name}
    return pairs | {at: named[key] for at, key in enumerate(keys[0]) if one[at].name and key in named}


def _keys(pieces: Sequence[Piece]) -> Sequence[tuple[str, int]]:
    """Of pieces that bind the same name, the first of one lesson is the first of the other, and so on."""
    seen: Counter[str] = Counter()
    keys = []
    for piece in pieces:
        if piece.name:
            seen[piece.name] += 1
        keys.append((piece.name, seen[piece.name]) if piece.name else (piece.content, 0))
    return keys


class _Merging:
    def __init__(self, base: Sequence[Piece], mine: Sequence[Piece], new: Sequence[Piece]) -> None:
        self._base, self._mine, self._new = base, mine, new
        # Of each piece of mine and of the new lesson the one of the base; of each piece of mine the new lesson's.
        self._origin = _pairs(mine, base)
        moved = _pairs(base, new)
        self._old = {place: at for at, place in moved.items()}
        self._place = {at: moved[old] for at, old in self._origin.items() if old in moved}
        self._place |= self._added_by_both()
        self._own = {at for at in range(len(mine)) if self._is_theirs(at) and at not in self._place}
        self._own |= self._needed()

    def merged(self) -> Merged:
        theirs = {self._place[at]: at for at in self._place if self._is_theirs(at)}
        inserted: Mapping[int, list[int]] = defaultdict(list)
        for at, place in self._places_of_own():
            inserted[place].append(at)
        pieces: list[Piece] = []
        for place in range(len(self._new) + 1):
            pieces += [self._mine[at] for at in inserted[place]]
            if place < len(self._new) and not self._is_taken_away(place):
                piece = self._mine[theirs[place]] if place in theirs else self._new[place]
                pieces.append(replace(piece, lead=self._lead(place)))
        replaced = [at for place, at in theirs.items() if self._new[place].content != self._mine[at].content]
        return Merged(
            pieces=pieces,
            kept=self._functions(sorted([*replaced, *self._own])),
            both=self._functions([at for at in replaced if self._is_changed(self._place[at])]),
        )

    def _added_by_both(self) -> Iterator[tuple[int, int]]:
        """Pieces that the base lacks, and that mine and the new lesson have; an interrupted update leaves such."""
        mine = [at for at in range(len(self._mine)) if at not in self._origin]
        new = [at for at in range(len(self._new)) if at not in self._old]
        pairs = _pairs([self._mine[at] for at in mine], [self._new[at] for at in new])
        return ((mine[one], new[other]) for one, other in pairs.items())

    def _is_theirs(self, at: int) -> bool:
        """Did the student write this piece of mine, or change it?"""
        return at not in self._origin or self._mine[at].content != self._base[self._origin[at]].content

    def _is_changed(self, place: int) -> bool:
        """Has this piece of the new lesson changed since the base?"""
        return place not in self._old or self._new[place].content != self._base[self._old[place]].content

    def _is_taken_away(self, place: int) -> bool:
        """Has the student removed or replaced it, and is it as it was?"""
        return place not in self._place.values() and not self._is_changed(place)

    def _needed(self) -> set[int]:
        """Pieces that the new lesson lacks, and that the student's code goes on using."""
        lacking = [at for at in self._origin if at not in self._place and at not in self._own]
        there = {name for piece in self._new for name in piece.binds}
        needed: set[int] = set()
        users = [at for at in range(len(self._mine)) if self._is_theirs(at)]
        while users:
            used = {name for at in users for name in self._mine[at].uses} - there
            users = [at for at in lacking if at not in needed and self._mine[at].binds & used]
            needed.update(users)
        return needed

    def _places_of_own(self) -> Iterator[tuple[int, int]]:
        """Of each piece that has no place of its own, the piece of the new lesson that it comes before."""
        place = 0
        for at, piece in enumerate(self._mine):
            if at in self._place:
                place = self._place[at] + 1
            elif at in self._own:
                if (follower := self._follower(at)) is not None:
                    place = self._place[follower]
                elif piece.markers:
                    # A cell of its own goes behind the whole cell before it.
                    while 0 < place < len(self._new) and not self._new[place].markers:
                        place += 1
                yield at, place

    def _follower(self, at: int) -> int | None:
        """The next piece in the same cell that the new lesson has, too."""
        for later in range(at + 1, len(self._mine)):
            if self._mine[later].markers:
                return None
            if later in self._place:
                return later
        return None

    def _lead(self, place: int) -> Sequence[str]:
        """The lines before a piece of the new lesson: as the student left them, where they make other cells."""
        at = next((at for at, one in self._place.items() if one == place), None)
        new = self._new[place]
        if at is None or at not in self._origin:
            return new.lead
        mine, base = self._mine[at], self._base[self._origin[at]]
        return new.lead if new.lead != base.lead and mine.markers == base.markers else mine.lead

    def _functions(self, pieces: Sequence[int]) -> tuple[str, ...]:
        found = (self._mine[at] for at in pieces)
        return tuple(dict.fromkeys(piece.name for piece in found if piece.is_function and piece.name))

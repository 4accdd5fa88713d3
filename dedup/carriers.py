"""Carriers of a strand: the version groups that have its text, and what they say of it."""

from __future__ import annotations

from typing import NamedTuple

from dedup.groups import Bundles
from dedup.mixture import Voice
from dedup.witness import Witnesses

__all__ = ["Carriers"]


class Carriers(NamedTuple):
    """Version groups by number, the articles of each that carry the text, what those say, and the outlet of each."""

    groups: list[int]
    present: list[list[int]]
    voices: list[Voice]
    outlets: list[tuple[str, ...]]
    """Several where one text is printed by several."""
    unnamed: list[str]
    """The outlets of those that name no wire."""

    @classmethod
    def of(cls, number: int, bundles: Bundles, everybody: Witnesses) -> Carriers:
        """Those of a strand; about 5 microseconds."""
        of = everybody.groups.of
        found: dict[int, list[int]] = {group: [] for group in bundles.groups[number]}
        for member in bundles.members[number]:
            found[int(of[member])].append(member)
        # A group of which all that it has of this text stands in passages of another strand speaks there.
        groups = [group for group, members in found.items() if members]
        present = [found[group] for group in groups]
        voices = list(map(everybody.heard, groups, present))
        outlets = list(map(everybody.outlets, groups))
        unnamed = [
            each for several, voice in zip(outlets, voices, strict=True) if not voice.credits for each in several
        ]
        return cls(groups, present, voices, outlets, unnamed)

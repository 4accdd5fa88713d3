"""One immutable record of settings, stamped into every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, get_args
from zlib import crc32

from dedup.errors import SettingsError

__all__ = ["Settings", "Until"]

Until = Literal["documents", "passages", "provenance"]
EngineName = Literal["auto", "reference"]
UNCREDITED = 30
"""Words of a paragraph, of which a wire wants credit: a sentence is quoted, or two desks put one fact alike, and what
it shares with a wire is shown all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides the result of a scan; two equal records give the same bytes.

    >>> Settings(min_words=12).min_words
    12
    >>> Settings(window=0)
    Traceback (most recent call last):
    ...
    dedup.errors.SettingsError: window=0 is no whole number from 1 up
    """

    shingle: int = 5
    """Words in a shingle (k of Broder 1997)."""
    window: int = 4
    """Shingles in a winnowing window (w of Schleimer, Wilkerson, Aiken 2003): every shared run
    of ``shingle + window - 1`` words is found."""
    permutations: int = 128
    """Length of a MinHash signature."""
    bands: int = 32
    """Bands of the signature; two articles that agree in a whole band become a candidate pair."""
    rows: int = 4
    """Rows in a band.  32 x 4 finds 99 % of the pairs with Jaccard 0.5."""
    min_words: int = 8
    """Fewest equal words in a passage that is reported."""
    until: Until = "provenance"
    """Where the journey stops: at near-duplicate documents, at shared passages, or at the wires.
    Before the wires texts are compared whole: nothing is cleaned, no credit read, no passage judged."""
    rewrites: bool = False
    """Look for passages that were reworded, shuffled, translated and back or summed up, too."""
    noisy: bool = False
    """Compare letters instead of words, for texts with reading errors (OCR)."""
    sentences: bool = False
    """Widen each passage to the whole sentences that it touches."""
    uncredited: int = UNCREDITED
    """Fewest words of a wire's text in an article without credits for the flag ``uncredited-copy``, unless they are
    half of the article."""
    engine: EngineName = "auto"
    """``reference`` is plain Python with datasketch's signatures, ``auto`` the fastest engine there is,
    which gives the same bits.  Not part of the fingerprint: the answer is the same."""
    owners: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The owner of each outlet, by its name; outlets of one owner count as one publisher.  Read from a file
    by ``--outlets``."""
    jobs: int | None = None
    """Threads; None: one for each core that this process may use.  The answer is the same."""
    memory: int | None = None
    """Bytes that the index of shingles may fill before it goes to temporary files; None: half of what
    the machine has.  The answer is the same."""

    wires: str | None = None
    """Path of a TOML file with wires to know beside those of the package (``dedup wires --help``)."""

    def __post_init__(self) -> None:
        for name in ("shingle", "window", "permutations", "bands", "rows", "min_words", "uncredited"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise SettingsError(f"{name}={value!r} is no whole number from 1 up")
        for name in ("jobs", "memory"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise SettingsError(f"{name}={value!r} is no whole number from 1 up")
        for name in ("rewrites", "noisy", "sentences"):
            if not isinstance(getattr(self, name), bool):
                raise SettingsError(f"{name}={getattr(self, name)!r} is neither True nor False")
        if not all(isinstance(each, str) and each.strip() for pair in self.owners.items() for each in pair):
            raise SettingsError("owners has an outlet or an owner without a name; give each a text")
        object.__setattr__(self, "owners", MappingProxyType(dict(sorted(self.owners.items()))))
        if self.bands * self.rows > self.permutations:
            raise SettingsError(
                f"bands={self.bands} x rows={self.rows} need {self.bands * self.rows} permutations, "
                f"but permutations={self.permutations}; try permutations={self.bands * self.rows}"
            )
        if self.min_words < self.shingle:
            raise SettingsError(
                f"min_words={self.min_words} is less than shingle={self.shingle}: a shared run "
                f"cannot be shorter than a shingle; try min_words={self.shingle + self.window - 1}"
            )
        for name, allowed in (("until", get_args(Until)), ("engine", get_args(EngineName))):
            if getattr(self, name) not in allowed:
                raise SettingsError(f"{name}={getattr(self, name)!r} is none of {', '.join(allowed)}")

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[partial[Settings], tuple[()]]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return partial(Settings, **{**values, "owners": dict(self.owners)}), ()

    def as_dict(self) -> dict[str, Any]:
        """The settings that decide the result, by name (engine, jobs and memory do not; owners and wires, if any)."""
        left_out = ("engine", "jobs", "memory", "owners", *(["wires"] if self.wires is None else []))
        found: dict[str, Any] = {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in left_out
        }
        return found | ({"owners": dict(self.owners)} if self.owners else {})

    @property
    def fingerprint(self) -> str:
        """A name for these settings, equal for equal settings.

        >>> Settings().fingerprint
        'k5-w4-p128-b32x4-m8-provenance'
        """
        return (
            f"k{self.shingle}-w{self.window}-p{self.permutations}"
            f"-b{self.bands}x{self.rows}-m{self.min_words}-{self.until}"
            + "".join(f"-{name}" for name in ("rewrites", "noisy", "sentences") if getattr(self, name))
            + (f"-u{self.uncredited}" if self.uncredited != UNCREDITED else "")
            + (f"-o{crc32(repr([*self.owners.items()]).encode()):08x}" if self.owners else "")
            + (f"-wires:{self.wires}" if self.wires else "")
        )

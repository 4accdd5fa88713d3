"""Scheme: the settings that an index is made with, and those that may differ when it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dedup.errors import SettingsError, StoreError
from dedup.settings import Settings
from dedup.sketch import reach

__all__ = ["FORM", "NOTES", "at_query", "check_form", "record", "settings_of"]

FORM = 4
"""Version of the form of an index; another one is refused."""
NOTES = 1
"""Version of what the judge sees of a text (``dedup.judgements.notes``): of what is kept of another one, nothing is
believed."""
_SCHEME = ("shingle", "window", "permutations", "bands", "rows", "min_words", "until")


def record(settings: Settings) -> dict[str, int | str]:
    """The part of the settings that decides what is stored.

    >>> record(Settings())["bands"]
    32
    """
    _refuse(settings)
    return {name: getattr(settings, name) for name in _SCHEME}


def check_form(place: str, form: object, version: object) -> None:
    """StoreError where an index has another form than this version reads.

    >>> check_form("news", "3", "0.0.9")
    Traceback (most recent call last):
    ...
    dedup.errors.StoreError: news has form 3, written by dedup 0.0.9; this one reads form 4: make the index anew with `dedup index add`, or use the version that wrote it
    """  # noqa: E501
    if str(form) != str(FORM):
        raise StoreError(
            f"{place} has form {form}, written by dedup {version}; this one reads form {FORM}: "
            "make the index anew with `dedup index add`, or use the version that wrote it"
        )


def settings_of(place: str, stored: dict[str, Any], asked: Settings | None) -> Settings:
    """The settings to work with: as stored, engine, jobs and memory as asked.

    >>> settings_of("news", record(Settings()), Settings(window=5))
    Traceback (most recent call last):
    ...
    dedup.errors.StoreError: news was made with window=4, not window=5; leave window out, or make another index with it: dedup index add PATH... --index OTHER --window 5
    """  # noqa: E501
    settings = replace(asked or Settings(), **{name: stored[name] for name in _SCHEME})
    if asked is not None:
        _refuse(asked)
        for name in _SCHEME:
            old, new = getattr(settings, name), getattr(asked, name)
            if old != new:
                option = f"--{name.replace('_', '-')} {new}"
                raise StoreError(
                    f"{place} was made with {name}={old}, not {name}={new}; leave {name} out, or make another "
                    f"index with it: dedup index add PATH... --index OTHER {option}"
                )
    return settings


def at_query(settings: Settings, min_words: int | None) -> Settings:
    """The settings of a question: passages may be asked to be longer than the index was made for, and
    shorter where its anchors find them all the same.

    >>> at_query(Settings(), 12).min_words
    12
    >>> at_query(Settings(), 5)
    Traceback (most recent call last):
    ...
    dedup.errors.SettingsError: min_words=5: this index finds shared runs from 7 words up; ask for min_words=7 or more
    """
    if min_words is None:
        return settings
    chosen = replace(settings, min_words=min_words)
    least = settings.shingle + reach(settings.shingle, settings.window, settings.min_words)
    if min_words < least:
        raise SettingsError(
            f"min_words={min_words}: this index finds shared runs from {least} words up; "
            f"ask for min_words={least} or more"
        )
    return chosen


def _refuse(settings: Settings) -> None:
    """An index keeps keys of runs of words: rewritten and misread texts have few in common."""
    for name in ("rewrites", "noisy", "sentences"):
        if getattr(settings, name):
            raise SettingsError(
                f"{name}=True is for scans: an index has no keys for it; try dedup scan PATH... --{name}"
            )

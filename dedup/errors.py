"""Everything dedup raises on purpose.

    DedupError
    ├── SettingsError        a setting out of its range
    ├── InputError           nothing readable in what was given
    │   └── UnreadableError  one input that cannot be read; a scan lists it and goes on
    ├── DataError            a data file of the package, or of the user, is not well formed
    └── StoreError           an index cannot be opened, read or written as it was asked
        └── DamagedError     what is stored is not what was written

Each message names the cause, the value and the next thing to try.  The command line turns
them into one line, ``Error: ...``, and exit code 1.
"""

from __future__ import annotations

__all__ = [
    "DamagedError",
    "DataError",
    "DedupError",
    "InputError",
    "SettingsError",
    "StoreError",
    "UnreadableError",
]


class DedupError(Exception):
    """Base of all errors that dedup raises on purpose."""


class SettingsError(DedupError):
    """A setting has a value that makes no sense."""


class InputError(DedupError):
    """There is nothing to work on."""


class UnreadableError(InputError):
    """One input cannot be read; ``reason`` says why, in words for the list of skipped inputs."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class DataError(DedupError):
    """A data file is damaged or does not follow its format."""


class StoreError(DedupError):
    """An index cannot be opened, read or written as it was asked."""


class DamagedError(StoreError):
    """What an index has stored is not what was written: a checksum does not fit."""

"""Which of this text is shared, and where did it come from?

``scan`` finds the passages that news articles share and the wires they came from, ``compare``
aligns two texts, ``read_credits`` reads the credit lines of one, ``read`` reads files, ``open_index``
opens an index that articles are added to and checked against.

>>> import dedup
>>> line = "the same words stand in both of these lines"
>>> dedup.compare(line, "It said: " + line).passages[0].words
9
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dedup._version import __version__

if TYPE_CHECKING:
    from dedup.credits import read_credits
    from dedup.errors import DedupError
    from dedup.index import open_index
    from dedup.model import Credit, Document, Match, Passage, ScanResult
    from dedup.pipeline import compare, scan
    from dedup.readers import read
    from dedup.settings import Settings

__all__ = [
    "Credit",
    "DedupError",
    "Document",
    "Match",
    "Passage",
    "ScanResult",
    "Settings",
    "__version__",
    "compare",
    "open_index",
    "read",
    "read_credits",
    "scan",
]

_HOMES = {
    "Credit": "model",
    "DedupError": "errors",
    "Document": "model",
    "Match": "model",
    "Passage": "model",
    "ScanResult": "model",
    "Settings": "settings",
    "compare": "pipeline",
    "open_index": "index",
    "read": "readers",
    "read_credits": "credits",
    "scan": "pipeline",
}


def __getattr__(name: str) -> Any:
    """Load a public name where it is first used: ``dedup --help`` must not wait for NumPy."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")
    value = getattr(import_module(f"dedup.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))

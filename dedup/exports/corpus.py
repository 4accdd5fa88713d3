"""The deduplicated corpus: one article of each group of near-identical ones, with its text and all its fields.

What dedup adds begins with ``dedup_``: ``dedup_group`` (id of the group, null for an article like no other),
``dedup_members`` (ids of all in it), ``dedup_kept``, ``dedup_origins`` (what its text comes from) and ``dedup_flags``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dedup.exports.escape import json_text
from dedup.exports.scan_json import rounded
from dedup.keep import Choice, Policy, choices
from dedup.model import ScanResult

__all__ = ["COLUMNS", "pieces", "rows"]

_FIELDS = ("title", "outlet", "url", "published", "byline", "language")
COLUMNS: Mapping[str, type] = {
    **dict.fromkeys(("id", "text", *_FIELDS), str),
    "other_fields": str,
    **{"dedup_group": str, "dedup_members": list, "dedup_kept": bool, "dedup_origins": str, "dedup_flags": list},
}
"""Columns of the Parquet file; ``other_fields`` is JSON of the fields of a record that dedup does not know."""


def pieces(result: ScanResult, policy: Policy, everything: bool = False) -> Iterator[str]:
    """Yield JSON Lines that ``dedup scan`` reads again; with ``everything`` also what is not kept."""
    for choice in choices(result, policy):
        if choice.kept or everything:
            fields = _fields(result, choice) | _added(choice)
            yield json_text(json.dumps(fields, ensure_ascii=False)) + "\n"


def rows(result: ScanResult, policy: Policy, everything: bool = False) -> Iterator[Sequence[Any]]:
    """Yield the same as rows of ``COLUMNS``."""
    for choice in choices(result, policy):
        if choice.kept or everything:
            fields, added = _fields(result, choice), _added(choice)
            others = {name: value for name, value in fields.items() if name not in ("id", "text", *_FIELDS)}
            origins = json.dumps(added.pop("dedup_origins"))
            added = {**added, "dedup_origins": origins}
            known = {name: fields.get(name) for name in ("id", "text", *_FIELDS)}
            row = {**known, "other_fields": json.dumps(others) if others else None, **added}
            yield [row[name] for name in COLUMNS]


def _fields(result: ScanResult, choice: Choice) -> dict[str, Any]:
    """What is known of an article; of a JSON Lines record all that it has."""
    document = choice.reading.document
    stamp = document.published
    known = {
        "id": choice.reading.id,
        "text": document.text,
        **{name: getattr(document, name) for name in _FIELDS},
        "published": stamp.isoformat() if isinstance(stamp, datetime) else stamp,
    }
    fields = {name: value for name, value in known.items() if value is not None}
    read = getattr(result.documents, "fields", None)  # of a result that was read back
    return {**read(choice.number), **fields} if read else fields


def _added(choice: Choice) -> dict[str, Any]:
    reading, group = choice.reading, choice.group
    return {
        "dedup_group": group.id if group else None,
        "dedup_members": list(group.members) if group else [reading.id],
        "dedup_kept": choice.kept,
        "dedup_origins": {share.origin: rounded(share.share) for share in reading.composition},
        "dedup_flags": list(reading.flags),
    }

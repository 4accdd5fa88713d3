"""JSON Lines: every record of the result on a line of its own, with what it is in ``record``.

For jq, DuckDB or a stream: ``document``, ``match``, ``version_group``, ``strand``, ``node``, ``edge``, ``skipped``,
in that order, after one line ``scan`` with version and settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from dedup.exports.escape import json_text
from dedup.exports.scan_json import members
from dedup.model import ScanResult

__all__ = ["pieces"]

_RECORDS = {"documents": "document", "matches": "match", "version_groups": "version_group", "strands": "strand"} | {
    "nodes": "node",
    "edges": "edge",
    "skipped": "skipped",
}


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield a line at a time, UTF-8 and not escaped to ASCII."""
    parts = members(result)
    head = {name: parts[name] for name in ("dedup", "schema", "settings", "limits")}
    yield _line("scan", head)
    for name, part in parts.items():
        lists = part.items() if name == "graph" else [(name, part)]
        for inner, records in lists:
            if inner in _RECORDS:
                yield from (_line(_RECORDS[inner], record) for record in records)


def _line(what: str, record: Mapping[str, object]) -> str:
    return json_text(json.dumps({"record": what, **record}, ensure_ascii=False, allow_nan=False)) + "\n"

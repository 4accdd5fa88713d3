"""The articles as items for newsrooms and the web: schema.org JSON-LD and IPTC's ninjs.

Both say of each article which wires it names, as the credit lines state it, and which its text comes
from, marked as inferred with the probability.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from dedup.exports.escape import storable
from dedup.exports.scan_json import laid_out, rounded
from dedup.model import Origin, Reading, ScanResult
from dedup.wires import label
from dedup.wording import band, percent

__all__ = ["ninjs_pieces", "schema_org_pieces", "uri"]

_NAMED = ("origin", "co_origin", "rights", "contributor", "wire_staff", "republished", "distributor", "press_release")


class _Source(NamedTuple):
    """A wire that an article has text from: its name, ``stated`` by a credit line or inferred, in words."""

    wire: str
    stated: bool
    say: str
    p: float | None


def uri(id: str) -> str:
    """Return the name of a node as a URI.

    >>> uri("doc:news/a b.txt")
    'urn:dedup:doc:news/a%20b.txt'
    """
    return f"urn:dedup:{quote(id, safe='/:', errors='surrogatepass')}"


def schema_org_pieces(result: ScanResult) -> Iterator[str]:
    """Yield schema.org JSON-LD, one NewsArticle a line.

    A wire that a credit line names is a ``sourceOrganization``; one that the text was traced to is one
    behind a ``Role``, whose name says that it is inferred.
    """
    return laid_out(
        {
            "@context": {"@vocab": "https://schema.org/"},
            "@graph": (_stored(_article(each)) for each in result.documents),
        }
    )


def ninjs_pieces(result: ScanResult) -> Iterator[str]:
    """Yield ninjs 3.0 as JSON Lines, an item a line; the origins are in ``infoSources``."""
    for reading in result.documents:
        yield json.dumps(_stored(_item(reading)), ensure_ascii=False, allow_nan=False) + "\n"


def _sources(reading: Reading) -> Iterator[_Source]:
    seen = set()
    for credit in reading.credits:
        if credit.wire and credit.role in _NAMED and (credit.wire, credit.role) not in seen:
            seen.add((credit.wire, credit.role))
            yield _Source(credit.wire, True, f"{credit.role}: {credit.text}", None)
    for share in reading.composition:
        kind, _, wire = share.origin.partition(":")
        if kind == "wire" and share.p is not None and reading.shared_words:
            answer = band([Origin(wire, share.p), Origin("other", 1 - share.p)], label)
            least = "at least " if share.words < reading.words else ""
            yield _Source(wire, False, f"inferred: {answer}, {least}{percent(share.share)} of the text", share.p)


def _organisation(wire: str) -> dict[str, Any]:
    return {"@type": "NewsMediaOrganization", "@id": uri(f"wire:{wire}"), "name": label(wire)}


def _article(reading: Reading) -> dict[str, Any]:
    document = reading.document
    sources = [
        _organisation(each.wire)
        if each.stated
        else {"@type": "Role", "roleName": each.say, "sourceOrganization": _organisation(each.wire)}
        for each in _sources(reading)
    ]
    known = {
        "@type": "NewsArticle",
        "@id": uri(f"doc:{reading.id}"),
        "identifier": reading.id,
        "headline": document.title,
        "url": document.url,
        "datePublished": reading.published,
        "inLanguage": document.language,
        "wordCount": reading.words,
        "publisher": {"@type": "Organization", "name": document.outlet} if document.outlet else None,
        "creditText": "; ".join(dict.fromkeys(credit.text for credit in reading.credits if credit.role in _NAMED)),
        "sourceOrganization": sources,
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
"""A date-time of RFC 3339."""


def _item(reading: Reading) -> dict[str, Any]:
    document = reading.document
    schema = "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"
    zoned = bool(_ZONED.fullmatch(reading.published or ""))
    known = {
        "uri": uri(f"doc:{reading.id}"),
        "standard": {"name": "ninjs", "version": "3.0", "schema": schema},
        "type": "text",
        "language": document.language,
        # The schema asks for a time with its zone; a stamp without one is kept as it is, below.
        "firstCreated": reading.published if zoned else None,
        "by": document.byline,
        "headlines": [{"role": "main", "value": document.title}] if document.title else None,
        "altIds": [
            {"role": "dedup", "value": reading.id},
            *([{"role": "published", "value": reading.published}] if reading.published and not zoned else []),
        ],
        "infoSources": [
            {
                "name": label(each.wire),
                "role": "stated" if each.stated else "inferred",
                "uri": uri(f"wire:{each.wire}"),
                "literal": each.say if each.p is None else f"{each.say} (p {rounded(each.p)})",
            }
            for each in _sources(reading)
        ],
    }
    return {name: value for name, value in known.items() if value not in (None, [])}


def _stored(value: Any) -> Any:
    """Without the characters that RDF and XML, where such items end up, cannot hold."""
    if isinstance(value, dict):
        return {name: _stored(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_stored(part) for part in value]
    return storable(value) if isinstance(value, str) else value

"""Releases: press releases that papers print as they came, told by the marks that their writers put on them.

A release says who issued it, whom to call, where it ends and what its company is; the papers that print it often leave
some of that in.  No credit line is needed (``dedup.origin`` weighs it against the wires).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, islice

from dedup.kept import compiled
from dedup.literals import holding
from dedup.model import Document
from dedup.wires import find_names
from dedup.wording import one_line

__all__ = ["issuer", "issuers", "released"]

# "SOURCE Acme Corp." ends a release, "About Acme Corp" begins its last paragraph but one.
_ISSUED = compiled(r"(?m)^[ \t]*(?:SOURCE:?|Source:)[ \t]+([A-Z0-9][^\n]{1,78}?)[ \t.]*$")
_ABOUT = compiled(r"(?m)^[ \t]*(?:About|ABOUT)[ \t]+([A-Z0-9][^\n.:]{1,58}?)[ \t]*:?$")
_BEGINNINGS = ("SOURCE", "Source:", "About", "ABOUT")
_MARKS = compiled(
    r"(?im)^[ \t]*(?:for immediate release\b|(?:media|press|investor)s?(?: relations)? contacts?\b|contacts?:|"
    r"[-–—*#]{0,5} ?ends ?[-–—*#]{0,5}$|#{3}[ \t]*$)|\bforward-looking statements?\b"
)
_PAGE = compiled(r"(?i)(?:us|me|this|these|the (?:author|writer|reporter|newspaper|site)|our)\b")
_FEWEST = 3
"""How often a release names its issuer at least, the marks included: it is about nobody else."""
_BATCH = 256
"""Documents whose texts are held at once."""


def issuer(text: str) -> str:
    """Who issued a press release, "" where it does not say.

    >>> issuer("Widgets grew.\\n\\nAbout Acme\\nAcme makes widgets.\\nSOURCE Acme Corp.\\n")
    'Acme Corp'
    """
    if not holding((text,), _BEGINNINGS)[0]:
        return ""
    found = [*_ISSUED.finditer(text)][-1:] or [each for each in _ABOUT.finditer(text) if not _PAGE.match(each[1])][-1:]
    return one_line(found[0][1]) if found else ""


def released(text: str, outlets: Sequence[str] = ()) -> str:
    """The issuer of what looks like a press release, "" of what does not; about a microsecond where nothing does.

    It is named where releases name it and again and again, and another mark of releases stands there; it is no wire and
    none of the ``outlets``, which have a paragraph about themselves on each page.

    >>> text = "Acme grew.\\nAcme said so.\\nAbout Acme\\nAcme makes widgets.\\n"
    >>> released(text + "Media contact: Ann Lee"), released(text), released(text + "ENDS", ["The Acme"])
    ('Acme', '', '')
    """
    name = issuer(text)
    if not name:
        return ""
    first = name.split()[0].casefold()
    own = any(first in outlet.casefold() for outlet in outlets if outlet)
    marks = bool(_MARKS.search(text)) or (_ISSUED.search(text) is not None and _ABOUT.search(text) is not None)
    if own or not marks or text.casefold().count(first) < _FEWEST or next(find_names(name), None):
        return ""
    return name


def issuers(documents: Iterable[tuple[int, Document]]) -> dict[int, str]:
    """Who issued them, of the documents that look like press releases, by number."""
    found, rest = dict[int, str](), iter(documents)
    while some := [*islice(rest, _BATCH)]:
        likely = holding([document.text for _, document in some], _BEGINNINGS)
        for number, document in compress(some, likely):
            if name := released(document.text, (document.outlet or "",)):
                found[number] = name
    return found

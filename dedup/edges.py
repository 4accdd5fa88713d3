"""Edges: what each edge of the graph says, and on what evidence; made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np

from dedup.article import tokens_of
from dedup.composition import Mask, Readings, named_origin
from dedup.direction import argued
from dedup.mixture import OTHER, PARTS, RELEASE, statement
from dedup.model import Credit, Edge, EdgeKind, Evidence, Origin, Role
from dedup.origin import Strands
from dedup.quotations import Quotation, full_name, quotations
from dedup.releases import issuer
from dedup.settings import Settings
from dedup.wires import label
from dedup.wording import band, listed, one_line, probability

__all__ = ["DECLARED", "Ends", "Writer"]

DECLARED: Mapping[Role, tuple[EdgeKind, float, str]] = {
    "origin": ("declared", 0.98, "credited as its origin"),
    "co_origin": ("declared", 0.95, "credited with others as its origin"),
    "rights": ("declared", 0.95, "named in the copyright line"),
    "contributor": ("declared", 0.97, "credited with part of it, nobody says which"),
    "wire_staff": ("declared", 0.80, "its people are credited"),
    "republished": ("republished", 0.95, "republished from there"),
    "distributor": ("republished", 0.80, "distributed by"),
    "press_release": ("press-release", 0.95, "a press release sent through"),
    "photo": ("photo", 0.95, "credited with a picture, which says nothing of the text"),
    "mention": ("cites", 0.90, "quoted as a source, no origin"),
}
"""Kind of edge, how far the line is to be believed, and what it says; strongest role first.  The
self-references of an outlet and its own people make no edge."""


class Ends(NamedTuple):
    """The ends of an edge: numbers of articles or strands, or ids of wires; and the number of the match
    of two versions."""

    source: int | str
    target: int | str
    match: int


class _Tie(NamedTuple):
    """What ties an article to a wire: how surely, in words, by which words of it, on what evidence."""

    p: float
    say: str
    words: Mask
    evidence: tuple[Evidence, ...]


class Writer:
    """Writes the edges of one graph."""

    def __init__(self, readings: Readings, strands: Strands, settings: Settings) -> None:
        self._readings, self._strands, self._settings = readings, strands, settings
        self._ids = readings.ids
        self._lengths: tuple[int, Mapping[int, int]] = -1, {}
        self._quoted: tuple[int, tuple[Quotation, ...]] = -1, ()

    def edge(self, ends: Ends, kind: EdgeKind, role: Role | None) -> Edge:
        """The record of an edge."""
        source, target, match = ends
        if kind == "version":
            return self._version(match)
        if kind == "republished" and role is None:
            return self._republished(match)
        if kind in ("quote", "common"):
            return self._said(kind, match)
        if kind == "shares":
            return self._share(int(source), int(target))
        if kind == "origin":
            return self._origin(str(source), int(target))
        if kind == "text" or role is None:
            return self._text(str(source), int(target))
        assert role is not None  # a credit line has one
        return self._declared(str(source), int(target), kind, role)

    def _declared(self, wire: str, number: int, kind: EdgeKind, role: Role) -> Edge:
        """One edge a wire, article and sort of edge, with the strongest role and every line."""
        article = self._readings.articles[number]
        lines = [
            credit
            for credit in article.credits
            if credit.wire == wire and credit.role in DECLARED and DECLARED[credit.role][0] == kind
        ]
        _, p, say = DECLARED[role]
        evidence = [
            Evidence("credit", f"“{one_line(credit.text)[:200]}”", f"{credit.role} (rule: {credit.rule})")
            for credit in lines
        ]
        if kind == "press-release" and (named := issuer(article.document.text)):
            evidence.append(Evidence("issuer", named, "issued it"))
            say = f"{say}, issued by {named}"
        if not lines:
            # A wire's own page needs no credit line.
            document, say = article.document, "published by itself"
            page = f"published by {label(wire)} itself: {document.url or document.outlet}"
            evidence.append(Evidence("own page", page, "origin"))
        whole = role in ("origin", "rights", "republished", "press_release")
        return Edge(
            source=f"wire:{wire}",
            target=f"doc:{article.id}",
            kind=kind,
            p=p,
            say=f"{label(wire)}: {say}",
            words=article.words if whole else 0,
            share=1.0 if whole and article.words else 0.0,
            evidence=tuple(evidence),
            role=role,
        )

    def _text(self, wire: str, number: int) -> Edge:
        """From the wire that a text comes from to each article that has it."""
        article = self._readings.articles[number]
        ties = [*self._ties(wire, number)]
        # Of several strands the surest decides: each by itself ties the wire to the article.
        p, say, _, _ = max(ties, key=lambda tie: (tie.p, np.count_nonzero(tie.words)))
        if statement(article.credits, article.document).pure == wire and p < PARTS.sole:
            # What its own credit says of a text, comparison does not make less sure.
            p, say = PARTS.sole, band([Origin(wire, PARTS.sole), Origin(OTHER, 1 - PARTS.sole)], label)
        words = int(np.count_nonzero(np.logical_or.reduce([tie.words for tie in ties])))
        if wire == RELEASE:
            of = {
                self._strands.marks.issuers.get(member)
                for n in self._readings.strands_of[number]
                for member in self._strands.bundles.members[n]
            }
            say = f"{say}, issued by {listed(sorted(name for name in of if name))}"
        return Edge(
            source=f"wire:{wire}",
            target=f"doc:{article.id}",
            kind="press-release" if wire == RELEASE else "text",
            p=p,
            say=say,
            words=words,
            share=words / article.words if article.words else 0.0,
            evidence=tuple(evidence for tie in ties for evidence in tie.evidence),
        )

    def _ties(self, wire: str, number: int) -> list[_Tie]:
        ties = []
        for n in self._readings.strands_of[number]:
            origin = named_origin(self._strands.likeliest[n])
            if origin and origin.wire == wire:
                strand = self._strands[n]
                say = band(list(strand.origins), label)
                ties.append(_Tie(origin.p, say, self._readings.words_of(number, n), strand.evidence))
        inherited = self._readings.inherited.get(number)
        if inherited and inherited.wire == wire:
            ties.append(self._from_versions(number, inherited))
        return ties

    def _from_versions(self, number: int, origin: Origin) -> _Tie:
        """The tie of an article without credits to the wire that other versions of it credit."""
        groups, inherited = self._strands.everybody.groups, self._readings.inherited
        articles = self._readings.articles
        others = (n for n in groups.members(int(groups.of[number])) if n not in inherited)
        first: list[str] = []
        lines: list[Credit] = []
        for n in others:
            first += [articles[n].id] if len(first) < 3 else []
            lines = lines or [credit for credit in articles[n].credits if credit.wire == origin.wire]
            if len(first) == 3 and lines:
                break
        text = f"a version of {listed(first)}, credited to {label(origin.wire)}"
        quoted = f": “{one_line(lines[0].text)[:120]}”" if lines else ""
        evidence = Evidence("version", text + quoted, f"{label(origin.wire)} {origin.p:.2f}")
        say = band([origin, Origin(OTHER, 1 - origin.p)], label)
        return _Tie(origin.p, say, np.ones(articles[number].words, np.bool_), (evidence,))

    def _origin(self, wire: str, number: int) -> Edge:
        strand = self._strands[number]
        origin = next(origin for origin in strand.origins if origin.wire == wire)
        best = origin == strand.origins[0]
        say = band(list(strand.origins), label) if best else f"{label(wire)}: {origin.p:.2f}, not the likeliest"
        target = f"strand:{strand.id}"
        return Edge(f"wire:{wire}", target, "origin", origin.p, say, strand.words, 1.0, strand.evidence)

    def _share(self, number: int, member: int) -> Edge:
        strand, article = self._strands[number], self._readings.articles[member]
        words = self._words(number)[member]
        others = listed([*islice((other for other in strand.members if other != article.id), 3)])
        independent = next((origin.p for origin in strand.origins if origin.wire == "independent"), 0.0)
        return Edge(
            source=f"strand:{strand.id}",
            target=f"doc:{article.id}",
            kind="shares",
            p=1 - independent,
            say=f"{words} words also in {others}",
            words=words,
            share=words / article.words if article.words else 0.0,
            evidence=(strand.evidence[0],),
        )

    def _words(self, number: int) -> Mapping[int, int]:
        """The lengths of one strand, which stand one after the other."""
        known = self._lengths
        if known[0] != number:
            known = self._lengths = number, self._strands.lengths(number)
        return known[1]

    def _version(self, m: int) -> Edge:
        matches = self._readings.matches
        relation, jaccard = matches.relation(m), float(matches.jaccard[m])
        evidence = Evidence("resemblance", f"{relation}: Jaccard {jaccard:.2f}", "one witness")
        source, target = f"doc:{self._ids[matches.a[m]]}", f"doc:{self._ids[matches.b[m]]}"
        return Edge(source, target, "version", jaccard, relation, 0, jaccard, (evidence,))

    def _republished(self, m: int) -> Edge:
        """From an article to the one that took its text."""
        found = argued(self._readings, m)
        assert found is not None  # or there would be no edge
        matches, articles = self._readings.matches, self._readings.articles
        target, words = articles[found.target], np.zeros(articles[found.target].words, np.bool_)
        for p in matches.passages_of(m):
            if matches.kind(p) == "copy":
                matches.mark(p, int(matches.b[m] == found.target), words)
        number = int(np.count_nonzero(words))
        say = f"{articles[found.source].id} was taken over by {target.id}"
        ends = f"doc:{articles[found.source].id}", f"doc:{target.id}"
        return Edge(*ends, "republished", found.p, say, number, number / max(1, target.words), found.evidence)

    def _said(self, kind: EdgeKind, m: int) -> Edge:
        """Two articles that share words which nobody copied."""
        matches = self._readings.matches
        wanted = "public-statement" if kind == "quote" else "common-phrase"
        found = [p for p in matches.passages_of(m) if matches.kind(p) == wanted]
        numbers = int(matches.a[m]), int(matches.b[m])
        a, b = (self._readings.articles[number] for number in numbers)
        text = a.document.text
        evidence, speakers = [], dict[str, None]()
        quoted = self._quotations(numbers[0]) if kind == "quote" else ()
        for p in found:
            start, end = matches.spans[p, :2].tolist()
            inside = (full_name(text, each.speaker) for each in quoted if each.start < end and start < each.end)
            said = next(filter(None, inside), "")
            speakers |= {said: None} if said else {}
            who = f"{said}: " if said else ""
            effect = f"{matches.decibans[p]:.1f} dB, copied {probability(matches.p_copied(p))}"
            evidence.append(Evidence(wanted, f"{who}“{one_line(text[start:end])[:200]}”", effect))
        words = sum(matches.length(p) for p in found)
        who = f" of {listed([*speakers])}" if speakers else ""
        say = f"both quote the same public statement{who}" if kind == "quote" else "nothing but a common phrase"
        public = max(1 - matches.p_copied(p) for p in found)
        share = words / max(1, min(a.words, b.words))
        return Edge(f"doc:{a.id}", f"doc:{b.id}", kind, public, say, words, min(1.0, share), tuple(evidence))

    def _quotations(self, number: int) -> tuple[Quotation, ...]:
        """Those of one article, which often stands in several edges, one after the other."""
        known = self._quoted
        if known[0] != number:
            article = self._readings.articles[number]
            found = quotations(article.document.text, tokens_of(article, self._settings), article.credits)
            known = self._quoted = number, found
        return known[1]

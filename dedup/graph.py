"""Draw: the provenance graph, each edge with its evidence.

Edges from a wire to an article are of two sorts that are never mixed: ``declared`` (a credit line
says so) and ``text`` (shared text says so).  Between articles there is no direction: both hang
from the strand they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dedup.composition import named_origin
from dedup.mixture import OTHER, OUTLET, PARTS, statement
from dedup.model import (
    Credit,
    Edge,
    EdgeKind,
    Evidence,
    Match,
    Node,
    Origin,
    ProvenanceGraph,
    Reading,
    Role,
    Strand,
    VersionGroup,
)
from dedup.wires import label
from dedup.wording import band, listed, one_line

__all__ = ["DECLARED", "draw"]

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
_SEEN = 0.05
"""Probability from which a wire gets an edge to a strand."""


def draw(
    readings: Sequence[Reading],
    matches: Sequence[Match],
    groups: Sequence[VersionGroup],
    strands: Sequence[Strand],
    words_of: Mapping[str, Mapping[str, frozenset[int]]],
    inherited: Mapping[str, Origin],
) -> ProvenanceGraph:
    """The graph of a scan; nodes and edges sorted, so that equal scans give equal graphs.

    ``words_of`` gives the words of each strand in each member, ``inherited`` the origin that an
    article without credits has from those of its other versions.
    """
    shared = {(strand, member): len(words) for strand, found in words_of.items() for member, words in found.items()}
    edges = [
        *_declared(readings),
        *_text(readings, strands, words_of, _from_versions(groups, readings, inherited)),
        *_origins(strands),
        *_shares(readings, strands, shared),
        *_versions(groups, matches),
    ]
    edges.sort(key=lambda edge: (edge.source, edge.target, edge.kind, edge.role or ""))
    return ProvenanceGraph(tuple(_nodes(readings, strands, edges)), tuple(edges))


def _nodes(readings: Sequence[Reading], strands: Sequence[Strand], edges: Sequence[Edge]) -> Iterable[Node]:
    for reading in readings:
        yield Node(f"doc:{reading.id}", "doc", reading.document.title or reading.id)
    for strand in strands:
        yield Node(f"strand:{strand.id}", "strand", f"{strand.words} words, {band(list(strand.origins), label)}")
    for source in sorted({edge.source for edge in edges if edge.source.startswith("wire:")}):
        yield Node(source, "wire", label(source.removeprefix("wire:")))


def _declared(readings: Sequence[Reading]) -> Iterable[Edge]:
    """One edge a wire, article and sort of edge, with the strongest role and every line."""
    ranks = {role: rank for rank, role in enumerate(DECLARED)}
    for reading in readings:
        found: dict[tuple[str, EdgeKind], list[Credit]] = defaultdict(list)
        for credit in reading.credits:
            if credit.wire and credit.role in DECLARED:
                found[credit.wire, DECLARED[credit.role][0]].append(credit)
        own = statement(reading.credits, reading.document).pure
        if own and not any((own, kind) in found for kind in ("declared", "republished", "press-release")):
            yield _published_by(own, reading)
        for (wire, kind), lines in found.items():
            role = min((credit.role for credit in lines), key=lambda role: ranks[role])
            _, p, say = DECLARED[role]
            whole = role in ("origin", "rights", "republished", "press_release")
            yield Edge(
                source=f"wire:{wire}",
                target=f"doc:{reading.id}",
                kind=kind,
                p=p,
                say=f"{label(wire)}: {say}",
                words=reading.words if whole else 0,
                share=1.0 if whole and reading.words else 0.0,
                evidence=tuple(
                    Evidence("credit", f"“{one_line(credit.text)[:200]}”", f"{credit.role} (rule: {credit.rule})")
                    for credit in lines
                ),
                role=role,
            )


def _published_by(wire: str, reading: Reading) -> Edge:
    """A wire's own page needs no credit line."""
    document = reading.document
    evidence = Evidence("own page", f"published by {label(wire)} itself: {document.url or document.outlet}", "origin")
    say = f"{label(wire)}: published by itself"
    source, target, share = f"wire:{wire}", f"doc:{reading.id}", 1.0 if reading.words else 0.0
    return Edge(source, target, "declared", DECLARED["origin"][1], say, reading.words, share, (evidence,), "origin")


Tie = tuple[float, str, frozenset[int], tuple[Evidence, ...]]
"""What ties an article to a wire: how surely, in words, by which words of it, on what evidence."""


def _text(
    readings: Sequence[Reading],
    strands: Sequence[Strand],
    words_of: Mapping[str, Mapping[str, frozenset[int]]],
    versions: Mapping[tuple[str, str], Tie],
) -> Iterable[Edge]:
    """From the wire that a text comes from to each article that has it."""
    length = {reading.id: reading.words for reading in readings}
    found: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for strand in strands:
        if origin := named_origin(strand):
            say = band(list(strand.origins), label)
            for member in strand.members:
                found[origin.wire, member].append((origin.p, say, words_of[strand.id][member], strand.evidence))
    for (member, wire), tie in versions.items():
        found[wire, member].append(tie)
    pure = {reading.id: statement(reading.credits, reading.document).pure for reading in readings}
    for (wire, member), ties in found.items():
        # Of several strands the surest decides: each by itself ties the wire to the article.
        p, say, _, _ = max(ties, key=lambda tie: (tie[0], len(tie[2])))
        if pure[member] == wire and p < PARTS.sole:
            # What its own credit says of a text, comparison does not make less sure.
            p, say = PARTS.sole, band([Origin(wire, PARTS.sole), Origin(OTHER, 1 - PARTS.sole)], label)
        words = len(frozenset[int]().union(*(tie[2] for tie in ties)))
        yield Edge(
            source=f"wire:{wire}",
            target=f"doc:{member}",
            kind="text",
            p=p,
            say=say,
            words=words,
            share=words / length[member] if length[member] else 0.0,
            evidence=tuple(evidence for tie in ties for evidence in tie[3]),
        )


def _from_versions(
    groups: Sequence[VersionGroup], readings: Sequence[Reading], inherited: Mapping[str, Origin]
) -> dict[tuple[str, str], Tie]:
    """The tie of an article without credits to the wire that other versions of it credit."""
    by_id = {reading.id: reading for reading in readings}
    found: dict[tuple[str, str], Tie] = {}
    for group in groups:
        for member in group.members:
            if origin := inherited.get(member):
                others = [name for name in group.members if name not in inherited]
                lines = [credit for name in others for credit in by_id[name].credits if credit.wire == origin.wire]
                text = f"a version of {listed(others[:3])}, credited to {label(origin.wire)}"
                quoted = f": “{one_line(lines[0].text)[:120]}”" if lines else ""
                evidence = Evidence("version", text + quoted, f"{label(origin.wire)} {origin.p:.2f}")
                say = band([origin, Origin(OTHER, 1 - origin.p)], label)
                found[member, origin.wire] = origin.p, say, frozenset(range(by_id[member].words)), (evidence,)
    return found


def _origins(strands: Sequence[Strand]) -> Iterable[Edge]:
    for strand in strands:
        for origin in strand.origins:
            if origin.p >= _SEEN and origin.wire not in (OTHER, OUTLET, "independent"):
                best = origin == strand.origins[0]
                say = (
                    band(list(strand.origins), label)
                    if best
                    else f"{label(origin.wire)}: {origin.p:.2f}, not the likeliest"
                )
                yield Edge(
                    f"wire:{origin.wire}",
                    f"strand:{strand.id}",
                    "origin",
                    origin.p,
                    say,
                    strand.words,
                    1.0,
                    strand.evidence,
                )


def _shares(
    readings: Sequence[Reading], strands: Sequence[Strand], shared: Mapping[tuple[str, str], int]
) -> Iterable[Edge]:
    length = {reading.id: reading.words for reading in readings}
    for strand in strands:
        p_copied = 1 - next((origin.p for origin in strand.origins if origin.wire == "independent"), 0.0)
        for member in strand.members:
            words = shared[strand.id, member]
            others = listed([other for other in strand.members if other != member][:3])
            yield Edge(
                source=f"strand:{strand.id}",
                target=f"doc:{member}",
                kind="shares",
                p=p_copied,
                say=f"{words} words also in {others}",
                words=words,
                share=words / length[member] if length[member] else 0.0,
                evidence=(strand.evidence[0],),
            )


def _versions(groups: Sequence[VersionGroup], matches: Sequence[Match]) -> Iterable[Edge]:
    """The likenesses that hold each group together: a tree, no likeness twice."""
    tree = {member: member for group in groups for member in group.members}

    def root(member: str) -> str:
        while tree[member] != member:
            tree[member] = tree[tree[member]]
            member = tree[member]
        return member

    for match in sorted(matches, key=lambda match: (match.a, match.b)):
        if match.relation in ("identical", "near-duplicate") and root(match.a) != root(match.b):
            tree[root(match.b)] = root(match.a)
            evidence = Evidence("resemblance", f"{match.relation}: Jaccard {match.jaccard:.2f}", "one witness")
            source, target = f"doc:{match.a}", f"doc:{match.b}"
            yield Edge(source, target, "version", match.jaccard, match.relation, 0, match.jaccard, (evidence,))

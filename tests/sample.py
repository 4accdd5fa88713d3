"""A small but complete result, built by hand, whose texts are as hostile as a page can be."""

from __future__ import annotations

from dedup.model import (
    Credit,
    Document,
    Edge,
    Edit,
    Evidence,
    Match,
    Node,
    Origin,
    Passage,
    ProvenanceGraph,
    Reading,
    ScanResult,
    Share,
    Skipped,
    Span,
    Strand,
    VersionGroup,
)
from dedup.settings import Settings

HOSTILE = (
    '[red]bold[/red] </script><b>&amp; ]]> "; DROP TABLE x; -- \\ \x1b[31mred\x1b]0;owned\x07 \x9b2J nul\x00 '
    "\ud800 \u202egnp.exe\u202c :smile: {{ 7*7 }} %s"
)
"""Markup of rich, HTML, XML and Jinja; a broken quote; ESC, CSI, BEL, NUL; a surrogate; an override."""

QUOTE = "claims to take a neutral position in the conflict, but it has backed Moscow's contentions"
CREDIT = "Associated Press and Reuters contributed to this report."


def _document(name: str, text: str, **fields: str) -> Document:
    return Document(id=name, text=text, metadata={"path": f"news/{name}", "encoding": "utf-8"}, **fields)


def _find(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


ALPHA = _document(
    "alpha.txt", f"=1+1 is how it began. China {QUOTE}.\n{HOSTILE}\n{CREDIT}", title="Line one\nline two [red]"
)
BETA = _document(
    "beta/\x1b[2Jbeta.txt",
    f"-2 below. Beijing {QUOTE.replace('Moscow', 'its ally')}. "
    f'It said "the whole of the world was a stage" on {HOSTILE}.',
    title='@SUM(A1) "quoted" \\',
    outlet="The [bold]Post[/bold]\x1b[1m",
)
GAMMA = _document("gamma.txt", 'A spokesman said "the whole of the world was a stage" to all. (Reuters)', title="Gamma")
DELTA = _document("delta.txt", "+ Nothing in common with any other.")


def _strand_passage() -> Passage:
    a, b = ALPHA.text, BETA.text
    return Passage(
        a=_find(a, QUOTE),
        b=_find(b, QUOTE.replace("Moscow", "its ally")),
        words=13,
        edits=(Edit(_find(a, "Moscow's"), _find(b, "its ally's")),),
        decibans=22.53456789,
        p_copied=0.9944444,
        evidence=(
            Evidence("base rate", "a shared run on one event", "-5 dB"),
            Evidence("prose", "11 content words outside quotation", "+27.5 dB"),
        ),
        strand="strand-1",
    )


def _statement(a: Document, b: Document) -> Passage:
    said = "the whole of the world was a stage"
    return Passage(
        a=_find(a.text, said),
        b=_find(b.text, said),
        words=8,
        kind="public-statement",
        decibans=-14.3,
        p_copied=0.0358,
        evidence=(Evidence("quotation", "every word is inside quotation marks", "-10 dB"),),
    )


def _readings() -> tuple[Reading, ...]:
    at = _find(ALPHA.text, CREDIT)
    credits = tuple(Credit(wire, "contributor", *at, CREDIT, "contributed-to") for wire in ("ap", "reuters"))
    end = _find(GAMMA.text, "(Reuters)")
    return (
        Reading(
            ALPHA,
            (Span(0, at.start - 1),),
            60,
            credits,
            "2024-05-16",
            (Share("wire:ap", 13, 13 / 60, 0.822), Share("unknown", 47, 47 / 60, None)),
            13,
            (),
        ),
        Reading(
            BETA,
            (Span(0, len(BETA.text)),),
            50,
            (),
            None,
            (
                Share("wire:ap", 13, 0.26, 0.822),
                Share("public-statement", 8, 0.16, 0.9642),
                Share("unknown", 29, 0.58, None),
            ),
            13,
            ("uncredited-copy", "untrusted-date"),
        ),
        Reading(DELTA, (Span(0, len(DELTA.text)),), 6, (), None, (Share("unknown", 6, 1.0, None),), 0, ()),
        Reading(
            GAMMA,
            (Span(0, 60),),
            14,
            (Credit("reuters", "origin", *end, "(Reuters)", "dateline"),),
            None,
            (Share("wire:reuters", 6, 0.43, 0.95), Share("public-statement", 8, 0.57, 0.9642)),
            0,
            (),
        ),
    )


def _graph() -> ProvenanceGraph:
    why = (Evidence("credit", f"alpha.txt says {HOSTILE}", "other wires x0.1"),)
    alpha, beta = f"doc:{ALPHA.id}", f"doc:{BETA.id}"
    return ProvenanceGraph(
        nodes=(
            Node(alpha, "doc", ALPHA.title or ""),
            Node(beta, "doc", BETA.title or ""),
            Node("doc:delta.txt", "doc", "delta.txt"),
            Node("doc:gamma.txt", "doc", "Gamma"),
            Node("outlet:Evil </script>", "outlet", "Evil </script>\n\\"),
            Node("strand:strand-1", "strand", "strand-1"),
            Node("wire:ap", "wire", "AP"),
            Node("wire:reuters", "wire", "Reuters"),
        ),
        edges=(
            Edge("outlet:Evil </script>", beta, "cites", 0.9, HOSTILE, 0, 0.0, why, "mention"),
            Edge("strand:strand-1", alpha, "shares", 0.994, "shares 13 words", 13, 13 / 60, why),
            Edge("strand:strand-1", beta, "shares", 0.994, "shares 13 words", 13, 0.26, why),
            Edge("wire:ap", alpha, "declared", 0.98, "=credited", 0, 0.0, why, "contributor"),
            Edge("wire:ap", alpha, "text", 0.822, "probably AP", 13, 13 / 60, why),
            Edge("wire:ap", beta, "text", 0.822, "probably AP", 13, 0.26, why),
            Edge("wire:ap", "strand:strand-1", "origin", 0.822, "probably AP", 13, 0.0, why),
            Edge("wire:reuters", alpha, "declared", 0.98, "credited", 0, 0.0, why, "contributor"),
            Edge("wire:reuters", "doc:gamma.txt", "declared", 0.98, "credited", 0, 0.0, why, "origin"),
        ),
    )


def sample_result(settings: Settings | None = None) -> ScanResult:
    """Four articles: two share a strand, two a public statement, one nothing."""
    strand = Strand(
        id="strand-1",
        members=(ALPHA.id, BETA.id),
        words=13,
        passages=((0, 0),),
        origins=(
            Origin("ap", 0.8220001),
            Origin("outlet", 0.06),
            Origin("reuters", 0.056),
            Origin("other", 0.045),
            Origin("independent", 0.017),
        ),
        say="alpha.txt and beta share 13 words of one text; alpha.txt credits AP and Reuters: probably AP [red].",
        evidence=(
            Evidence("credit", f"alpha.txt credits AP and Reuters {HOSTILE}", "other wires x0.1"),
            Evidence("absent", "gamma.txt, Reuters only, has none of it", "reuters x0.14"),
        ),
    )
    return ScanResult(
        documents=_readings(),
        matches=(
            Match(ALPHA.id, BETA.id, 0.0861234567, 0.2, 0.25, "shared-passage", (_strand_passage(),)),
            Match(BETA.id, GAMMA.id, 0.01, 0.02, 0.4, "common-only", (_statement(BETA, GAMMA),)),
        ),
        groups=(VersionGroup("delta.txt", ("delta.txt", "gamma.txt")),),
        strands=(strand,),
        graph=_graph(),
        skipped=(Skipped("news/\x1b[31mbad.gz", "the gzip data ends too early [red]\ud800"),),
        settings=settings or Settings(),
        timings={"read": 0.0123456789, "total": 0.5},
    )

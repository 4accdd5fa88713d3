"""The summary that ``dedup scan`` prints: what is shared, where it comes from, and on what evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dedup.layout import LABEL, Page, cut, evidence_text, quotation
from dedup.model import Match, Passage, Reading, ScanResult, Strand
from dedup.overview import overview
from dedup.wires import label
from dedup.wording import (
    amount,
    band,
    count,
    credit_lines,
    credited,
    names_of,
    one_line,
    origin_of,
    probability,
    some,
    unread,
)

__all__ = ["Report", "figures"]

SHOWN = 20
"""Articles, strands, pairs and skipped inputs shown; the JSON has them all."""
SHOWN_PASSAGES = 10
SHOWN_EVIDENCE = 6
LONGEST_QUOTE = 600
"""Characters; of a longer text the middle is left out."""
LONGEST_CREDIT = 160


class Report:
    """A rich renderable of a ScanResult, readable from 80 columns and without colour."""

    def __init__(self, result: ScanResult, *, shown: int = SHOWN, boilerplate: bool = False) -> None:
        self._result = result
        self._every = boilerplate
        self._shown = shown
        self._traced = result.settings.until == "provenance"
        self._name = names_of(result, label)
        self._overview = overview(result)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page = Page(console, options.max_width)
        self._headline(page)
        self._articles(page)
        self._groups(page)
        self._shared(page)
        self._copies(page)
        self._others(page)
        self._boilerplate(page)
        self._skipped(page)
        self._end(page)
        yield from page.rendered()

    def _headline(self, page: Page) -> None:
        result = self._result
        text = count(len(result.documents), "article")
        if result.settings.until == "documents":
            groups = count(len(result.groups), "group")
            page.add(Text(f"{text}, {groups} of near-identical ones.", style="bold"))
            page.add("Only whole articles were compared; --until provenance looks for passages and wires.")
            return
        sharing = self._overview.sharing()
        what = "copied text" if self._traced else "passages"
        found = f", {sharing:,} of which share {what}." if sharing else f"; none share {what}."
        page.add(Text(text + found, style="bold"))
        if not self._traced:
            page.add("Copied or said in public, and by which wire, was not asked; --until provenance does.")
        if result.strands:
            page.add(f"{count(len(result.strands), 'shared text')}: {self._tally()}.")
        if uncredited := self._overview.uncredited():
            page.add(f"{count(len(uncredited), 'uncredited copy', 'uncredited copies')}: {some(uncredited)}.")

    def _tally(self) -> str:
        """What the strands come from, by falling number of words: ``probably AP (215 words)``."""
        words: Counter[str] = Counter()
        number: Counter[str] = Counter()
        for answer, length in self._overview.answers(self._name):
            words[answer] += length
            number[answer] += 1
        parts = []
        for answer, length in words.most_common(4):
            many = number.pop(answer)
            parts.append(f"{f'{many:,} ' if many > 1 else ''}{answer} ({count(length, 'word')})")
        return "; ".join(parts) + (f"; {rest:,} others" if (rest := number.total()) else "")

    def _articles(self, page: Page) -> None:
        readings = self._overview.readings(self._shown)
        page.heading(
            "Articles"
            + _of(len(readings), len(self._result.documents), ", uncredited copies first, then those that share most")
        )
        for reading in readings:
            self._article(page, reading)
        _more(page, len(self._result.documents) - len(readings), "article")

    def _article(self, page: Page, reading: Reading) -> None:
        document = reading.document
        title, name = one_line(document.title or ""), one_line(reading.id)
        page.add(Text(cut(title, 150) or name, style="bold"), "  ")
        facts = [document.outlet, count(reading.words, "word"), reading.published]
        page.add(Text(", ".join([name] * bool(title) + [one_line(fact) for fact in facts if fact]), style="dim"), "  ")
        if self._traced:
            self._sources(page, reading)
        if reading.flags:
            page.field("Flags", Text(", ".join(flag.replace("-", " ") for flag in reading.flags), style="yellow"))
        page.blank()

    def _sources(self, page: Page, reading: Reading) -> None:
        for caption, line in zip(_labels("Origin"), self._composition(reading), strict=False):
            page.field(caption, line)
        for caption, (said, text) in zip(_labels("Credits"), credit_lines(reading, self._name), strict=False):
            page.field(caption, Text(said).append(f"  “{cut(text, LONGEST_CREDIT)}”" if text else "", style="dim"))

    def _composition(self, reading: Reading) -> Iterator[Text]:
        shares = sorted(reading.composition, key=lambda share: (share.origin == "unknown", -share.words))
        amounts = [amount(share, reading) for share in shares]
        column = max(map(len, amounts), default=0)
        for share, part in zip(shares, amounts, strict=True):
            wire = share.origin.partition(":")[2]
            line = Text(f"{part:>{column}}  ")
            line.append(
                origin_of(share, reading, self._overview.strands_of(reading.id, wire=wire), self._name),
                style="bold" if share.origin != "unknown" else "",
            )
            p = share.p if share.origin.startswith(("wire:", "outlet:")) else None
            line.append(f" ({count(share.words, 'word')}{_p(p)})", style="dim")
            yield line
        if not shares:
            yield Text(credited(reading, self._name))

    def _groups(self, page: Page) -> None:
        groups = self._result.groups
        if not groups:
            return
        page.heading("Near-identical articles" + _of(min(self._shown, len(groups)), len(groups)))
        for group in islice(groups, self._shown):
            page.add(some(group.members), "  ", "    ")
        _more(page, len(groups) - self._shown, "group")

    def _shared(self, page: Page) -> None:
        strands = self._overview.strands(self._shown)
        if not strands:
            return
        page.heading("Shared texts" + _of(len(strands), len(self._result.strands), ", the longest first"))
        for strand in strands:
            self._strand(page, strand)
        _more(page, len(self._result.strands) - len(strands), "shared text")

    def _strand(self, page: Page, strand: Strand) -> None:
        best, *others = strand.origins or (None,)
        head = Text().append(f"{count(strand.words, 'word')}, {band(strand.origins, self._name)}", style="bold")
        head.append(f"  ({one_line(strand.id)}{_p(best.p if best else None)})", style="dim")
        page.add(head, "  ")
        page.add(one_line(strand.say), "    ")
        page.field("In", some(strand.members))
        why = [item for item in strand.evidence if item.kind != "against"]  # that is what "Or else" says
        for caption, item in zip(_labels("Why"), why[:SHOWN_EVIDENCE], strict=False):
            page.field(caption, evidence_text(item))
        _more(page, len(why) - SHOWN_EVIDENCE, "line", indent=4 + LABEL)
        if others:
            page.field("Or else", ", ".join(f"{self._name(other.wire)} {probability(other.p)}" for other in others[:2]))
        page.blank()

    def _copies(self, page: Page) -> None:
        number, shown = self._overview.pairs(self._shown)
        if not shown:
            return
        copies = any(match.passages for match in shown)
        kind = "Copied" if self._traced else "Shared"
        page.heading((f"{kind} passages" if copies else "Pairs") + _of(len(shown), number, " pairs"))
        if any(passage.edits for match in shown for passage in match.passages):
            page.add(Text("{ } marks where the two differ.", style="dim"), "  ")
            page.blank()
        for match in shown:
            self._pair(page, match)
        _more(page, number - len(shown), "pair")

    def _pair(self, page: Page, match: Match) -> None:
        page.add(Text(one_line(match.a), style="bold"), "  A ")
        page.add(Text(one_line(match.b), style="bold"), "  B ")
        page.add(Text(figures(match), style="dim"), "    ")
        copies = [passage for passage in match.passages if passage.kind == "copy"]
        for number, passage in enumerate(copies[:SHOWN_PASSAGES], 1):
            page.add(_judgement(passage), f"  {number:>3}. ")
            self._quotes(page, match, passage)
        _more(page, len(copies) - SHOWN_PASSAGES, "passage", indent=7)
        page.blank()

    def _quotes(self, page: Page, match: Match, passage: Passage, indent: int = 7) -> None:
        a = quotation(self._overview.text(match.a), passage.a, [edit.a for edit in passage.edits])
        if not passage.edits:
            page.quote(cut(a, LONGEST_QUOTE), indent=indent)
            return
        b = quotation(self._overview.text(match.b), passage.b, [edit.b for edit in passage.edits])
        page.quote(cut(a, LONGEST_QUOTE), "A", indent)
        page.quote(cut(b, LONGEST_QUOTE), "B", indent)

    def _others(self, page: Page) -> None:
        number, shown = self._overview.others(self._shown)
        if not shown:
            return
        page.heading("Shared, and not shown to be copied" + _of(len(shown), number, ", the longest first"))
        for match, passage in shown:
            page.add(f"{one_line(match.a)} and {one_line(match.b)}", "  ", "    ")
            page.add(Text.assemble((f"{passage.kind.replace('-', ' ')}, ", "dim"), _judgement(passage)), "    ")
            text = quotation(self._overview.text(match.a), passage.a, [edit.a for edit in passage.edits])
            page.quote(cut(text, LONGEST_QUOTE // 3))
        _more(page, number - len(shown), "passage")

    def _boilerplate(self, page: Page) -> None:
        found = self._result.boilerplate
        if not self._every:
            if found:
                of = count(len({each.publisher for each in found}), "publisher")
                texts = count(len(found), "text is", "texts are")
                page.blank()
                page.add(f"{texts} boilerplate of {of}, and no copies; --boilerplate shows the text.")
            return
        page.heading("Boilerplate: in stories of one publisher with nothing else in common")
        for each in found:
            page.add(Text(one_line(each.publisher), style="bold"), "  ")
            page.add(
                Text(f"{count(each.words, 'word')}, in {count(each.stories, 'story', 'stories')}", style="dim"), "    "
            )
            page.quote(cut(Text(one_line(each.text)), LONGEST_QUOTE))
        if not found:
            page.add("None was found; it takes three such stories.", "  ")

    def _skipped(self, page: Page) -> None:
        skipped = self._result.skipped
        if not skipped:
            return
        page.heading(f"Skipped: {count(len(skipped), 'input')} could not be read")
        lines, more = unread(skipped, self._shown)
        for line in lines:
            page.add(line, "  ", "    ")
        _more(page, more, "input")

    def _end(self, page: Page) -> None:
        timings = self._result.timings
        seconds = timings.get("total", sum(timings.values()))
        page.blank()
        limits = self._result.limits
        if limits.crowded:
            stretches = count(limits.crowded, "stretch", "stretches")
            more = f"more than {limits.carriers} articles each"
            page.add(Text(f"{stretches} of text in {more}: compared with the first of them.", style="dim"))
        page.add(Text(f"{count(len(self._result.documents), 'article')} in {seconds:.2f} s", style="dim"))


def figures(match: Match) -> str:
    """Return what was measured of a pair."""
    inside = {"a": ": A in B", "b": ": B in A", None: ""}[match.inside]
    parts = [match.relation.replace("-", " ") + inside, f"Jaccard {match.jaccard:.3f}"]
    return ", ".join([*parts, f"{match.a_in_b:.0%} of A in B", f"{match.b_in_a:.0%} of B in A"]).replace("%", " %")


def _judgement(passage: Passage) -> Text:
    line = Text(count(passage.words, "word"))
    if passage.evidence or passage.decibans:
        line.append(f", {passage.decibans:.1f} dB{_p(passage.p_copied, 'copied')}", style="dim")
    return line


def _p(p: float | None, what: str = "") -> str:
    return "" if p is None else f", p{' ' + what if what else ''} {probability(p)}"


def _labels(label: str) -> Iterable[str]:
    return chain([label], repeat(""))


def _of(shown: int, total: int, how: str = "") -> str:
    return f" ({shown} of {total:,}{how})" if shown < total else ""


def _more(page: Page, number: int, noun: str, indent: int = 2) -> None:
    if number > 0:
        page.add(Text(f"and {count(number, 'more ' + noun)}: see the JSON", style="dim"), " " * indent)

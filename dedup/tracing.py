"""Tracing: from matches to the provenance graph, the second half of a scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dedup.appeared import Appeared
from dedup.clock import Clock
from dedup.collection import Collection
from dedup.composition import Readings
from dedup.graph import draw
from dedup.groups import Groups, StrandNames, bundles
from dedup.idioms import weighed
from dedup.learned import learn
from dedup.matches import Matches
from dedup.model import Limits, ScanResult, Skipped
from dedup.origin import trace
from dedup.parallel import cores
from dedup.settings import Settings
from dedup.templates import filled
from dedup.versions import VersionGroups
from dedup.witness import Witnesses, inherited, unspoken

__all__ = ["traced"]


def traced(
    articles: Collection, matches: Matches, skipped: Sequence[Skipped], settings: Settings, limits: Limits, clock: Clock
) -> ScanResult:
    """Whose text it is that matches share: what the corpus shows to be boilerplate, the origin of each strand,
    and the graph.  About 0.1 milliseconds an article."""
    jobs = settings.jobs or cores()
    with clock("trace"):
        matches = replace(matches, boilerplate=filled(matches, articles))
        groups_of = Groups.among(matches, settings, articles)
        everybody = Witnesses(articles, groups_of, Appeared(articles, matches), settings.owners)
        within = unspoken(matches, everybody)
        found_strands = bundles(matches, groups_of, settings, jobs, within)
        learned = learn(matches, found_strands, everybody, settings, jobs)
        before = matches
        if learned is not None:
            matches = replace(matches, boilerplate=matches.furniture | learned.passages)
        matches = weighed(matches, found_strands, everybody, settings) or matches
        if matches is not before:
            found_strands = bundles(matches, groups_of, settings, jobs, within)
        strands = trace(found_strands, matches, everybody, settings, jobs)
    with clock("draw"):
        matches = replace(matches, strand=StrandNames(found_strands))
        readings = Readings(articles, matches, strands, inherited(matches, everybody), settings.uncredited)
        graph = draw(readings, strands, settings)
        groups = VersionGroups(articles, groups_of, everybody.appeared, settings)
    texts = () if learned is None else learned.texts
    return ScanResult(readings, matches, groups, strands, graph, tuple(skipped), settings, clock.seconds, limits, texts)

"""Appeared: the same in arrays as one article at a time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Document, scan
from dedup.appeared import Appeared
from dedup.article import Article
from dedup.dates import parse_published, trusted_dates
from dedup.stamps import Dates
from tests.newsroom import ONE, filler

MATCHES = scan([Document(name, f"{ONE} {filler(name)}") for name in "abcdef"]).matches
stamps = st.sampled_from([None, "2024-01-01", "2024-01-03", "2024-02-20T10:00:00Z", "2025-06-01"]).map(parse_published)
days = stamps.map(lambda stamp: stamp and stamp.start)
dates = st.builds(Dates, stamps, stamps, days, st.sampled_from([(), (2022,), (2022, 2021)]))


@settings(deadline=None)
@given(said=st.lists(dates, min_size=6, max_size=6))
def test_stamps_are_believed_as_one_by_one(said):
    articles = [Article(Document(name, ""), None, (), each) for name, each in zip("abcdef", said, strict=True)]
    events = {name: [other for other in "abcdef" if other != name] for name in "abcdef"}
    published, untrusted = trusted_dates({article.id: article.dates for article in articles}, events)
    found = Appeared(articles, MATCHES)
    assert {article.id: found[n] for n, article in enumerate(articles)} == published
    assert {article.id for n, article in enumerate(articles) if found.untrusted[n]} == untrusted

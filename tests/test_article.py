"""Article: what is known of one document by itself."""

from dedup.article import opened, prepare, whole
from dedup.model import Document
from dedup.settings import Settings


def test_prepare_cuts_credits_and_whole_does_not():
    text = "LONDON (Reuters) - Rain fell on the harbour for the ninth day in a row and the ferries stayed in port."
    assert "reuters" not in opened(prepare(Document("a", text)), Settings()).tokens.words
    assert "reuters" in opened(whole(Document("a", text)), Settings()).tokens.words

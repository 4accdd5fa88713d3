"""Article: what is known of one document by itself."""

from dedup.article import tokens_of, whole
from dedup.model import Document
from dedup.prepare import prepare
from dedup.settings import Settings


def test_prepare_cuts_credits_and_whole_does_not():
    text = "LONDON (Reuters) - Rain fell on the harbour for the ninth day in a row and the ferries stayed in port."
    assert "reuters" not in tokens_of(prepare(Document("a", text)), Settings()).words
    assert "reuters" in tokens_of(whole(Document("a", text)), Settings()).words

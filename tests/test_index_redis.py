"""An index in Redis: several writers, a server that goes and comes back, settings, addresses."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from dedup import Document, Settings, open_index
from dedup.errors import DamagedError, StoreError
from tests.newsroom import ONE, filler
from tests.test_index_faults import batch, fork

ONE_THREAD = Settings(jobs=1)


@pytest.fixture
def url(redis_server):
    redis_server.empty()
    return f"{redis_server.url}#news"


def test_two_processes_lose_nothing(url):
    open_index(url, ONE_THREAD).close()

    def work(name):
        with open_index(url, ONE_THREAD) as index:
            for number in range(6):
                index.add(batch(f"{name}{number}"))
                index.add(
                    [Document("both", f"{ONE} {filler('both')}"), Document(f"both{number}", filler(f"b{number}"))]
                )
                [found] = index.check(Document("new", filler(f"{name}{number}shared", 12)))
                assert [match.id for match in found.matches] == [each.id for each in batch(f"{name}{number}")]

    writers = [fork(lambda name=name: work(name)) for name in "xy"]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in writers] == [0, 0]
    with open_index(url) as index:
        found = Counter(each.id.split("/")[0] for each in index.documents())
        assert found == {f"{name}{n}": 5 for name in "xy" for n in range(6)} | {f"both{n}": 1 for n in range(6)} | {
            "both": 1
        }
        assert {each.version for each in index.documents()} == {1}
        assert index.verify() == []


def test_a_server_that_goes_and_comes_back(url, redis_server):
    with open_index(url, ONE_THREAD) as index:
        index.add(batch("a"))
        redis_server.stop()
        with pytest.raises(StoreError, match=r"redis://127\.0\.0\.1:\d+/0#news does not answer .* see that"):
            index.add(batch("b"))
        with pytest.raises(StoreError, match="does not answer"):
            list(index.check(Document("new", ONE)))
        redis_server.start()
        assert index.add(batch("b")).new == 5
        assert index.add(batch("a")).known == 5
        assert len([*index.documents()]) == 10


def test_nothing_of_a_batch_without_its_record(url, redis_server, monkeypatch):
    """Killed between the hashes and the records: nothing is found, and the batch can be added again."""
    with open_index(url, ONE_THREAD) as index:
        with monkeypatch.context() as patched:
            patched.setattr(type(index._store), "_keys_of", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add(batch("a"))
        assert not [*index.documents()]
        [found] = index.check(Document("new", ONE))
        assert not found.matches
        assert index.add(batch("a")).new == 5
        [found] = index.check(Document("new", filler("ashared", 12)))
        assert len(found.matches) == 5


def test_a_writer_that_holds_the_lock(url, redis_server):
    lock = redis_server.client().lock("dedup:news:lock", timeout=60)
    lock.acquire()
    with open_index(url, ONE_THREAD, wait=0.1) as index:
        with pytest.raises(StoreError, match="being written by another process"):
            index.add(batch("a"))
        lock.release()
        assert index.add(batch("a")).new == 5


def test_damage_is_named(url, redis_server):
    with open_index(url, ONE_THREAD) as index:
        index.add(batch("a"))
        data = redis_server.client().hget("dedup:news:data", "2")
        redis_server.client().hset("dedup:news:data", "2", data.replace(b"ax2", b"ax3"))
        [fault] = index.verify()
        assert "the article 'a/2' is damaged" in fault
        with pytest.raises(DamagedError, match="a/2"):
            list(index.check(Document("new", filler("ashared", 12))))


def test_what_is_no_address(url):
    with pytest.raises(StoreError, match="does not answer"):
        open_index("redis://127.0.0.1:1/0")
    with pytest.raises(StoreError, match="write redis://HOST:PORT/DATABASE#NAME"):
        open_index("redis://127.0.0.1:port/0")
    # Up to redis-py 6 a server without a password refuses one.
    with pytest.raises(StoreError, match=r"there is no index redis://127|redis://127.*does not answer") as told:
        open_index(url.replace("redis://", "redis://:secret@").replace("#news", "#none"), create=False)
    assert "secret" not in str(told.value)

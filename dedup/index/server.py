"""Server: an index in Redis, for several machines that feed one.

Hashes are sets of numbers of articles in datasketch's storage layer; articles, texts and the manifest
are beside them.  An article is there when its record is, which is written last, for a whole batch in one
transaction: hashes that a crash left without a record find nothing.  One process commits at a time,
by a lock that it must still hold at the end; any number read meanwhile.  All of it is in memory:
some 50 KB an article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup._version import __version__
from dedup.article import Article
from dedup.batch import NUMBER_BITS
from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS
from dedup.columns import unique
from dedup.engine import engine
from dedup.errors import DamagedError, DedupError, StoreError
from dedup.index.keys import MASK, candidates, numbered_anew, pairs_of
from dedup.index.outlets import KIND, added, forgotten
from dedup.index.pack import checksum, dumped, loaded, unpacked
from dedup.index.plan import Known, is_known, plan
from dedup.index.records import Added, Entry, Info, Listed, Stored
from dedup.index.scheme import FORM, check_form, record, settings_of
from dedup.index.segments import Run, found_in
from dedup.index.store import Pairs, Store
from dedup.settings import Settings

__all__ = ["Server"]

_PAGE = 500
_FIRST = 64
"""Articles of a hash that are looked at, the first that came, where more than ``_MANY`` have it."""
_MANY = 512
_HELD = 120
"""Seconds that a commit may take."""

_U64 = npt.NDArray[np.uint64]


class Server(Store):
    """An index at ``redis://HOST:PORT/DATABASE#NAME``."""

    def __init__(self, url: str, asked: Settings | None, *, create: bool, texts: bool | None, wait: float) -> None:
        try:
            import redis
        except ImportError as error:
            raise DedupError("an index in Redis needs redis; pip install 'dedup-news[redis]'") from error
        if texts is False:
            raise StoreError("an index in Redis keeps texts; one without them is a folder, which can be handed out")
        from datasketch.storage import unordered_storage
        from redis.backoff import ExponentialBackoff
        from redis.connection import parse_url
        from redis.retry import Retry

        address, _, name = url.partition("#")
        self.place = f"redis://{address.rpartition('@')[2].removeprefix('redis://')}#{name or 'dedup'}"
        self._errors, self._wait, self.texts = redis, wait, True
        self._prefix = f"dedup:{name or 'dedup'}:"
        try:
            options: dict[str, Any] = dict(parse_url(address))  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise StoreError(f"{self.place}: {error}; write redis://HOST:PORT/DATABASE#NAME") from error
        options.pop("connection_class", None)
        options.setdefault("retry", Retry(ExponentialBackoff(cap=1, base=0.1), 3))
        with self._guarded():
            self._redis: Any = redis.Redis(**options)
            self.settings = self._manifest(asked, create)
            config = {"type": "redis", "redis": options, "redis_buffer": {"transaction": False}}
            self._bands, self._anchors = (
                unordered_storage(config, name=f"{self._prefix}{kind}:".encode()) for kind in ("bands", "anchors")
            )

    def _manifest(self, asked: Settings | None, create: bool) -> Settings:
        if not self._redis.exists(self._key("manifest")):
            if not create:
                raise StoreError(f"there is no index {self.place}; make it: dedup index add PATH... --index URL")
            settings = dumped(record(asked or Settings()))
            manifest = dumped({"form": FORM, "version": __version__, "settings": loaded(settings)})
            self._redis.hsetnx(self._key("manifest"), "made", manifest)  # whoever comes first
        made = loaded(self._redis.hget(self._key("manifest"), "made"))
        check_form(self.place, made["form"], made["version"])
        self._version = made["version"]
        return settings_of(self.place, made["settings"], asked)

    def _key(self, name: str) -> str:
        return self._prefix + name

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what Redis says into errors that name the index and what to do."""
        errors = self._errors
        try:
            yield
        except errors.exceptions.LockError as error:
            raise StoreError(
                f"{self.place} is being written by another process, which did not finish in time; "
                "try again, or wait longer"
            ) from error
        except errors.WatchError as error:
            raise StoreError(
                f"{self.place}: this took longer than {_HELD} seconds; nothing of this batch was added, try again"
            ) from error
        except (errors.ConnectionError, errors.TimeoutError) as error:
            raise StoreError(
                f"{self.place} does not answer ({error}); all that was reported as added is there when it does: "
                "see that the server runs, and try again"
            ) from error
        except errors.RedisError as error:
            raise StoreError(f"{self.place}: {error}") from error

    @contextmanager
    def reading(self, *, keys: bool = False) -> Iterator[None]:
        """Not one moment: what is removed while a question is answered is not in the answer."""
        with self._guarded():
            yield

    def known(self, entries: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        """As of ``Store``."""
        with self._guarded():
            stored = self._existing([name for id, source, _ in entries for name in (id, f"{id}@{source}")])
        return [is_known(stored, *entry) for entry in entries]

    def _existing(self, ids: Sequence[str]) -> dict[str, Known]:
        found = {}
        for at in range(0, len(ids), _PAGE):
            some = ids[at : at + _PAGE]
            for id, data in zip(some, self._redis.hmget(self._key("ids"), [_name(id) for id in some]), strict=True):
                if data is not None:
                    number, version, source, content = loaded(data)
                    found[id] = Known(number, version, source, bytes.fromhex(content))
        return found

    @contextmanager
    def _writing(self) -> Iterator[Callable[[Callable[[Any], None]], None]]:
        """The lock; what it gives runs commands in one transaction, if the lock is still held then."""
        with self._guarded(), self._redis.lock(self._key("lock"), timeout=_HELD, blocking_timeout=self._wait) as lock:

            def commit(commands: Callable[[Any], None]) -> None:
                with self._redis.pipeline(transaction=True) as pipe:
                    pipe.watch(self._key("lock"))
                    if not lock.owned():
                        raise self._errors.WatchError
                    pipe.multi()
                    commands(pipe)
                    pipe.execute()

            yield commit

    def commit(self, entries: Sequence[Entry], bands: _U64, anchors: _U64) -> Added:
        """As of ``Store``: about 15 milliseconds an article."""
        with self._writing() as commit:
            first = int(self._redis.hincrby(self._key("manifest"), "next", len(entries))) - len(entries)
            found = plan(entries, first, self._existing)
            if found.next >= 1 << NUMBER_BITS:
                raise StoreError(f"{self.place} is full: {(1 << NUMBER_BITS) - 1:,} articles and versions")
            if found.rows:
                self._insert(numbered_anew(bands, found.numbers), numbered_anew(anchors, found.numbers))
                keys = self._keys_of(found.gone)
                lost = forgotten(each.article for each in self.fetch(found.gone).values())

                def write(pipe: Any) -> None:
                    for number, (id, version, entry) in found.rows.items():
                        said = [number, version, entry.source, entry.content.hex()]
                        facts = [id, version, entry.words, entry.wires, entry.sum, entry.bands.hex()]
                        pipe.hset(self._key("ids"), _name(id), dumped(said))
                        pipe.hset(self._key("facts"), str(number), dumped(facts))
                        pipe.hset(self._key("data"), str(number), entry.record + b"\0" + entry.kept)
                    self._count(pipe, added(entry for _, _, entry in found.rows.values()))
                    self._forget(pipe, found.gone, lost)
                    pipe.hincrby(self._key("manifest"), "updated", found.added.updated)

                commit(write)
                self._take_out(keys)
        return found.added

    def _insert(self, bands: _U64, anchors: _U64) -> None:
        for storage, keys in ((self._bands, bands), (self._anchors, anchors)):
            for hash, number in _split(keys):
                storage.insert(hash, number, buffer=True)
            storage.empty_buffer()

    def _keys_of(self, numbers: Sequence[int]) -> tuple[_U64, _U64]:
        """The keys of stored articles, computed again from their texts."""
        articles = [each.article for each in self.fetch(numbers).values()]
        texts, bodies = [each.document.text for each in articles], [each.spans for each in articles]
        found = engine(self.settings.engine).sketches(texts, bodies, self.settings)
        order = np.array(sorted(numbers), np.int64)
        return numbered_anew(found.bands.keys, order), numbered_anew(found.anchors.keys, order)

    def _forget(self, pipe: Any, numbers: Sequence[int], lost: Mapping[str, int]) -> None:
        self._count(pipe, lost)
        for number in numbers:
            pipe.hdel(self._key("facts"), str(number))
            pipe.hdel(self._key("data"), str(number))

    def _count(self, pipe: Any, habits: Mapping[str, int]) -> None:
        """Add to what is known of outlets."""
        for name, number in sorted(habits.items()):
            pipe.hincrby(self._key(f"learned:{KIND}"), _name(name), number)
            pipe.sadd(self._key("learned"), KIND)

    def _take_out(self, keys: tuple[_U64, _U64]) -> None:
        for storage, some in zip((self._bands, self._anchors), keys, strict=True):
            for hash, number in _split(some):
                storage.remove_val(hash, number, buffer=True)
            storage.empty_buffer()

    def settle(self) -> None:
        """Nothing: Redis keeps its own order."""

    def pairs(self, bands: _U64, anchors: _U64) -> Pairs:
        """As of ``Store``: two round trips for each kind of key."""
        found = []
        kinds = (self._bands, bands, BAND_CARRIERS), (self._anchors, anchors, ANCHOR_CARRIERS)
        for storage, keys, carriers in kinds:
            asked = np.sort(keys)
            run = Run(self._stored(storage, unique(asked & ~MASK)))
            which, there = found_in([run], asked, np.empty(0, np.uint32), carriers)
            found.append(pairs_of(asked, which, there))
        return Pairs(*candidates(*found))

    def _stored(self, storage: Any, hashes: _U64) -> _U64:
        names = [storage.redis_key(hash) for hash, _ in _split(hashes)]
        with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.scard(name)
            counts = pipe.execute()
            some = [n for n, count in enumerate(counts) if count]
            for n in some:
                if counts[n] > _MANY:
                    pipe.sort(names[n], start=0, num=_FIRST)
                else:
                    pipe.smembers(names[n])
            found = pipe.execute()
        keys = [int(hashes[n]) | int(number) for n, numbers in zip(some, found, strict=True) for number in numbers]
        return np.sort(np.array(keys, np.uint64))

    def fetch(self, numbers: Collection[int]) -> dict[int, Stored]:
        """As of ``Store``."""
        wanted, found = sorted(numbers), {}
        for at in range(0, len(wanted), _PAGE):
            some = wanted[at : at + _PAGE]
            with self._guarded(), self._redis.pipeline(transaction=True) as pipe:
                for kind in ("facts", "data"):
                    pipe.hmget(self._key(kind), [str(number) for number in some])
                rows = zip(some, *pipe.execute(), strict=True)
            for number, facts, data in rows:
                if facts is not None and data is not None:
                    said = loaded(facts)
                    found[number] = Stored(number, self._article(said, data), b"", bytes.fromhex(said[5]))
        return found

    def _article(self, facts: Sequence[Any], data: bytes) -> Article:
        id, _, words, _, stored, bands = facts
        rest, _, kept = data.partition(b"\0")  # JSON has no zero byte
        if checksum(rest, kept, bytes.fromhex(bands)) != stored:
            raise DamagedError(f"{self.place}: the article {id!r} is damaged; remove it and add it again")
        return unpacked(id, kept.decode("utf-8", "surrogatepass"), words, rest)

    def remove(self, ids: Sequence[str]) -> list[str]:
        """As of ``Store``."""
        with self._writing() as commit:
            stored = self._existing(ids)
            numbers = [old[0] for old in stored.values()]
            keys = self._keys_of(numbers)
            lost = forgotten(each.article for each in self.fetch(numbers).values())

            def write(pipe: Any) -> None:
                for id in stored:
                    pipe.hdel(self._key("ids"), _name(id))
                self._forget(pipe, numbers, lost)
                pipe.hincrby(self._key("manifest"), "removed", len(stored))

            commit(write)
            self._take_out(keys)
        return [id for id in ids if id in stored]

    def listed(self) -> Iterator[Listed]:
        """As of ``Store``."""
        for number, article in self.articles():
            with self._guarded():
                facts = self._redis.hget(self._key("facts"), str(number))
            if facts is not None:
                id, version, words, wires, *_ = loaded(facts)
                document = article.document
                published = None if document.published is None else str(document.published)
                yield Listed(id, version, words, document.title, document.outlet, published, tuple(wires.split()))

    def articles(self, *, damaged: Callable[[str], object] | None = None) -> Iterator[tuple[int, Article]]:
        """As of ``Store``."""
        for number in self.numbers(-1):
            try:
                for each in self.fetch([number]).values():
                    yield number, each.article
            except DamagedError as error:
                if damaged is None:
                    raise
                damaged(str(error))

    def last(self) -> int:
        """As of ``Store``."""
        with self._guarded():
            return int(self._redis.hget(self._key("manifest"), "next") or 0) - 1

    def numbers(self, after: int) -> list[int]:
        """As of ``Store``."""
        with self._guarded():
            return sorted(number for key in self._redis.hkeys(self._key("facts")) if (number := int(key)) > after)

    def learned(self, kind: str) -> dict[str, str]:
        """As of ``Store``."""
        with self._guarded():
            found = self._redis.hgetall(self._key(f"learned:{kind}"))
        return {name.decode(): value.decode() for name, value in sorted(found.items())}

    def learn(self, kind: str, facts: Mapping[str, str | None]) -> None:
        """As of ``Store``."""
        with self._guarded(), self._redis.pipeline(transaction=True) as pipe:
            for name, value in facts.items():
                if value is None:
                    pipe.hdel(self._key(f"learned:{kind}"), name)
                else:
                    pipe.hset(self._key(f"learned:{kind}"), name, value)
                    pipe.sadd(self._key("learned"), kind)
            pipe.execute()

    def info(self) -> Info:
        """As of ``Store``; the size is that of all that the server holds."""
        with self._guarded():
            facts = [loaded(data) for data in self._redis.hvals(self._key("facts"))]
            size = sum(self._redis.hstrlen(self._key("data"), key) for key in self._redis.hkeys(self._key("data")))
            kinds = sorted(kind.decode() for kind in self._redis.smembers(self._key("learned")))
            learned = {kind: times for kind in kinds if (times := self._redis.hlen(self._key(f"learned:{kind}")))}
            counted = self._redis.hmget(self._key("manifest"), "updated", "removed")
            keys = self._bands.size() + self._anchors.size()
            used = int(self._redis.info("memory")["used_memory"])
        wires: Counter[str] = Counter(wire for each in facts for wire in each[3].split())
        return Info(
            articles=len(facts),
            updated=int(counted[0] or 0),
            removed=int(counted[1] or 0),
            segments=0,
            keys=keys,
            texts=True,
            bytes={"texts": size, "records": 0, "keys": 8 * keys, "on disk": used},
            wires=dict(sorted(wires.items(), key=lambda item: (-item[1], item[0]))),
            learned=learned,
            settings=self.settings.fingerprint,
            version=self._version,
        )

    def compact(self) -> None:
        """Nothing: what is removed gives its room back at once."""

    def rebuild(self, sketched: Callable[[], Iterator[tuple[_U64, _U64]]]) -> None:
        """As of ``Store``: what is there stays, what is missing is put in."""
        with self._writing():
            for bands, anchors in sketched():
                self._insert(bands, anchors)

    def verify(self) -> list[str]:
        """As of ``Store``."""
        found: list[str] = []
        for _ in self.articles(damaged=found.append):
            pass
        return found

    def close(self) -> None:
        """As of ``Store``."""
        self._redis.close()


def _split(keys: _U64) -> Iterator[tuple[bytes, int]]:
    """Hash and number of each key."""
    hashes = (keys >> np.uint64(NUMBER_BITS)).tolist()
    for hash, number in zip(hashes, (keys & MASK).tolist(), strict=True):
        yield hash.to_bytes(5, "big"), number


def _name(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")

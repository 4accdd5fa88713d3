"""Results: an earlier scan, read back from its ``scan.json``.

The file has one record a line, so only the places of the lines are kept, eight bytes each, and a
record is made when somebody looks at it: of a million articles as of five.  A file that some other
program has laid out anew is read whole.
"""

from __future__ import annotations

import os
import weakref
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from dedup.columns import Lazy
from dedup.corpus import StoredDocument, Texts
from dedup.errors import DataError, InputError, SettingsError
from dedup.exports.scan_json import SCHEMA, digest
from dedup.model import (
    Boilerplate,
    Credit,
    Document,
    Edge,
    Edit,
    Evidence,
    Limits,
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
    Version,
    VersionGroup,
)
from dedup.settings import Settings
from dedup.sources import Place, Sources, loads

__all__ = ["NAME", "Readings", "load"]

NAME = "scan.json"
"""The file in a folder that ``dedup scan -o`` wrote."""

Record = TypeVar("Record", covariant=True)
_LISTS = ("documents", "matches", "version_groups", "strands", "graph.nodes", "graph.edges", "skipped", "boilerplate")


def load(path: str | os.PathLike[str], sources: Sources | None = None) -> ScanResult:
    """Read the result in ``path``, a file or the folder it is in; texts come from ``sources`` when they
    are asked for.

    Raises InputError where there is none, DataError where it is damaged or of another version.
    Cost: about a second a gigabyte, and 8 bytes a record.
    """
    path = Path(path)
    file = path / NAME if path.is_dir() else path
    if not file.exists():
        raise InputError(
            f"{file}: no such file; name a scan.json or the folder of `dedup scan ARTICLES -o FOLDER`"
            + (f" ({path} is a folder without one)" if path.is_dir() else "")
        )
    try:
        data = _Records(file)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
    schema = data.single.get("schema")
    if schema != SCHEMA:
        said = "says no version" if schema is None else f"has version {schema!r} of the form"
        raise DataError(f"{file} {said}, this program reads {SCHEMA}; scan again")
    for name in (*_LISTS, "settings"):
        if name not in data.single and name not in data.lists:
            raise DataError(f"{file} has no {name!r}: it is no result of `dedup scan`, or cut off; scan again")
    try:
        settings = Settings(**data.single["settings"])
    except (TypeError, SettingsError) as error:
        raise DataError(f"{file} has settings that this version does not know ({error}); scan again") from error
    sources = sources or Sources()
    made: dict[str, Callable[[Any], Any]] = {
        "matches": _match,
        "strands": _strand,
        "graph.nodes": lambda node: Node(node["id"], node["kind"], node["label"]),
        "graph.edges": _edge,
        "version_groups": _group,
        "skipped": lambda item: Skipped(item["path"], item["reason"]),
        "boilerplate": lambda item: Boilerplate(**item),
    }
    lists = {name: _Section(data.lists[name], make, f"{file}: {name}") for name, make in made.items()}
    return ScanResult(
        documents=Readings(data.lists["documents"], sources, str(file)),
        matches=lists["matches"],
        groups=tuple(lists["version_groups"]),
        strands=lists["strands"],
        graph=ProvenanceGraph(lists["graph.nodes"], lists["graph.edges"]),
        skipped=tuple(lists["skipped"]),
        settings=settings,
        timings=data.single.get("timings", {}),
        boilerplate=tuple(lists["boilerplate"]),
        limits=Limits(**data.single["limits"]) if "limits" in data.single else Limits(),
    )


def _group(record: Any) -> VersionGroup:
    versions = (
        Version(each["label"], each["published"], each["words"], tuple(each["members"])) for each in record["versions"]
    )
    return VersionGroup(record["id"], tuple(record["members"]), record["centre"], record["radius"], tuple(versions))


class _Section(Lazy[Record]):
    """The records of one list."""

    def __init__(self, lines: Sequence[Any], make: Callable[[Any], Record], where: str) -> None:
        self._lines, self._make, self._where = lines, make, where

    def __len__(self) -> int:
        return len(self._lines)

    def _made(self, number: int) -> Record:
        try:
            return self._make(self._lines[number])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{self._where}: record {number + 1} is damaged ({error!r}); scan again") from error


class Readings(_Section[Reading]):
    """The articles; their texts are read again when somebody asks."""

    def __init__(self, lines: Sequence[Any], sources: Sources, where: str) -> None:
        self._texts = _Texts(self, sources)
        super().__init__(lines, self._reading, f"{where}: documents")
        self._number = 0

    @cached_property
    def ids(self) -> Sequence[str]:
        """Ids of the documents, rising."""
        return [self.raw(number)["id"] for number in range(len(self))]

    def raw(self, number: int) -> Mapping[str, Any]:
        """The record as it stands in the file."""
        record = self._lines[number]
        if not isinstance(record, dict) or not isinstance(record.get("id"), str):
            raise DataError(f"{self._where}: record {number + 1} is damaged; scan again")
        return record

    def fields(self, number: int) -> Mapping[str, Any]:
        """All that the article's own record has, read again from where it came."""
        return self._texts.record(number)

    def _made(self, number: int) -> Reading:
        self._number = number
        return super()._made(number)

    def _reading(self, record: dict[str, Any]) -> Reading:
        metadata = {name: str(record[name]) for name in ("path", "encoding", "line") if record.get(name) is not None}
        named = {name: record.get(name) for name in ("title", "outlet", "url", "byline", "language")}
        document = Document(record["id"], "", **named, published=record.get("stamp"), metadata=metadata)
        return Reading(
            document=StoredDocument.of(document, cast(Texts, self._texts), self._number),
            body=tuple(Span(*span) for span in record["body"]),
            words=record["words"],
            credits=tuple(Credit(**credit) for credit in record["credits"]),
            published=record["published"],
            composition=tuple(Share(**share) for share in record["composition"]),
            shared_words=record["shared_words"],
            flags=tuple(record["flags"]),
        )


class _Texts:
    """The texts of the articles by number."""

    def __init__(self, readings: Readings, sources: Sources) -> None:
        self._readings, self._sources = readings, sources
        self._last = lru_cache(8)(self._read)  # the pieces of one text are often asked for one after the other

    def __getitem__(self, number: int) -> str:
        return cast(str, self.record(number)["text"])

    def record(self, number: int) -> Mapping[str, Any]:
        """Of one article, if it is still the one that was scanned."""
        return self._last(number)

    def _read(self, number: int) -> Mapping[str, Any]:
        raw = self._readings.raw(number)
        place: Place | None = (raw["path"], raw.get("line")) if raw.get("path") is not None else None
        record = self._sources.record(raw["id"], place)
        if raw.get("digest") not in (None, digest(record["text"])):
            raise InputError(f"{raw['id']} has changed since it was scanned; scan again")
        return record


def _evidence(items: Iterable[Mapping[str, str]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(item["kind"], item["text"], item["effect"]) for item in items)


_OF_MATCH = ("a", "b", "jaccard", "a_in_b", "b_in_a", "relation")


def _match(record: dict[str, Any]) -> Match:
    passages = tuple(
        Passage(
            a=Span(*each["a"]),
            b=Span(*each["b"]),
            words=each["words"],
            edits=tuple(Edit(Span(*a), Span(*b)) for a, b in each["edits"]),
            kind=each["kind"],
            decibans=each["decibans"],
            p_copied=each["p_copied"],
            evidence=_evidence(each["evidence"]),
            strand=each["strand"],
        )
        for each in record["passages"]
    )
    return Match(**{name: record[name] for name in _OF_MATCH}, passages=passages)


def _strand(record: dict[str, Any]) -> Strand:
    return Strand(
        id=record["id"],
        members=tuple(record["members"]),
        words=record["words"],
        passages=tuple((match, passage) for match, passage in record["passages"]),
        origins=tuple(Origin(origin["wire"], origin["p"]) for origin in record["origins"]),
        say=record["say"],
        evidence=_evidence(record["evidence"]),
    )


def _edge(record: dict[str, Any]) -> Edge:
    return Edge(**{**record, "evidence": _evidence(record["evidence"])})


class _File:
    """An open file that is closed with the last list that needs it."""

    def __init__(self, path: Path) -> None:
        self.stream: IO[bytes] = path.open("rb")
        weakref.finalize(self, self.stream.close)


class _Lines(Sequence[Any]):
    """Records that stand on lines of a file, parsed when they are asked for."""

    def __init__(self, file: _File) -> None:
        self._file, self._places = file, array("q")

    def add(self, start: int) -> None:
        """Note where a line starts."""
        self._places.append(start)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: Any) -> Any:
        stream = self._file.stream
        stream.seek(self._places[number])
        return loads(stream.readline().rstrip(b"\n").removesuffix(b","))


class _Records:
    """The parts of the document: lists of records by name (``graph.nodes`` is in ``graph``), and the rest."""

    def __init__(self, path: Path) -> None:
        self.single: dict[str, Any] = {}
        self.lists: dict[str, Sequence[Any]] = {}
        if not self._by_line(_File(path), path):
            self._whole(path)

    def _by_line(self, file: _File, path: Path) -> bool:
        """Whether the file is laid out as dedup writes it, from the first line to the last."""
        at, inside, lines = 0, "", None
        first, closed = True, False
        for line in file.stream:
            start, at = at, at + len(line)
            text = line.rstrip(b"\n").removesuffix(b",")
            if first:
                first = False
                if text != b"{":
                    return False
            elif lines is not None and text == b"]":
                lines = None
            elif lines is not None:
                lines.add(start)
            elif text == b"}" and inside:
                inside = ""
            elif text == b"}":
                closed = True
            else:
                name, _, value = text.partition(b'": ')
                key = inside + name.removeprefix(b'"').decode("utf-8", "replace")
                if value == b"[":
                    self.lists[key] = lines = _Lines(file)
                elif value == b"{":
                    inside = key + "."
                elif not value:
                    return False
                else:
                    try:
                        self._one(key, loads(value))
                    except ValueError:
                        return False
        if not closed and self.lists:
            raise DataError(f"{path} is cut off; scan again")
        return closed

    def _one(self, key: str, value: Any) -> None:
        if isinstance(value, list):
            self.lists[key] = value
        else:
            self.single[key] = value

    def _whole(self, path: Path) -> None:
        self.lists.clear()
        self.single.clear()
        try:
            document = loads(path.read_bytes())
        except (ValueError, UnicodeDecodeError) as error:
            raise DataError(f"{path} is no JSON, or cut off ({error}); scan again") from error
        if not isinstance(document, dict):
            raise DataError(f"{path} is no result of `dedup scan`; name its scan.json")
        graph = document.pop("graph", None)
        for key, value in [*document.items(), *((f"graph.{key}", part) for key, part in dict(graph or {}).items())]:
            self._one(key, value)

"""Parquet: the tables of ``dedup.exports.tables`` and the kept corpus, for pandas, DuckDB, Spark or Polars.

Needs pyarrow (``pip install 'dedup-news[parquet]'``), which is loaded when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from dedup.errors import DedupError

__all__ = ["write"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_ROWS = 4096
"""Records in a row group, which is held at a time."""


def write(columns: Mapping[str, type], records: Iterable[Sequence[Any]], path: Path) -> None:
    """Write records as one Parquet file; memory: a row group.

    A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.  Raises DedupError without pyarrow.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise DedupError("Parquet needs pyarrow; pip install 'dedup-news[parquet]', or use --to csv") from error
    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
        list: pyarrow.list_(pyarrow.string()),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        left = iter(records)
        while rows := [*islice(left, _ROWS)]:
            parts = [
                pyarrow.array([_stored(row[number]) for row in rows], kind) for number, kind in enumerate(schema.types)
            ]
            writer.write_table(pyarrow.Table.from_arrays(parts, schema=schema))


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    return [_stored(each) for each in value] if isinstance(value, list) else value

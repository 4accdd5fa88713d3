"""The engine: the ways there are to fold, hash, sketch and align, and the choice between them.

This is the only module that knows of more than one.  ``reference`` is the specification, plain
Python on xxhash and datasketch; another engine must give the same bits, only sooner.  ``c`` is
there where the C extension was built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedup import batch, lookup, relations
from dedup.align import Alignment, align
from dedup.batch import Bodies, Comparisons, Sketches
from dedup.lookup import Places
from dedup.model import Credit, Sketch, Span, Tokens
from dedup.relations import Carried, Named, Reports
from dedup.settings import EngineName, Settings
from dedup.sketch import resemblance, shingle_hashes, signature_by_datasketch, sketch
from dedup.text import fold

try:
    from dedup import native
except ImportError:  # no wheel for this machine and no compiler on it
    native = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from dedup.likeness import Alike, Limits
    from dedup.sentences import Sentences

__all__ = ["ENGINES", "Engine", "engine"]

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]
_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]
_Bool = npt.NDArray[np.bool_]


class _Sketching(Protocol):
    def __call__(
        self, texts: Sequence[str], bodies: Bodies, settings: Settings, known: _U64 | None = None
    ) -> Sketches: ...


class Engine(NamedTuple):
    """One way to do the work on words; see the functions of the reference for the contracts."""

    name: str
    fold: Callable[[str, Sequence[Span] | None], Tokens]
    shingle_hashes: Callable[[Tokens, int], _U64]
    sketch: Callable[[Tokens, _U64, Settings], Sketch]
    resemblance: Callable[[_U64, _U64], tuple[int, int, int]]
    align: Callable[[Tokens, Tokens, _U64, _U64, int, int], list[Alignment]]
    sketches: _Sketching
    shelf: Callable[[], object]
    comparisons: Callable[[Sequence[str], Bodies, _I32, Sequence[bool], Settings, object], Comparisons]
    judgements: Callable[
        [
            Sequence[str],
            Bodies,
            Sequence[Sequence[Credit]],
            _I32,
            Sequence[bool],
            Comparisons,
            object,
            _I32 | None,
            list[bytes | None] | None,
        ],
        _I32,
    ]
    notes: Callable[[Sequence[str], Bodies, Sequence[Sequence[Credit]]], list[bytes]]
    pairs: Callable[[_U64, int], tuple[_U64, int, int]]
    renumber: Callable[[_U64, _U32], None]
    places: Callable[[_U64, _U64, _U64, npt.NDArray[np.uint8], _U64], Places]
    roots: Callable[[_U64, int, int], _U32]
    tour: Callable[[_U64, _U32, int], _I64]
    portions: Callable[[_U64, _I32, int, int], _I64]
    strands: Callable[[_I32, _U32, _I64, _I32], Carried]
    names: Callable[[Sequence[str], Bodies], Named]
    nearby: Callable[[Reports, Reports, int, float, int], _I32]
    alike: Callable[[Sentences, Sentences, _Bool, _Bool, Limits, Limits], Alike]


def _later(module: str, name: str) -> Callable[..., Any]:
    """A function of ``module`` that is imported when it is called: half of the scans do without."""
    return lambda *given: getattr(import_module(f"dedup.{module}"), name)(*given)


_REFERENCE = Engine(
    name="reference",
    fold=fold,
    shingle_hashes=shingle_hashes,
    sketch=partial(sketch, make=signature_by_datasketch),
    resemblance=resemblance,
    align=align,
    sketches=partial(batch.sketches, make=signature_by_datasketch),
    shelf=batch.shelf,
    comparisons=batch.comparisons,
    judgements=_later("judgements", "judgements"),
    notes=_later("judgements", "notes"),
    pairs=batch.pairs,
    renumber=batch.renumber,
    places=lookup.places,
    roots=batch.roots,
    tour=batch.tour,
    portions=batch.portions,
    strands=relations.strands,
    names=relations.names,
    nearby=relations.nearby,
    alike=_later("likeness", "alike"),
)
# As the reference, with the signature in NumPy: importing datasketch takes a second.
_NUMPY = _REFERENCE._replace(name="numpy", sketch=sketch, sketches=batch.sketches)
ENGINES = {"reference": _REFERENCE, "numpy": _NUMPY}
if native is not None:
    ENGINES["c"] = Engine("c", *(getattr(native, name) for name in Engine._fields[1:]))
_FASTEST = list(ENGINES)[-1]


def engine(name: EngineName) -> Engine:
    """The engine of that name; ``auto`` is the fastest there is.

    >>> engine("auto").name == list(ENGINES)[-1], engine("reference").name
    (True, 'reference')
    """
    return ENGINES[_FASTEST if name == "auto" else name]

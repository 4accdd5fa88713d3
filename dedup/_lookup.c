/* Lookup: where hashes stand among the sorted keys of a segment.  dedup/lookup.py is the specification. */

#include "_engine.h"

enum { BLOCK = 512, NUMBER_BITS = 24, LINE = 8, WINDOW = 6 * LINE };

static const uint64_t NUMBER = ((uint64_t)1 << NUMBER_BITS) - 1;

typedef struct {
    const uint64_t *keys, *fences, *sums;
    uint8_t *checked; /* 1 for a block that was found to be as it was written */
    Py_ssize_t count, blocks;
} Shelf;

/* The first place from `low` on whose key is at least `asked`, or above it; `guess` is where it may be: keys are
   hashes, so that one knows nearly where each stands, and a search from there touches few lines of memory. */
static Py_ssize_t seek(const uint64_t *keys, Py_ssize_t low, Py_ssize_t high, Py_ssize_t guess, uint64_t asked,
                       int above)
{
    if (guess >= high)
        guess = high - 1;
    if (guess >= low && low < high) {
        uint64_t key = keys[guess];
        if (key < asked || (above && key == asked)) {
            low = guess + 1;
            for (Py_ssize_t step = 1; low + step < high; step *= 2) {
                key = keys[low + step];
                if (!(key < asked || (above && key == asked))) {
                    high = low + step;
                    break;
                }
                low += step + 1;
            }
        } else {
            high = guess;
            for (Py_ssize_t step = 1; high - step >= low; step *= 2) {
                key = keys[high - step];
                if (key < asked || (above && key == asked)) {
                    low = high - step + 1;
                    break;
                }
                high -= step;
            }
        }
    }
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        uint64_t key = keys[middle];
        if (key < asked || (above && key == asked))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_whole(const Shelf *shelf, Py_ssize_t block)
{
    if (!shelf->checked[block]) {
        Py_ssize_t at = block * BLOCK, count = shelf->count - at < BLOCK ? shelf->count - at : BLOCK;
        if (dedup_xxh3((const uint8_t *)(shelf->keys + at), (size_t)count * sizeof *shelf->keys) != shelf->sums[block])
            return 0;
        shelf->checked[block] = 1;
    }
    return 1;
}

/* How many of `count` steps from `first` to `last` it is to `asked`, if all are as long. */
static Py_ssize_t share(uint64_t first, uint64_t last, uint64_t asked, Py_ssize_t count)
{
    if (asked <= first || last <= first)
        return 0;
    if (asked >= last)
        return count;
    return (Py_ssize_t)((double)(asked - first) / (double)(last - first) * (double)count);
}

/* The keys of a block. */
typedef struct {
    Py_ssize_t low, high;
} Extent;

static Extent extent_of(const Shelf *shelf, Py_ssize_t block)
{
    Py_ssize_t low = block * BLOCK;
    return (Extent){low, shelf->count - low < BLOCK ? shelf->count : low + BLOCK};
}

/* Where those keys of a block begin between which a key may stand: the middle of them is where it would be if all were
   as far from one another, and most are nearer to that than half a window. */
static Py_ssize_t window_of(const Shelf *shelf, Py_ssize_t block, uint64_t asked)
{
    Extent here = extent_of(shelf, block);
    uint64_t last = block + 1 < shelf->blocks ? shelf->fences[block + 1] : UINT64_MAX;
    Py_ssize_t at = here.low + share(shelf->fences[block], last, asked, BLOCK) - (WINDOW - LINE) / 2;
    at -= at % LINE;
    if (at > here.high - WINDOW)
        at = here.high - WINDOW;
    return at < here.low ? here.low : at;
}

/* How many keys of a window are below `asked`; no branch is guessed wrong. */
DEDUP_CLONES static Py_ssize_t below(const uint64_t *keys, uint64_t asked)
{
    Py_ssize_t count = 0;
    for (int n = 0; n < WINDOW; n++)
        count += keys[n] < asked;
    return count;
}

/* The first place in a block, from `at` on if it is near, whose key is at least `asked`. */
static Py_ssize_t inside(const Shelf *shelf, Py_ssize_t block, Py_ssize_t at, uint64_t asked)
{
    Extent here = extent_of(shelf, block);
    if (at + WINDOW > here.high)
        return seek(shelf->keys, here.low, here.high, at, asked, 0);
    Py_ssize_t count = below(shelf->keys + at, asked);
    if ((count > 0 || at == here.low) && (count < WINDOW || at + WINDOW == here.high))
        return at + count;
    return seek(shelf->keys, here.low, here.high, count ? at + WINDOW : at - 1, asked, 0);
}

/* The first block from `low` on whose first key is at least `asked`. */
static Py_ssize_t fence_of(const Shelf *shelf, Py_ssize_t low, uint64_t asked)
{
    enum { NEAR = 4 };
    /* Of many that are asked for, each is near the one before. */
    for (int n = 0; n < NEAR; n++, low++)
        if (low >= shelf->blocks || shelf->fences[low] >= asked)
            return low;
    Py_ssize_t last = shelf->blocks - 1, guess = share(shelf->fences[0], shelf->fences[last], asked, last);
    return seek(shelf->fences, low, shelf->blocks, guess < low ? low : guess, asked, 0);
}

/* The number of a damaged block, or -1. */
static Py_ssize_t find(const Shelf *shelf, const uint64_t *asked, Py_ssize_t count, int64_t *starts, int64_t *ends)
{
    enum { AHEAD = 16, FEW = 4 };
    Py_ssize_t fences[AHEAD], windows[AHEAD], fence = 0;
    uint64_t before = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i % AHEAD == 0) {
            /* The blocks of the next few are named, and fetched from memory side by side. */
            for (Py_ssize_t n = 0; n < AHEAD && i + n < count; n++) {
                uint64_t lower = asked[i + n];
                /* Those asked for rise, as a rule: then it is further on. */
                fence = fences[n] = fence_of(shelf, lower < before ? 0 : fence, lower);
                before = lower;
                windows[n] = window_of(shelf, fence > 0 ? fence - 1 : 0, lower);
                for (Py_ssize_t line = windows[n]; line < windows[n] + WINDOW && line < shelf->count; line += LINE)
                    __builtin_prefetch(shelf->keys + line);
            }
        }
        uint64_t upper = asked[i] | NUMBER;
        Py_ssize_t here = fences[i % AHEAD], block = here > 0 ? here - 1 : 0;
        if (!is_whole(shelf, block))
            return block;
        Py_ssize_t start = inside(shelf, block, windows[i % AHEAD], asked[i]), end = start;
        /* The first key of a block that was not looked at is in the tables. */
        if (start < shelf->count &&
            (start % BLOCK == 0 ? shelf->fences[start / BLOCK] : shelf->keys[start]) <= upper) {
            Py_ssize_t last = block;
            if (here < shelf->blocks && shelf->fences[here] <= upper) { /* as a rule not */
                last = seek(shelf->fences, here, shelf->blocks, here, upper, 1) - 1;
                if (!is_whole(shelf, last))
                    return last;
            }
            Py_ssize_t low = last == block ? start : last * BLOCK, high = (last + 1) * BLOCK;
            if (high > shelf->count)
                high = shelf->count;
            for (end = low; end < high && end - low < FEW && shelf->keys[end] <= upper; end++)
                ;
            if (end - low == FEW)
                end = seek(shelf->keys, end, high, end, upper, 1);
        }
        starts[i] = start;
        ends[i] = end;
    }
    return -1;
}

/* places(keys, fences, sums, checked, asked) -> (starts, ends, damaged) */
PyObject *dedup_places(PyObject *Py_UNUSED(self), PyObject *args)
{
    static const char *const names[] = {"keys", "fences", "sums", "checked", "asked"};
    PyObject *objects[5], *starts = NULL, *ends = NULL, *result = NULL;
    Py_buffer views[5];
    Py_ssize_t counts[5];
    int opened = 0;
    if (!PyArg_ParseTuple(args, "OOOOO:places", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4]))
        return NULL;
    for (; opened < 5; opened++) {
        counts[opened] = dedup_items(objects[opened], &views[opened], opened == 3 ? 1 : 8, names[opened]);
        if (counts[opened] < 0)
            goto done;
    }
    Shelf shelf = {views[0].buf, views[1].buf, views[2].buf, views[3].buf, counts[0], counts[1]};
    if (shelf.blocks != (shelf.count + BLOCK - 1) / BLOCK || counts[2] != shelf.blocks || counts[3] != shelf.blocks) {
        PyErr_SetString(PyExc_ValueError, "keys, fences, sums and checked do not belong together");
        goto done;
    }
    if (views[3].readonly) {
        PyErr_SetString(PyExc_ValueError, "checked must be writable");
        goto done;
    }
    starts = PyBytes_FromStringAndSize(NULL, counts[4] * 8);
    ends = PyBytes_FromStringAndSize(NULL, counts[4] * 8);
    if (starts == NULL || ends == NULL)
        goto done;
    int64_t *first = (int64_t *)PyBytes_AS_STRING(starts), *last = (int64_t *)PyBytes_AS_STRING(ends);
    Py_ssize_t damaged = -1;
    if (shelf.count == 0) {
        memset(first, 0, (size_t)counts[4] * 8);
        memset(last, 0, (size_t)counts[4] * 8);
    } else {
        Py_BEGIN_ALLOW_THREADS
        damaged = find(&shelf, views[4].buf, counts[4], first, last);
        Py_END_ALLOW_THREADS
    }
    result = Py_BuildValue("OOn", starts, ends, damaged);
done:
    Py_XDECREF(starts);
    Py_XDECREF(ends);
    while (opened > 0)
        PyBuffer_Release(&views[--opened]);
    return result;
}

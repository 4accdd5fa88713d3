/* Lookup: where hashes stand among the sorted keys of a segment.  dedup/lookup.py is the specification. */

#include "_engine.h"

enum { BLOCK = 512, NUMBER_BITS = 24 };

static const uint64_t NUMBER = ((uint64_t)1 << NUMBER_BITS) - 1;

typedef struct {
    const uint64_t *keys, *fences, *sums;
    uint8_t *checked; /* 1 for a block that was found to be as it was written */
    Py_ssize_t count, blocks;
} Shelf;

/* The first place from `low` on whose key is at least `asked`, or above it. */
static Py_ssize_t bisect(const uint64_t *keys, Py_ssize_t low, Py_ssize_t high, uint64_t asked, int above)
{
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
        if (dedup_xxh64((const uint8_t *)(shelf->keys + at), (size_t)count * sizeof *shelf->keys) != shelf->sums[block])
            return 0;
        shelf->checked[block] = 1;
    }
    return 1;
}

/* A place inside one block. */
static Py_ssize_t inside(const Shelf *shelf, Py_ssize_t block, uint64_t asked, int above)
{
    Py_ssize_t low = block * BLOCK, high = low + BLOCK;
    return bisect(shelf->keys, low, high < shelf->count ? high : shelf->count, asked, above);
}

/* The number of a damaged block, or -1. */
static Py_ssize_t find(const Shelf *shelf, const uint64_t *asked, Py_ssize_t count, int64_t *starts, int64_t *ends)
{
    Py_ssize_t fence = 0;
    uint64_t before = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint64_t upper = asked[i] | NUMBER;
        /* Those asked for rise, as a rule: then it is further on. */
        fence = bisect(shelf->fences, asked[i] < before ? 0 : fence, shelf->blocks, asked[i], 0);
        before = asked[i];
        Py_ssize_t block = fence > 0 ? fence - 1 : 0;
        if (!is_whole(shelf, block))
            return block;
        Py_ssize_t start = inside(shelf, block, asked[i], 0), end = start;
        /* The first key of a block that was not looked at is in the tables. */
        if (start < shelf->count &&
            (start % BLOCK == 0 ? shelf->fences[start / BLOCK] : shelf->keys[start]) <= upper) {
            Py_ssize_t last = bisect(shelf->fences, fence, shelf->blocks, upper, 1);
            last = last > 0 ? last - 1 : 0;
            if (!is_whole(shelf, last))
                return last;
            end = inside(shelf, last, upper, 1);
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

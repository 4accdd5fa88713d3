/* Sketch: shingle hashes, signature and anchors of one folded text.

   dedup/sketch.py is the specification; every function here gives its bits.  The work runs without
   the GIL, on memory that the arguments keep alive. */

#include "_engine.h"

#include <stdbool.h>

/* ---- Words that were folded ---- */

typedef struct {
    Py_buffer folded_view, bounds_view;
    const uint8_t *folded;
    const int64_t *bounds;
    Py_ssize_t length, count; /* bytes; words */
} Words;

static int words_open(Words *words, PyObject *folded, PyObject *bounds)
{
    words->length = dedup_items(folded, &words->folded_view, 1, "folded");
    if (words->length < 0)
        return 0;
    words->count = dedup_items(bounds, &words->bounds_view, sizeof(int64_t), "bounds") - 1;
    if (words->count < 0) {
        if (!PyErr_Occurred()) {
            PyBuffer_Release(&words->bounds_view);
            PyErr_SetString(PyExc_ValueError, "bounds has no entry");
        }
        PyBuffer_Release(&words->folded_view);
        return 0;
    }
    words->folded = words->folded_view.buf;
    words->bounds = words->bounds_view.buf;
    return 1;
}

static void words_close(Words *words)
{
    PyBuffer_Release(&words->folded_view);
    PyBuffer_Release(&words->bounds_view);
}

/* The bytes of words i to j (without j); -1 where the bounds are not those of the folded text. */
static inline Py_ssize_t run_of_words(const Words *words, Py_ssize_t i, Py_ssize_t j, const uint8_t **start)
{
    int64_t from = words->bounds[i], to = words->bounds[j];
    if (from < 0 || to <= from || to > (int64_t)words->length + 1)
        return -1;
    *start = words->folded + from;
    return (Py_ssize_t)(to - from - 1);
}

static PyObject *bad_bounds(void)
{
    return PyErr_Format(PyExc_ValueError, "bounds are not those of the folded text");
}

/* ---- Shingle hashes ---- */

/* shingle_hashes(folded, bounds, k)
   xxh3 of each run of k words, which is a slice of `folded`: uint64. */

PyObject *dedup_shingle_hashes(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *folded, *bounds;
    Py_ssize_t k;
    Words words;
    if (!PyArg_ParseTuple(args, "OOn:shingle_hashes", &folded, &bounds, &k))
        return NULL;
    if (k < 1)
        return PyErr_Format(PyExc_ValueError, "k=%zd: a shingle has at least one word", k);
    if (!words_open(&words, folded, bounds))
        return NULL;
    Py_ssize_t count = k > words.count ? 0 : words.count - k + 1;
    PyObject *result = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(uint64_t));
    if (result != NULL) {
        uint64_t *hashes = (uint64_t *)PyBytes_AS_STRING(result);
        const uint8_t *start = NULL;
        Py_ssize_t length = 0;
        Py_BEGIN_ALLOW_THREADS;
        for (Py_ssize_t i = 0; i < count; i++) {
            length = run_of_words(&words, i, i + k, &start);
            if (length < 0)
                break;
            hashes[i] = dedup_xxh3(start, (size_t)length);
        }
        Py_END_ALLOW_THREADS;
        if (length < 0) {
            Py_CLEAR(result);
            bad_bounds();
        }
    }
    words_close(&words);
    return result;
}

/* count_alone(folded, bounds)
   How many words are one character of a script without spaces. */

/* The code point that these bytes are, if they are just one; else 0.  Never reads past them, and never
   gives more than a table has, even for bytes that are no UTF-8. */
static Py_UCS4 only_code(const uint8_t *word, Py_ssize_t length)
{
    static const uint8_t mask[5] = {0, 0x80, 0xE0, 0xF0, 0xF8}, lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (length < 1 || length > 4 || (word[0] & mask[length]) != lead[length])
        return 0;
    Py_UCS4 code = word[0] & (uint8_t)~mask[length];
    for (Py_ssize_t i = 1; i < length; i++)
        code = code << 6 | (word[i] & 63);
    return code < CODES ? code : 0;
}

/* Words that are one character of class s; -1 where the bounds are wrong.  Most words begin with an
   ASCII letter, which is no such character, so that branch is taken nearly always or nearly never. */
static Py_ssize_t alone_among(const Table *table, const Words *words)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < words->count; i++) {
        const uint8_t *word = NULL;
        Py_ssize_t length = run_of_words(words, i, i + 1, &word);
        if (length < 0)
            return -1;
        if (length > 0 && word[0] >= 0x80)
            found += table->kind[only_code(word, length)] == ALONE;
    }
    return found;
}

static Py_ssize_t alone(const Table *table, const uint8_t *folded, const int64_t *bounds, Py_ssize_t words)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < words; i++)
        if (folded[bounds[i]] >= 0x80)
            found += table->kind[only_code(folded + bounds[i], (Py_ssize_t)(bounds[i + 1] - bounds[i] - 1))] == ALONE;
    return found;
}

/* No such word is ASCII. */
DEDUP_CLONES static bool is_ascii(const uint8_t *folded, int64_t bytes)
{
    uint8_t all = 0;
    for (int64_t n = 0; n < bytes; n++)
        all |= folded[n];
    return all < 0x80;
}

bool dedup_is_dense(const Table *table, const uint8_t *folded, const int64_t *bounds, Py_ssize_t words)
{
    return words && !is_ascii(folded, bounds[words]) && 2 * alone(table, folded, bounds, words) > words;
}

PyObject *dedup_count_alone(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *folded, *bounds;
    Words words;
    Py_ssize_t found;
    if (!PyArg_ParseTuple(args, "OO:count_alone", &folded, &bounds))
        return NULL;
    if (table->kind == NULL)
        return PyErr_Format(PyExc_ValueError, "no table is set");
    if (!words_open(&words, folded, bounds))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    found = alone_among(table, &words);
    Py_END_ALLOW_THREADS;
    words_close(&words);
    return found < 0 ? bad_bounds() : PyLong_FromSsize_t(found);
}

/* ---- Signature: datasketch's affine32 ---- */

/* MurmurHash3's 32-bit finaliser. */
static inline uint32_t mixed(uint32_t x)
{
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return x ^ x >> 16;
}

static inline uint32_t smaller(uint32_t x, uint32_t y)
{
    return x < y ? x : y;
}

/* result[j] = min over h of a[j] * h + b[j], modulo 2^32.  Eight hashes a turn, so that loading and
   storing the permutations costs little beside the multiplications; the compiler vectorises j. */
DEDUP_INLINE void minimise(const uint64_t *hashes, Py_ssize_t count, const uint32_t *restrict a,
                           const uint32_t *restrict b, uint32_t *restrict result, Py_ssize_t permutations)
{
    Py_ssize_t i = 0;
    for (Py_ssize_t j = 0; j < permutations; j++)
        result[j] = UINT32_MAX;
    for (; i + 8 <= count; i += 8) {
        uint32_t h[8];
        for (int n = 0; n < 8; n++)
            h[n] = mixed((uint32_t)hashes[i + n]);
        for (Py_ssize_t j = 0; j < permutations; j++) {
            uint32_t x = smaller(a[j] * h[0] + b[j], a[j] * h[1] + b[j]);
            uint32_t y = smaller(a[j] * h[2] + b[j], a[j] * h[3] + b[j]);
            uint32_t z = smaller(a[j] * h[4] + b[j], a[j] * h[5] + b[j]);
            uint32_t w = smaller(a[j] * h[6] + b[j], a[j] * h[7] + b[j]);
            result[j] = smaller(result[j], smaller(smaller(x, y), smaller(z, w)));
        }
    }
    for (; i < count; i++) {
        uint32_t h = mixed((uint32_t)hashes[i]);
        for (Py_ssize_t j = 0; j < permutations; j++)
            result[j] = smaller(result[j], a[j] * h + b[j]);
    }
}

typedef void Minimise(const uint64_t *, Py_ssize_t, const uint32_t *, const uint32_t *, uint32_t *, Py_ssize_t);

DEDUP_CLONES static void minimise_fast(const uint64_t *hashes, Py_ssize_t count, const uint32_t *a, const uint32_t *b,
                                       uint32_t *result, Py_ssize_t permutations)
{
    minimise(hashes, count, a, b, result, permutations);
}

static void minimise_plain(const uint64_t *hashes, Py_ssize_t count, const uint32_t *a, const uint32_t *b,
                           uint32_t *result, Py_ssize_t permutations)
{
    minimise(hashes, count, a, b, result, permutations);
}

void dedup_minimise(const uint64_t *hashes, Py_ssize_t count, const uint32_t *a, const uint32_t *b, uint32_t *result,
                    Py_ssize_t permutations)
{
    minimise_fast(hashes, count, a, b, result, permutations);
}

static PyObject *signature_with(PyObject *args, Minimise *run)
{
    PyObject *objects[3], *result = NULL;
    Py_buffer hashes, a, b;
    Py_ssize_t count, permutations, offsets;
    if (!PyArg_ParseTuple(args, "OOO:signature", &objects[0], &objects[1], &objects[2]))
        return NULL;
    if ((count = dedup_items(objects[0], &hashes, sizeof(uint64_t), "hashes")) < 0)
        return NULL;
    if ((permutations = dedup_items(objects[1], &a, sizeof(uint32_t), "a")) < 0)
        goto release_hashes;
    if ((offsets = dedup_items(objects[2], &b, sizeof(uint32_t), "b")) < 0)
        goto release_a;
    if (permutations != offsets)
        PyErr_Format(PyExc_ValueError, "%zd multipliers but %zd offsets", permutations, offsets);
    else
        result = PyBytes_FromStringAndSize(NULL, a.len);
    if (result != NULL) {
        uint32_t *values = (uint32_t *)PyBytes_AS_STRING(result);
        Py_BEGIN_ALLOW_THREADS;
        run(hashes.buf, count, a.buf, b.buf, values, permutations);
        Py_END_ALLOW_THREADS;
    }
    PyBuffer_Release(&b);
release_a:
    PyBuffer_Release(&a);
release_hashes:
    PyBuffer_Release(&hashes);
    return result;
}

/* signature(hashes, a, b)
   MinHash of uint64 hashes under the permutations a * h + b: uint32, one for each. */

PyObject *dedup_signature(PyObject *Py_UNUSED(self), PyObject *args)
{
    return signature_with(args, minimise_fast);
}

/* signature_plain(hashes, a, b)
   The same without the instructions that not every machine has, for tests. */

PyObject *dedup_signature_plain(PyObject *Py_UNUSED(self), PyObject *args)
{
    return signature_with(args, minimise_plain);
}

/* ---- Anchors: winnowing ---- */

/* Of windows of two: each hash is asked once whether it is below the one before. */
static Py_ssize_t winnow_pairs(const uint64_t *hashes, Py_ssize_t count, int64_t *out)
{
    Py_ssize_t found = 0;
    bool falls = false; /* to this hash, or it is the same again: then the window of both is this one's */
    for (Py_ssize_t i = 0; i < count; i++) {
        bool falls_on = i + 1 == count || hashes[i + 1] <= hashes[i];
        out[found] = i;
        found += falls | !falls_on;
        falls = falls_on;
    }
    return found;
}

/* Writes the positions of the rightmost minimum of each window of w, without repeats; how many.

   Cut into blocks of w, every window is the end of one block and the beginning of the next (van Herk
   1992; Gil, Werman 1993): so the minimum from each position to the end of its block, `behind`, and
   the minimum from the beginning of the block so far give that of the window.  Three comparisons a
   hash whatever w is, and none that the processor has to guess. */
Py_ssize_t dedup_winnow(const uint64_t *hashes, Py_ssize_t count, Py_ssize_t w, int64_t *behind, int64_t *out)
{
    if (w == 2 && count > 1)
        return winnow_pairs(hashes, count, out);
    int64_t best = count - 1, last = -1;
    Py_ssize_t found = 0, place = count ? (count - 1) % w : 0; /* place: that of i in its block */
    for (Py_ssize_t i = count - 1; i >= 0; i--) {
        best = place == w - 1 || hashes[i] < hashes[best] ? i : best;
        behind[i] = best;
        place = place ? place - 1 : w - 1;
    }
    place = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        best = place == 0 || hashes[i] <= hashes[best] ? i : best;
        place = place == w - 1 ? 0 : place + 1;
        if (i < w - 1)
            continue;
        int64_t left = behind[i - w + 1], anchor = hashes[best] <= hashes[left] ? best : left;
        out[found] = anchor;
        found += anchor != last;
        last = anchor;
    }
    return found;
}

/* anchors(hashes, w)
   Positions of the winnowed of these uint64 hashes, rising: int64. */

PyObject *dedup_anchors(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *object, *result = NULL;
    Py_buffer hashes;
    Py_ssize_t w, found = 0;
    if (!PyArg_ParseTuple(args, "On:anchors", &object, &w))
        return NULL;
    if (w < 1)
        return PyErr_Format(PyExc_ValueError, "w=%zd: a window has at least one shingle", w);
    Py_ssize_t count = dedup_items(object, &hashes, sizeof(uint64_t), "hashes");
    if (count < 0)
        return NULL;
    int64_t *scratch = PyMem_RawMalloc((size_t)count * 2 * sizeof(int64_t) + 1);
    if (scratch == NULL)
        PyErr_NoMemory();
    else {
        int64_t *positions = scratch + count;
        Py_BEGIN_ALLOW_THREADS;
        found = dedup_winnow(hashes.buf, count, w < count ? w : count, scratch, positions);
        Py_END_ALLOW_THREADS;
        result = PyBytes_FromStringAndSize((const char *)positions, found * (Py_ssize_t)sizeof(int64_t));
    }
    PyMem_RawFree(scratch);
    PyBuffer_Release(&hashes);
    return result;
}

/* Sketch: shingle hashes, signature and anchors of one folded text.

   dedup/sketch.py is the specification; every function here gives its bits.  The work runs without
   the GIL, on memory that the arguments keep alive. */

#include "_engine.h"

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

/* ---- Shingle hashes: xxh64 (Yann Collet), seed 0 ---- */

static const uint64_t P1 = 0x9E3779B185EBCA87u, P2 = 0xC2B2AE3D27D4EB4Fu, P3 = 0x165667B19E3779F9u,
                      P4 = 0x85EBCA77C2B2AE63u, P5 = 0x27D4EB2F165667C5u;

static inline uint64_t rotated(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

/* Little-endian loads, whatever the machine; compilers make one instruction of each. */
static inline uint32_t load32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t round64(uint64_t lane, uint64_t input)
{
    return rotated(lane + input * P2, 31) * P1;
}

/* The four lanes over whole blocks of 32 bytes, merged. */
static inline uint64_t blocks64(const uint8_t *p, const uint8_t *last)
{
    uint64_t lane[4] = {P1 + P2, P2, 0, 0 - P1};
    for (; p <= last; p += 32)
        for (int i = 0; i < 4; i++)
            lane[i] = round64(lane[i], load64(p + 8 * i));
    uint64_t hash = rotated(lane[0], 1) + rotated(lane[1], 7) + rotated(lane[2], 12) + rotated(lane[3], 18);
    for (int i = 0; i < 4; i++)
        hash = (hash ^ round64(0, lane[i])) * P1 + P4;
    return hash;
}

static inline uint64_t xxh64(const uint8_t *p, size_t length)
{
    const uint8_t *end = p + length;
    uint64_t hash = P5;
    if (length >= 32) {
        hash = blocks64(p, end - 32);
        p += length & ~(size_t)31;
    }
    hash += length;
    for (; end - p >= 8; p += 8)
        hash = rotated(hash ^ round64(0, load64(p)), 27) * P1 + P4;
    if (end - p >= 4) {
        hash = rotated(hash ^ load32(p) * P1, 23) * P2 + P3;
        p += 4;
    }
    for (; p < end; p++)
        hash = rotated(hash ^ *p * P5, 11) * P1;
    hash = (hash ^ hash >> 33) * P2;
    hash = (hash ^ hash >> 29) * P3;
    return hash ^ hash >> 32;
}

uint64_t dedup_xxh64(const uint8_t *bytes, size_t length)
{
    return xxh64(bytes, length);
}

/* ---- The same of many runs of words at once

   The lengths of shingles differ every time, and where a processor has to guess one it is wrong too often: so every
   step of the rest behind whole blocks is taken, and those that a run does not have are undone by a mask.  With
   no branch left, a loop over some runs is one that the compiler can vectorise, and does where the machine
   multiplies numbers of 64 bits in vectors. */

enum { SOME = 32 };

typedef struct { /* what the steps need of each run: up to two blocks of 32 bytes are read beforehand */
    uint64_t block[4][SOME], rest[3][SOME], four[SOME], length[SOME];
} Runs;

/* The bytes behind `whole` bytes of blocks.  Reads up to SLACK bytes behind the run. */
static inline void read_rest(Runs *runs, int n, const uint8_t *p, size_t length)
{
    runs->length[n] = length;
    for (int i = 0; i < 3; i++)
        runs->rest[i][n] = load64(p + 8 * i);
    runs->four[n] = load64(p + (length & 24));
}

/* `now` where the lowest bit of `if_odd` is 1. */
static inline uint64_t chosen(uint64_t if_odd, uint64_t now, uint64_t before)
{
    return before ^ ((now ^ before) & (0 - (if_odd & 1)));
}

/* The steps behind whole blocks. */
static inline uint64_t finished(const Runs *runs, int n, uint64_t hash)
{
    uint64_t length = runs->length[n], eights = length >> 3 & 3, ones = length & 3;
    hash += length;
    /* eights > i and ones > i, for numbers below 4 */
    uint64_t more[3] = {eights | eights >> 1, eights >> 1, eights & eights >> 1};
    for (int i = 0; i < 3; i++)
        hash = chosen(more[i], rotated(hash ^ round64(0, runs->rest[i][n]), 27) * P1 + P4, hash);
    uint64_t four = runs->four[n], three = four >> (8 * (length & 4));
    hash = chosen(length >> 2, rotated(hash ^ (four & 0xFFFFFFFF) * P1, 23) * P2 + P3, hash);
    uint64_t some[3] = {ones | ones >> 1, ones >> 1, ones & ones >> 1};
    for (int i = 0; i < 3; i++)
        hash = chosen(some[i], rotated(hash ^ (three >> 8 * i & 255) * P5, 11) * P1, hash);
    hash = (hash ^ hash >> 33) * P2;
    hash = (hash ^ hash >> 29) * P3;
    return hash ^ hash >> 32;
}

/* Runs of less than 32 bytes. */
DEDUP_WIDE static void hash_short(const Runs *restrict runs, uint64_t *restrict out)
{
    for (int n = 0; n < SOME; n++)
        out[n] = finished(runs, n, P5);
}

/* Runs of one block of 32 bytes and less than 32 more. */
DEDUP_WIDE static void hash_long(const Runs *restrict runs, uint64_t *restrict out)
{
    for (int n = 0; n < SOME; n++) {
        uint64_t a = round64(P1 + P2, runs->block[0][n]), b = round64(P2, runs->block[1][n]);
        uint64_t c = round64(0, runs->block[2][n]), d = round64(0 - P1, runs->block[3][n]);
        uint64_t hash = rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
        hash = (hash ^ round64(0, a)) * P1 + P4;
        hash = (hash ^ round64(0, b)) * P1 + P4;
        hash = (hash ^ round64(0, c)) * P1 + P4;
        hash = (hash ^ round64(0, d)) * P1 + P4;
        out[n] = finished(runs, n, hash);
    }
}

/* Five English words have about 32 bytes: first it is seen which runs are short and which long, without a branch
   either. */
void dedup_hash_shingles(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, Py_ssize_t k, uint64_t *out)
{
    enum { LOOKED_AT = 1024 };
    int32_t shorts[LOOKED_AT], longs[LOOKED_AT];
    uint64_t hashes[SOME];
    Runs runs;
    memset(&runs, 0, sizeof runs);
    for (Py_ssize_t first = 0; first + k <= words; first += LOOKED_AT) {
        const int64_t *begin = bounds + first;
        Py_ssize_t here = words - k + 1 - first, few = 0, many = 0;
        here = here < LOOKED_AT ? here : LOOKED_AT;
        for (Py_ssize_t i = 0; i < here; i++) {
            int is_long = begin[i + k] - begin[i] > 32;
            shorts[few] = longs[many] = (int32_t)i;
            few += !is_long;
            many += is_long;
        }
        for (Py_ssize_t at = 0; at < few; at += SOME) {
            int count = few - at < SOME ? (int)(few - at) : SOME;
            for (int n = 0; n < count; n++) {
                const int64_t *bound = begin + shorts[at + n];
                read_rest(&runs, n, folded + *bound, (size_t)(bound[k] - *bound - 1));
            }
            hash_short(&runs, hashes);
            for (int n = 0; n < count; n++)
                out[first + shorts[at + n]] = hashes[n];
        }
        for (Py_ssize_t at = 0; at < many; at += SOME) {
            int count = many - at < SOME ? (int)(many - at) : SOME;
            for (int n = 0; n < count; n++) {
                const int64_t *bound = begin + longs[at + n];
                const uint8_t *p = folded + *bound;
                for (int i = 0; i < 4; i++)
                    runs.block[i][n] = load64(p + 8 * i);
                read_rest(&runs, n, p + 32, (size_t)(bound[k] - *bound - 1));
            }
            hash_long(&runs, hashes);
            for (int n = 0; n < count; n++) {
                const int64_t *bound = begin + longs[at + n];
                size_t length = (size_t)(bound[k] - *bound - 1);
                out[first + longs[at + n]] = length < 64 ? hashes[n] : xxh64(folded + *bound, length);
            }
        }
    }
}

/* shingle_hashes(folded, bounds, k)
   xxh64 of each run of k words, which is a slice of `folded`: uint64. */

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
            hashes[i] = xxh64(start, (size_t)length);
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

Py_ssize_t dedup_alone(const Table *table, const uint8_t *folded, const int64_t *bounds, Py_ssize_t words)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < words; i++)
        if (folded[bounds[i]] >= 0x80)
            found += table->kind[only_code(folded + bounds[i], (Py_ssize_t)(bounds[i + 1] - bounds[i] - 1))] == ALONE;
    return found;
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

/* Writes the positions of the rightmost minimum of each window of w, without repeats; how many.

   Cut into blocks of w, every window is the end of one block and the beginning of the next (van Herk
   1992; Gil, Werman 1993): so the minimum from each position to the end of its block, `behind`, and
   the minimum from the beginning of the block so far give that of the window.  Three comparisons a
   hash whatever w is, and none that the processor has to guess. */
Py_ssize_t dedup_winnow(const uint64_t *hashes, Py_ssize_t count, Py_ssize_t w, int64_t *behind, int64_t *out)
{
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

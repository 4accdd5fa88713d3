/* Batch: many texts in one call without the GIL.

   The memory of one text serves the next, and what comes back are flat arrays, so that a million
   articles make no objects.  dedup/batch.py is the specification. */

#include "_engine.h"

#include <stdbool.h>

enum { NUMBER_BITS = 24, BUCKETS = 256, LIKELY = 1 << 16 };

/* ---- Texts as they come from Python ---- */

void dedup_sources_close(Sources *sources)
{
    Py_XDECREF(sources->texts);
    Py_XDECREF(sources->bodies);
    PyMem_RawFree(sources->items);
    buffer_free(&sources->pairs);
}

PyObject *dedup_text_of(PyObject *texts, Py_ssize_t i)
{
    PyObject *text = PyTuple_GET_ITEM(texts, i);
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "text %zd is no str", i);
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(text) < 0)
        return NULL;
#endif
    return text;
}

static bool source_open(Sources *sources, Py_ssize_t i, Buffer *spans)
{
    PyObject *text = dedup_text_of(sources->texts, i);
    if (text == NULL)
        return false;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > LONGEST_TEXT) {
        PyErr_Format(PyExc_ValueError, "text %zd has %zd characters, more than %d", i, length, LONGEST_TEXT);
        return false;
    }
    spans->used = 0;
    PyObject *body = sources->bodies ? PyTuple_GET_ITEM(sources->bodies, i) : Py_None;
    Py_ssize_t count = dedup_read_spans(body, length, spans);
    if (count < 0)
        return false;
    Py_ssize_t size = count * 2 * (Py_ssize_t)sizeof(Py_ssize_t);
    if (!buffer_reserve(&sources->pairs, size + 1)) {
        PyErr_NoMemory();
        return false;
    }
    memcpy((char *)sources->pairs.items + sources->pairs.used, spans->items, (size_t)size);
    sources->items[i] = (Source){(int)PyUnicode_KIND(text), PyUnicode_DATA(text),
                                 sources->pairs.used / (2 * (Py_ssize_t)sizeof(Py_ssize_t)), count};
    sources->pairs.used += size;
    return true;
}

int dedup_sources_open(Sources *sources, PyObject *texts, PyObject *bodies)
{
    Buffer spans = {NULL, 0, 0};
    bool done = false;
    sources->texts = PySequence_Tuple(texts);
    sources->bodies = bodies == Py_None ? NULL : PySequence_Tuple(bodies);
    if (sources->texts == NULL || (sources->bodies == NULL && bodies != Py_None))
        return false;
    sources->count = PyTuple_GET_SIZE(sources->texts);
    if (sources->count >= 1 << NUMBER_BITS || (sources->bodies && PyTuple_GET_SIZE(sources->bodies) != sources->count)) {
        PyErr_SetString(PyExc_ValueError, "too many texts, or not one body for each");
        return false;
    }
    sources->items = PyMem_RawCalloc((size_t)sources->count + 1, sizeof(Source));
    if (sources->items == NULL)
        PyErr_NoMemory();
    else {
        done = true;
        for (Py_ssize_t i = 0; done && i < sources->count; i++)
            done = source_open(sources, i, &spans);
    }
    buffer_free(&spans);
    return done;
}

int dedup_fold_source(const Sources *sources, Py_ssize_t i, Folding *out)
{
    const Source *source = &sources->items[i];
    const Py_ssize_t *pairs = (const Py_ssize_t *)sources->pairs.items + 2 * source->first;
    return dedup_fold_spans(out, source->kind, source->data, pairs, source->spans);
}

/* ---- Sketches ---- */

typedef struct {
    const uint32_t *a, *b;
    Py_ssize_t permutations, bands, rows, shingle, window, reach[2]; /* for words, for characters */
    bool anchors;
} Scheme;

typedef struct { /* hashes of shingles that are looked for, rising; which a bit says of most that it is none */
    const uint64_t *hashes;
    Py_ssize_t count;
    uint64_t likely[LIKELY / 64];
} Known;

typedef struct { /* memory that serves every text */
    Folding folding;
    Buffer hashes, scratch, band;
    uint32_t *signature;
} Desk;

typedef struct {
    int32_t *words;
    uint8_t *dense;
    Buffer bands, anchors;
    Buffer known; /* int32: a text and the place of a shingle in it */
} Sketched;

static void *fresh(Buffer *buffer, Py_ssize_t count, size_t size)
{
    buffer->used = 0;
    return buffer_reserve(buffer, (count + 1) * (Py_ssize_t)size) ? buffer->items : NULL;
}

/* Adds a key, for which there is room. */
static inline void put_key(Buffer *keys, uint64_t hash, Py_ssize_t number)
{
    *(uint64_t *)((char *)keys->items + keys->used) = hash << NUMBER_BITS | (uint64_t)number;
    keys->used += (Py_ssize_t)sizeof(uint64_t);
}

static inline void store32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

/* A key for each band: xxh3 of its number and its rows, 32 bits each, little-endian. */
static bool put_bands(const Scheme *scheme, const Desk *desk, Py_ssize_t number, Buffer *keys)
{
    uint8_t *band = desk->band.items;
    if (!buffer_reserve(keys, scheme->bands * (Py_ssize_t)sizeof(uint64_t)))
        return false;
    for (Py_ssize_t i = 0; i < scheme->bands; i++) {
        store32(band, (uint32_t)i);
        for (Py_ssize_t row = 0; row < scheme->rows; row++)
            store32(band + 4 + 4 * row, desk->signature[i * scheme->rows + row]);
        put_key(keys, dedup_xxh3(band, (size_t)(4 + 4 * scheme->rows)), number);
    }
    return true;
}

static bool put_anchors(uint64_t *hashes, Py_ssize_t count, Py_ssize_t w, Py_ssize_t reach, Desk *desk,
                        Py_ssize_t number, Buffer *keys)
{
    count -= reach;
    if (count <= 0)
        return true;
    int64_t *behind = fresh(&desk->scratch, 3 * count, sizeof(int64_t)), *positions = behind + count;
    if (behind == NULL || !buffer_reserve(keys, count * (Py_ssize_t)sizeof(uint64_t)))
        return false;
    uint64_t *grams = reach ? (uint64_t *)(positions + count) : hashes;
    for (Py_ssize_t i = 0; reach && i < count; i++) {
        uint64_t mixed = hashes[i] + hashes[i + reach] * 0x9E3779B97F4A7C15u;
        grams[i] = mixed ^ mixed >> 32;
    }
    w -= reach;
    Py_ssize_t found = dedup_winnow(grams, count, w < count ? w : count, behind, positions);
    uint64_t *key = (uint64_t *)((char *)keys->items + keys->used);
    for (Py_ssize_t i = 0; i < found; i++)
        key[i] = grams[positions[i]] << NUMBER_BITS | (uint64_t)number;
    keys->used += found * (Py_ssize_t)sizeof *key;
    return true;
}

static void known_open(Known *known)
{
    memset(known->likely, 0, sizeof known->likely);
    for (Py_ssize_t n = 0; n < known->count; n++) {
        uint64_t bit = known->hashes[n] % LIKELY;
        known->likely[bit / 64] |= (uint64_t)1 << bit % 64;
    }
}

static bool is_known(const Known *known, uint64_t hash)
{
    uint64_t bit = hash % LIKELY;
    if (!(known->likely[bit / 64] >> bit % 64 & 1))
        return false;
    Py_ssize_t low = 0, high = known->count;
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (known->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < known->count && known->hashes[low] == hash;
}

static bool put_known(const Known *known, const uint64_t *hashes, Py_ssize_t count, Py_ssize_t number, Buffer *out)
{
    for (Py_ssize_t n = 0; n < count; n++) {
        if (!is_known(known, hashes[n]))
            continue;
        if (!buffer_reserve(out, 2 * (Py_ssize_t)sizeof(int32_t)))
            return false;
        int32_t *row = (int32_t *)((char *)out->items + out->used);
        row[0] = (int32_t)number;
        row[1] = (int32_t)n;
        out->used += 2 * (Py_ssize_t)sizeof(int32_t);
    }
    return true;
}

static bool sketch_one(const Sources *sources, Py_ssize_t i, const Scheme *scheme, const Known *known, Desk *desk,
                       Sketched *out)
{
    Folding *folding = &desk->folding;
    folding->folded.used = 0;
    forget_words(folding);
    if (!dedup_fold_source(sources, i, folding) || !buffer_reserve(&folding->folded, SLACK))
        return false;
    Py_ssize_t count = words_of(folding);
    const int64_t *bounds = folding->bounds.items;
    uint64_t *hashes = fresh(&desk->hashes, count, sizeof(uint64_t));
    if (hashes == NULL)
        return false;
    bool dense = dedup_is_dense(folding->table, folding->folded.items, bounds, count);
    Py_ssize_t k = scheme->shingle * (1 + dense), shingles = count < k ? 0 : count - k + 1;
    out->words[i] = (int32_t)count;
    out->dense[i] = dense;
    if (shingles == 0)
        return true;
    dedup_hash_shingles(folding->folded.items, bounds, count, k, hashes);
    if (known->count > 0 && !put_known(known, hashes, shingles, i, &out->known))
        return false;
    Py_ssize_t window = scheme->window * (1 + dense);
    if (scheme->anchors && !put_anchors(hashes, shingles, window, scheme->reach[dense], desk, i, &out->anchors))
        return false;
    dedup_minimise(hashes, shingles, scheme->a, scheme->b, desk->signature, scheme->permutations);
    return put_bands(scheme, desk, i, &out->bands);
}

/* The keys by the highest 8 bits, otherwise in their order, and where each of 256 buckets begins. */
static PyObject *bucketed(const Buffer *buffer)
{
    Py_ssize_t count = buffer->used / (Py_ssize_t)sizeof(uint64_t);
    PyObject *keys = PyBytes_FromStringAndSize(NULL, buffer->used);
    PyObject *begins = PyBytes_FromStringAndSize(NULL, (BUCKETS + 1) * (Py_ssize_t)sizeof(int64_t));
    if (keys == NULL || begins == NULL) {
        Py_XDECREF(keys);
        Py_XDECREF(begins);
        return NULL;
    }
    const uint64_t *in = buffer->items;
    uint64_t *out = (uint64_t *)PyBytes_AS_STRING(keys);
    int64_t *begin = (int64_t *)PyBytes_AS_STRING(begins), next[BUCKETS] = {0};
    Py_BEGIN_ALLOW_THREADS;
    for (Py_ssize_t i = 0; i < count; i++)
        next[in[i] >> 56]++;
    begin[0] = 0;
    for (int n = 0; n < BUCKETS; n++) {
        begin[n + 1] = begin[n] + next[n];
        next[n] = begin[n];
    }
    for (Py_ssize_t i = 0; i < count; i++)
        out[next[in[i] >> 56]++] = in[i];
    Py_END_ALLOW_THREADS;
    return Py_BuildValue("(NN)", keys, begins);
}

static bool run_sketches(const Sources *sources, const Scheme *scheme, Known *known, const Table *table, Sketched *out)
{
    Desk desk;
    memset(&desk, 0, sizeof desk);
    desk.folding.table = table;
    desk.signature = PyMem_RawCalloc((size_t)scheme->permutations + 1, sizeof(uint32_t));
    bool done = desk.signature != NULL && fresh(&desk.band, scheme->rows + 1, 4) != NULL;
    known_open(known);
    for (Py_ssize_t i = 0; done && i < sources->count; i++)
        done = sketch_one(sources, i, scheme, known, &desk, out);
    folding_free(&desk.folding);
    buffer_free(&desk.hashes);
    buffer_free(&desk.scratch);
    buffer_free(&desk.band);
    PyMem_RawFree(desk.signature);
    return done;
}

static PyObject *sketches_of(const Sources *sources, const Scheme *scheme, Known *known, const Table *table)
{
    Sketched out = {0};
    PyObject *words = PyBytes_FromStringAndSize(NULL, sources->count * (Py_ssize_t)sizeof(int32_t));
    PyObject *dense = PyBytes_FromStringAndSize(NULL, sources->count), *result = NULL;
    if (words != NULL && dense != NULL) {
        bool done;
        out.words = (int32_t *)PyBytes_AS_STRING(words);
        out.dense = (uint8_t *)PyBytes_AS_STRING(dense);
        Py_BEGIN_ALLOW_THREADS;
        done = run_sketches(sources, scheme, known, table, &out);
        Py_END_ALLOW_THREADS;
        PyObject *bands = done ? bucketed(&out.bands) : PyErr_NoMemory();
        PyObject *anchors = bands ? bucketed(&out.anchors) : NULL;
        if (anchors != NULL)
            result = Py_BuildValue("(OOOOy#)", words, dense, bands, anchors, out.known.items ? out.known.items : "",
                                   out.known.used);
        Py_XDECREF(bands);
        Py_XDECREF(anchors);
    }
    Py_XDECREF(words);
    Py_XDECREF(dense);
    buffer_free(&out.bands);
    buffer_free(&out.anchors);
    buffer_free(&out.known);
    return result;
}

static bool scheme_is_sound(const Scheme *scheme, Py_ssize_t offsets)
{
    const Py_ssize_t most = 1 << 20;
    if (scheme->shingle >= 1 && scheme->window >= 1 && scheme->bands >= 1 && scheme->rows >= 1 &&
        scheme->shingle <= most && scheme->window <= most && scheme->bands <= most && scheme->rows <= most &&
        scheme->reach[0] >= 0 && scheme->reach[0] < scheme->window && scheme->reach[1] >= 0 &&
        scheme->reach[1] < 2 * scheme->window && scheme->permutations == offsets && scheme->bands * scheme->rows <= scheme->permutations)
        return true;
    PyErr_SetString(PyExc_ValueError, "shingle, window, bands and rows are from 1 up and bands times rows fit in a and b");
    return false;
}

/* sketches(texts, bodies, shingle, window, reach, dense_reach, a, b, bands, rows, anchors, known=b"")

   (words, dense, (band keys, begins), (anchor keys, begins), known): int32 and uint8, one each text; uint64
   keys, the low 40 bits of a hash over 24 of the text's place in `texts`, by their highest 8 bits; int32 in rows
   of 2, a text and the place of a shingle in it whose hash is among those that are known, uint64 and rising. */
PyObject *dedup_sketches(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *texts, *bodies, *result = NULL;
    Py_buffer a, b, hashes = {0};
    Sources sources = {0};
    Scheme scheme = {0};
    Known known;
    int anchors;
    if (!PyArg_ParseTuple(args, "OOnnnny*y*nnp|y*:sketches", &texts, &bodies, &scheme.shingle, &scheme.window,
                          &scheme.reach[0], &scheme.reach[1], &a, &b, &scheme.bands, &scheme.rows, &anchors, &hashes))
        return NULL;
    known.hashes = hashes.buf;
    known.count = hashes.len / (Py_ssize_t)sizeof(uint64_t);
    scheme.anchors = anchors;
    scheme.a = a.buf;
    scheme.b = b.buf;
    scheme.permutations = a.len / (Py_ssize_t)sizeof(uint32_t);
    if (table->kind == NULL)
        PyErr_SetString(PyExc_ValueError, "no table is set");
    else if (scheme_is_sound(&scheme, b.len / (Py_ssize_t)sizeof(uint32_t)) && dedup_sources_open(&sources, texts, bodies))
        result = sketches_of(&sources, &scheme, &known, table);
    dedup_sources_close(&sources);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    if (hashes.obj != NULL)
        PyBuffer_Release(&hashes);
    return result;
}

/* Names: which names a text repeats, as hashes, and how many of them two texts have in common.

   dedup/batch.py is the specification. */

#include "_engine.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct {
    uint64_t hash;
    int32_t times; /* with a capital inside a sentence; 0: this place is free */
    bool small;    /* also written small */
} Name;

typedef struct { /* memory that serves every text */
    Folding folding;
    Buffer capitals, table; /* numbers of words, int32; Name */
} Desk;

enum { BETWEEN = 1, END = 2 };

/* What stands before a word: a blank, a bracket or a quotation mark, or the end of a sentence. */
static int sort_of(Py_UCS4 c)
{
    switch (c) {
    case ' ': case '\t': case '"': case '\'': case '(': case '[': case '-':
    case 0xA0: case 0xAB: case 0xBB: case 0x2013: case 0x2014: case 0x2018: case 0x2019: case 0x201C: case 0x201D:
        return BETWEEN;
    case '.': case '!': case '?': case ':': case '\n': case '\r': case 0x2026:
        return END;
    default:
        return 0;
    }
}

static inline bool is_upper(const Source *source, int64_t at)
{
    Py_UCS4 c = PyUnicode_READ(source->kind, source->data, at);
    return c < 128 ? c >= 'A' && c <= 'Z' : Py_UNICODE_ISUPPER(c);
}

/* Whether the word at `start` is the first of a sentence, as far as the four characters before it show. */
static bool begins_sentence(const Source *source, int64_t start)
{
    for (int64_t at = start - 1; at >= 0 && at >= start - 4; at--) {
        int sort = sort_of(PyUnicode_READ(source->kind, source->data, at));
        if (sort != BETWEEN)
            return sort == END;
    }
    return true;
}

static Name *place_of(Name *table, uint64_t mask, uint64_t hash)
{
    uint64_t at = hash;
    while (table[at & mask].times && table[at & mask].hash != hash)
        at++;
    return &table[at & mask];
}

static int ascending(const void *one, const void *two)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)two;
    return (a > b) - (a < b);
}

static inline uint64_t *filter_at(uint64_t *filter, const uint8_t *bytes, int64_t length, uint64_t *bit)
{
    uint32_t at = (uint32_t)(bytes[0] * 8 + bytes[length / 2] + 41 * length);
    *bit = (uint64_t)1 << (at & 63);
    return &filter[at >> 6 & 15];
}

/* Puts the words with a capital inside a sentence into `desk`, and counts those written small.  How many
   there are, or -1 when there is no memory. */
static Py_ssize_t count_capitals(const Source *source, Desk *desk, Py_ssize_t *small)
{
    Py_ssize_t words = desk->folding.words.used / (Py_ssize_t)sizeof(Word), count = 0;
    const Word *word = desk->folding.words.items;
    desk->capitals.used = 0;
    if (!buffer_reserve(&desk->capitals, (words + 1) * (Py_ssize_t)sizeof(int32_t)))
        return -1;
    int32_t *capitals = desk->capitals.items;
    *small = 0;
    for (Py_ssize_t n = 0; n < words; n++) {
        if (!is_upper(source, word[n].start))
            ++*small;
        else if (!begins_sentence(source, word[n].start))
            capitals[count++] = (int32_t)n;
    }
    return count;
}

static bool names_of(const Sources *sources, Py_ssize_t i, Desk *desk, Buffer *out, int32_t *found)
{
    Folding *folding = &desk->folding;
    folding->folded.used = folding->words.used = 0;
    if (!dedup_fold_source(sources, i, folding) || !buffer_reserve(&folding->folded, SLACK))
        return false;
    const Source *source = &sources->items[i];
    Py_ssize_t words = folding->words.used / (Py_ssize_t)sizeof(Word), small, room = 16;
    Py_ssize_t capitals = count_capitals(source, desk, &small);
    *found = 0;
    if (capitals < 2 || 2 * capitals > small)
        return capitals >= 0;
    while (room < 2 * capitals)
        room *= 2;
    desk->table.used = 0;
    if (!buffer_reserve(&desk->table, room * (Py_ssize_t)sizeof(Name)))
        return false;
    const Word *word = folding->words.items;
    const uint8_t *folded = folding->folded.items;
    Name *table = desk->table.items;
    uint64_t mask = (uint64_t)(room - 1), filter[16] = {0}, bit;
    memset(table, 0, (size_t)room * sizeof *table);
    for (Py_ssize_t k = 0; k < capitals; k++) {
        Py_ssize_t n = ((const int32_t *)desk->capitals.items)[k];
        const uint8_t *bytes = folded + word[n].bound;
        int64_t length = (n + 1 < words ? word[n + 1].bound : folding->folded.used) - 1 - word[n].bound;
        if (length >= 2 && bytes[length - 2] == '\'' && bytes[length - 1] == 's')
            length -= 2;
        uint64_t hash = dedup_xxh64(bytes, (size_t)length);
        Name *name = place_of(table, mask, hash);
        name->hash = hash;
        if (++name->times == 2)
            *filter_at(filter, bytes, length, &bit) |= bit;
    }
    for (Py_ssize_t n = 0; n < words; n++) {
        const uint8_t *bytes = folded + word[n].bound;
        int64_t length = (n + 1 < words ? word[n + 1].bound : folding->folded.used) - 1 - word[n].bound;
        /* Few words look like a name that is repeated, and hashing takes its time. */
        if (*filter_at(filter, bytes, length, &bit) & bit && !is_upper(source, word[n].start)) {
            Name *name = place_of(table, mask, dedup_xxh64(bytes, (size_t)length));
            name->small = name->small || name->times;
        }
    }
    Py_ssize_t first = out->used / (Py_ssize_t)sizeof(uint64_t);
    for (Py_ssize_t n = 0; n < room; n++)
        if (table[n].times > 1 && !table[n].small) {
            if (!buffer_reserve(out, (Py_ssize_t)sizeof(uint64_t)))
                return false;
            memcpy((char *)out->items + out->used, &table[n].hash, sizeof(uint64_t));
            out->used += (Py_ssize_t)sizeof(uint64_t);
            ++*found;
        }
    if (*found)
        qsort((uint64_t *)out->items + first, (size_t)*found, sizeof(uint64_t), ascending);
    return true;
}

/* names(texts, bodies) -> (hashes, counts)

   xxh64 of the names that each text repeats (uint64, sorted within a text), and how many (int32). */
PyObject *dedup_names(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *texts, *bodies, *result = NULL, *counts = NULL;
    Sources sources = {0};
    Desk desk = {0};
    Buffer hashes = {NULL, 0, 0};
    desk.folding.table = table;
    if (!PyArg_ParseTuple(args, "OO:names", &texts, &bodies))
        return NULL;
    if (table->kind == NULL)
        PyErr_SetString(PyExc_ValueError, "no table is set");
    else if (dedup_sources_open(&sources, texts, bodies))
        counts = PyBytes_FromStringAndSize(NULL, sources.count * (Py_ssize_t)sizeof(int32_t));
    if (counts != NULL) {
        bool done = true;
        int32_t *count = (int32_t *)PyBytes_AS_STRING(counts);
        Py_BEGIN_ALLOW_THREADS;
        for (Py_ssize_t i = 0; done && i < sources.count; i++)
            done = names_of(&sources, i, &desk, &hashes, &count[i]);
        Py_END_ALLOW_THREADS;
        result = done ? Py_BuildValue("(y#O)", hashes.items ? hashes.items : "", hashes.used, counts) : PyErr_NoMemory();
        Py_DECREF(counts);
    }
    dedup_sources_close(&sources);
    buffer_free(&desk.folding.folded);
    buffer_free(&desk.folding.words);
    buffer_free(&desk.capitals);
    buffer_free(&desk.table);
    buffer_free(&hashes);
    return result;
}

static int32_t overlap(const uint64_t *a, const uint64_t *a_end, const uint64_t *b, const uint64_t *b_end)
{
    int32_t common = 0;
    while (a < a_end && b < b_end) {
        uint64_t x = *a, y = *b;
        common += x == y;
        a += x <= y;
        b += y <= x;
    }
    return common;
}

/* overlaps(values, begins, pairs)

   Row n is values[begins[n]] to values[begins[n + 1]] (uint64, sorted; int64): for each pair of rows
   (int32, 2 columns) how many values they have in common, int32. */
PyObject *dedup_overlaps(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *objects[3], *result = NULL;
    Py_buffer views[3];
    static const char *const names[] = {"values", "begins", "pairs"};
    static const Py_ssize_t sizes[] = {sizeof(uint64_t), sizeof(int64_t), sizeof(int32_t)};
    Py_ssize_t counts[3];
    int open = 0;
    if (!PyArg_ParseTuple(args, "OOO:overlaps", &objects[0], &objects[1], &objects[2]))
        return NULL;
    for (; open < 3; open++)
        if ((counts[open] = dedup_items(objects[open], &views[open], sizes[open], names[open])) < 0)
            break;
    if (open == 3) {
        const uint64_t *values = views[0].buf;
        const int64_t *begins = views[1].buf;
        const int32_t *pairs = views[2].buf;
        Py_ssize_t rows = counts[1] - 1;
        bool sound = rows >= 0 && counts[2] % 2 == 0;
        result = PyBytes_FromStringAndSize(NULL, counts[2] / 2 * (Py_ssize_t)sizeof(int32_t));
        if (result != NULL) {
            int32_t *out = (int32_t *)PyBytes_AS_STRING(result);
            Py_BEGIN_ALLOW_THREADS;
            for (Py_ssize_t n = 0; sound && n < rows; n++)
                sound = begins[n] >= 0 && begins[n] <= begins[n + 1] && begins[n + 1] <= counts[0];
            for (Py_ssize_t n = 0; sound && n < counts[2] / 2; n++) {
                int32_t x = pairs[2 * n], y = pairs[2 * n + 1];
                sound = x >= 0 && x < rows && y >= 0 && y < rows;
                if (sound)
                    out[n] = overlap(values + begins[x], values + begins[x + 1], values + begins[y], values + begins[y + 1]);
            }
            Py_END_ALLOW_THREADS;
            if (!sound) {
                Py_CLEAR(result);
                PyErr_SetString(PyExc_ValueError, "a pair or a row is outside");
            }
        }
    }
    while (open-- > 0)
        PyBuffer_Release(&views[open]);
    return result;
}

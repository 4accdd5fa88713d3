/* Names: which names a text repeats, as hashes, and which reports have many of them in common.

   dedup/relations.py is the specification. */

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
    Py_ssize_t words = words_of(&desk->folding), count = 0;
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
    folding->folded.used = 0;
    forget_words(folding);
    if (!dedup_fold_source(sources, i, folding) || !buffer_reserve(&folding->folded, SLACK))
        return false;
    const Source *source = &sources->items[i];
    Py_ssize_t words = words_of(folding), small, room = 16;
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
    const int64_t *bounds = folding->bounds.items;
    const uint8_t *folded = folding->folded.items;
    Name *table = desk->table.items;
    uint64_t mask = (uint64_t)(room - 1), filter[16] = {0}, bit;
    memset(table, 0, (size_t)room * sizeof *table);
    for (Py_ssize_t k = 0; k < capitals; k++) {
        Py_ssize_t n = ((const int32_t *)desk->capitals.items)[k];
        const uint8_t *bytes = folded + bounds[n];
        int64_t length = bounds[n + 1] - 1 - bounds[n];
        if (length >= 2 && bytes[length - 2] == '\'' && bytes[length - 1] == 's')
            length -= 2;
        uint64_t hash = dedup_xxh3(bytes, (size_t)length);
        Name *name = place_of(table, mask, hash);
        name->hash = hash;
        if (++name->times == 2)
            *filter_at(filter, bytes, length, &bit) |= bit;
    }
    for (Py_ssize_t n = 0; n < words; n++) {
        const uint8_t *bytes = folded + bounds[n];
        int64_t length = bounds[n + 1] - 1 - bounds[n];
        /* Few words look like a name that is repeated, and hashing takes its time. */
        if (*filter_at(filter, bytes, length, &bit) & bit && !is_upper(source, word[n].start)) {
            Name *name = place_of(table, mask, dedup_xxh3(bytes, (size_t)length));
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

   xxh3 of the names that each text repeats (uint64, sorted within a text), and how many (int32). */
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
    folding_free(&desk.folding);
    buffer_free(&desk.capitals);
    buffer_free(&desk.table);
    buffer_free(&hashes);
    return result;
}

/* ---- Reports by the names they have in common ---- */

typedef struct { /* rows of names, and a time for each */
    const int64_t *times, *begins;
    const int32_t *names;
    Py_ssize_t rows, values;
} Reports;

typedef struct { /* the rows that have each name, by time */
    int64_t *begins;
    int32_t *rows, names;
} Posted;

typedef struct {
    int64_t window;
    Py_ssize_t fewest;
    double part;
} Alike;

static const int64_t UNKNOWN = INT64_MIN;

static bool is_sound(const Reports *reports)
{
    bool sound = reports->begins[0] == 0 && reports->begins[reports->rows] == reports->values;
    for (Py_ssize_t n = 0; sound && n < reports->rows; n++)
        sound = reports->begins[n] <= reports->begins[n + 1];
    for (Py_ssize_t n = 0; sound && n < reports->values; n++)
        sound = reports->names[n] >= 0 && reports->names[n] < INT32_MAX;
    return sound;
}

static bool post(const Reports *reports, Posted *posted)
{
    int32_t names = 0;
    for (Py_ssize_t n = 0; n < reports->values; n++)
        names = reports->names[n] >= names ? reports->names[n] + 1 : names;
    posted->names = names;
    posted->begins = PyMem_RawCalloc((size_t)names + 2, sizeof(int64_t));
    posted->rows = PyMem_RawMalloc(((size_t)reports->values + 1) * sizeof(int32_t));
    if (posted->begins == NULL || posted->rows == NULL)
        return false;
    int64_t *next = posted->begins + 1;
    for (Py_ssize_t n = 0; n < reports->values; n++)
        next[reports->names[n] + 1]++;
    for (int32_t name = 0; name < names; name++)
        next[name + 1] += next[name];
    for (Py_ssize_t row = 0; row < reports->rows; row++)
        for (int64_t n = reports->begins[row]; n < reports->begins[row + 1]; n++)
            posted->rows[next[reports->names[n]]++] = (int32_t)row;
    return true;
}

/* The first of some rows, which are sorted by time, that is later than `time`. */
static int64_t later(const int64_t *times, const int32_t *rows, int64_t start, int64_t end, int64_t time)
{
    while (start < end) {
        int64_t middle = start + (end - start) / 2;
        if (times[rows[middle]] <= time)
            start = middle + 1;
        else
            end = middle;
    }
    return start;
}

/* Counts the reports of the same days that have a name; those met for the first time only if `fresh`. */
static bool count_name(const Reports *reports, const Posted *posted, int32_t name, int64_t time, int64_t window,
                       bool fresh, int32_t *common, Buffer *met)
{
    int64_t start = posted->begins[name], end = posted->begins[name + 1];
    int64_t dated = later(reports->times, posted->rows, start, end, UNKNOWN);
    int64_t parts[2][2] = {{start, dated}, {dated, end}};
    if (time != UNKNOWN) {
        parts[1][0] = later(reports->times, posted->rows, dated, end, time - window - 1);
        parts[1][1] = later(reports->times, posted->rows, parts[1][0], end, time + window);
    }
    if (fresh && !buffer_reserve(met, (end - start) * (Py_ssize_t)sizeof(int32_t)))
        return false;
    for (int part = 0; part < 2; part++)
        for (int64_t n = parts[part][0]; n < parts[part][1]; n++) {
            int32_t row = posted->rows[n];
            if (common[row])
                common[row]++;
            else if (fresh) {
                common[row] = 1;
                memcpy((char *)met->items + met->used, &row, sizeof row);
                met->used += (Py_ssize_t)sizeof row;
            }
        }
    return true;
}

static bool find_nearby(const Reports *reports, const Reports *asked, const Alike *alike, Buffer *pairs)
{
    Posted posted = {NULL, NULL, 0};
    Buffer met = {NULL, 0, 0};
    int32_t *common = PyMem_RawCalloc((size_t)reports->rows + 1, sizeof *common);
    bool done = common != NULL && post(reports, &posted);
    for (Py_ssize_t q = 0; done && q < asked->rows; q++) {
        int64_t first = asked->begins[q], end = asked->begins[q + 1], known = 0, seen = 0;
        for (int64_t n = first; n < end; n++)
            known += asked->names[n] < posted.names;
        met.used = 0;
        for (int64_t n = first; done && n < end && known >= alike->fewest; n++)
            if (asked->names[n] < posted.names) {
                /* Who has none of the first names has too few of the rest. */
                bool fresh = seen++ <= known - alike->fewest;
                done = count_name(reports, &posted, asked->names[n], asked->times[q], alike->window, fresh, common, &met);
            }
        const int32_t *rows = met.items;
        for (Py_ssize_t n = 0; n < met.used / (Py_ssize_t)sizeof *rows; n++) {
            int32_t row = rows[n], pair[2] = {(int32_t)q, row};
            int64_t size = reports->begins[row + 1] - reports->begins[row], fewer = end - first < size ? end - first : size;
            bool same = common[row] >= alike->fewest && (double)common[row] >= alike->part * (double)fewer;
            common[row] = 0;
            if (!same || !done)
                continue;
            done = buffer_reserve(pairs, (Py_ssize_t)sizeof pair);
            if (done) {
                memcpy((char *)pairs->items + pairs->used, pair, sizeof pair);
                pairs->used += (Py_ssize_t)sizeof pair;
            }
        }
    }
    PyMem_RawFree(common);
    PyMem_RawFree(posted.begins);
    PyMem_RawFree(posted.rows);
    buffer_free(&met);
    return done;
}

/* nearby(times, begins, names, asked times, asked begins, asked names, fewest, part, window)

   Row n has the names (int32) from begins[n] to begins[n + 1] (int64), each once, and a time (int64; the
   smallest there is means unknown); the first three are reports by rising time, the next three are
   asked about.  Pairs (int32, 2 columns) of an asked row and a report with at least `fewest` names in
   common and `part` of those of the row with fewer, not more than `window` from each other in time. */
PyObject *dedup_nearby(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *objects[6], *result = NULL;
    Py_buffer views[6];
    static const char *const names[] = {"times", "begins", "names", "asked times", "asked begins", "asked names"};
    Py_ssize_t counts[6];
    Alike alike;
    Buffer pairs = {NULL, 0, 0};
    int open = 0;
    if (!PyArg_ParseTuple(args, "OOOOOOndL:nearby", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &alike.fewest, &alike.part, &alike.window))
        return NULL;
    for (; open < 6; open++) {
        counts[open] = dedup_items(objects[open], &views[open], open % 3 == 2 ? 4 : 8, names[open]);
        if (counts[open] < 0)
            break;
    }
    if (open == 6) {
        Reports both[2];
        bool sound = alike.fewest >= 1 && alike.window >= 0 && alike.window < INT64_MAX / 4, done = false;
        for (int n = 0; n < 2; n++) {
            both[n] = (Reports){views[3 * n].buf, views[3 * n + 1].buf, views[3 * n + 2].buf, counts[3 * n],
                                counts[3 * n + 2]};
            sound = sound && counts[3 * n + 1] == counts[3 * n] + 1 && counts[3 * n] < INT32_MAX;
        }
        Py_BEGIN_ALLOW_THREADS;
        sound = sound && is_sound(&both[0]) && is_sound(&both[1]);
        for (Py_ssize_t n = 0; sound && n < both[0].rows; n++)
            sound = n == 0 || both[0].times[n - 1] <= both[0].times[n];
        for (Py_ssize_t n = 0; sound && n < both[1].rows; n++)
            sound = both[1].times[n] == UNKNOWN ||
                    (both[1].times[n] > INT64_MIN / 2 && both[1].times[n] < INT64_MAX / 2);
        done = sound && find_nearby(&both[0], &both[1], &alike, &pairs);
        Py_END_ALLOW_THREADS;
        if (!sound)
            PyErr_SetString(PyExc_ValueError, "rows, names or times are outside, or reports are not by rising time");
        else
            result = done ? PyBytes_FromStringAndSize(pairs.items, pairs.used) : PyErr_NoMemory();
    }
    while (open-- > 0)
        PyBuffer_Release(&views[open]);
    buffer_free(&pairs);
    return result;
}

/* Judgements: what the judge counts of the passages of many pairs, in one call without the GIL.

   dedup/judgements.py is the specification.  Each text that shares a passage is looked at once, and folded, if it lies
   on no shelf; what is kept of it while the passages are counted are its folded words and three bytes for each, its
   planes, which may be noted for later calls. */

#include "_engine.h"

#include <stdbool.h>

enum { MATCH_COLUMNS = 5, PASSAGES = 4, PASSAGE_COLUMNS = 5, BLOCK_COLUMNS = 7, ROW = COUNTED + 1, INNER = 7 };

typedef struct { /* one text: where its folded bytes and bounds, if it lies on no shelf, and its planes begin */
    Py_ssize_t folded, bounds, planes, words;
    bool noted; /* by an earlier call */
} Place;

enum { PLANES = 3 };

typedef struct { /* what Python gives with each text: places of credits, quotations that were found already */
    Py_buffer told, given;
    PyObject *note; /* bytes, ours; NULL: none */
} Aside;

typedef struct {
    Sources sources;
    Aside *asides;
    Shelved *shelved; /* one for each text, or NULL */
    const int32_t *pairs, *matches, *passages, *blocks;
    const uint8_t *turned; /* 1 for each pair whose second text is the first to the judge */
    Py_ssize_t in_pairs, in_passages, in_blocks;
    const uint8_t *alone;
    const Lexicon *lexicon;
} Asked;

typedef struct {
    Folding folding;
    Buffer bounds, ends, listed, looks, quoted, runs;
    Place *places;
    Notes notes;
} Desk;

typedef enum { DONE, NO_MEMORY, UNSOUND } Outcome;

/* ---- Texts ---- */

/* Makes room for a byte a word in all three planes. */
static bool more_planes(Desk *desk, Py_ssize_t count)
{
    return buffer_reserve(&desk->listed, count + 1) && buffer_reserve(&desk->looks, count + 1) &&
           buffer_reserve(&desk->quoted, count + 1);
}

enum { WIDE = sizeof(int64_t) };

/* Folds one text. */
static bool fold_text(const Asked *asked, Desk *desk, Py_ssize_t i, Shelved *out)
{
    Folding *folding = &desk->folding;
    Place *place = &desk->places[i];
    place->folded = folding->folded.used;
    forget_words(folding);
    if (!dedup_fold_source(&asked->sources, i, folding))
        return false;
    const int64_t *begins = folding->bounds.items;
    Py_ssize_t count = words_of(folding);
    if (!buffer_reserve(&desk->bounds, (count + 1) * WIDE) || !buffer_reserve(&folding->folded, SLACK))
        return false;
    int64_t *bounds = (int64_t *)((char *)desk->bounds.items + desk->bounds.used);
    for (Py_ssize_t n = 0; n < count; n++)
        bounds[n] = begins[n] - place->folded;
    bounds[count] = folding->folded.used - place->folded;
    place->bounds = desk->bounds.used / WIDE;
    desk->bounds.used += (count + 1) * WIDE;
    *out = (Shelved){(const uint8_t *)folding->folded.items + place->folded, bounds, folding->words.items, count};
    return true;
}

static const Shelved *shelved(const Asked *asked, Py_ssize_t i)
{
    return asked->shelved && asked->shelved[i].words ? &asked->shelved[i] : NULL;
}

/* The planes of a text as they were noted. */
static Outcome recall(Desk *desk, Place *place, const uint8_t *note, Py_ssize_t size)
{
    Py_ssize_t words = place->words, kinds = size > 0 ? note[0] : 0;
    if (size != 1 + PLANES * (kinds ? kinds : words) + (kinds ? words : 0))
        return UNSOUND;
    uint8_t *planes[PLANES] = {(uint8_t *)desk->listed.items + place->planes, (uint8_t *)desk->looks.items + place->planes,
                               (uint8_t *)desk->quoted.items + place->planes};
    const uint8_t *table = note + 1, *codes = table + PLANES * kinds;
    if (kinds == 0) {
        for (int n = 0; n < PLANES && words > 0; n++)
            memcpy(planes[n], table + n * words, (size_t)words);
        return DONE;
    }
    for (Py_ssize_t n = 0; n < words; n++) {
        if (codes[n] >= kinds)
            return UNSOUND;
        for (int plane = 0; plane < PLANES; plane++)
            planes[plane][n] = table[PLANES * codes[n] + plane];
    }
    return DONE;
}

/* Notes what is known of each word of a text. */
static Outcome read_text(const Asked *asked, Desk *desk, Py_ssize_t i)
{
    Place *place = &desk->places[i];
    Shelved folded;
    if (shelved(asked, i))
        folded = *shelved(asked, i);
    else if (!fold_text(asked, desk, i, &folded))
        return NO_MEMORY;
    Py_ssize_t count = place->words = folded.count;
    if (!more_planes(desk, count))
        return NO_MEMORY;
    place->planes = desk->listed.used;
    desk->listed.used = desk->looks.used = desk->quoted.used = place->planes + count;
    PyObject *note = asked->asides[i].note;
    place->noted = note != NULL;
    if (place->noted)
        return recall(desk, place, (const uint8_t *)PyBytes_AS_STRING(note), PyBytes_GET_SIZE(note));
    desk->ends.used = 0;
    if (!buffer_reserve(&desk->ends, (3 * count + 1) * WIDE))
        return NO_MEMORY;
    int64_t *starts = desk->ends.items, *ends = starts + count;
    for (Py_ssize_t n = 0; n < count; n++) {
        starts[n] = folded.words[n].start;
        ends[n] = folded.words[n].end;
    }
    uint64_t *keys = (uint64_t *)(ends + count); /* on a shelf are those of words as they are spelled */
    dedup_word_keys(folded.folded, folded.bounds, count, keys);
    const Source *source = &asked->sources.items[i];
    const Aside *aside = &asked->asides[i];
    Read text = {
        .kind = source->kind,
        .data = source->data,
        .length = PyUnicode_GET_LENGTH(PyTuple_GET_ITEM(asked->sources.texts, i)),
        .folded = folded.folded,
        .keys = keys,
        .alone = asked->alone,
        .bounds = folded.bounds,
        .starts = starts,
        .ends = ends,
        .count = count,
        .lexicon = asked->lexicon,
        .listed = (uint8_t *)desk->listed.items + place->planes,
        .looks = (uint8_t *)desk->looks.items + place->planes,
    };
    uint8_t *quoted = (uint8_t *)desk->quoted.items + place->planes;
    bool done = dedup_take_notes(&text, aside->told.buf, aside->told.len / WIDE, aside->given.buf,
                                 aside->given.len / (3 * WIDE), quoted, &desk->notes);
    return done ? DONE : NO_MEMORY;
}

/* Reads each text that has a passage. */
static Outcome read_texts(const Asked *asked, Desk *desk)
{
    for (Py_ssize_t n = 0; n < asked->in_pairs; n++)
        for (int side = 0; side < 2 && asked->matches[MATCH_COLUMNS * n + PASSAGES] > 0; side++) {
            int32_t i = asked->pairs[2 * n + side];
            if (i < 0 || i >= asked->sources.count)
                return UNSOUND;
            Outcome outcome = desk->places[i].words < 0 ? read_text(asked, desk, i) : DONE;
            if (outcome != DONE)
                return outcome;
        }
    return DONE;
}

static Planes planes_of(const Desk *desk, const Place *place)
{
    return (Planes){(const uint8_t *)desk->listed.items + place->planes, (const uint8_t *)desk->looks.items + place->planes,
                    (const uint8_t *)desk->quoted.items + place->planes, place->words};
}

/* ---- Words that are only spelled otherwise ---- */

typedef struct { /* one side of a passage */
    const Place *place;
    const uint8_t *folded;
    const int64_t *bounds;
} Side;

static Side side_of(const Asked *asked, const Desk *desk, Py_ssize_t i)
{
    const Place *place = &desk->places[i];
    if (shelved(asked, i))
        return (Side){place, shelved(asked, i)->folded, shelved(asked, i)->bounds};
    return (Side){place, (const uint8_t *)desk->folding.folded.items + place->folded,
                  (const int64_t *)desk->bounds.items + place->bounds};
}

static bool spelled_alike(const Side *a, Py_ssize_t i, const Side *b, Py_ssize_t j)
{
    const uint8_t *one = a->folded + a->bounds[i], *two = b->folded + b->bounds[j];
    size_t in_one = (size_t)(a->bounds[i + 1] - a->bounds[i] - 1), in_two = (size_t)(b->bounds[j + 1] - b->bounds[j] - 1);
    return (in_one == in_two && !memcmp(one, two, in_one)) || dedup_same_spelling(one, in_one, two, in_two);
}

/* Whether two blocks stand apart for more than another spelling. */
static bool is_reworded(const Side *a, const Side *b, Run left, Run right)
{
    Py_ssize_t i = left.a + left.words, j = left.b + left.words;
    if (right.a - i != right.b - j)
        return true;
    while (i < right.a && spelled_alike(a, i, b, j)) {
        i++;
        j++;
    }
    return i < right.a;
}

/* ---- Passages ---- */

static Outcome count_one(Desk *desk, const Side *a, const Side *b, bool turned, const int32_t *rows, Py_ssize_t count,
                         int32_t *out)
{
    desk->runs.used = 0;
    if (!buffer_reserve(&desk->runs, count * (Py_ssize_t)(sizeof(Run) + 1)))
        return NO_MEMORY;
    Run *blocks = desk->runs.items, last = {0, 0, 0};
    uint8_t *inner = (uint8_t *)(blocks + count);
    for (Py_ssize_t n = 0; n < count; last = blocks[n++], rows += BLOCK_COLUMNS) {
        Run block = blocks[n] = (Run){rows[turned], rows[!turned], rows[2]};
        if (block.words < 1 || block.a < last.a + last.words || block.b < last.b + last.words ||
            block.a + block.words > a->place->words || block.b + block.words > b->place->words)
            return UNSOUND;
    }
    Planes in_a = planes_of(desk, a->place), in_b = planes_of(desk, b->place);
    dedup_count_passage(&in_a, &in_b, blocks, count, out, inner);
    for (Py_ssize_t n = 0; n + 1 < count; n++)
        out[INNER] += inner[n] && is_reworded(a, b, blocks[n], blocks[n + 1]);
    return DONE;
}

static Outcome count_all(const Asked *asked, Desk *desk, int32_t *out)
{
    Py_ssize_t p = 0, row = 0;
    for (Py_ssize_t n = 0; n < asked->in_pairs; n++) {
        int32_t several = asked->matches[MATCH_COLUMNS * n + PASSAGES];
        if (several <= 0)
            continue;
        int32_t i = asked->pairs[2 * n], j = asked->pairs[2 * n + 1];
        /* Again, for another thread may have changed them. */
        if (several > asked->in_passages - p || i < 0 || i >= asked->sources.count || j < 0 ||
            j >= asked->sources.count || desk->places[i].words < 0 || desk->places[j].words < 0)
            return UNSOUND;
        bool turned = asked->turned[n] != 0;
        Side a = side_of(asked, desk, turned ? j : i), b = side_of(asked, desk, turned ? i : j);
        for (; several > 0; several--, p++) {
            int32_t count = asked->passages[PASSAGE_COLUMNS * p];
            if (count < 1 || count > asked->in_blocks - row)
                return UNSOUND;
            Outcome outcome = count_one(desk, &a, &b, turned, asked->blocks + BLOCK_COLUMNS * row, count, out + ROW * p);
            if (outcome != DONE)
                return outcome;
            row += count;
        }
    }
    return p == asked->in_passages && row == asked->in_blocks ? DONE : UNSOUND;
}

/* No text is read yet. */
static bool desk_open(const Asked *asked, Desk *desk)
{
    desk->places = PyMem_RawCalloc((size_t)asked->sources.count + 1, sizeof *desk->places);
    for (Py_ssize_t i = 0; desk->places != NULL && i < asked->sources.count; i++)
        desk->places[i].words = -1;
    return desk->places != NULL;
}

static Outcome judge_all(const Asked *asked, Desk *desk, int32_t *out)
{
    Outcome outcome = desk_open(asked, desk) ? read_texts(asked, desk) : NO_MEMORY;
    return outcome == DONE ? count_all(asked, desk, out) : outcome;
}

static void desk_clear(Desk *desk)
{
    Buffer *buffers[] = {&desk->bounds, &desk->ends, &desk->listed, &desk->looks, &desk->quoted, &desk->runs};
    for (size_t n = 0; n < sizeof buffers / sizeof *buffers; n++)
        buffer_free(buffers[n]);
    folding_free(&desk->folding);
    dedup_notes_clear(&desk->notes);
    PyMem_RawFree(desk->places);
}

/* ---- From and to Python ---- */

static void asides_close(Asked *asked)
{
    for (Py_ssize_t i = 0; asked->asides && i < asked->sources.count; i++) {
        PyBuffer_Release(&asked->asides[i].told); /* which does nothing to one that is not open */
        PyBuffer_Release(&asked->asides[i].given);
        Py_XDECREF(asked->asides[i].note);
    }
    PyMem_RawFree(asked->asides);
}

/* One int64 array of a sequence, or None. */
static bool aside_open(PyObject *all, Py_ssize_t i, Py_buffer *view, const char *name)
{
    PyObject *one = PyTuple_GET_ITEM(all, i);
    return one == Py_None || dedup_items(one, view, sizeof(int64_t), name) >= 0;
}

static bool asides_open(Asked *asked, PyObject *told, PyObject *given)
{
    asked->asides = PyMem_RawCalloc((size_t)asked->sources.count + 1, sizeof *asked->asides);
    if (asked->asides == NULL) {
        PyErr_NoMemory();
        return false;
    }
    if (PyTuple_GET_SIZE(told) != asked->sources.count || PyTuple_GET_SIZE(given) != asked->sources.count) {
        PyErr_SetString(PyExc_ValueError, "told and given are one for each text");
        return false;
    }
    for (Py_ssize_t i = 0; i < asked->sources.count; i++) {
        Aside *aside = &asked->asides[i];
        if (!aside_open(told, i, &aside->told, "told") || !aside_open(given, i, &aside->given, "given"))
            return false;
        if (!dedup_spans_rise(aside->given.buf, aside->given.len / (3 * (Py_ssize_t)sizeof(int64_t)),
                              PyUnicode_GET_LENGTH(PyTuple_GET_ITEM(asked->sources.texts, i)))) {
            PyErr_SetString(PyExc_ValueError, "spans must rise inside the text");
            return false;
        }
    }
    return true;
}

/* What earlier calls noted; false with an exception set. */
static bool notes_open(Asked *asked, PyObject *notes)
{
    if (PyList_GET_SIZE(notes) != asked->sources.count) {
        PyErr_SetString(PyExc_ValueError, "notes are one for each text");
        return false;
    }
    for (Py_ssize_t i = 0; i < asked->sources.count; i++) {
        PyObject *note = PyList_GET_ITEM(notes, i);
        if (note == Py_None)
            continue;
        if (!PyBytes_Check(note)) {
            PyErr_Format(PyExc_TypeError, "a note is bytes or None, not %s", Py_TYPE(note)->tp_name);
            return false;
        }
        Py_INCREF(note);
        asked->asides[i].note = note;
    }
    return true;
}

/* The planes of a text in a few hundred bytes: what differs among the bytes of three planes, how many of these and
   each, and which of them each word has; where they are too many, none and the planes.  NULL with an exception set. */
static PyObject *packed(const Desk *desk, const Place *place)
{
    enum { MOST = UINT8_MAX, BITS = 10 };
    uint32_t known[1 << BITS] = {0}; /* one more than the three bytes */
    uint8_t code_of[1 << BITS], table[PLANES * MOST];
    Py_ssize_t words = place->words, kinds = 0;
    Planes planes = planes_of(desk, place);
    PyObject *note = PyBytes_FromStringAndSize(NULL, 1 + PLANES * MOST + PLANES * words);
    if (note == NULL)
        return NULL;
    uint8_t *out = (uint8_t *)PyBytes_AS_STRING(note), *codes = out + 1 + PLANES * MOST;
    for (Py_ssize_t n = 0; n < words && kinds <= MOST; n++) {
        uint32_t bytes = 1 + (planes.listed[n] | (uint32_t)planes.looks[n] << 8 | (uint32_t)planes.quoted[n] << 16);
        uint32_t slot = bytes * 0x9E3779B1u >> (32 - BITS);
        while (known[slot] != bytes && known[slot] != 0)
            slot = (slot + 1) & ((1 << BITS) - 1);
        if (known[slot] == 0 && kinds++ < MOST) {
            known[slot] = bytes;
            code_of[slot] = (uint8_t)(kinds - 1);
            memcpy(table + PLANES * (kinds - 1), (uint8_t[]){planes.listed[n], planes.looks[n], planes.quoted[n]}, PLANES);
        }
        codes[n] = kinds <= MOST ? code_of[slot] : 0;
    }
    if (kinds > MOST)
        kinds = 0;
    out[0] = (uint8_t)kinds;
    if (kinds > 0) {
        memcpy(out + 1, table, (size_t)(PLANES * kinds));
        memmove(out + 1 + PLANES * kinds, codes, (size_t)words);
    } else if (words > 0) {
        memcpy(out + 1, planes.listed, (size_t)words);
        memcpy(out + 1 + words, planes.looks, (size_t)words);
        memcpy(out + 1 + 2 * words, planes.quoted, (size_t)words);
    }
    (void)_PyBytes_Resize(&note, 1 + (kinds ? PLANES * kinds + words : PLANES * words));
    return note;
}

/* Notes the planes of the texts that were read in this call; false with an exception set. */
static bool notes_taken(const Asked *asked, const Desk *desk, PyObject *notes)
{
    for (Py_ssize_t i = 0; i < asked->sources.count && i < PyList_GET_SIZE(notes); i++) {
        const Place *place = &desk->places[i];
        if (place->words < 0 || place->noted)
            continue;
        PyObject *note = packed(desk, place);
        if (note == NULL || PyList_SetItem(notes, i, note) < 0)
            return false;
    }
    return true;
}

static PyObject *judgements_of(const Asked *asked, const Table *table, PyObject *notes)
{
    Py_ssize_t size = asked->in_passages * ROW * (Py_ssize_t)sizeof(int32_t);
    PyObject *result = PyBytes_FromStringAndSize(NULL, size);
    if (result == NULL)
        return NULL;
    int32_t *out = (int32_t *)PyBytes_AS_STRING(result);
    Outcome outcome;
    Desk desk;
    memset(&desk, 0, sizeof desk);
    desk.folding.table = table;
    Py_BEGIN_ALLOW_THREADS;
    memset(out, 0, (size_t)size);
    outcome = judge_all(asked, &desk, out);
    Py_END_ALLOW_THREADS;
    if (outcome == NO_MEMORY)
        PyErr_NoMemory();
    else if (outcome == UNSOUND)
        PyErr_SetString(PyExc_ValueError, "pairs, matches, passages, blocks and notes are not those of these texts");
    if (outcome != DONE || (notes != Py_None && !notes_taken(asked, &desk, notes)))
        Py_CLEAR(result);
    desk_clear(&desk);
    return result;
}

/* What is seen of each text, without a passage. */
static PyObject *notes_of(const Asked *asked, const Table *table)
{
    PyObject *notes = PyList_New(asked->sources.count);
    if (notes == NULL)
        return NULL;
    bool done;
    Desk desk;
    memset(&desk, 0, sizeof desk);
    desk.folding.table = table;
    Py_BEGIN_ALLOW_THREADS;
    done = desk_open(asked, &desk);
    for (Py_ssize_t i = 0; done && i < asked->sources.count; i++) {
        done = read_text(asked, &desk, i) == DONE;
        desk.folding.folded.used = desk.bounds.used = 0; /* nobody asks for its words again */
    }
    Py_END_ALLOW_THREADS;
    if (!done)
        PyErr_NoMemory();
    if (!done || !notes_taken(asked, &desk, notes))
        Py_CLEAR(notes);
    desk_clear(&desk);
    return notes;
}

/* The judgements with what a shelf has of the texts; NULL with an exception set. */
static PyObject *judgements_with(Asked *asked, const Table *table, PyObject *shelf, PyObject *where, PyObject *notes)
{
    Py_buffer view = {.len = 0};
    PyObject *result = NULL;
    if (shelf == Py_None)
        return judgements_of(asked, table, notes);
    if (where != Py_None) {
        Py_ssize_t count = dedup_items(where, &view, sizeof(int32_t), "where");
        if (count >= 0 && count != asked->sources.count)
            PyErr_SetString(PyExc_ValueError, "where is a place for each text");
        if (count != asked->sources.count) {
            if (count >= 0)
                PyBuffer_Release(&view);
            return NULL;
        }
    }
    asked->shelved = PyMem_RawMalloc(((size_t)asked->sources.count + 1) * sizeof *asked->shelved);
    if (asked->shelved == NULL)
        PyErr_NoMemory();
    else if (dedup_shelf_lend(shelf, &asked->sources, view.obj ? view.buf : NULL, asked->shelved)) {
        result = judgements_of(asked, table, notes);
        dedup_shelf_give_back(shelf);
    }
    PyMem_RawFree(asked->shelved);
    if (view.obj)
        PyBuffer_Release(&view);
    return result;
}

/* What words are told by; false with an exception set. */
static bool tables_open(Asked *asked, const Table *table, PyObject *lexicon, const char *classes, Py_ssize_t codes)
{
    if (codes < CODES)
        PyErr_Format(PyExc_ValueError, "classes of %zd code points, not of all", codes);
    else if (table->kind == NULL)
        PyErr_Format(PyExc_ValueError, "no table is set");
    else
        asked->lexicon = dedup_lexicon_of(lexicon);
    asked->alone = (const uint8_t *)classes;
    return asked->lexicon != NULL;
}

/* notes(texts, bodies, told, given, lexicon, classes) -> notes

   A list with what `judgements` notes of each text, bytes; `told` and `given` are as there. */
PyObject *dedup_notes(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *texts, *bodies, *told, *given, *capsule, *result = NULL;
    const char *classes;
    Py_ssize_t codes;
    Asked asked;
    memset(&asked, 0, sizeof asked);
    if (!PyArg_ParseTuple(args, "OOO!O!Oy#:notes", &texts, &bodies, &PyTuple_Type, &told, &PyTuple_Type, &given, &capsule,
                          &classes, &codes) ||
        !tables_open(&asked, table, capsule, classes, codes))
        return NULL;
    if (dedup_sources_open(&asked.sources, texts, bodies) && asides_open(&asked, told, given))
        result = notes_of(&asked, table);
    asides_close(&asked);
    dedup_sources_close(&asked.sources);
    return result;
}

/* judgements(texts, bodies, told, given, turned, pairs, matches, passages, blocks, lexicon, classes, shelf=None,
              where=None, notes=None) -> rows

   `told` and `given` are tuples of int64 arrays or None, one for each text, as `quotations` takes them;
   `turned` is a byte a pair, 1 where the second text is the first to the judge; the next four are int32 in rows of 2,
   5, 5 and 7, as `comparisons` takes and gives them; a text that lies on the `shelf` is not folded again: `where` are
   the places of the texts there, int32, None: their own; `notes` is a list with what earlier calls noted of each
   text, bytes, or None, which is filled: of a noted text `told` and `given` are not asked for.  int32 in rows of 17, one for each passage:
   dedup.counting.Counts. */
PyObject *dedup_judgements(PyObject *self, PyObject *args)
{
    static const char *const names[] = {"pairs", "matches", "passages", "blocks"};
    static const Py_ssize_t columns[] = {2, MATCH_COLUMNS, PASSAGE_COLUMNS, BLOCK_COLUMNS};
    const Table *table = PyModule_GetState(self);
    PyObject *texts, *bodies, *told, *given, *arrays[4], *capsule, *shelf = Py_None, *where = Py_None, *notes = Py_None, *result = NULL;
    const char *classes, *turned;
    Py_ssize_t codes, in_turned, counts[4];
    Py_buffer views[4];
    int open = 0;
    bool sound = true;
    Asked asked;
    memset(&asked, 0, sizeof asked);
    if (!PyArg_ParseTuple(args, "OOO!O!y#OOOOOy#|OOO:judgements", &texts, &bodies, &PyTuple_Type, &told, &PyTuple_Type, &given,
                          &turned, &in_turned, &arrays[0], &arrays[1], &arrays[2], &arrays[3], &capsule, &classes, &codes,
                          &shelf, &where, &notes))
        return NULL;
    if (notes != Py_None && !PyList_CheckExact(notes))
        return PyErr_Format(PyExc_TypeError, "notes are a list or None, not %s", Py_TYPE(notes)->tp_name);
    if (!tables_open(&asked, table, capsule, classes, codes))
        return NULL;
    for (; sound && open < 4; open += sound) {
        counts[open] = dedup_items(arrays[open], &views[open], sizeof(int32_t), names[open]);
        sound = counts[open] >= 0;
        if (sound && counts[open] % columns[open]) {
            PyErr_Format(PyExc_ValueError, "%s: not whole rows of %zd", names[open], columns[open]);
            PyBuffer_Release(&views[open]);
            sound = false;
        }
    }
    if (sound && (counts[0] / 2 != counts[1] / MATCH_COLUMNS || counts[0] / 2 != in_turned)) {
        PyErr_SetString(PyExc_ValueError, "a match and a byte are for each pair");
        sound = false;
    }
    if (sound && dedup_sources_open(&asked.sources, texts, bodies) && asides_open(&asked, told, given) &&
        (notes == Py_None || notes_open(&asked, notes))) {
        asked.turned = (const uint8_t *)turned;
        asked.pairs = views[0].buf;
        asked.matches = views[1].buf;
        asked.passages = views[2].buf;
        asked.blocks = views[3].buf;
        asked.in_pairs = counts[0] / 2;
        asked.in_passages = counts[2] / PASSAGE_COLUMNS;
        asked.in_blocks = counts[3] / BLOCK_COLUMNS;
        result = judgements_with(&asked, table, shelf, where, notes);
    }
    asides_close(&asked);
    dedup_sources_close(&asked.sources);
    while (open > 0)
        PyBuffer_Release(&views[--open]);
    return result;
}

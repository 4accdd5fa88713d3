/* The C half of the engine: fold, shingle hashes, signature and anchors.

   dedup/text.py and dedup/sketch.py are the specification; every function here gives their bits.
   The work runs without the GIL, on memory that the arguments keep alive. */

#include "_engine.h"

typedef struct {
    void *items;
    Py_ssize_t used, room; /* in bytes */
} Buffer;

/* Makes room for `more` bytes behind those in use.  Without the GIL, hence the raw allocator. */
static int buffer_reserve(Buffer *buffer, Py_ssize_t more)
{
    if (more <= buffer->room - buffer->used)
        return 1;
    if (buffer->used > PY_SSIZE_T_MAX / 2 - more)
        return 0;
    Py_ssize_t room = 2 * (buffer->used + more);
    void *items = PyMem_RawRealloc(buffer->items, (size_t)room);
    if (items == NULL)
        return 0;
    buffer->items = items;
    buffer->room = room;
    return 1;
}

static void buffer_free(Buffer *buffer)
{
    PyMem_RawFree(buffer->items);
    buffer->items = NULL;
}

Py_ssize_t dedup_items(PyObject *object, Py_buffer *view, Py_ssize_t itemsize, const char *name)
{
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) {
        if (PyErr_ExceptionMatches(PyExc_BufferError)) /* not contiguous: the caller's mistake */
            PyErr_Format(PyExc_ValueError, "%s must be contiguous", name);
        return -1;
    }
    if (view->len % itemsize || (uintptr_t)view->buf % (uintptr_t)itemsize) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes are no aligned array of %zd-byte items", name, view->len,
                     itemsize);
        PyBuffer_Release(view);
        return -1;
    }
    return view->len / itemsize;
}

/* ---- The character table ---- */

enum { LETTER = 1, DIGIT = 2, ALONE = 4, INVISIBLE = 8, APOSTROPHE = 16, DOT = 32, COMMA = 64 };
enum { WORDLY = LETTER | DIGIT, CODES = 0x110000, LONGEST_FOLD = 255 };

typedef struct {
    PyObject *classes, *folds; /* as given, to know them again; NULL until set */
    uint8_t *kind;             /* one of the classes above for each code point, 0 for a blank */
    uint32_t *fold_at;         /* where the fold of a code point stands in `pool`; 0: it is its own */
    uint8_t plain[128];        /* the fold of ASCII letters and digits where it is one byte, else 0 */
    Buffer pool;               /* folds: one byte of length, then UTF-8 */
} Table;

static uint8_t kind_of(char letter)
{
    switch (letter) {
    case 'w': return LETTER;
    case 'd': return DIGIT;
    case 's': return ALONE;
    case 'z': return INVISIBLE;
    case 'q': return APOSTROPHE;
    case '.': return DOT;
    case ',': return COMMA;
    default: return 0;
    }
}

/* UTF-8 of a code point that is no surrogate; its length. */
static inline int encode(Py_UCS4 code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

/* Appends the folded form of a character to `out`, which has room for it; its length. */
static inline int put_fold(const Table *table, Py_UCS4 code, uint8_t *out)
{
    if (table->fold_at[code]) {
        const uint8_t *fold = (const uint8_t *)table->pool.items + table->fold_at[code];
        memcpy(out, fold + 1, fold[0]);
        return fold[0];
    }
    return encode(code, out);
}

static void table_clear(Table *table)
{
    Py_CLEAR(table->classes);
    Py_CLEAR(table->folds);
    PyMem_RawFree(table->kind);
    PyMem_RawFree(table->fold_at);
    buffer_free(&table->pool);
    memset(table, 0, sizeof *table);
}

static int add_fold(Table *table, PyObject *key, PyObject *value)
{
    Py_ssize_t length, code = PyLong_Check(key) ? PyLong_AsSsize_t(key) : -1;
    const char *fold = PyUnicode_Check(value) ? PyUnicode_AsUTF8AndSize(value, &length) : NULL;
    if (PyErr_Occurred())
        return 0;
    if (fold == NULL || code < 0 || code >= CODES || length > LONGEST_FOLD) {
        PyErr_Format(PyExc_ValueError, "folds: %R: %R is no code point with at most 255 bytes", key, value);
        return 0;
    }
    if (!buffer_reserve(&table->pool, length + 1)) {
        PyErr_NoMemory();
        return 0;
    }
    uint8_t *end = (uint8_t *)table->pool.items + table->pool.used;
    end[0] = (uint8_t)length;
    memcpy(end + 1, fold, (size_t)length);
    table->fold_at[code] = (uint32_t)table->pool.used;
    table->pool.used += length + 1;
    return 1;
}

/* The scanner relies on this much of the table: invisible characters fold to nothing, words to
   something, neither to a separator; dots and commas to themselves; surrogates are in no word, and no
   word of one character is ASCII. */
static int table_is_sound(const Table *table, Py_UCS4 code)
{
    uint8_t fold[LONGEST_FOLD];
    int kind = table->kind[code];
    if (kind == 0)
        return 1;
    if ((code >= 0xD800 && code < 0xE000) || (code < 128 && kind == ALONE))
        return 0;
    int length = put_fold(table, code, fold);
    if (kind == INVISIBLE)
        return length == 0;
    if (kind == DOT || kind == COMMA)
        return length == 1 && fold[0] == (kind == DOT ? '.' : ',');
    return length > 0 && !memchr(fold, ' ', (size_t)length) && !memchr(fold, '.', (size_t)length) &&
           !memchr(fold, ',', (size_t)length);
}

static int table_fill(Table *table, const char *classes, PyObject *folds)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;

    table->kind = PyMem_RawMalloc(CODES);
    table->fold_at = PyMem_RawCalloc(CODES, sizeof *table->fold_at);
    if (table->kind == NULL || table->fold_at == NULL || !buffer_reserve(&table->pool, 1)) {
        PyErr_NoMemory();
        return 0;
    }
    table->pool.used = 1; /* 0 means no fold */
    for (Py_UCS4 code = 0; code < CODES; code++)
        table->kind[code] = kind_of(classes[code]);
    while (PyDict_Next(folds, &position, &key, &value))
        if (!add_fold(table, key, value))
            return 0;
    for (Py_UCS4 code = 0; code < CODES; code++)
        if (!table_is_sound(table, code)) {
            PyErr_Format(PyExc_ValueError, "the fold of U+%04x does not fit its class", (unsigned)code);
            return 0;
        }
    for (Py_UCS4 code = 0; code < 128; code++) {
        uint8_t fold[LONGEST_FOLD];
        if (table->kind[code] & WORDLY && put_fold(table, code, fold) == 1)
            table->plain[code] = fold[0];
    }
    return 1;
}

PyDoc_STRVAR(set_table_doc, "set_table(classes, folds)\n--\n\n"
                            "The character table: a class letter for each code point, and the folds.  Once; other\n"
                            "threads may be reading it, so it cannot be exchanged for another.");

static PyObject *set_table(PyObject *self, PyObject *args)
{
    Table *table = PyModule_GetState(self), fresh;
    PyObject *classes, *folds;
    if (!PyArg_ParseTuple(args, "O!O!:set_table", &PyBytes_Type, &classes, &PyDict_Type, &folds))
        return NULL;
    if (PyBytes_GET_SIZE(classes) != CODES)
        return PyErr_Format(PyExc_ValueError, "classes: %zd letters, not one for each of %d code points",
                            PyBytes_GET_SIZE(classes), CODES);
    if (table->classes != NULL) {
        int same = PyObject_RichCompareBool(table->classes, classes, Py_EQ);
        if (same > 0)
            same = PyObject_RichCompareBool(table->folds, folds, Py_EQ);
        if (same == 0)
            PyErr_SetString(PyExc_ValueError, "another table is in use");
        if (same <= 0)
            return NULL;
        Py_RETURN_NONE;
    }
    memset(&fresh, 0, sizeof fresh);
    if (!table_fill(&fresh, PyBytes_AS_STRING(classes), folds)) {
        table_clear(&fresh);
        return NULL;
    }
    fresh.classes = Py_NewRef(classes);
    fresh.folds = Py_NewRef(folds);
    *table = fresh;
    Py_RETURN_NONE;
}

/* ---- Fold ---- */

typedef struct {
    const Table *table;
    Buffer folded; /* words in UTF-8, each with a blank behind it */
    Buffer words;  /* Word, one for each */
} Folding;

typedef struct {
    int64_t bound, start, end; /* bytes in folded; code points of the text */
} Word;

/* Folds one character.  Like all that writes a part of a word it leaves room for the blank behind. */
static inline int put(Folding *out, Py_UCS4 code)
{
    if (!buffer_reserve(&out->folded, LONGEST_FOLD + 1))
        return 0;
    out->folded.used += put_fold(out->table, code, (uint8_t *)out->folded.items + out->folded.used);
    return 1;
}

static inline int begin_word(Folding *out, Py_ssize_t start)
{
    if (!buffer_reserve(&out->words, sizeof(Word)))
        return 0;
    Word *word = (Word *)((char *)out->words.items + out->words.used);
    word->bound = out->folded.used;
    word->start = start;
    return 1;
}

static inline void end_word(Folding *out, Py_ssize_t end)
{
    Word *word = (Word *)((char *)out->words.items + out->words.used);
    word->end = end;
    out->words.used += (Py_ssize_t)sizeof(Word);
    ((uint8_t *)out->folded.items)[out->folded.used++] = ' ';
}

/* A stretch of text, read in place.  `kind` is a constant wherever this is inlined. */
typedef struct {
    const void *data;
    Py_ssize_t end;
    int kind;
} Stretch;

DEDUP_INLINE Py_UCS4 code_at(Stretch text, Py_ssize_t i)
{
    return text.kind == PyUnicode_1BYTE_KIND   ? ((const Py_UCS1 *)text.data)[i]
           : text.kind == PyUnicode_2BYTE_KIND ? ((const Py_UCS2 *)text.data)[i]
                                               : ((const Py_UCS4 *)text.data)[i];
}

/* The class of a character; behind the end stands a blank, as no part of the pattern matches one. */
DEDUP_INLINE int class_at(const Table *table, Stretch text, Py_ssize_t i)
{
    return i < text.end ? table->kind[code_at(text, i)] : 0;
}

/* The pattern of text.py, over class letters, leftmost match, alternatives in this order:

     A  s
     B  w(?:\.w)+(?![wdz])\.?(?:q[wd]+)?
     C  [wd]+(?:z+[wd]+)*(?:(?:q(?=w)|(?<=d)[.,](?=d))[wd]+(?:z+[wd]+)*)*

   No alternative matches nothing, A and B begin with s and w, and C matches wherever w or d stands:
   so a match begins at the first s, w or d, and only B has to be tried before C.

   B takes as many ".w" as there are, n of them.  Where [wdz] follows, the lookahead fails and one
   ".w" is given back; what follows then is that ".", which passes the lookahead and is taken by
   "\.?", and behind it a w, which is no q: the match ends behind that dot.  With n = 1 nothing can
   be given back, and B fails.  Otherwise "\.?" and "(?:q[wd]+)?" take what there is; they are
   optional and last, so nothing is ever given back for them.

   C never gives anything back that it has taken: all behind the first [wd]+ is optional, and what
   stops one repetition stops it with less taken, too: behind fewer of the z's stands a z and no
   [wd], and behind fewer [wd] a w or d, which begins no repetition.  So each repetition is decided
   by looking ahead: z's count if [wd] follows them, q if w follows, "." or "," between two digits
   (the character before it is the last one taken, hence inside the match). */

/* End of the match of B at i, or 0. */
DEDUP_INLINE Py_ssize_t dotted_end(const Table *table, Stretch text, Py_ssize_t i)
{
    Py_ssize_t end = i + 1;
    while (class_at(table, text, end) == DOT && class_at(table, text, end + 1) == LETTER)
        end += 2;
    if (end == i + 1)
        return 0;
    if (class_at(table, text, end) & (WORDLY | INVISIBLE))
        return end == i + 3 ? 0 : end - 1;
    if (class_at(table, text, end) == DOT)
        end++;
    if (class_at(table, text, end) == APOSTROPHE && class_at(table, text, end + 1) & WORDLY)
        for (end += 2; class_at(table, text, end) & WORDLY;)
            end++;
    return end;
}

/* Folds text[i:end] without its dots; 0 when there is no memory. */
DEDUP_INLINE int put_dotted(Folding *out, Stretch text, Py_ssize_t i, Py_ssize_t end)
{
    for (; i < end; i++)
        if (class_at(out->table, text, i) != DOT && !put(out, code_at(text, i)))
            return 0;
    return 1;
}

/* Folds as many plain ASCII letters and digits from i on as there is room for; their end.  Most text
   is this loop, so its counters stand in variables of their own, which the stores cannot touch. */
DEDUP_INLINE Py_ssize_t put_ascii(Folding *out, Stretch text, Py_ssize_t i)
{
    const uint8_t *plain = out->table->plain;
    Py_ssize_t room = out->folded.room - out->folded.used - 1, first = i;
    Py_ssize_t stop = text.end - i < room ? text.end : i + room;
    uint8_t *at = (uint8_t *)out->folded.items + out->folded.used;
    for (; i < stop; i++) {
        Py_UCS4 code = code_at(text, i);
        uint8_t folded = code < 128 ? plain[code] : 0;
        if (!folded)
            break;
        *at++ = folded;
    }
    out->folded.used += i - first;
    return i;
}

/* Folds the match of C at i and gives its end; -1 when there is no memory. */
DEDUP_INLINE Py_ssize_t put_plain(Folding *out, Stretch text, Py_ssize_t i)
{
    const Table *table = out->table;
    for (;;) {
        i = put_ascii(out, text, i);
        int kind = class_at(table, text, i);
        if (kind == 0)
            return i;
        if (kind & WORDLY) {
            if (!put(out, code_at(text, i++)))
                return -1;
            continue;
        }
        if (kind == INVISIBLE) {
            Py_ssize_t behind = i + 1;
            while (class_at(table, text, behind) == INVISIBLE)
                behind++;
            if (!(class_at(table, text, behind) & WORDLY))
                return i;
            i = behind;
            continue;
        }
        int before = class_at(table, text, i - 1), next = class_at(table, text, i + 1);
        if (!(kind == APOSTROPHE && next == LETTER) && !(kind & (DOT | COMMA) && before == DIGIT && next == DIGIT))
            return i;
        if (kind != COMMA && !put(out, code_at(text, i)))
            return -1;
        i++;
    }
}

/* Appends the words of text[i:text.end]; 0 when there is no memory.  Linear. */
DEDUP_INLINE int fold_stretch(Folding *out, Stretch text, Py_ssize_t i)
{
    while (i < text.end) {
        int kind = class_at(out->table, text, i);
        if (!(kind & (WORDLY | ALONE))) {
            i++;
            continue;
        }
        if (!begin_word(out, i))
            return 0;
        Py_ssize_t end = kind == LETTER ? dotted_end(out->table, text, i) : 0;
        if (end) {
            if (!put_dotted(out, text, i, end))
                return 0;
        } else if (kind == ALONE) {
            end = i + 1;
            if (!put(out, code_at(text, i)))
                return 0;
        } else if ((end = put_plain(out, text, i)) < 0)
            return 0;
        end_word(out, end);
        i = end;
    }
    return 1;
}

static int fold_span(Folding *out, int kind, const void *data, Py_ssize_t start, Py_ssize_t end)
{
    switch (kind) {
    case PyUnicode_1BYTE_KIND: return fold_stretch(out, (Stretch){data, end, PyUnicode_1BYTE_KIND}, start);
    case PyUnicode_2BYTE_KIND: return fold_stretch(out, (Stretch){data, end, PyUnicode_2BYTE_KIND}, start);
    default: return fold_stretch(out, (Stretch){data, end, PyUnicode_4BYTE_KIND}, start);
    }
}

/* Reads one span, clipped to the text as a slice is; 0 with an exception set. */
static int read_span(PyObject *span, Py_ssize_t length, Py_ssize_t *bounds)
{
    PyObject *pair = PySequence_Fast(span, "a span is a pair of numbers");
    if (pair == NULL)
        return 0;
    if (PySequence_Fast_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_ValueError, "a span is a pair of numbers");
        Py_DECREF(pair);
        return 0;
    }
    for (int side = 0; side < 2; side++) {
        Py_ssize_t place = PyNumber_AsSsize_t(PySequence_Fast_GET_ITEM(pair, side), NULL); /* NULL: clips */
        if (place < 0 && !PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "a span begins before the text");
        if (PyErr_Occurred()) {
            Py_DECREF(pair);
            return 0;
        }
        bounds[side] = place < length ? place : length;
    }
    Py_DECREF(pair);
    return 1;
}

/* The spans as pairs in `out`; the number of them, or -1 with an exception set. */
static Py_ssize_t read_spans(PyObject *spans, Py_ssize_t length, Buffer *out)
{
    /* A tuple of our own: __index__ of a bound may run code that changes a list. */
    PyObject *all = spans == Py_None ? NULL : PySequence_Tuple(spans);
    if (all == NULL && spans != Py_None)
        return -1;
    Py_ssize_t count = all == NULL ? 1 : PyTuple_GET_SIZE(all);
    if (!buffer_reserve(out, (count + 1) * 2 * (Py_ssize_t)sizeof(Py_ssize_t))) {
        PyErr_NoMemory();
        count = -1;
    }
    Py_ssize_t *bounds = out->items;
    if (all == NULL && count > 0) {
        bounds[0] = 0;
        bounds[1] = length;
    }
    for (Py_ssize_t i = 0; all != NULL && i < count; i++)
        if (!read_span(PyTuple_GET_ITEM(all, i), length, bounds + 2 * i))
            count = -1;
    Py_XDECREF(all);
    return count;
}

/* (folded, bounds, starts, ends) of what was folded. */
static PyObject *fold_result(const Folding *out)
{
    Py_ssize_t count = out->words.used / (Py_ssize_t)sizeof(Word), size = count * (Py_ssize_t)sizeof(int64_t);
    const Word *words = out->words.items;
    /* The last word has no blank behind it, but its bound stays where that would be. */
    PyObject *folded = PyBytes_FromStringAndSize(out->folded.items, out->folded.used - (count > 0));
    PyObject *bounds = PyBytes_FromStringAndSize(NULL, size + (Py_ssize_t)sizeof(int64_t));
    PyObject *starts = PyBytes_FromStringAndSize(NULL, size);
    PyObject *ends = PyBytes_FromStringAndSize(NULL, size);
    if (folded == NULL || bounds == NULL || starts == NULL || ends == NULL) {
        Py_XDECREF(folded);
        Py_XDECREF(bounds);
        Py_XDECREF(starts);
        Py_XDECREF(ends);
        return NULL;
    }
    int64_t *bound = (int64_t *)PyBytes_AS_STRING(bounds);
    int64_t *start = (int64_t *)PyBytes_AS_STRING(starts), *end = (int64_t *)PyBytes_AS_STRING(ends);
    for (Py_ssize_t i = 0; i < count; i++) {
        bound[i] = words[i].bound;
        start[i] = words[i].start;
        end[i] = words[i].end;
    }
    bound[count] = PyBytes_GET_SIZE(folded) + 1;
    return Py_BuildValue("(NNNN)", folded, bounds, starts, ends);
}

PyDoc_STRVAR(fold_doc, "fold(text, spans=None)\n--\n\n"
                       "Words of the text: (folded, bounds, starts, ends).  `folded` is the words in UTF-8 with one\n"
                       "blank between two; word i is folded[bounds[i]:bounds[i + 1] - 1] and text[starts[i]:ends[i]].");

static PyObject *fold(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *text, *spans = Py_None, *result = NULL;
    Buffer pairs = {NULL, 0, 0};
    Folding out = {table, {NULL, 0, 0}, {NULL, 0, 0}};
    if (!PyArg_ParseTuple(args, "U|O:fold", &text, &spans))
        return NULL;
    if (table->kind == NULL)
        return PyErr_Format(PyExc_ValueError, "no table is set");
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(text) < 0)
        return NULL;
#endif
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), count = read_spans(spans, length, &pairs);
    if (count >= 0) {
        int kind = (int)PyUnicode_KIND(text), done = 1;
        const void *data = PyUnicode_DATA(text);
        const Py_ssize_t *pair = pairs.items;
        Py_BEGIN_ALLOW_THREADS;
        /* Enough for most text, so that buffers seldom grow: words have five letters or more. */
        done = buffer_reserve(&out.folded, length / 2 + LONGEST_FOLD + 1) &&
               buffer_reserve(&out.words, (length / 10 + 8) * (Py_ssize_t)sizeof(Word));
        for (Py_ssize_t i = 0; done && i < count; i++)
            done = fold_span(&out, kind, data, pair[2 * i], pair[2 * i + 1]);
        Py_END_ALLOW_THREADS;
        result = done ? fold_result(&out) : PyErr_NoMemory();
    }
    buffer_free(&pairs);
    buffer_free(&out.folded);
    buffer_free(&out.words);
    return result;
}

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

static inline uint64_t load64(const uint8_t *p)
{
    return (uint64_t)load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline uint64_t round64(uint64_t lane, uint64_t input)
{
    return rotated(lane + input * P2, 31) * P1;
}

/* The four lanes over whole blocks of 32 bytes, merged. */
static uint64_t blocks64(const uint8_t *p, const uint8_t *last)
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

PyDoc_STRVAR(shingle_hashes_doc, "shingle_hashes(folded, bounds, k)\n--\n\n"
                                 "xxh64 of each run of k words, which is a slice of `folded`: uint64.");

static PyObject *shingle_hashes(PyObject *Py_UNUSED(self), PyObject *args)
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

PyDoc_STRVAR(count_alone_doc, "count_alone(folded, bounds)\n--\n\n"
                              "How many words are one character of a script without spaces.");

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

static PyObject *count_alone(PyObject *self, PyObject *args)
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

PyDoc_STRVAR(signature_doc, "signature(hashes, a, b)\n--\n\n"
                            "MinHash of uint64 hashes under the permutations a * h + b: uint32, one for each.");

static PyObject *signature(PyObject *Py_UNUSED(self), PyObject *args)
{
    return signature_with(args, minimise_fast);
}

PyDoc_STRVAR(signature_plain_doc, "signature_plain(hashes, a, b)\n--\n\n"
                                  "The same without the instructions that not every machine has, for tests.");

static PyObject *signature_plain(PyObject *Py_UNUSED(self), PyObject *args)
{
    return signature_with(args, minimise_plain);
}

/* ---- Anchors: winnowing ---- */

/* Writes the positions of the rightmost minimum of each window of w, without repeats; how many.

   Cut into blocks of w, every window is the end of one block and the beginning of the next (van Herk
   1992; Gil, Werman 1993): so the minimum from each position to the end of its block, `behind`, and
   the minimum from the beginning of the block so far give that of the window.  Three comparisons a
   hash whatever w is, and none that the processor has to guess. */
static Py_ssize_t winnow(const uint64_t *hashes, Py_ssize_t count, Py_ssize_t w, int64_t *behind, int64_t *out)
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

PyDoc_STRVAR(anchors_doc, "anchors(hashes, w)\n--\n\n"
                          "Positions of the winnowed of these uint64 hashes, rising: int64.");

static PyObject *anchors(PyObject *Py_UNUSED(self), PyObject *args)
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
        found = winnow(hashes.buf, count, w < count ? w : count, scratch, positions);
        Py_END_ALLOW_THREADS;
        result = PyBytes_FromStringAndSize((const char *)positions, found * (Py_ssize_t)sizeof(int64_t));
    }
    PyMem_RawFree(scratch);
    PyBuffer_Release(&hashes);
    return result;
}

/* ---- The module ---- */

static PyMethodDef methods[] = {
    {"set_table", set_table, METH_VARARGS, set_table_doc},
    {"fold", fold, METH_VARARGS, fold_doc},
    {"shingle_hashes", shingle_hashes, METH_VARARGS, shingle_hashes_doc},
    {"count_alone", count_alone, METH_VARARGS, count_alone_doc},
    {"signature", signature, METH_VARARGS, signature_doc},
    {"signature_plain", signature_plain, METH_VARARGS, signature_plain_doc},
    {"anchors", anchors, METH_VARARGS, anchors_doc},
    {"align", dedup_align, METH_VARARGS, NULL},
    {"resemblance", dedup_resemblance, METH_VARARGS, NULL},
    {"lines", dedup_lines, METH_VARARGS, NULL},
    {"literals", dedup_literals, METH_VARARGS, NULL},
    {"occurring", dedup_occurring, METH_VARARGS, NULL},
    {"judge", dedup_judge, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static void free_module(void *module)
{
    Table *table = PyModule_GetState(module);
    if (table != NULL)
        table_clear(table);
}

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dedup._engine",
    .m_doc = "The C half of the engine; dedup.native makes it look like the reference.",
    .m_size = sizeof(Table),
    .m_methods = methods,
    .m_slots = slots,
    .m_free = free_module,
};

PyMODINIT_FUNC PyInit__engine(void)
{
    return PyModuleDef_Init(&definition);
}

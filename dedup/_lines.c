/* Lines of a page, and the literals that occur in them.

   Two functions that look at every character, so that Python need not: lines() says where the lines
   are and what they look like, occurring() which of many strings stand in which of them, by one
   walk through an automaton (Aho and Corasick 1975) whatever their number.  dedup.lines and
   dedup.literals say in plain Python what both must give. */
#include "_engine.h"

enum { ANCHOR = '^', MARK = 0xe000, MOST_STATES = 65000, MOST_SYMBOLS = 2000 };

/* ---- lines ---- */

DEDUP_INLINE int ends_line(Py_UCS4 c)
{
    if (c > '\r' && c < 0x85)
        return 0;
    return c == '\n' || c == '\r' || c == 0x0b || c == 0x0c || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static int is_wide(Py_UCS4 c)
{
    return c >= 0x0e00 &&
           (c <= 0x0eff || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
            (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
            (c >= 0xff66 && c <= 0xff9f));
}

/* Whether c is one of `set`, given as code points that end with 0. */
static int one_of(Py_UCS4 c, const Py_UCS4 *set)
{
    while (*set && *set != c)
        set++;
    return *set != 0;
}

static const Py_UCS4 ENDS[] = {'.', '!', '?', 0x2026, ':', ';', ',', 0x3002, 0xff01, 0xff1f, 0xff1b, 0xff1a,
                               0x0964, 0x061f, 0x06d4, 0x0589, 0x0f0d, 0};
static const Py_UCS4 QUOTES[] = {'"', '\'', 0x201d, 0x2019, 0x00bb, 0x00ab, 0x300d, 0x300f, 0};
static const Py_UCS4 CLOSERS[] = {'"', '\'', 0x201d, 0x2019, 0x00bb, 0x00ab, 0x203a, ')', ']', '}', 0x300d, 0x300f, 0x3011, 0xff09, '*', '_', ' ', '\t', 0x00a0, 0};
static const Py_UCS4 BULLETS[] = {'-', 0x2022, 0x00b7, 0x25cf, 0x25aa, 0x25e6, 0x2023, '*', 0x25ba, 0x25b6,
                                  0x25cb, 0x25a0, '>', 0};

static PyObject *line_of(int kind, const void *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t read)
{
    Py_ssize_t size = end - start, weight = size, last = end;
    if (size < read) {
        Py_ssize_t wide = 0;
        if (kind != PyUnicode_1BYTE_KIND)
            for (Py_ssize_t i = start; i < end; i++)
                wide += is_wide(PyUnicode_READ(kind, data, i));
        weight += 3 * wide / 2;
    }
    Py_ssize_t first = size > 2 * read ? end - read : start; /* of a long line, only the end is looked at */
    while (last > first && one_of(PyUnicode_READ(kind, data, last - 1), CLOSERS))
        last--;
    int ended = last == first || one_of(PyUnicode_READ(kind, data, last - 1), ENDS) ||
                (weight >= 40 && one_of(PyUnicode_READ(kind, data, end - 1), QUOTES));
    int bullet = size > 1 && one_of(PyUnicode_READ(kind, data, start), BULLETS) &&
                 Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, start + 1));
    return Py_BuildValue("(nnnOO)", start, end, weight, ended ? Py_True : Py_False, bullet ? Py_True : Py_False);
}

/* `kind` is a constant where this is called, for the sake of the loop over all characters. */
DEDUP_INLINE int add_lines(PyObject *found, int kind, const void *data, Py_ssize_t length, Py_ssize_t read)
{
    for (Py_ssize_t at = 0; at < length;) {
        Py_ssize_t start = at, end;
        while (at < length && !ends_line(PyUnicode_READ(kind, data, at)))
            at++;
        end = at++;
        while (start < end && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, start)))
            start++;
        while (start < end && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, end - 1)))
            end--;
        if (start == end)
            continue;
        PyObject *line = line_of(kind, data, start, end, read);
        int failed = line == NULL || PyList_Append(found, line) < 0;
        Py_XDECREF(line);
        if (failed)
            return -1;
    }
    return 0;
}

PyObject *dedup_lines(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *text;
    Py_ssize_t read;
    if (!PyArg_ParseTuple(args, "Un:lines", &text, &read))
        return NULL;
    if (read < 1)
        return PyErr_Format(PyExc_ValueError, "read=%zd is no length", read);
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    PyObject *found = PyList_New(0);
    if (found == NULL)
        return NULL;
    int failed = PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND
                     ? add_lines(found, PyUnicode_1BYTE_KIND, data, length, read)
                 : PyUnicode_KIND(text) == PyUnicode_2BYTE_KIND
                     ? add_lines(found, PyUnicode_2BYTE_KIND, data, length, read)
                     : add_lines(found, PyUnicode_4BYTE_KIND, data, length, read);
    if (failed)
        Py_CLEAR(found);
    return found;
}

/* ---- literals ---- */

typedef struct {
    Py_UCS4 code;
    uint16_t symbol;
} Fold;

/* The automaton; nothing in it changes once it is made, so threads may share it. */
typedef struct {
    Py_ssize_t literals, states;
    int symbols;                /* with 0, the symbol of a character that is in no literal */
    uint16_t ascii[128];
    Fold *folds;                /* open addressing; an entry with symbol 0 is free */
    size_t folds_mask;
    uint16_t digit;             /* the symbol of every decimal digit, or 0 */
    uint16_t name;              /* the symbol of MARK, which begins a word too, or 0 */
    unsigned char *alnum;       /* by symbol */
    uint16_t *next;             /* by state and symbol */
    int32_t *literal;           /* the literal that ends in a state, or -1 */
    uint16_t *shorter;          /* the state of the longest suffix that is a literal, or 0 */
    uint16_t *depth;            /* characters of a state */
    unsigned char *anchored;    /* whether a state begins with the anchor */
    unsigned char *hit;         /* whether a literal ends in a state */
    unsigned char *borders;     /* by literal: sum of 1, begins a word, 2, ends one, 4, begins a sentence */
} Automaton;

static const char CAPSULE[] = "dedup._engine.literals";

static void automaton_free(Automaton *a)
{
    if (a == NULL)
        return;
    PyMem_RawFree(a->folds);
    PyMem_RawFree(a->alnum);
    PyMem_RawFree(a->next);
    PyMem_RawFree(a->literal);
    PyMem_RawFree(a->shorter);
    PyMem_RawFree(a->depth);
    PyMem_RawFree(a->anchored);
    PyMem_RawFree(a->hit);
    PyMem_RawFree(a->borders);
    PyMem_RawFree(a);
}

static void capsule_free(PyObject *capsule)
{
    automaton_free(PyCapsule_GetPointer(capsule, CAPSULE));
}

DEDUP_INLINE Fold *fold_slot(const Automaton *a, Py_UCS4 code)
{
    size_t slot = (code * 2654435761u) & a->folds_mask;
    while (a->folds[slot].symbol != 0 && a->folds[slot].code != code)
        slot = (slot + 1) & a->folds_mask;
    return &a->folds[slot];
}

DEDUP_INLINE uint16_t symbol_of(const Automaton *a, Py_UCS4 c)
{
    if (c < 128)
        return a->ascii[c];
    uint16_t symbol = fold_slot(a, c)->symbol;
    return symbol == 0 && a->digit != 0 && Py_UNICODE_ISDECIMAL(c) ? a->digit : symbol;
}

static int is_alnum(const Automaton *a, Py_UCS4 c)
{
    uint16_t symbol = symbol_of(a, c);
    return symbol != 0 ? a->alnum[symbol] : Py_UNICODE_ISALNUM(c);
}

static int bad(const char *what)
{
    PyErr_Format(PyExc_ValueError, "literals: %s", what);
    return -1;
}

/* Symbols from the folds: a code point, and the one that stands for it. */
static int read_folds(Automaton *a, PyObject *fold)
{
    size_t size = 64;
    while (size < 4 * (size_t)PyDict_GET_SIZE(fold))
        size *= 2;
    a->folds_mask = size - 1;
    a->folds = PyMem_RawCalloc(size, sizeof(Fold));
    a->alnum = PyMem_RawCalloc(MOST_SYMBOLS, 1);
    if (a->folds == NULL || a->alnum == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    a->symbols = 2; /* 1 is the anchor */
    PyObject *key, *value;
    for (int folded = 0; folded < 2; folded++) { /* first what stands for itself */
        Py_ssize_t at = 0;
        while (PyDict_Next(fold, &at, &key, &value)) {
            unsigned long code = PyLong_AsUnsignedLong(key);
            if (code == (unsigned long)-1 && PyErr_Occurred())
                return -1;
            unsigned long target = PyLong_AsUnsignedLong(value);
            if (target == (unsigned long)-1 && PyErr_Occurred())
                return -1;
            if (code > 0x10ffff || target > 0x10ffff || code == ANCHOR)
                return bad("no code point, or the anchor");
            if ((code != target) != folded)
                continue;
            Fold *slot = fold_slot(a, (Py_UCS4)code);
            slot->code = (Py_UCS4)code;
            if (!folded) {
                if (a->symbols >= MOST_SYMBOLS)
                    return bad("too many characters");
                a->alnum[a->symbols] = (unsigned char)!!Py_UNICODE_ISALNUM((Py_UCS4)code);
                slot->symbol = (uint16_t)a->symbols++;
            }
            else if ((slot->symbol = fold_slot(a, (Py_UCS4)target)->symbol) == 0)
                return bad("folded to what does not stand for itself");
        }
    }
    for (Py_UCS4 c = 0; c < 128; c++)
        a->ascii[c] = fold_slot(a, c)->symbol;
    a->digit = a->ascii['0'];
    a->name = fold_slot(a, MARK)->symbol;
    return 0;
}

/* The trie of the literals; returns the number of states or -1. */
static int plant(Automaton *a, PyObject *words)
{
    Py_ssize_t most = 1;
    for (Py_ssize_t i = 0; i < a->literals; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (!PyUnicode_Check(word) || PyUnicode_GET_LENGTH(word) == 0)
            return bad("a literal is a text that is not empty");
        most += PyUnicode_GET_LENGTH(word);
        if (most > MOST_STATES)
            return bad("too many characters in all");
    }
    a->next = PyMem_RawCalloc((size_t)most * (size_t)a->symbols, sizeof(uint16_t));
    a->literal = PyMem_RawMalloc((size_t)most * sizeof(int32_t));
    a->shorter = PyMem_RawCalloc((size_t)most, sizeof(uint16_t));
    a->depth = PyMem_RawCalloc((size_t)most, sizeof(uint16_t));
    a->anchored = PyMem_RawCalloc((size_t)most, 1);
    a->hit = PyMem_RawCalloc((size_t)most, 1);
    if (!a->next || !a->literal || !a->shorter || !a->depth || !a->anchored || !a->hit) {
        PyErr_NoMemory();
        return -1;
    }
    memset(a->literal, -1, (size_t)most * sizeof(int32_t));
    a->states = 1;
    for (Py_ssize_t i = 0; i < a->literals; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        Py_ssize_t length = PyUnicode_GET_LENGTH(word), state = 0;
        for (Py_ssize_t j = 0; j < length; j++) {
            Py_UCS4 c = PyUnicode_READ_CHAR(word, j);
            uint16_t symbol = j == 0 && c == ANCHOR ? 1 : symbol_of(a, c);
            if (symbol == 0)
                return bad("a character that is not folded to itself");
            uint16_t *to = &a->next[state * a->symbols + symbol];
            if (*to == 0) {
                *to = (uint16_t)a->states++;
                a->depth[*to] = (uint16_t)(j + 1);
                a->anchored[*to] = symbol == 1 || a->anchored[state];
            }
            state = *to;
        }
        if (a->literal[state] >= 0)
            return bad("a literal occurs twice");
        a->literal[state] = (int32_t)i;
    }
    return 0;
}

/* Where to go on when a literal breaks off: breadth first, each state from the one of its longest suffix. */
static void *renumbered(const void *old, const uint16_t *order, Py_ssize_t count, size_t size)
{
    char *fresh = PyMem_RawMalloc((size_t)(count + 1) * size);
    if (fresh == NULL)
        return NULL;
    memcpy(fresh, old, size);
    for (Py_ssize_t n = 0; n < count; n++)
        memcpy(fresh + (size_t)(n + 1) * size, (const char *)old + (size_t)order[n] * size, size);
    return fresh;
}

/* Numbers the states anew, in this order behind the root: by depth, so that those which nearly every character
   leads to stand side by side and stay in the processor's nearest memory. */
static int renumber(Automaton *a, const uint16_t *order, Py_ssize_t count)
{
    struct {
        void **array;
        size_t size;
    } by_state[] = {
        {(void **)&a->next, (size_t)a->symbols * sizeof(uint16_t)}, {(void **)&a->literal, sizeof(int32_t)},
        {(void **)&a->shorter, sizeof(uint16_t)},                   {(void **)&a->depth, sizeof(uint16_t)},
        {(void **)&a->anchored, 1},                                 {(void **)&a->hit, 1},
    };
    uint16_t *number = PyMem_RawCalloc((size_t)a->states + 1, sizeof(uint16_t));
    int failed = number == NULL;
    for (Py_ssize_t n = 0; !failed && n < count; n++)
        number[order[n]] = (uint16_t)(n + 1);
    for (size_t n = 0; !failed && n < sizeof by_state / sizeof *by_state; n++) {
        void *fresh = renumbered(*by_state[n].array, order, count, by_state[n].size);
        failed = fresh == NULL;
        if (!failed) {
            PyMem_RawFree(*by_state[n].array);
            *by_state[n].array = fresh;
        }
    }
    for (Py_ssize_t n = 0; !failed && n < (count + 1) * a->symbols; n++)
        a->next[n] = number[a->next[n]];
    for (Py_ssize_t n = 0; !failed && n <= count; n++)
        a->shorter[n] = number[a->shorter[n]];
    PyMem_RawFree(number);
    if (failed)
        PyErr_NoMemory();
    return failed ? -1 : 0;
}

static int link_states(Automaton *a)
{
    uint16_t *queue = PyMem_RawMalloc((size_t)a->states * sizeof(uint16_t));
    uint16_t *fail = PyMem_RawCalloc((size_t)a->states, sizeof(uint16_t));
    if (queue == NULL || fail == NULL) {
        PyMem_RawFree(queue);
        PyMem_RawFree(fail);
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t head = 0, tail = 0;
    for (int s = 1; s < a->symbols; s++)
        if (a->next[s])
            queue[tail++] = a->next[s];
    while (head < tail) {
        uint16_t state = queue[head++];
        uint16_t *row = &a->next[(Py_ssize_t)state * a->symbols], *other = &a->next[(Py_ssize_t)fail[state] * a->symbols];
        a->shorter[state] = a->literal[fail[state]] >= 0 ? fail[state] : a->shorter[fail[state]];
        a->hit[state] = a->literal[state] >= 0 || a->shorter[state];
        for (int s = 1; s < a->symbols; s++) {
            if (row[s]) {
                fail[row[s]] = other[s];
                queue[tail++] = row[s];
            }
            else
                row[s] = other[s];
        }
    }
    PyMem_RawFree(fail);
    int failed = renumber(a, queue, tail);
    PyMem_RawFree(queue);
    return failed;
}

PyObject *dedup_literals(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *words, *borders, *fold;
    if (!PyArg_ParseTuple(args, "O!O!O!:literals", &PyList_Type, &words, &PyBytes_Type, &borders, &PyDict_Type, &fold))
        return NULL;
    Automaton *a = PyMem_RawCalloc(1, sizeof(Automaton));
    if (a == NULL)
        return PyErr_NoMemory();
    a->literals = PyList_GET_SIZE(words);
    int failed = PyBytes_GET_SIZE(borders) != a->literals ? bad("one flag for each") : 0;
    if (!failed && (a->borders = PyMem_RawMalloc((size_t)a->literals + 1)) == NULL) {
        PyErr_NoMemory();
        failed = -1;
    }
    if (!failed)
        memcpy(a->borders, PyBytes_AS_STRING(borders), (size_t)a->literals);
    PyObject *capsule = NULL;
    if (!failed && !read_folds(a, fold) && !plant(a, words) && !link_states(a))
        capsule = PyCapsule_New(a, CAPSULE, capsule_free);
    if (capsule == NULL)
        automaton_free(a);
    return capsule;
}

/* ---- where they occur ---- */

typedef struct {
    const Automaton *a;
    int kind;
    const void *data;
    int32_t *seen;     /* by literal: the last span that has it */
    int32_t *pairs;    /* span and literal, in turn */
    size_t count, room;
} Search;

/* Whether the signs before `first` hold the end of a sentence, or reach back to `start`. */
static int begins_sentence(const Search *s, Py_ssize_t start, Py_ssize_t first)
{
    for (Py_ssize_t i = first - 1; i >= start; i--) {
        Py_UCS4 c = PyUnicode_READ(s->kind, s->data, i);
        uint16_t symbol = symbol_of(s->a, c);
        if (c == '.' || c == '!' || c == '?')
            return 1;
        if (c == '_' || is_alnum(s->a, c) || (symbol != 0 && symbol == s->a->name))
            return 0;
    }
    return 1;
}

/* Note the literals that end in `state`, at `end`; 0, or -1 without memory.  What is outside of
   the span is no word. */
static int note(Search *s, uint16_t state, int32_t span, Py_ssize_t start, Py_ssize_t end, Py_ssize_t stop)
{
    const Automaton *a = s->a;
    if (a->literal[state] < 0)
        state = a->shorter[state];
    for (; state != 0; state = a->shorter[state]) {
        int32_t literal = a->literal[state];
        if (s->seen[literal] == span)
            continue;
        Py_ssize_t first = end - a->depth[state];
        if (((a->borders[literal] & 1) && first > start && is_alnum(a, PyUnicode_READ(s->kind, s->data, first - 1))) ||
            ((a->borders[literal] & 2) && end < stop && is_alnum(a, PyUnicode_READ(s->kind, s->data, end))) ||
            ((a->borders[literal] & 4) && !begins_sentence(s, start, first)))
            continue;
        s->seen[literal] = span;
        if (s->count + 2 > s->room) {
            size_t room = s->room * 2 + 64;
            int32_t *pairs = PyMem_RawRealloc(s->pairs, room * sizeof(int32_t));
            if (pairs == NULL)
                return -1;
            s->pairs = pairs;
            s->room = room;
        }
        s->pairs[s->count++] = span;
        s->pairs[s->count++] = literal;
    }
    return 0;
}

/* One span; `kind` is a constant where this is called, for the sake of the first loop. */
DEDUP_INLINE int walk(Search *s, int kind, int32_t span, Py_ssize_t start, Py_ssize_t stop)
{
    const Automaton *a = s->a;
    const uint16_t *next = a->next;
    const unsigned char *hit = a->hit;
    size_t symbols = (size_t)a->symbols, state = 0;
    for (Py_ssize_t i = start; i < stop; i++) {
        state = next[state * symbols + symbol_of(a, PyUnicode_READ(kind, s->data, i))];
        if (hit[state] && note(s, (uint16_t)state, span, start, i + 1, stop) < 0)
            return -1;
    }
    state = next[1]; /* the anchor, before the first word */
    for (Py_ssize_t i = start; i < stop && a->anchored[state]; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, s->data, i);
        uint16_t symbol = symbol_of(a, c);
        if (a->depth[state] == 1 && c != '_' && !Py_UNICODE_ISALNUM(c) && (symbol == 0 || symbol != a->name))
            continue;
        state = next[state * symbols + symbol];
        if (a->anchored[state] && hit[state] && note(s, (uint16_t)state, span, start, i + 1, stop) < 0)
            return -1;
    }
    return 0;
}

static int search(Search *s, int32_t span, Py_ssize_t start, Py_ssize_t stop)
{
    if (s->kind == PyUnicode_1BYTE_KIND)
        return walk(s, PyUnicode_1BYTE_KIND, span, start, stop);
    if (s->kind == PyUnicode_2BYTE_KIND)
        return walk(s, PyUnicode_2BYTE_KIND, span, start, stop);
    return walk(s, PyUnicode_4BYTE_KIND, span, start, stop);
}

/* The spans as start and end in turn, or NULL with an exception. */
static Py_ssize_t *read_spans(PyObject *spans, Py_ssize_t length)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(spans);
    if (count > INT32_MAX - 1) {
        PyErr_SetString(PyExc_OverflowError, "occurring: too many spans");
        return NULL;
    }
    Py_ssize_t *bounds = PyMem_RawMalloc(((size_t)count * 2 + 1) * sizeof(Py_ssize_t));
    if (bounds == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *span = PySequence_Fast_GET_ITEM(spans, i);
        if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 2) {
            PyErr_SetString(PyExc_TypeError, "occurring: a span is a tuple that begins with start and end");
            break;
        }
        for (int side = 0; side < 2; side++)
            bounds[2 * i + side] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(span, side), PyExc_OverflowError);
        if (PyErr_Occurred())
            break;
        if (bounds[2 * i] < 0 || bounds[2 * i] > bounds[2 * i + 1] || bounds[2 * i + 1] > length) {
            PyErr_SetString(PyExc_ValueError, "occurring: a span leaves the text");
            break;
        }
    }
    if (PyErr_Occurred()) {
        PyMem_RawFree(bounds);
        return NULL;
    }
    return bounds;
}

PyObject *dedup_occurring(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *capsule, *text, *given, *result = NULL;
    if (!PyArg_ParseTuple(args, "OUO:occurring", &capsule, &text, &given))
        return NULL;
    Search s = {.a = PyCapsule_GetPointer(capsule, CAPSULE), .kind = PyUnicode_KIND(text)};
    if (s.a == NULL)
        return NULL;
    s.data = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    PyObject *spans = PySequence_Fast(given, "occurring: spans are a sequence");
    if (spans == NULL)
        return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(spans), *bounds = read_spans(spans, length);
    Py_DECREF(spans);
    if (bounds == NULL)
        return NULL;
    int failed = 0;
    if ((s.seen = PyMem_RawMalloc((size_t)s.a->literals * sizeof(int32_t) + 1)) == NULL)
        failed = -1;
    else {
        memset(s.seen, -1, (size_t)s.a->literals * sizeof(int32_t));
        /* A short search takes less time than to give the lock away and get it back. */
        PyThreadState *state = length > 4096 ? PyEval_SaveThread() : NULL;
        for (Py_ssize_t i = 0; i < count && !failed; i++)
            failed = search(&s, (int32_t)i, bounds[2 * i], bounds[2 * i + 1]);
        if (state != NULL)
            PyEval_RestoreThread(state);
    }
    if (failed)
        PyErr_NoMemory();
    else if ((result = PyList_New((Py_ssize_t)s.count / 2)) != NULL)
        for (size_t i = 0; i < s.count; i += 2) {
            PyObject *pair = Py_BuildValue("(ii)", (int)s.pairs[i], (int)s.pairs[i + 1]);
            if (pair == NULL) {
                Py_CLEAR(result);
                break;
            }
            PyList_SET_ITEM(result, (Py_ssize_t)i / 2, pair);
        }
    PyMem_RawFree(bounds);
    PyMem_RawFree(s.seen);
    PyMem_RawFree(s.pairs);
    return result;
}

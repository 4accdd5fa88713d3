/* What every line of a page is: dedup.boilerplate._judge in C, for pages whose lines are paragraphs.

   The Python there is the specification and says why; the functions here have the same names and do
   the same in the same order.  Words are read by the Python function `kind_of`, which is called for
   the few lines that may hold some. */
#include "_engine.h"

static const char *const KINDS[] = {"title", "body",    "heading", "byline", "caption",  "stamp", "navigation",
                                    "related", "tags", "bio",     "comments", "note"};
enum { NONE = -1, TITLE, BODY, HEADING, BYLINE, CAPTION, STAMP, NAVIGATION, RELATED, TAGS, BIO, COMMENTS, NOTE, ALL };

typedef struct {
    Py_ssize_t start, end, weight;
    signed char kind;
    char ended, bullet, sentence, by_words;
} Paragraph;

typedef struct {
    PyObject *text, *able, *kind_of;
    int kind; /* of the text's characters */
    const void *data;
    Paragraph *blocks;
    Py_ssize_t count;
    Py_ssize_t read, longer, prose, name, tail_longest;
    double tail_prose, charity;
} Page;

static inline Py_UCS4 at(const Page *p, Py_ssize_t i)
{
    return PyUnicode_READ(p->kind, p->data, i);
}

static inline int is_prose(const Page *p, const Paragraph *b)
{
    return b->sentence && b->kind == NONE && b->weight >= p->prose;
}

static inline int is_short(const Paragraph *b)
{
    return b->kind == NONE && !b->sentence;
}

static inline void put(Paragraph *b, int kind, int by_words)
{
    b->kind = (signed char)kind;
    b->by_words = (char)by_words;
}

/* Whether `size` characters from `a` and from `b` on are equal. */
static int same(const Page *p, Py_ssize_t a, Py_ssize_t b, Py_ssize_t size)
{
    return !memcmp((const char *)p->data + a * p->kind, (const char *)p->data + b * p->kind, (size_t)(size * p->kind));
}

/* Whether two blocks have the same text; of a long one its ends count. */
static int twins(const Page *p, const Paragraph *a, const Paragraph *b)
{
    Py_ssize_t size = a->end - a->start, other = b->end - b->start;
    if (size <= 2 * p->read || other <= 2 * p->read)
        return size == other && same(p, a->start, b->start, size);
    return same(p, a->start, b->start, p->read) && same(p, a->end - p->read, b->end - p->read, p->read);
}

/* Two to five words, all with a capital and none with a digit. */
static int is_name(const Page *p, const Paragraph *b)
{
    int words = 0, inside = 0;
    if (b->ended || b->end - b->start > 2 * p->read)
        return 0;
    for (Py_ssize_t i = b->start; i < b->end; i++) {
        Py_UCS4 c = at(p, i);
        if (Py_UNICODE_ISSPACE(c)) {
            inside = 0;
            continue;
        }
        if (!Py_UNICODE_ISALPHA(c) || (!inside && (!Py_UNICODE_ISUPPER(c) || ++words > 5)))
            return 0;
        inside = 1;
    }
    return words >= 2;
}

static int starts_with(const Page *p, const Paragraph *b, const Paragraph *before)
{
    Py_ssize_t size = before->end - before->start, own = b->end - b->start;
    return size <= own && (own <= 2 * p->read || size <= p->read) && same(p, b->start, before->start, size);
}

static int contains(const Page *p, const Paragraph *bar, const Paragraph *b)
{
    Py_ssize_t size = b->end - b->start;
    for (Py_ssize_t i = bar->start; i + size <= bar->end; i++)
        if (same(p, i, b->start, size))
            return 1;
    return 0;
}

/* Whether words settle the kind of a block at this place: 1 or 0, or -1 with an exception. */
static int read_block(Page *p, Py_ssize_t i, const char *zone)
{
    Paragraph *b = &p->blocks[i];
    PyObject *numbers = PyList_GET_ITEM(p->able, i);
    if (b->kind != NONE || b->weight > p->read || PyTuple_GET_SIZE(numbers) == 0)
        return 0;
    PyObject *words = PyUnicode_Substring(p->text, b->start, b->end);
    if (words == NULL)
        return -1;
    PyObject *kind = PyObject_CallFunction(p->kind_of, "NOsO", words, numbers, zone,
                                           b->weight <= p->name && !b->ended ? Py_True : Py_False);
    if (kind == NULL)
        return -1;
    int known = NONE;
    if (PyUnicode_Check(kind))
        for (known = 0; known < ALL && PyUnicode_CompareWithASCIIString(kind, KINDS[known]) != 0;)
            known++;
    if (known == ALL)
        PyErr_Format(PyExc_ValueError, "judge: %R is no kind of line", kind);
    Py_DECREF(kind);
    if (known == ALL)
        return -1;
    if (known != NONE)
        put(b, known, 1);
    return known != NONE;
}

/* Short lines that stand three times are buttons; -1 with an exception. */
static int buttons(Page *p)
{
    PyObject *seen = PyDict_New();
    int failed = seen == NULL;
    for (int pass = 0; pass < 2 && !failed; pass++)
        for (Py_ssize_t i = 0; i < p->count && !failed; i++) {
            Paragraph *b = &p->blocks[i];
            if (b->weight >= p->prose)
                continue;
            PyObject *words = PyUnicode_Substring(p->text, b->start, b->end);
            PyObject *before = words == NULL ? NULL : PyDict_GetItemWithError(seen, words);
            long times = before == NULL ? 0 : PyLong_AsLong(before);
            failed = words == NULL || (before == NULL && PyErr_Occurred());
            if (!failed && pass == 0 && times < 3) {
                PyObject *now = PyLong_FromLong(times + 1);
                failed = now == NULL || PyDict_SetItem(seen, words, now) < 0;
                Py_XDECREF(now);
            }
            if (!failed && pass == 1 && times >= 3 && is_short(b))
                put(b, NAVIGATION, 1);
            Py_XDECREF(words);
        }
    Py_XDECREF(seen);
    return failed ? -1 : 0;
}

static int repeats(Page *p)
{
    Py_ssize_t doubled = 0, little = 0;
    for (Py_ssize_t i = 0; i < p->count; i++) {
        Paragraph *b = &p->blocks[i];
        little += b->weight < p->prose;
        if (i > 0 && b->weight >= p->prose)
            doubled += twins(p, b - 1, b);
    }
    if (doubled && (2.0 * (double)doubled < 0.2 * (double)p->count || (doubled == 1 && 1 < p->count - 2)))
        for (Py_ssize_t i = 1; i < p->count; i++) {
            Paragraph *b = &p->blocks[i];
            if (b->weight >= p->prose && twins(p, b - 1, b))
                for (int k = -1; k <= 0; k++)
                    if (b[k].kind == NONE && b[k].ended)
                        put(&b[k], CAPTION, 1);
        }
    return little < 3 ? 0 : buttons(p);
}

/* The line that a bar with the names of site and section repeats whole, or -1. */
static Py_ssize_t headline(const Page *p)
{
    for (Py_ssize_t i = 1; i < p->count && i < 8; i++) {
        const Paragraph *b = &p->blocks[i];
        for (Py_ssize_t k = 0; k < i && b->weight >= 20; k++) {
            const Paragraph *bar = &p->blocks[k];
            if (!bar->ended && bar->weight < 2 * p->longer && bar->weight > b->weight && contains(p, bar, b))
                return i;
        }
    }
    return -1;
}

/* Where the body begins, -1 if there is no prose, -2 with an exception. */
static Py_ssize_t head(Page *p, Py_ssize_t titled)
{
    Paragraph *blocks = p->blocks;
    Py_ssize_t named = titled >= 0 ? titled : headline(p), first = -1, prose = 0, stopped = 0;
    for (Py_ssize_t i = named + 1; i < p->count; i++)
        if (is_prose(p, &blocks[i])) {
            prose++;
            stopped += blocks[i].ended;
        }
    double most = 0.6 * (double)prose;
    int stops = (double)stopped >= most && most > 1;
    for (Py_ssize_t i = named + 1; i < p->count && first < 0; i++)
        if (is_prose(p, &blocks[i]) && (blocks[i].ended || !stops)) {
            int read = read_block(p, i, "head");
            if (read < 0)
                return -2;
            if (!read)
                first = i;
        }
    if (first < 0)
        return -1;
    if (named < 0) {
        for (Py_ssize_t i = 0; i < first && named < 0; i++)
            if (blocks[i].kind == NONE && blocks[i].weight >= 15)
                named = i;
        if (named >= 0 && blocks[named].weight >= p->longer) {
            first = named;
            named = -1;
        }
    }
    for (Py_ssize_t i = 0; i < first; i++) {
        if (i == named)
            put(&blocks[i], TITLE, 0);
        else if (blocks[i].kind == NONE && (named < 0 || i < named))
            put(&blocks[i], NAVIGATION, 0);
        else if (blocks[i].kind == NONE && !blocks[i].ended)
            put(&blocks[i], is_name(p, &blocks[i]) ? BYLINE : HEADING, 0);
    }
    return first;
}

/* Where the tail begins, and whether a line opens it; -1 with an exception. */
static Py_ssize_t tail_start(Page *p, Py_ssize_t first, int *opened)
{
    Paragraph *blocks = p->blocks;
    Py_ssize_t tail = p->count, seen = 0, all = 0, last = first;
    for (Py_ssize_t i = 0; i < p->count; i++)
        all += is_prose(p, &blocks[i]) ? blocks[i].weight : 0;
    double allowed = p->tail_prose * (double)all;
    for (Py_ssize_t i = p->count - 1; i > first; i--) {
        Paragraph *b = &blocks[i], *before = b - 1;
        if (is_prose(p, b) && !seen && is_name(p, before) && starts_with(p, b, before))
            put(b, BIO, 1);
        else {
            int read = read_block(p, i, "tail");
            if (read < 0)
                return -1;
            if (!read && is_prose(p, b)) {
                seen += b->weight;
                if ((double)seen > allowed || b->weight > p->tail_longest)
                    break;
            }
        }
        int links = b->kind == RELATED && b->weight < p->prose && i + 1 < p->count && is_short(b + 1);
        if (links || b->kind == NOTE || b->kind == TAGS || b->kind == COMMENTS || b->kind == BIO)
            tail = i - (b->kind == BIO && before->kind == NONE && is_name(p, before));
    }
    *opened = tail < p->count;
    if (*opened)
        return tail;
    for (Py_ssize_t i = first; i < p->count; i++)
        if (blocks[i].kind == NONE && blocks[i].sentence)
            last = i;
    return last + 1;
}

static void middle(Page *p, Py_ssize_t first, Py_ssize_t tail)
{
    int links = 0;
    for (Py_ssize_t i = first; i < tail; i++) {
        Paragraph *b = &p->blocks[i], *before = i > first ? b - 1 : NULL, *after = i + 1 < tail ? b + 1 : NULL;
        if (b->kind != NONE)
            links = b->kind == RELATED && b->weight < p->prose && Py_UNICODE_ISALNUM(at(p, b->end - 1));
        else if (links && !b->ended && b->weight < 2 * p->longer)
            put(b, RELATED, 1);
        else {
            links = 0;
            if (before == NULL || after == NULL || b->sentence || at(p, before->end - 1) == ':')
                continue;
            if (b->bullet) {
                if (b->weight >= 25 && !before->bullet && !after->bullet)
                    put(b, RELATED, 0);
            }
            else if ((is_prose(p, after) && before->kind != NONE) || before->sentence)
                put(b, HEADING, 0);
        }
    }
}

static void tail_lines(Page *p, Py_ssize_t tail, int opened)
{
    Py_ssize_t rest = 0, weight = 0, body = 0;
    for (Py_ssize_t i = 0; i < p->count; i++) {
        if (i < tail)
            body += p->blocks[i].weight;
        else if (p->blocks[i].kind == NONE) {
            rest++;
            weight += p->blocks[i].weight;
        }
    }
    if (!opened && ((rest == 1 && weight >= p->prose) || (double)weight > 0.25 * (double)body))
        return;
    int section = RELATED;
    for (Py_ssize_t i = tail; i < p->count; i++) {
        Paragraph *b = &p->blocks[i], *after = i + 1 < p->count ? b + 1 : NULL;
        if (b->kind != NONE)
            section = b->kind;
        else if (is_short(b) && after != NULL && after->kind == BIO)
            put(b, BIO, opened);
        else if ((section == TAGS || section == COMMENTS) && (b->bullet || is_prose(p, b)))
            put(b, section, opened);
        else if (is_prose(p, b) && section != RELATED)
            put(b, NOTE, 0);
        else if (b->weight >= 25) {
            put(b, RELATED, opened && !is_prose(p, b));
            section = RELATED;
        }
        else
            put(b, NAVIGATION, opened);
    }
}

static int judge(Page *p, Py_ssize_t titled)
{
    for (Py_ssize_t i = 0; i < p->count; i++)
        if (read_block(p, i, "any") < 0)
            return -1;
    if (repeats(p) < 0)
        return -1;
    Py_ssize_t first = head(p, titled);
    if (first < 0)
        return first == -1 ? 0 : -1;
    int opened;
    Py_ssize_t tail = tail_start(p, first, &opened);
    if (tail < 0)
        return -1;
    middle(p, first, tail);
    tail_lines(p, tail, opened);
    Py_ssize_t guessed = 0, unexplained = 0;
    for (Py_ssize_t i = 0; i < p->count; i++) {
        const Paragraph *b = &p->blocks[i];
        if (!b->by_words) {
            unexplained += b->weight;
            guessed += b->kind != NONE && b->kind != TITLE ? b->weight : 0;
        }
    }
    if ((double)guessed > p->charity * (double)unexplained)
        for (Py_ssize_t i = 0; i < p->count; i++)
            if (!p->blocks[i].by_words && p->blocks[i].kind != TITLE)
                p->blocks[i].kind = NONE;
    return 0;
}

/* The blocks from what lines() gave; -1 with an exception. */
static int read_looks(Page *p, PyObject *looks)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(p->text), end = 0;
    for (Py_ssize_t i = 0; i < p->count; i++) {
        Paragraph *b = &p->blocks[i];
        PyObject *look = PyList_GET_ITEM(looks, i);
        int ended, bullet;
        if (!PyTuple_Check(look) || !PyTuple_Check(PyList_GET_ITEM(p->able, i))) {
            PyErr_SetString(PyExc_TypeError, "judge: looks and able are lists of tuples");
            return -1;
        }
        if (!PyArg_ParseTuple(look, "nnnpp:judge", &b->start, &b->end, &b->weight, &ended, &bullet))
            return -1;
        if (b->start < end || b->end <= b->start || b->end > length || b->weight < b->end - b->start ||
            b->weight > PY_SSIZE_T_MAX / 4 / p->count) {
            PyErr_SetString(PyExc_ValueError, "judge: a line leaves the text");
            return -1;
        }
        end = b->end;
        b->ended = (char)ended;
        b->bullet = (char)bullet;
        b->sentence = (char)(ended || b->weight >= p->longer);
        b->kind = NONE;
    }
    return 0;
}

/* The result: a tuple of `type`, a tuple of three, for each line. */
static PyObject *lines_of(const Page *p, PyObject *looks, PyTypeObject *type)
{
    PyObject *names[ALL] = {NULL}, *result = PyTuple_New(p->count);
    for (Py_ssize_t i = 0; result != NULL && i < p->count; i++) {
        int kind = p->blocks[i].kind == NONE ? BODY : p->blocks[i].kind;
        if (names[kind] == NULL)
            names[kind] = PyUnicode_InternFromString(KINDS[kind]);
        PyObject *line = names[kind] == NULL ? NULL : type->tp_alloc(type, 3);
        if (line == NULL) {
            Py_CLEAR(result);
            break;
        }
        for (int field = 0; field < 3; field++) {
            PyObject *value = field < 2 ? PyTuple_GET_ITEM(PyList_GET_ITEM(looks, i), field) : names[kind];
            Py_INCREF(value);
            PyTuple_SET_ITEM(line, field, value);
        }
        PyTuple_SET_ITEM(result, i, line);
    }
    for (int kind = 0; kind < ALL; kind++)
        Py_XDECREF(names[kind]);
    return result;
}

PyObject *dedup_judge(PyObject *Py_UNUSED(self), PyObject *args)
{
    Page p = {0};
    PyObject *looks, *type, *result = NULL;
    Py_ssize_t titled;
    if (!PyArg_ParseTuple(args, "UO!nO!OO(nnnnndd):judge", &p.text, &PyList_Type, &looks, &titled, &PyList_Type, &p.able,
                          &p.kind_of, &type, &p.read, &p.longer, &p.prose, &p.name, &p.tail_longest, &p.tail_prose,
                          &p.charity))
        return NULL;
    p.count = PyList_GET_SIZE(looks);
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type) ||
        ((PyTypeObject *)type)->tp_basicsize != PyTuple_Type.tp_basicsize)
        return PyErr_Format(PyExc_TypeError, "judge: %R is no tuple", type);
    if (PyList_GET_SIZE(p.able) != p.count || titled >= p.count || p.read < 1)
        return PyErr_Format(PyExc_ValueError, "judge: %zd lines, %zd of able", p.count, PyList_GET_SIZE(p.able));
    p.kind = PyUnicode_KIND(p.text);
    p.data = PyUnicode_DATA(p.text);
    /* The lists are the caller's, who could change them in `kind_of`; these are not. */
    looks = PyList_GetSlice(looks, 0, p.count);
    p.able = PyList_GetSlice(p.able, 0, p.count);
    p.blocks = PyMem_RawCalloc((size_t)p.count + 1, sizeof(Paragraph));
    if (p.blocks == NULL)
        PyErr_NoMemory();
    else if (looks != NULL && p.able != NULL && !read_looks(&p, looks) && !judge(&p, titled))
        result = lines_of(&p, looks, (PyTypeObject *)type);
    PyMem_RawFree(p.blocks);
    Py_XDECREF(looks);
    Py_XDECREF(p.able);
    return result;
}

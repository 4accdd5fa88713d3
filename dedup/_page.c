/* What every line of a page is: dedup.boilerplate._judge in C, for pages whose lines are paragraphs.

   The Python there is the specification and says why; the functions here have the same names and do
   the same in the same order.  What the words of a line say, Python has found out before, for the few
   lines whose words say anything. */
#include "_engine.h"

/* In the order of dedup.kinds.LINE_KINDS. */
enum { NONE = -1, TITLE, BODY, HEADING, BYLINE, CAPTION, STAMP, NAVIGATION, RELATED, TAGS, BIO, COMMENTS, NOTE, ALL };

typedef struct {
    Py_ssize_t start, end, weight;
    signed char kind;
    char ended, bullet, sentence, by_words;
    signed char said[3]; /* by its words, for each zone */
} Paragraph;

enum { ANY, HEAD, TAIL, MANY = 48 };

typedef struct {
    PyObject *text;
    int kind; /* of the text's characters */
    const void *data;
    Paragraph *blocks;
    Py_ssize_t count;
    Py_ssize_t read, longer, prose, tail_longest;
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

/* Whether words settle the kind of a block at this place. */
static int read_block(Page *p, Py_ssize_t i, int zone)
{
    Paragraph *b = &p->blocks[i];
    if (b->kind != NONE || b->said[zone] == NONE)
        return 0;
    put(b, b->said[zone], 1);
    return 1;
}

/* Short lines that stand three times are buttons, of a few: each is held against the others. */
static void few_buttons(Page *p, const Py_ssize_t *little, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        const Paragraph *a = &p->blocks[little[i]];
        int times = 0;
        for (Py_ssize_t k = 0; k < count && times < 3 && is_short(a); k++) {
            const Paragraph *b = &p->blocks[little[k]];
            times += a->end - a->start == b->end - b->start && same(p, a->start, b->start, a->end - a->start);
        }
        if (times >= 3)
            put(&p->blocks[little[i]], NAVIGATION, 1);
    }
}

/* The same for many, by a table; -1 with an exception. */
static int many_buttons(Page *p)
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
    Py_ssize_t doubled = 0, little = 0, places[MANY];
    for (Py_ssize_t i = 0; i < p->count; i++) {
        Paragraph *b = &p->blocks[i];
        if (b->weight < p->prose && little++ < MANY)
            places[little - 1] = i;
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
    if (little > MANY)
        return many_buttons(p);
    few_buttons(p, places, little);
    return 0;
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

/* Where the body begins, -1 if there is no prose. */
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
        if (is_prose(p, &blocks[i]) && (blocks[i].ended || !stops) && !read_block(p, i, HEAD))
            first = i;
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

/* Where the tail begins, and whether a line opens it. */
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
        else if (!read_block(p, i, TAIL) && is_prose(p, b)) {
            seen += b->weight;
            if ((double)seen > allowed || b->weight > p->tail_longest)
                break;
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
        read_block(p, i, ANY);
    if (repeats(p) < 0)
        return -1;
    Py_ssize_t first = head(p, titled);
    if (first < 0)
        return 0;
    int opened;
    Py_ssize_t tail = tail_start(p, first, &opened);
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

/* ---- lines as they come from Python ---- */

typedef struct {
    const Look *items;
    Py_ssize_t count;
} Looks;

/* Lines in order inside of a text of that length, or 0 with an exception. */
static int read_looks(Looks *looks, PyObject *bytes, Py_ssize_t length, const char *name)
{
    looks->items = (const Look *)PyBytes_AS_STRING(bytes);
    looks->count = PyBytes_GET_SIZE(bytes) / (Py_ssize_t)sizeof(Look);
    int64_t end = 0;
    int good = PyBytes_GET_SIZE(bytes) % (Py_ssize_t)sizeof(Look) == 0;
    for (Py_ssize_t i = 0; good && i < looks->count; i++) {
        const Look *look = &looks->items[i];
        good = look->start >= end && look->end > look->start && look->end <= length &&
               look->weight >= look->end - look->start && look->weight <= PY_SSIZE_T_MAX / 4 / looks->count;
        end = look->end;
    }
    if (!good)
        PyErr_Format(PyExc_ValueError, "%s: a line leaves the text", name);
    return good;
}

/* Lines and their kinds, one byte for each. */
static int read_kinds(Looks *looks, PyObject *bytes, PyObject *kinds, Py_ssize_t length, const char *name)
{
    if (!read_looks(looks, bytes, length, name))
        return 0;
    int good = PyBytes_GET_SIZE(kinds) == looks->count;
    for (Py_ssize_t i = 0; good && i < looks->count; i++)
        good = (uint8_t)PyBytes_AS_STRING(kinds)[i] < ALL;
    if (!good)
        PyErr_Format(PyExc_ValueError, "%s: a kind for each line", name);
    return good;
}

static void fill_blocks(Page *p, const Looks *looks)
{
    for (Py_ssize_t i = 0; i < looks->count; i++) {
        const Look *look = &looks->items[i];
        Paragraph *b = &p->blocks[i];
        b->start = (Py_ssize_t)look->start;
        b->end = (Py_ssize_t)look->end;
        b->weight = (Py_ssize_t)look->weight;
        b->ended = (look->flags & ENDED) != 0;
        b->bullet = (look->flags & BULLETED) != 0;
        b->sentence = (char)(b->ended || b->weight >= p->longer);
        b->kind = b->said[ANY] = b->said[HEAD] = b->said[TAIL] = NONE;
    }
}

/* What words say: pairs of the number of a line and a byte for each zone; or 0 with an exception. */
static int read_said(Page *p, PyObject *said)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(said); i++) {
        PyObject *pair = PyList_GET_ITEM(said, i);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2 || !PyBytes_Check(PyTuple_GET_ITEM(pair, 1)) ||
            PyBytes_GET_SIZE(PyTuple_GET_ITEM(pair, 1)) != 3) {
            PyErr_SetString(PyExc_TypeError, "judge: what is said are pairs of a number and three bytes");
            return 0;
        }
        Py_ssize_t line = PyNumber_AsSsize_t(PyTuple_GET_ITEM(pair, 0), PyExc_OverflowError);
        if (line == -1 && PyErr_Occurred())
            return 0;
        for (int zone = 0; zone < 3; zone++) {
            int kind = (unsigned char)PyBytes_AS_STRING(PyTuple_GET_ITEM(pair, 1))[zone];
            if (line < 0 || line >= p->count || (kind >= ALL && kind != 255)) {
                PyErr_SetString(PyExc_ValueError, "judge: no such line, or no such kind");
                return 0;
            }
            p->blocks[line].said[zone] = (signed char)(kind == 255 ? NONE : kind);
        }
    }
    return 1;
}

/* The line that is the title, of those at the beginning, or -1. */
static Py_ssize_t titled_line(const Page *p, PyObject *title)
{
    int kind = PyUnicode_KIND(title);
    const void *data = PyUnicode_DATA(title);
    Py_ssize_t length = PyUnicode_GET_LENGTH(title), begin = 0;
    while (begin < length && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, begin)))
        begin++;
    while (length > begin && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, length - 1)))
        length--;
    if (begin == length)
        return -1;
    for (Py_ssize_t i = 0; i < p->count && i < 5 + p->count / 3; i++) {
        const Paragraph *b = &p->blocks[i];
        if (b->end - b->start > 2 * p->read)
            continue;
        Py_ssize_t here = b->start, there = begin;
        while (here < b->end && there < length) {
            Py_UCS4 one = at(p, here), two = PyUnicode_READ(kind, data, there);
            if (Py_UNICODE_ISSPACE(one) && Py_UNICODE_ISSPACE(two)) {
                while (Py_UNICODE_ISSPACE(at(p, here))) /* neither ends with a blank */
                    here++;
                while (Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, there)))
                    there++;
            }
            else if (one != two)
                break;
            else {
                here++;
                there++;
            }
        }
        if (here == b->end && there == length)
            return i;
    }
    return -1;
}

/* A byte for each line, its kind. */
PyObject *dedup_judge(PyObject *Py_UNUSED(self), PyObject *args)
{
    Page p = {0};
    Looks looks;
    PyObject *bytes, *title, *said, *result = NULL;
    if (!PyArg_ParseTuple(args, "UO!OO!(nnnndd):judge", &p.text, &PyBytes_Type, &bytes, &title, &PyList_Type, &said,
                          &p.read, &p.longer, &p.prose, &p.tail_longest, &p.tail_prose, &p.charity))
        return NULL;
    if (title != Py_None && !PyUnicode_Check(title))
        return PyErr_Format(PyExc_TypeError, "judge: title is a %s", Py_TYPE(title)->tp_name);
    if (p.read < 1)
        return PyErr_Format(PyExc_ValueError, "judge: read=%zd is no length", p.read);
    if (!read_looks(&looks, bytes, PyUnicode_GET_LENGTH(p.text), "judge"))
        return NULL;
    p.count = looks.count;
    p.kind = PyUnicode_KIND(p.text);
    p.data = PyUnicode_DATA(p.text);
    p.blocks = PyMem_RawCalloc((size_t)p.count + 1, sizeof(Paragraph));
    if (p.blocks == NULL)
        return PyErr_NoMemory();
    fill_blocks(&p, &looks);
    if (read_said(&p, said) && !judge(&p, title == Py_None ? -1 : titled_line(&p, title)) &&
        (result = PyBytes_FromStringAndSize(NULL, p.count)) != NULL)
        for (Py_ssize_t i = 0; i < p.count; i++)
            PyBytes_AS_STRING(result)[i] = p.blocks[i].kind == NONE ? BODY : p.blocks[i].kind;
    PyMem_RawFree(p.blocks);
    return result;
}

/* ---- what follows from the kinds ---- */

/* The last line of the head and the first of the tail, as dedup.credit_page says. */
void dedup_find_edges(const Look *looks, const char *kinds, Py_ssize_t count, Py_ssize_t most_prose, Py_ssize_t paragraph,
                      Py_ssize_t most_lines, unsigned int cut, Py_ssize_t *last_head, Py_ssize_t *first_tail)
{
    Py_ssize_t prose = 0, after = 0, last, first = 0;
    for (last = 0; last < count; last++) {
        Py_ssize_t size = (Py_ssize_t)(looks[last].end - looks[last].start);
        prose += kinds[last] == BODY && size > paragraph ? size : 0;
        if (prose >= most_prose)
            break;
    }
    for (Py_ssize_t i = count - 1; i >= 0; i--) {
        if (after >= most_lines) {
            first = i + 1;
            break;
        }
        after += !(cut >> kinds[i] & 1);
    }
    *last_head = last;
    *first_tail = first;
}

PyObject *dedup_edges(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *bytes, *kinds;
    Looks looks;
    Py_ssize_t most_prose, paragraph, most_lines, last, first;
    unsigned int cut;
    if (!PyArg_ParseTuple(args, "O!O!nnnI:edges", &PyBytes_Type, &bytes, &PyBytes_Type, &kinds, &most_prose, &paragraph,
                          &most_lines, &cut))
        return NULL;
    if (!read_kinds(&looks, bytes, kinds, PY_SSIZE_T_MAX, "edges"))
        return NULL;
    dedup_find_edges(looks.items, PyBytes_AS_STRING(kinds), looks.count, most_prose, paragraph, most_lines, cut, &last, &first);
    return Py_BuildValue("(nn)", last, first);
}

typedef struct {
    int kind;
    const void *data;
    PyTypeObject *type;
    PyObject *spans;
} Spans;

/* Adds a piece without the white space around it, if it holds a letter or digit; 0 with an exception. */
static int add_piece(const Spans *s, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t i = start;
    while (i < end && !Py_UNICODE_ISALNUM(PyUnicode_READ(s->kind, s->data, i)))
        i++;
    if (i >= end)
        return 1;
    while (Py_UNICODE_ISSPACE(PyUnicode_READ(s->kind, s->data, start)))
        start++;
    while (Py_UNICODE_ISSPACE(PyUnicode_READ(s->kind, s->data, end - 1)))
        end--;
    PyObject *one = PyLong_FromSsize_t(start), *two = PyLong_FromSsize_t(end);
    PyObject *span = one == NULL || two == NULL ? NULL : s->type->tp_alloc(s->type, 2);
    if (span == NULL) {
        Py_XDECREF(one);
        Py_XDECREF(two);
        return 0;
    }
    PyTuple_SET_ITEM(span, 0, one);
    PyTuple_SET_ITEM(span, 1, two);
    int failed = PyList_Append(s->spans, span);
    Py_DECREF(span);
    return !failed;
}

typedef struct {
    Py_ssize_t start, end;
} Cut;

/* A run of lines without the cuts, which are sorted; `at` is the first that may reach into it. */
static int add_run(const Spans *s, Py_ssize_t start, Py_ssize_t end, const Cut *cuts, Py_ssize_t count, Py_ssize_t *at)
{
    while (*at < count && cuts[*at].end <= start)
        ++*at;
    for (Py_ssize_t here = *at; here < count && cuts[here].start < end; here++) {
        if (!add_piece(s, start, cuts[here].start))
            return 0;
        start = cuts[here].end > start ? cuts[here].end : start;
    }
    return add_piece(s, start, end);
}

/* dedup.boilerplate.body_spans; `given` are the cuts, sorted. */
PyObject *dedup_body(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *text, *bytes, *kinds, *given, *type, *result = NULL;
    Looks looks;
    if (!PyArg_ParseTuple(args, "UO!O!O!O:body", &text, &PyBytes_Type, &bytes, &PyBytes_Type, &kinds, &PyList_Type,
                          &given, &type))
        return NULL;
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type) ||
        ((PyTypeObject *)type)->tp_basicsize != PyTuple_Type.tp_basicsize)
        return PyErr_Format(PyExc_TypeError, "body: %R is no tuple", type);
    if (!read_kinds(&looks, bytes, kinds, PyUnicode_GET_LENGTH(text), "body"))
        return NULL;
    Spans s = {PyUnicode_KIND(text), PyUnicode_DATA(text), (PyTypeObject *)type, PyList_New(0)};
    Py_ssize_t count = PyList_GET_SIZE(given);
    Cut *cuts = PyMem_RawMalloc((size_t)(count + 1) * sizeof(Cut));
    int good = s.spans != NULL && cuts != NULL;
    if (cuts == NULL)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; good && i < count; i++) {
        good = PyArg_ParseTuple(PyList_GET_ITEM(given, i), "nn:body", &cuts[i].start, &cuts[i].end);
        if (good && (cuts[i].start < 0 || cuts[i].end > PyUnicode_GET_LENGTH(text) ||
                     (i && cuts[i].start < cuts[i - 1].start))) {
            PyErr_SetString(PyExc_ValueError, "body: cuts leave the text, or are not sorted");
            good = 0;
        }
    }
    const char *kind = PyBytes_AS_STRING(kinds);
    for (Py_ssize_t i = 0, next, at = 0; good && i < looks.count; i = next) {
        for (next = i; next < looks.count && kind[next] == BODY;)
            next++;
        if (next > i)
            good = add_run(&s, (Py_ssize_t)looks.items[i].start, (Py_ssize_t)looks.items[next - 1].end, cuts, count, &at);
        else
            next++;
    }
    Py_ssize_t at = 0;
    if (good && PyList_GET_SIZE(s.spans) == 0 && looks.count)
        good = add_run(&s, (Py_ssize_t)looks.items[0].start, (Py_ssize_t)looks.items[looks.count - 1].end, cuts, count, &at);
    if (good)
        result = PyList_AsTuple(s.spans);
    PyMem_RawFree(cuts);
    Py_XDECREF(s.spans);
    return result;
}

/* ---- where days are named ---- */

enum { NEAR_WORDS = 4, AROUND = 6, DIGITS_OF_A_YEAR = 4, SIGNS_AFTER_A_YEAR = 3 };

typedef struct {
    int kind;
    const void *data;
    Py_ssize_t start, end; /* of the line */
} Strip;

static inline int is_blank(const Strip *s, Py_ssize_t at)
{
    return Py_UNICODE_ISSPACE(PyUnicode_READ(s->kind, s->data, at));
}

static inline int is_digit(const Strip *s, Py_ssize_t at)
{
    Py_UCS4 c = PyUnicode_READ(s->kind, s->data, at);
    return c < 128 ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c);
}

/* Whether there are at most so many words between two places. */
static int few_words(const Strip *s, Py_ssize_t start, Py_ssize_t end)
{
    int words = 0;
    for (Py_ssize_t i = start; i < end; i++)
        if (!is_blank(s, i) && (i == start || is_blank(s, i - 1)) && ++words > NEAR_WORDS)
            return 0;
    return 1;
}

/* The beginning, or the end, of the words around a place. */
static Py_ssize_t words_from(const Strip *s, Py_ssize_t at, int step)
{
    for (int words = 0; words < AROUND; words++) {
        while (at > s->start && at < s->end && !is_blank(s, step < 0 ? at - 1 : at))
            at += step;
        if (words + 1 < AROUND)
            while (at > s->start && at < s->end && is_blank(s, step < 0 ? at - 1 : at))
                at += step;
    }
    return at;
}

static int add_strip(PyObject *strips, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *strip = Py_BuildValue("(nn)", start, end);
    int failed = strip == NULL || PyList_Append(strips, strip) < 0;
    Py_XDECREF(strip);
    return !failed;
}

/* Appends the parts of a line in which a full date may stand; `after` is where the next number begins behind a place
   in the text; 0 with an exception set. */
static int add_strips(const Strip *s, Py_ssize_t length, PyObject *strips)
{
    Py_ssize_t before = -1, first = -1, last = -1;
    for (Py_ssize_t i = s->start; i < s->end;) {
        if (!is_digit(s, i)) {
            i++;
            continue;
        }
        Py_ssize_t start = i, after;
        while (i < s->end && is_digit(s, i))
            i++;
        for (after = i; after < length && after <= i + SIGNS_AFTER_A_YEAR && !is_digit(s, after);)
            after++;
        if (i - start >= DIGITS_OF_A_YEAR &&
            (after - i <= SIGNS_AFTER_A_YEAR || (before >= 0 && few_words(s, before, start)))) {
            Py_ssize_t from = words_from(s, start, -1), to = words_from(s, i, 1);
            if (last >= 0 && from > last) {
                if (!add_strip(strips, first, last))
                    return 0;
                first = -1;
            }
            first = first < 0 ? from : first;
            last = to;
        }
        before = i;
    }
    return last < 0 || add_strip(strips, first, last);
}

/* dated(text, looks, kinds, which) -> (start, end) of the parts of lines of those kinds in which a full date may stand;
   `which` has a bit for each kind.  See dedup.dates. */
PyObject *dedup_dated(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *text, *bytes, *kinds;
    Looks looks;
    unsigned int which;
    if (!PyArg_ParseTuple(args, "UO!O!I:dated", &text, &PyBytes_Type, &bytes, &PyBytes_Type, &kinds, &which))
        return NULL;
    if (!read_kinds(&looks, bytes, kinds, PyUnicode_GET_LENGTH(text), "dated"))
        return NULL;
    PyObject *strips = PyList_New(0);
    Strip s = {.kind = PyUnicode_KIND(text), .data = PyUnicode_DATA(text)};
    for (Py_ssize_t i = 0; i < looks.count && strips != NULL; i++) {
        s.start = (Py_ssize_t)looks.items[i].start;
        s.end = (Py_ssize_t)looks.items[i].end;
        if (which >> PyBytes_AS_STRING(kinds)[i] & 1 && !add_strips(&s, PyUnicode_GET_LENGTH(text), strips))
            Py_CLEAR(strips);
    }
    return strips;
}

/* Lines of a page: where they are, what they look like, and which literals stand in them.

   These functions look at every character of many texts, so that Python need not; they run without the GIL.
   dedup.lines says in plain Python what they must give. */
#include "_engine.h"

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

static Look look_of(int kind, const void *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t read)
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
    return (Look){start, end, weight, (ended ? ENDED : 0) | (bullet ? BULLETED : 0)};
}

/* Where a line ends that goes on at `at`.  Blocks without an end are passed over without a branch for each character. */
DEDUP_INLINE Py_ssize_t line_end(int kind, const void *data, Py_ssize_t at, Py_ssize_t length)
{
    enum { BLOCK = 32 };
    for (; at + BLOCK <= length; at += BLOCK) {
        int ends = 0;
        for (int i = 0; i < BLOCK; i++) {
            Py_UCS4 c = PyUnicode_READ(kind, data, at + i);
            ends |= (c >= '\n') & (c <= '\r');
            ends |= c == 0x85;
            if (kind != PyUnicode_1BYTE_KIND)
                ends |= (c >= 0x2028) & (c <= 0x2029);
        }
        if (ends)
            break;
    }
    while (at < length && !ends_line(PyUnicode_READ(kind, data, at)))
        at++;
    return at;
}

/* `kind` is a constant where this is called, for the sake of the loop over all characters. */
DEDUP_INLINE int add_lines(Buffer *found, int kind, const void *data, Py_ssize_t length, Py_ssize_t read)
{
    for (Py_ssize_t at = 0; at < length;) {
        Py_ssize_t start = at, end = line_end(kind, data, at, length);
        at = end + 1;
        while (start < end && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, start)))
            start++;
        while (start < end && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, end - 1)))
            end--;
        if (start == end)
            continue;
        if (!buffer_reserve(found, (Py_ssize_t)sizeof(Look)))
            return 0;
        Look look = look_of(kind, data, start, end, read);
        memcpy((char *)found->items + found->used, &look, sizeof look);
        found->used += (Py_ssize_t)sizeof look;
    }
    return 1;
}

/* Appends the lines of a text; 0 without memory. */
static int find_lines(Buffer *found, int kind, const void *data, Py_ssize_t length, Py_ssize_t read)
{
    if (kind == PyUnicode_1BYTE_KIND)
        return add_lines(found, PyUnicode_1BYTE_KIND, data, length, read);
    if (kind == PyUnicode_2BYTE_KIND)
        return add_lines(found, PyUnicode_2BYTE_KIND, data, length, read);
    return add_lines(found, PyUnicode_4BYTE_KIND, data, length, read);
}

/* ---- many texts ---- */

typedef struct {
    PyObject *text; /* borrowed from a tuple of our own */
    int kind;
    const void *data;
    Py_ssize_t length;
    Py_ssize_t looks, able, named; /* ends in the buffers */
} Opened;

typedef struct {
    Opened *items;
    Py_ssize_t count, read;
    Search furniture, names;
    Buffer looks, able, named;
} Work;

/* Appends what a search found in a line, sorted, as pairs with the number of the line. */
static int take(Buffer *out, Search *s, int32_t line, const int32_t *always, Py_ssize_t more)
{
    Py_ssize_t found = s->found.used / (Py_ssize_t)sizeof(int32_t), count = found + more;
    if (count == 0)
        return 1;
    if (!buffer_reserve(out, 2 * count * (Py_ssize_t)sizeof(int32_t)))
        return 0;
    int32_t *pairs = (int32_t *)((char *)out->items + out->used);
    for (Py_ssize_t i = 0; i < count; i++) {
        int32_t number = i < found ? ((const int32_t *)s->found.items)[i] : always[i - found];
        Py_ssize_t k = i;
        for (; k > 0 && pairs[2 * k - 1] > number; k--)
            pairs[2 * k + 1] = pairs[2 * k - 1];
        pairs[2 * k + 1] = number;
        pairs[2 * i] = line;
    }
    out->used += 2 * count * (Py_ssize_t)sizeof(int32_t);
    s->found.used = 0;
    return 1;
}

/* All of the work on all texts; touches no object.  0 without memory. */
static int look_at(Work *w)
{
    Py_ssize_t always_count;
    const int32_t *always = w->furniture.a == NULL ? NULL : dedup_always_open(w->furniture.a, &always_count);
    for (Py_ssize_t n = 0; n < w->count; n++) {
        Opened *o = &w->items[n];
        Py_ssize_t first = w->looks.used;
        if (!find_lines(&w->looks, o->kind, o->data, o->length, w->read))
            return 0;
        Py_ssize_t lines = (w->looks.used - first) / (Py_ssize_t)sizeof(Look);
        if (lines > INT32_MAX - 1)
            return 0;
        for (Py_ssize_t i = 0; i < lines; i++) {
            Look look;
            memcpy(&look, (char *)w->looks.items + first + i * (Py_ssize_t)sizeof look, sizeof look);
            Py_ssize_t start = (Py_ssize_t)look.start, end = (Py_ssize_t)look.end;
            if (w->names.a != NULL && (dedup_search(&w->names, o->kind, o->data, start, end) < 0 ||
                                       !take(&w->named, &w->names, (int32_t)i, NULL, 0)))
                return 0;
            if (w->furniture.a != NULL && look.weight <= w->read &&
                (dedup_search(&w->furniture, o->kind, o->data, start, end) < 0 ||
                !take(&w->able, &w->furniture, (int32_t)i, always, always_count)))
                return 0;
        }
        o->looks = w->looks.used;
        o->able = w->able.used;
        o->named = w->named.used;
    }
    return 1;
}

static PyObject *slice(const Buffer *buffer, Py_ssize_t start, Py_ssize_t end)
{
    return PyBytes_FromStringAndSize(start == end ? NULL : (const char *)buffer->items + start, end - start);
}

/* A tuple of three for each text. */
static PyObject *results(const Work *w)
{
    PyObject *all = PyList_New(w->count);
    Py_ssize_t looks = 0, able = 0, named = 0;
    for (Py_ssize_t n = 0; all != NULL && n < w->count; n++) {
        const Opened *o = &w->items[n];
        PyObject *each = Py_BuildValue("(NNN)", slice(&w->looks, looks, o->looks), slice(&w->able, able, o->able),
                                       slice(&w->named, named, o->named));
        if (each == NULL)
            Py_CLEAR(all);
        else
            PyList_SET_ITEM(all, n, each);
        looks = o->looks;
        able = o->able;
        named = o->named;
    }
    return all;
}

PyObject *dedup_pages(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *given, *furniture, *names, *found = NULL;
    Work w = {0};
    if (!PyArg_ParseTuple(args, "OnOO:pages", &given, &w.read, &furniture, &names))
        return NULL;
    const Literals *one = furniture == Py_None ? NULL : dedup_literals_of(furniture);
    const Literals *two = names == Py_None ? NULL : dedup_literals_of(names);
    if (PyErr_Occurred())
        return NULL;
    if (w.read < 1)
        return PyErr_Format(PyExc_ValueError, "read=%zd is no length", w.read);
    PyObject *texts = PySequence_Tuple(given);
    if (texts == NULL)
        return NULL;
    w.count = PyTuple_GET_SIZE(texts);
    w.items = PyMem_RawCalloc((size_t)w.count + 1, sizeof(Opened));
    int done = w.items != NULL && (one == NULL || dedup_search_open(&w.furniture, one)) &&
               (two == NULL || dedup_search_open(&w.names, two));
    if (!done)
        PyErr_NoMemory();
    for (Py_ssize_t n = 0; done && n < w.count; n++) {
        PyObject *text = PyTuple_GET_ITEM(texts, n);
        if (!PyUnicode_Check(text)) {
            PyErr_Format(PyExc_TypeError, "pages: text %zd is a %s", n, Py_TYPE(text)->tp_name);
            done = 0;
        }
        else if ((done = PyUnicode_READY(text) >= 0))
            w.items[n] = (Opened){.text = text,
                                  .kind = PyUnicode_KIND(text),
                                  .data = PyUnicode_DATA(text),
                                  .length = PyUnicode_GET_LENGTH(text)};
    }
    if (done) {
        Py_BEGIN_ALLOW_THREADS
        done = look_at(&w);
        Py_END_ALLOW_THREADS
        if (done)
            found = results(&w);
        else
            PyErr_NoMemory();
    }
    dedup_search_close(&w.furniture);
    dedup_search_close(&w.names);
    buffer_free(&w.looks);
    buffer_free(&w.able);
    buffer_free(&w.named);
    PyMem_RawFree(w.items);
    Py_DECREF(texts);
    return found;
}

PyObject *dedup_lines(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *text;
    Py_ssize_t read;
    if (!PyArg_ParseTuple(args, "Un:lines", &text, &read))
        return NULL;
    if (read < 1)
        return PyErr_Format(PyExc_ValueError, "read=%zd is no length", read);
    Buffer found = {0};
    PyObject *result = find_lines(&found, PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), read)
                           ? slice(&found, 0, found.used)
                           : PyErr_NoMemory();
    buffer_free(&found);
    return result;
}

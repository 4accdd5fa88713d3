/* Rows: the lines of a page that may hold a credit, with the names of wires found and masked.

   dedup.credit_page and dedup.credit_rows say in plain Python what must come out, and why; the functions here have the
   same names where they do the same.  Pages whose lines need mending, or that name wires in a script without spaces,
   are left to Python. */
#include "_credits.h"

#include <stdlib.h>

enum { FEW = 16 }; /* spellings, each of which is looked for in a line of any length */

static const char CAPSULE[] = "dedup._engine.wires";

static void wires_free(Wires *w)
{
    if (w == NULL)
        return;
    for (Py_ssize_t i = 0; i < w->in_spellings; i++) {
        Py_XDECREF(w->spellings[i].wire);
        Py_XDECREF(w->spellings[i].strength);
    }
    Py_XDECREF((PyObject *)w->type);
    Py_XDECREF(w->gates);
    Py_XDECREF(w->standing);
    Py_XDECREF(w->asks);
    Py_XDECREF(w->small);
    dedup_frames_clear(w);
    PyMem_RawFree(w->spellings);
    PyMem_RawFree(w->meanings);
    PyMem_RawFree(w->pool);
    PyMem_RawFree(w);
}

static void capsule_free(PyObject *capsule)
{
    wires_free(PyCapsule_GetPointer(capsule, CAPSULE));
}

static int bad(const char *what)
{
    PyErr_Format(PyExc_ValueError, "wires: %s", what);
    return 0;
}

/* ---- how they are kept ---- */

static int read_plain(Wires *w, PyObject *plain)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    for (int c = 0; c < SIGNS; c++)
        w->plain[c] = (uint16_t)c;
    while (PyDict_Next(plain, &at, &key, &value)) {
        unsigned long code = PyLong_AsUnsignedLong(key);
        if (code == (unsigned long)-1 && PyErr_Occurred())
            return 0;
        if (code >= SIGNS || !PyUnicode_Check(value) || PyUnicode_GET_LENGTH(value) != 1 ||
            PyUnicode_READ_CHAR(value, 0) >= SIGNS)
            return bad("a sign is one of the first 65,536 characters, and becomes one of these");
        w->plain[code] = (uint16_t)PyUnicode_READ_CHAR(value, 0);
    }
    return 1;
}

static int read_spelling(Wires *w, PyObject *given, Py_UCS4 **pool, Py_ssize_t *room, int *slow)
{
    Spelling *s = &w->spellings[w->in_spellings];
    PyObject *text, *wire, *strength;
    int spaced, mark;
    if (!PyTuple_Check(given))
        return bad("a spelling is a tuple");
    if (!PyArg_ParseTuple(given, "UpppiiUO:wires", &text, &spaced, &s->people, &s->link, &mark, &s->kind, &wire, &strength))
        return 0;
    s->length = PyUnicode_GET_LENGTH(text);
    if (s->length < 1 || s->length > *room || (mark && (mark < PLAIN || mark >= PLAIN + MARKS)))
        return bad("a spelling is empty, or has a mark that is none");
    if (PyUnicode_AsUCS4(text, *pool, *room, 0) == NULL)
        return 0;
    s->chars = *pool;
    *pool += s->length;
    *room -= s->length;
    s->mark = (Py_UCS4)mark;
    s->wire = Py_NewRef(wire);
    PyUnicode_InternInPlace(&s->wire);
    s->strength = Py_NewRef(strength);
    w->in_spellings++;
    *slow |= !spaced;
    return 1;
}

/* For each literal its spellings, or None if it is a damaged name. */
static int read_meanings(Wires *w, PyObject *meanings)
{
    Py_ssize_t all = 0, room = 0;
    w->in_meanings = PyTuple_GET_SIZE(meanings);
    for (Py_ssize_t i = 0; i < w->in_meanings; i++) {
        PyObject *each = PyTuple_GET_ITEM(meanings, i);
        if (each != Py_None && !PyTuple_Check(each))
            return bad("meanings are tuples");
        for (Py_ssize_t k = 0; each != Py_None && k < PyTuple_GET_SIZE(each); k++, all++) {
            PyObject *spelling = PyTuple_GET_ITEM(each, k);
            if (!PyTuple_Check(spelling) || PyTuple_GET_SIZE(spelling) == 0 ||
                !PyUnicode_Check(PyTuple_GET_ITEM(spelling, 0)))
                return bad("a spelling begins with its text");
            room += PyUnicode_GET_LENGTH(PyTuple_GET_ITEM(spelling, 0));
        }
    }
    w->spellings = PyMem_RawCalloc((size_t)all + 1, sizeof(Spelling));
    w->meanings = PyMem_RawCalloc((size_t)w->in_meanings + 1, sizeof(Meaning));
    w->pool = PyMem_RawCalloc((size_t)room + 1, sizeof(Py_UCS4));
    if (!w->spellings || !w->meanings || !w->pool) {
        PyErr_NoMemory();
        return 0;
    }
    Py_UCS4 *pool = w->pool;
    for (Py_ssize_t i = 0; i < w->in_meanings; i++) {
        PyObject *each = PyTuple_GET_ITEM(meanings, i);
        Meaning *meaning = &w->meanings[i];
        *meaning = (Meaning){w->in_spellings, each == Py_None ? 0 : PyTuple_GET_SIZE(each), each == Py_None, 0};
        for (Py_ssize_t k = 0; k < meaning->count; k++)
            if (!read_spelling(w, PyTuple_GET_ITEM(each, k), &pool, &room, &meaning->slow))
                return 0;
    }
    return 1;
}

static int read_gates(Wires *w)
{
    if (PyTuple_GET_SIZE(w->gates) != 2 || PyTuple_GET_SIZE(w->standing) != 4 * KINDS)
        return bad("a gate for lines and one for running text, and who stands in 48 places");
    Py_ssize_t patterns = 0;
    for (int i = 0; i < 2; i++) {
        if ((w->gate[i] = dedup_literals_of(PyTuple_GET_ITEM(w->gates, i))) == NULL)
            return 0;
        Py_ssize_t count = dedup_patterns(w->gate[i]);
        patterns = count > patterns ? count : patterns;
    }
    w->in_frames = patterns - 1; /* 0 is none of them */
    for (int i = 0; i < 4 * KINDS; i++) {
        PyObject *each = PyTuple_GET_ITEM(w->standing, i);
        if (!PyBytes_Check(each) || PyBytes_GET_SIZE(each) < patterns)
            return bad("a byte for each pattern");
        w->stands[i] = PyBytes_AS_STRING(each);
    }
    return 1;
}

/* wires(meanings, plain, type of names, gates, standing, measures, asks, small words) -> what `rows` wants */
PyObject *dedup_wires(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *meanings, *plain, *type, *gates, *standing, *asks, *small, *capsule = NULL;
    Measures m;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!(nnnnnnnnnIIIII)O!O!:wires", &PyTuple_Type, &meanings, &PyDict_Type, &plain,
                          &PyType_Type, &type, &PyTuple_Type, &gates, &PyTuple_Type, &standing, &m.head_prose,
                          &m.paragraph, &m.tail_lines, &m.alone, &m.alone_from, &m.near, &m.stamp, &m.running,
                          &m.most, &m.cut, &m.signs, &m.body, &m.caption, &m.byline, &PyTuple_Type, &asks,
                          &PyFrozenSet_Type, &small))
        return NULL;
    if (PyTuple_GET_SIZE(asks) != ASKS)
        return PyErr_Format(PyExc_ValueError, "wires: %d functions", ASKS);
    if (!PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type) ||
        ((PyTypeObject *)type)->tp_basicsize != PyTuple_Type.tp_basicsize)
        return PyErr_Format(PyExc_TypeError, "wires: %R is no tuple", type);
    Wires *w = PyMem_RawCalloc(1, sizeof *w);
    if (w == NULL)
        return PyErr_NoMemory();
    w->m = m;
    w->type = (PyTypeObject *)Py_NewRef(type);
    w->gates = Py_NewRef(gates);
    w->standing = Py_NewRef(standing);
    w->asks = Py_NewRef(asks);
    w->small = Py_NewRef(small);
    if (read_plain(w, plain) && read_meanings(w, meanings) && read_gates(w) && dedup_frames_open(w))
        capsule = PyCapsule_New(w, CAPSULE, capsule_free);
    if (capsule == NULL)
        wires_free(w);
    return capsule;
}

/* ---- the lines of pages ---- */

static inline Py_UCS4 plain_of(const Wires *w, Py_UCS4 c)
{
    return c < SIGNS ? w->plain[c] : c;
}

/* Whether a line may have to be mended: dedup.credit_repairs.mended. */
static int may_be_damaged(const Sheet *r, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t spaces = 0, run = 0;
    int entity = 0;
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = PyUnicode_READ(r->kind, r->data, i);
        spaces += c == ' ';
        if (entity && c == ';')
            return 1;
        entity = c == '&' || (entity && (c == '#' || (c < 128 && Py_ISALNUM(c))));
        run = c >= 0xa1 && c <= 0xfe ? run + 1 : 0;
        if (run == 4)
            return 1;
        if (c >= 0xc2 && c <= 0xf4 && i + 1 < end) {
            Py_UCS4 d = PyUnicode_READ(r->kind, r->data, i + 1);
            if ((d >= 0x80 && d <= 0xbf) || (d >= 0x152 && d <= 0x2dc) || (d >= 0x2013 && d <= 0x2122))
                return 1;
        }
    }
    return 3 * spaces > end - start;
}

static int is_surname(const Py_UCS4 *text, Py_ssize_t size, Py_ssize_t at)
{
    return at + 2 < size && Py_UNICODE_ISSPACE(text[at]) &&
           ((text[at + 1] >= 'A' && text[at + 1] <= 'Z') || (text[at + 1] >= 0xc0 && text[at + 1] <= 0xde)) &&
           ((text[at + 2] >= 'a' && text[at + 2] <= 'z') || (text[at + 2] >= 0xe0 && text[at + 2] <= 0xff));
}

static int by_place(const void *one, const void *two)
{
    const Named *a = one, *b = two;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end);
}

/* Appends where a spelling stands between borders of words; 0 without memory. */
static int find_spelling(Buffer *out, const Spelling *s, const Py_UCS4 *text, Py_ssize_t size, int *spelled)
{
    for (Py_ssize_t at = 0; at + s->length <= size; at++) {
        if (text[at] != s->chars[0] || memcmp(text + at, s->chars, (size_t)s->length * sizeof *text) != 0)
            continue;
        *spelled = 1;
        Py_UCS4 before = at ? text[at - 1] : ' ';
        if (before == '$' || before == '@' || before == '#' || Py_UNICODE_ISALNUM(before) ||
            (at + s->length < size && Py_UNICODE_ISALNUM(text[at + s->length])))
            continue;
        if (!buffer_reserve(out, (Py_ssize_t)sizeof(Named)))
            return 0;
        Named named = {at, at + s->length, s};
        memcpy((char *)out->items + out->used, &named, sizeof named);
        out->used += (Py_ssize_t)sizeof named;
    }
    return 1;
}

/* Whether a name of the same wire stands in brackets right behind another: "Press Trust of India (PTI)". */
static int in_brackets(const Named *last, const Named *name, const Py_UCS4 *text, Py_ssize_t size)
{
    return name->spelling->wire == last->spelling->wire && name->start == last->end + 2 && name->end < size &&
           text[last->end] == ' ' && text[last->end + 1] == '(' && text[name->end] == ')';
}

/* The names in a line; 0 without memory. */
static int find_names(Rows *r, Found *found, const int32_t *pairs, Py_ssize_t count)
{
    const Wires *w = r->w;
    const Py_UCS4 *text = (const Py_UCS4 *)r->plain.items + found->plain;
    found->first = r->names.used / (Py_ssize_t)sizeof(Named);
    for (Py_ssize_t i = 0; i < count; i++) {
        const Meaning *meaning = &w->meanings[pairs[2 * i + 1]];
        for (Py_ssize_t k = 0; k < meaning->count; k++)
            if (!find_spelling(&r->names, &w->spellings[meaning->first + k], text, found->size, &found->spelled))
                return 0;
    }
    Named *names = (Named *)r->names.items + found->first;
    Py_ssize_t all = r->names.used / (Py_ssize_t)sizeof(Named) - found->first, kept = 0, free = 0;
    if (all > 1)
        qsort(names, (size_t)all, sizeof *names, by_place);
    for (Py_ssize_t i = 0; i < all; i++) {
        Named name = names[i];
        if (name.start < free)
            continue;
        free = name.end;
        if (!name.spelling->mark || (name.spelling->people && is_surname(text, found->size, free)))
            continue;
        if (kept > 0 && in_brackets(&names[kept - 1], &name, text, found->size)) {
            names[kept - 1].end = name.end + 1;
            if (names[kept - 1].spelling->mark > PLAIN + SERVICE && name.spelling->mark <= PLAIN + SERVICE)
                names[kept - 1].spelling = name.spelling;
        } else
            names[kept++] = name;
    }
    found->names = kept;
    r->names.used = (found->first + kept) * (Py_ssize_t)sizeof(Named);
    return 1;
}

/* The lines that hold literals; 0 without memory. */
static int find_lines(Rows *r, Sheet *sheet)
{
    const Wires *w = r->w;
    const int32_t *pairs = sheet->pairs;
    sheet->first = r->found.used / (Py_ssize_t)sizeof(Found);
    for (Py_ssize_t i = 0, next; i < sheet->literals; i = next) {
        int32_t line = pairs[2 * i];
        Py_ssize_t start = (Py_ssize_t)sheet->looks[line].start, end = (Py_ssize_t)sheet->looks[line].end, spellings = 0;
        Found found = {.line = line, .start = start, .size = end - start};
        for (next = i; next < sheet->literals && pairs[2 * next] == line; next++) {
            const Meaning *meaning = &w->meanings[pairs[2 * next + 1]];
            sheet->slow |= meaning->slow;
            spellings += meaning->count;
            found.spelled |= meaning->torn;
            found.nameless |= meaning->count == 0 && !meaning->torn;
        }
        if (sheet->slow || (spellings > FEW && spellings > w->m.most / found.size) || may_be_damaged(sheet, start, end)) {
            sheet->slow = 1;
            r->found.used = sheet->first * (Py_ssize_t)sizeof(Found);
            return 1;
        }
        found.plain = r->plain.used / (Py_ssize_t)sizeof(Py_UCS4);
        if (!buffer_reserve(&r->plain, found.size * (Py_ssize_t)sizeof(Py_UCS4)) ||
            !buffer_reserve(&r->found, (Py_ssize_t)sizeof found))
            return 0;
        Py_UCS4 *plain = (Py_UCS4 *)r->plain.items + found.plain;
        for (Py_ssize_t k = 0; k < found.size; k++)
            plain[k] = plain_of(w, PyUnicode_READ(sheet->kind, sheet->data, start + k));
        r->plain.used += found.size * (Py_ssize_t)sizeof(Py_UCS4);
        if (!find_names(r, &found, pairs + 2 * i, next - i))
            return 0;
        memcpy((char *)r->found.items + r->found.used, &found, sizeof found);
        r->found.used += (Py_ssize_t)sizeof found;
        sheet->found++;
    }
    return 1;
}

static int is_word(Py_UCS4 c)
{
    return c == '_' || Py_UNICODE_ISALNUM(c);
}

/* \b(?:19|20)\d\d\b|\d:\d\d|\bago\b */
static int is_stamp(const Wires *w, const Sheet *sheet, Py_ssize_t start, Py_ssize_t end)
{
    Py_UCS4 text[64];
    Py_ssize_t size = end - start;
    for (Py_ssize_t i = 0; i < size; i++)
        text[i] = plain_of(w, PyUnicode_READ(sheet->kind, sheet->data, start + i));
    for (Py_ssize_t i = 0; i < size; i++) {
        int begins = i == 0 || !is_word(text[i - 1]);
        if (begins && i + 4 <= size && ((text[i] == '1' && text[i + 1] == '9') || (text[i] == '2' && text[i + 1] == '0')) &&
            Py_UNICODE_ISDECIMAL(text[i + 2]) && Py_UNICODE_ISDECIMAL(text[i + 3]) &&
            (i + 4 == size || !is_word(text[i + 4])))
            return 1;
        if (i + 4 <= size && text[i + 1] == ':' && Py_UNICODE_ISDECIMAL(text[i]) && Py_UNICODE_ISDECIMAL(text[i + 2]) &&
            Py_UNICODE_ISDECIMAL(text[i + 3]))
            return 1;
        if (begins && i + 3 <= size && text[i] == 'a' && text[i + 1] == 'g' && text[i + 2] == 'o' &&
            (i + 3 == size || !is_word(text[i + 3])))
            return 1;
    }
    return 0;
}

/* The neighbour of a line on one side, if it is near and not long; -1 if not. */
static Py_ssize_t neighbour(const Measures *m, const Sheet *sheet, const Found *found, int side)
{
    Py_ssize_t j = found->line + side;
    int near = found->size < m->alone && j >= 0 && j < sheet->lines && sheet->looks[j].end - sheet->looks[j].start < m->near;
    return near ? j : -1;
}

static int is_dated(const Wires *w, const Sheet *sheet, const Found *found)
{
    for (int side = -1; side <= 1; side += 2) {
        Py_ssize_t j = neighbour(&w->m, sheet, found, side);
        if (j >= 0 && sheet->looks[j].end - sheet->looks[j].start < w->m.stamp &&
            is_stamp(w, sheet, (Py_ssize_t)sheet->looks[j].start, (Py_ssize_t)sheet->looks[j].end))
            return 1;
    }
    return 0;
}

static int ascending(const void *one, const void *two)
{
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)two;
    return (a > b) - (a < b);
}

/* Finds the patterns that can match in a masked line, and may stand there; 0 without memory. */
static int find_patterns(Rows *r, Found *found)
{
    int running = found->size > r->w->m.running;
    Search *s = &r->gates[running];
    Py_ssize_t always_count, room;
    const int32_t *always = dedup_always_open(s->a, &always_count);
    s->found.used = 0;
    if (dedup_search(s, PyUnicode_4BYTE_KIND, (const Py_UCS4 *)r->masked.items + found->plain, 0, found->size) < 0)
        return 0;
    Py_ssize_t count = s->found.used / (Py_ssize_t)sizeof(int32_t);
    room = (count + always_count) * (Py_ssize_t)sizeof(int32_t);
    if (!buffer_reserve(&r->able, room + 1))
        return 0;
    found->able = r->able.used / (Py_ssize_t)sizeof(int32_t);
    int32_t *numbers = (int32_t *)r->able.items + found->able;
    const char *stands = r->w->stands[4 * found->kind + 2 * (unsigned)found->head + (unsigned)found->tail];
    for (Py_ssize_t i = 0; i < count + always_count; i++) {
        int32_t number = i < count ? ((const int32_t *)s->found.items)[i] : always[i - count];
        if (stands[number])
            numbers[found->patterns++] = number;
    }
    if (found->patterns > 1)
        qsort(numbers, (size_t)found->patterns, sizeof *numbers, ascending);
    r->able.used += found->patterns * (Py_ssize_t)sizeof(int32_t);
    return 1;
}

/* Puts a line into `masked`, its names overwritten by marks; there is room. */
static void mask(Rows *r, const Found *found)
{
    Py_UCS4 *masked = (Py_UCS4 *)r->masked.items + found->plain;
    memcpy(masked, (const Py_UCS4 *)r->plain.items + found->plain, (size_t)found->size * sizeof *masked);
    for (Py_ssize_t i = 0; i < found->names; i++) {
        const Named *name = (const Named *)r->names.items + found->first + i;
        for (Py_ssize_t at = name->start; at < name->end; at++)
            masked[at] = name->spelling->mark;
    }
}

/* A field of a record, perhaps: left to Python. */
static int is_field(const Sheet *sheet, const Found *found)
{
    Py_UCS4 sign = PyUnicode_READ(sheet->kind, sheet->data, found->start);
    return sign == '{' || sign == '<' || sign == '[';
}

/* Whether the line before is one of the body that ends as a sentence does. */
static int is_after_sentence(const Wires *w, const Sheet *sheet, Py_ssize_t line)
{
    if (line == 0 || (unsigned char)sheet->kinds[line - 1] != w->m.body)
        return 0;
    Py_UCS4 last = plain_of(w, PyUnicode_READ(sheet->kind, sheet->data, sheet->looks[line - 1].end - 1));
    return last == '.' || last == '!' || last == '?' || last == '"' || last == '\'' || last == ')';
}

/* Finds out what there is to a line, and whether anything; 0 without memory. */
static int read_line(Rows *r, const Sheet *sheet, Found *found, Py_ssize_t last_head, Py_ssize_t first_tail)
{
    const Measures *m = &r->w->m;
    int field = is_field(sheet, found) && (found->spelled || found->nameless);
    if (!found->names && !found->nameless && !field)
        return 1;
    found->kind = (unsigned char)sheet->kinds[found->line];
    found->head = found->line <= last_head;
    found->tail = found->line >= first_tail;
    int signs = m->signs >> found->kind & 1 && is_after_sentence(r->w, sheet, found->line);
    if (signs)
        found->kind = m->body;
    mask(r, found);
    if (!find_patterns(r, found))
        return 0;
    found->kept = found->patterns || found->kind == m->caption || field;
    if (found->kept)
        found->placed = (signs && found->tail && found->size >= m->alone_from) || is_dated(r->w, sheet, found);
    return 1;
}

/* All that needs no object; 0 without memory. */
static int read_sheets(Rows *r, Sheet *sheets, Py_ssize_t count)
{
    const Measures *m = &r->w->m;
    for (Py_ssize_t n = 0; n < count; n++)
        if (!find_lines(r, &sheets[n]))
            return 0;
    if (!buffer_reserve(&r->masked, r->plain.used + 1))
        return 0;
    for (Py_ssize_t n = 0; n < count; n++) {
        const Sheet *sheet = &sheets[n];
        Py_ssize_t last_head, first_tail;
        if (sheet->slow || !sheet->found)
            continue;
        dedup_find_edges(sheet->looks, sheet->kinds, sheet->lines, m->head_prose, m->paragraph, m->tail_lines, m->cut,
                         &last_head, &first_tail);
        for (Py_ssize_t i = 0; i < sheet->found; i++)
            if (!read_line(r, sheet, (Found *)r->found.items + sheet->first + i, last_head, first_tail))
                return 0;
    }
    return 1;
}

/* ---- rows as Python has them ---- */

/* The line on one side of a line, if it is near, not long, and names may stand in it; NULL if not. */
static const Found *supporter(const Rows *r, const Sheet *sheet, const Found *found, int side)
{
    const Found *first = (const Found *)r->found.items + sheet->first, *other = found + side;
    Py_ssize_t j = neighbour(&r->w->m, sheet, found, side);
    return j >= 0 && other >= first && other < first + sheet->found && other->line == j ? other : NULL;
}

int dedup_is_supported(const Rows *r, const Sheet *sheet, const Found *found, const PyObject *wire)
{
    for (int side = -1; side <= 1; side += 2) {
        const Found *other = supporter(r, sheet, found, side);
        for (Py_ssize_t k = 0; other != NULL && k < other->names; k++) {
            const Spelling *spelling = ((const Named *)r->names.items)[other->first + k].spelling;
            if (spelling->mark == PLAIN && spelling->wire == wire)
                return 1;
        }
    }
    return 0;
}

/* The wires that the neighbours of a line name in full; NULL with an exception. */
static PyObject *supporters(const Rows *r, const Sheet *sheet, const Found *found)
{
    PyObject *wires = PyFrozenSet_New(NULL);
    for (int side = -1; side <= 1; side += 2) {
        const Found *other = supporter(r, sheet, found, side);
        for (Py_ssize_t k = 0; other != NULL && k < other->names && wires != NULL; k++) {
            const Spelling *spelling = ((const Named *)r->names.items)[other->first + k].spelling;
            if (spelling->mark == PLAIN && PySet_Add(wires, spelling->wire) < 0)
                Py_CLEAR(wires);
        }
    }
    return wires;
}

static PyObject *names_of(const Rows *r, const Found *found)
{
    PyObject *names = PyTuple_New(found->names);
    for (Py_ssize_t i = 0; i < found->names && names != NULL; i++) {
        const Named *name = (const Named *)r->names.items + found->first + i;
        PyObject *each = r->w->type->tp_alloc(r->w->type, 4);
        PyObject *start = PyLong_FromSsize_t(name->start), *end = PyLong_FromSsize_t(name->end);
        if (each == NULL || start == NULL || end == NULL) {
            Py_XDECREF(each);
            Py_XDECREF(start);
            Py_XDECREF(end);
            Py_CLEAR(names);
            break;
        }
        PyTuple_SET_ITEM(each, 0, start);
        PyTuple_SET_ITEM(each, 1, end);
        PyTuple_SET_ITEM(each, 2, Py_NewRef(name->spelling->wire));
        PyTuple_SET_ITEM(each, 3, Py_NewRef(name->spelling->strength));
        PyTuple_SET_ITEM(names, i, each);
    }
    return names;
}

static PyObject *patterns_of(const Rows *r, const Found *found)
{
    PyObject *numbers = PyTuple_New(found->patterns);
    for (Py_ssize_t i = 0; i < found->patterns && numbers != NULL; i++) {
        PyObject *number = PyLong_FromLong(((const int32_t *)r->able.items)[found->able + i]);
        if (number == NULL)
            Py_CLEAR(numbers);
        else
            PyTuple_SET_ITEM(numbers, i, number);
    }
    return numbers;
}

static PyObject *row_of(const Rows *r, const Sheet *sheet, const Found *found)
{
    const Py_UCS4 *text = (const Py_UCS4 *)r->plain.items + found->plain;
    const Py_UCS4 *masked = (const Py_UCS4 *)r->masked.items + found->plain;
    PyObject *plain = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, found->size), *mask = NULL;
    if (plain != NULL)
        mask = found->names ? PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, masked, found->size) : Py_NewRef(plain);
    PyObject *wires = supporters(r, sheet, found), *names = names_of(r, found), *numbers = patterns_of(r, found);
    if (plain != NULL && mask != NULL && wires != NULL && names != NULL && numbers != NULL)
        return Py_BuildValue("(nnIiiiiNNNNN)", found->start, found->start + found->size, found->kind, found->head,
                             found->tail, found->nameless, found->placed, wires, plain, names, mask, numbers);
    PyObject *const made[] = {plain, mask, wires, names, numbers};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        Py_XDECREF(made[i]);
    return NULL;
}

/* Appends what is to say of a line; 0 with an exception. */
static int append_row(PyObject *rows, const Rows *r, const Sheet *sheet, const Found *found, int unread)
{
    PyObject *row = unread || is_field(sheet, found) ? Py_NewRef(Py_None) : dedup_read_row(r, sheet, found);
    if (row == Py_None)
        Py_SETREF(row, row_of(r, sheet, found));
    else if (row != NULL && PyList_GET_SIZE(row) == 0)
        Py_SETREF(row, Py_NewRef(Py_None));
    else if (row != NULL)
        row = Py_BuildValue("(nnN)", found->start, found->start + found->size, row);
    int done = row != NULL && (row == Py_None || PyList_Append(rows, row) == 0);
    Py_XDECREF(row);
    return done;
}

static PyObject *rows_of(const Rows *r, const Sheet *sheet, int unread)
{
    if (sheet->slow)
        return Py_NewRef(Py_None);
    PyObject *rows = PyList_New(0);
    const Found *all = (const Found *)r->found.items + sheet->first;
    for (Py_ssize_t n = 0; n < sheet->found && rows != NULL; n++)
        if (all[n].kept && !append_row(rows, r, sheet, &all[n], unread))
            Py_CLEAR(rows);
    return rows;
}

/* A text, its lines, their kinds, and pairs of a line and a literal; 0 with an exception set. */
static int read_sheet(const Wires *w, Sheet *sheet, PyObject *given)
{
    PyObject *looks, *kinds, *named;
    if (!PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "rows: a page is a tuple");
        return 0;
    }
    if (!PyArg_ParseTuple(given, "UO!O!O!:rows", &sheet->text, &PyBytes_Type, &looks, &PyBytes_Type, &kinds,
                          &PyBytes_Type, &named))
        return 0;
    Py_ssize_t length = PyUnicode_GET_LENGTH(sheet->text), last = 0;
    sheet->lines = PyBytes_GET_SIZE(looks) / (Py_ssize_t)sizeof(Look);
    sheet->literals = PyBytes_GET_SIZE(named) / 8;
    sheet->looks = (const Look *)PyBytes_AS_STRING(looks);
    sheet->kinds = PyBytes_AS_STRING(kinds);
    sheet->pairs = (const int32_t *)PyBytes_AS_STRING(named);
    sheet->kind = PyUnicode_KIND(sheet->text);
    sheet->data = PyUnicode_DATA(sheet->text);
    int good = PyBytes_GET_SIZE(looks) % (Py_ssize_t)sizeof(Look) == 0 && PyBytes_GET_SIZE(kinds) == sheet->lines &&
               PyBytes_GET_SIZE(named) % 8 == 0;
    for (Py_ssize_t i = 0; good && i < sheet->lines; i++) {
        const Look *look = &sheet->looks[i];
        good = look->start >= last && look->end > look->start && look->end <= length &&
               (unsigned char)sheet->kinds[i] < KINDS;
        last = (Py_ssize_t)look->end;
    }
    const int32_t *pairs = sheet->pairs;
    for (Py_ssize_t i = 0; good && i < sheet->literals; i++)
        good = pairs[2 * i] >= (i ? pairs[2 * i - 2] : 0) && pairs[2 * i] < sheet->lines && pairs[2 * i + 1] >= 0 &&
               pairs[2 * i + 1] < w->in_meanings;
    if (!good)
        PyErr_SetString(PyExc_ValueError, "rows: a line leaves the text, or a literal is in no line");
    return good;
}

/* rows(pages, wires, unread) -> for each page a list of tuples, or None if it is for Python

   A page: text, looks, kinds, named.  A tuple: start, end and a list of credits, see dedup_read_row; of a line that is
   left to Python, and of each if they are to stay unread: start, end, kind, head, tail, nameless, placed, supported,
   plain text, names, masked text, numbers of patterns. */
PyObject *dedup_rows(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *pages, *capsule, *result = NULL;
    Rows r = {0};
    int unread;
    if (!PyArg_ParseTuple(args, "O!Op:rows", &PyTuple_Type, &pages, &capsule, &unread))
        return NULL;
    if ((r.w = PyCapsule_GetPointer(capsule, CAPSULE)) == NULL)
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(pages);
    Sheet *sheets = PyMem_RawCalloc((size_t)count + 1, sizeof *sheets);
    int done = sheets != NULL;
    for (int i = 0; i < 2 && done; i++)
        done = dedup_search_open(&r.gates[i], r.w->gate[i]);
    if (!done)
        PyErr_NoMemory();
    for (Py_ssize_t n = 0; n < count && done; n++)
        done = read_sheet(r.w, &sheets[n], PyTuple_GET_ITEM(pages, n));
    if (done) {
        Py_BEGIN_ALLOW_THREADS
        done = read_sheets(&r, sheets, count);
        Py_END_ALLOW_THREADS
        result = done ? PyList_New(count) : PyErr_NoMemory();
    }
    for (Py_ssize_t n = 0; n < count && result != NULL; n++) {
        PyObject *rows = rows_of(&r, &sheets[n], unread);
        if (rows == NULL)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, n, rows);
    }
    Buffer *const buffers[] = {&r.plain, &r.masked, &r.names, &r.found, &r.able};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_free(buffers[i]);
    for (int i = 0; i < 2; i++)
        dedup_search_close(&r.gates[i]);
    PyMem_RawFree(sheets);
    return result;
}

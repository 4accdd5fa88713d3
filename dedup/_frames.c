/* Frames: which wires a line credits, and as what; its names are found and masked.

   dedup.credit_rows.read_row and what it calls say in plain Python what must come out, and why; the functions here have
   the same names where they do the same.  The patterns are Python's own, asked of dedup.credit_frames.Form when a line
   first may fit them.  Left to Python are lines with people who contributed, with characters that a pattern may take
   for others, and with names in a longer run than a mark may be repeated. */
#include "_credits.h"

enum { PHRASE, LINE, SENTENCE };                      /* units */
enum { ORDINARY, BARE, ABOUT, SOURCE, WITH_EDITORS }; /* rules that ask for more */
enum { LONGEST_RUN = 60, REACH = 130, PLACE_WORDS = 14 };
enum { FAILED = -1, LEFT = -2 }; /* an exception is set; the line is left to Python */

typedef struct {
    Py_ssize_t start, end;
} Part;

typedef struct {
    PyObject *wire, *role; /* borrowed, interned */
} Said;

typedef struct { /* one line */
    const Wires *w;
    const Rows *r;
    const Sheet *sheet;
    const Found *found;
    const Py_UCS4 *plain, *text; /* masked */
    const Named *names;
    Py_ssize_t size, count, free; /* names, and how many of them no frame took */
    PyObject *string;             /* masked, as Python has it; NULL before somebody asks */
    PyObject *credits;            /* a list */
    char *taken;                  /* a byte a name */
    Buffer sentences, said;       /* Part, Said */
    int split, odd, rights;       /* odd: -1 where nobody asked; rights: a copyright line is among the credits */
} Reading;

/* ---- what a frame is ---- */

static void frame_clear(Frame *f)
{
    PyObject **const held[] = {&f->of, &f->rule, &f->role, &f->implied, &f->who, &f->starts, &f->capitals};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        Py_CLEAR(*held[i]);
}

void dedup_frames_clear(Wires *w)
{
    for (Py_ssize_t i = 0; w->frames != NULL && i < w->in_frames; i++)
        frame_clear(&w->frames[i]);
    for (int i = 0; i < WORDS; i++)
        Py_CLEAR(w->word[i]);
    Py_CLEAR(w->zero);
    PyMem_RawFree(w->frames);
    w->frames = NULL;
}

int dedup_frames_open(Wires *w)
{
    static const char *const spelled[WORDS] = {
        "origin",     "co_origin", "photo",  "press_release", "contributor", "generic_wire", "own_staff", "mention",
        "rights",     "span",      "match",  "search",        "finditer",    "lower",        "pattern",   "rest",
        "last",       "lead",      "photo: caption",
    };
    for (int i = 0; i < WORDS; i++)
        if ((w->word[i] = PyUnicode_InternFromString(spelled[i])) == NULL)
            return 0;
    if ((w->zero = PyLong_FromLong(0)) == NULL)
        return 0;
    w->frames = PyMem_RawCalloc((size_t)w->in_frames + 1, sizeof *w->frames);
    if (w->frames == NULL)
        PyErr_NoMemory();
    return w->frames != NULL;
}

/* Notes with which ASCII characters a word, which is in small letters, may begin. */
static void note_begin(Frame *f, PyObject *word)
{
    Py_UCS4 sign = PyUnicode_READ_CHAR(word, 0);
    for (Py_UCS4 c = 0; c < 128; c++)
        if (Py_UNICODE_TOLOWER(c) == sign)
            f->begin[c >> 6] |= (uint64_t)1 << (c & 63);
}

/* A frame by its number; NULL with an exception. */
static const Frame *frame_of(const Wires *w, Py_ssize_t number)
{
    Frame *kept = &w->frames[number], f = {0};
    if (kept->of != NULL)
        return kept;
    PyObject *facts = PyObject_CallFunction(PyTuple_GET_ITEM(w->asks, ASK_FRAME), "n", number);
    if (facts == NULL)
        return NULL;
    if (PyArg_ParseTuple(facts, "OUUOOO!O!iiiiii:frame", &f.of, &f.rule, &f.role, &f.implied, &f.who, &PyTuple_Type,
                         &f.starts, &PyTuple_Type, &f.capitals, &f.unit, &f.anchored, &f.alone, &f.dateline, &f.on_air,
                         &f.special) &&
        kept->of == NULL) { /* nobody was faster, while Python's lock was not ours */
        PyObject *const held[] = {f.of, f.rule, f.implied, f.who, f.starts, f.capitals};
        for (size_t i = 0; i < sizeof held / sizeof *held; i++)
            Py_INCREF(held[i]);
        Py_INCREF(f.role);
        PyUnicode_InternInPlace(&f.role);
        if (f.implied != Py_None)
            PyUnicode_InternInPlace(&f.implied);
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(f.starts); i++)
            note_begin(&f, PyTuple_GET_ITEM(f.starts, i));
        *kept = f;
    }
    Py_DECREF(facts);
    return kept->of == NULL ? NULL : kept;
}

/* ---- text ---- */

static int is_space(Py_UCS4 c)
{
    return Py_UNICODE_ISSPACE(c);
}

/* Without white space around it, and `signs` before it: dedup.credit_page.stripped. */
static Part stripped(const Py_UCS4 *text, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t stop = end, first = start;
    while (stop > start && is_space(text[stop - 1]))
        stop--;
    while (first < stop && (text[first] == ' ' || text[first] == '.' || text[first] == '/' || text[first] == ',' ||
                            text[first] == ';'))
        first++;
    return (Part){first, stop};
}

static int is_bullet(Py_UCS4 c)
{
    switch (c) {
    case 0x2022: case '*': case 0xb7: case 0x25cf: case 0x25aa: case 0x25e6: case '>': case '|': case '-':
        return 1;
    default:
        return is_space(c);
    }
}

static Part unbulleted(const Py_UCS4 *text, Py_ssize_t start, Py_ssize_t end)
{
    if (start < end && Py_UNICODE_ISALNUM(text[start]) && !is_space(text[end - 1]))
        return (Part){start, end};
    while (end > start && is_space(text[end - 1]))
        end--;
    while (start < end && text[start] == ' ')
        start++;
    Py_ssize_t behind = start;
    while (behind < end && is_bullet(text[behind]))
        behind++;
    return (Part){behind < end ? behind : start, end};
}

static int is_mark(Py_UCS4 c)
{
    return c >= PLAIN && c < PLAIN + MARKS;
}

/* Where a sentence ends behind a stop at `at`, or -1: dedup.credit_page._SENTENCE_END. */
static Py_ssize_t sentence_end(const Py_UCS4 *text, Py_ssize_t size, Py_ssize_t at)
{
    if (at == 0 || (text[at] != '.' && text[at] != '!' && text[at] != '?'))
        return -1;
    Py_UCS4 before = text[at - 1];
    if (!((before >= 'a' && before <= 'z') || is_mark(before) || before == ')' || before == ']' || before == '"' ||
          before == '\''))
        return -1;
    Py_ssize_t behind = at + 1;
    while (behind < size && is_space(text[behind]))
        behind++;
    if (behind == at + 1 || behind == size)
        return -1;
    Py_UCS4 next = text[behind];
    int letter = Py_UNICODE_ISALNUM(next) && !Py_UNICODE_ISDECIMAL(next) && !(next >= 'a' && next <= 'z');
    return letter || is_mark(next) || next == '"' || next == '\'' || next == '(' ? behind : -1;
}

static int add_part(Buffer *out, Part part)
{
    if (!buffer_reserve(out, (Py_ssize_t)sizeof part)) {
        PyErr_NoMemory();
        return 0;
    }
    memcpy((char *)out->items + out->used, &part, sizeof part);
    out->used += (Py_ssize_t)sizeof part;
    return 1;
}

/* Cuts the line into sentences, once; 0 with an exception. */
static int split(Reading *x)
{
    Py_ssize_t first = 0;
    if (x->split)
        return 1;
    x->split = 1;
    for (Py_ssize_t at = 0; at < x->size; at++) {
        Py_ssize_t end = sentence_end(x->text, x->size, at);
        if (end < 0)
            continue;
        if (!add_part(&x->sentences, unbulleted(x->text, first, end)))
            return 0;
        first = end;
        at = end - 1;
    }
    return add_part(&x->sentences, unbulleted(x->text, first, x->size));
}

/* Whether a word of a place may be small: dedup.credit_page.capitalised; FAILED with an exception. */
static int is_small_word(const Reading *x, Py_ssize_t start, Py_ssize_t end)
{
    while (end > start && (x->text[end - 1] == '.' || x->text[end - 1] == ','))
        end--;
    PyObject *word = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, x->text + start, end - start);
    int small = word == NULL ? FAILED : PySet_Contains(x->w->small, word);
    Py_XDECREF(word);
    return small;
}

static int ends_word(Py_UCS4 c)
{
    return c == ',' || c == '/' || c == '(' || c == ')' || c == '[' || c == ']' || c == '"' || c == '-' || is_space(c);
}

static int capitalised(const Reading *x, Py_ssize_t start, Py_ssize_t end)
{
    const Py_UCS4 *text = x->text;
    Py_ssize_t count = 0;
    int dated = 0; /* words after a number that may be a month */
    for (Py_ssize_t at = start, stop; at < end; at = stop) {
        for (stop = at; stop < end && !ends_word(text[stop]); stop++)
            ;
        if (stop++ == at)
            continue;
        Py_ssize_t bare = at, last = stop - 1;
        while (bare < last && (text[bare] == '\'' || text[bare] == '.' || text[bare] == '&'))
            bare++;
        if (bare < last && Py_UNICODE_ISLOWER(text[bare]) && !dated) {
            int small = is_small_word(x, bare, last);
            if (small <= 0)
                return small;
        }
        dated = Py_UNICODE_ISDIGIT(text[at]) ? 2 : dated ? dated - 1 : 0;
        count++;
    }
    return count <= PLACE_WORDS;
}

/* str.isupper */
static int is_upper(const Py_UCS4 *text, Py_ssize_t size)
{
    int cased = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (Py_UNICODE_ISLOWER(text[i]) || Py_UNICODE_ISTITLE(text[i]))
            return 0;
        cased |= Py_UNICODE_ISUPPER(text[i]);
    }
    return cased;
}

static int has_digit(const Py_UCS4 *text, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < size; i++)
        if (Py_UNICODE_ISDECIMAL(text[i]))
            return 1;
    return 0;
}

static int is_letter(Py_UCS4 c)
{
    return Py_UNICODE_ISALNUM(c) && !Py_UNICODE_ISDECIMAL(c);
}

/* ---- patterns: what Python matches ---- */

/* pattern.method(string[, start[, end]]); what it gives, or NULL with an exception. */
static PyObject *ask(PyObject *pattern, PyObject *method, PyObject *string, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *args[4] = {pattern, string, NULL, NULL}, *result = NULL;
    size_t count = 2;
    if (start > 0 || end >= 0) {
        if ((args[count++] = PyLong_FromSsize_t(start)) == NULL)
            return NULL;
        if (end >= 0 && (args[count++] = PyLong_FromSsize_t(end)) == NULL)
            count = 0;
    }
    if (count)
        result = PyObject_VectorcallMethod(method, args, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(args[2]);
    Py_XDECREF(args[3]);
    return result;
}

/* The same of an attribute of a form, which is compiled when it is first asked for. */
static PyObject *ask_form(const Reading *x, const Frame *f, int attribute, int method, PyObject *string,
                          Py_ssize_t start, Py_ssize_t end)
{
    PyObject *pattern = PyObject_GetAttr(f->of, x->w->word[attribute]), *result = NULL;
    if (pattern != NULL)
        result = ask(pattern, x->w->word[method], string, start, end);
    Py_XDECREF(pattern);
    return result;
}

/* Where a group of a match stands; start -1 if it is not there; 0 with an exception. */
static int span_of(const Reading *x, PyObject *match, PyObject *group, Part *part)
{
    PyObject *args[2] = {match, group};
    PyObject *span = PyObject_VectorcallMethod(x->w->word[W_SPAN], args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    int good = span != NULL && PyTuple_Check(span) && PyTuple_GET_SIZE(span) == 2;
    if (good) {
        part->start = PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 0));
        part->end = PyLong_AsSsize_t(PyTuple_GET_ITEM(span, 1));
    }
    Py_XDECREF(span);
    return good && !PyErr_Occurred();
}

/* The masked line as Python has it; NULL with an exception. */
static PyObject *string_of(Reading *x)
{
    if (x->string == NULL)
        x->string = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, x->text, x->size);
    return x->string;
}

/* ---- names ---- */

/* The first name that begins at a place or behind it. */
static Py_ssize_t first_name(const Reading *x, Py_ssize_t place)
{
    Py_ssize_t low = 0, high = x->count;
    while (low < high) {
        Py_ssize_t middle = (low + high) / 2;
        if (x->names[middle].start < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether names stand in a run that is longer than a mark may be repeated. */
static int has_long_run(const Reading *x)
{
    Py_ssize_t run = 0;
    for (Py_ssize_t i = 0; i < x->count; i++) {
        run = i && x->names[i].start == x->names[i - 1].end ? run : 0;
        run += x->names[i].end - x->names[i].start;
        if (run > LONGEST_RUN)
            return 1;
    }
    return 0;
}

/* Whether a name comes right after its own expansion. */
static int abbreviates(const Reading *x, const Named *name, Py_ssize_t start, Py_ssize_t end)
{
    const Py_UCS4 *text = x->text, *shown = x->plain + name->start;
    Py_ssize_t left = name->end - name->start;
    if (left < 2 || !is_upper(shown, left))
        return 0;
    for (Py_ssize_t at = end; at > start && left > 0; at--) { /* initials, the last one first */
        int begins = is_letter(text[at - 1]) && (at - 1 == start || !is_letter(text[at - 2]));
        if (begins && Py_UNICODE_ISUPPER(text[at - 1]) && text[at - 1] != shown[--left])
            return 0;
    }
    return left == 0;
}

static int is_station(const Reading *x, const Named *name)
{
    const Py_UCS4 *sign = x->plain + name->start;
    if (name->end - name->start != 4 || (sign[0] != 'K' && sign[0] != 'W'))
        return 0;
    for (int i = 1; i < 4; i++)
        if (sign[i] < 'A' || sign[i] > 'Z')
            return 0;
    return 1;
}

static int strength_of(const Named *name)
{
    return (int)(name->spelling->mark - PLAIN);
}

/* Whether a short name that stands alone is nothing else: in capitals, if its script has any, and no link. */
static int is_signature(const Reading *x, const Named *name)
{
    for (Py_ssize_t i = name->start; i < name->end; i++)
        if (Py_UNICODE_ISLOWER(x->plain[i]))
            return 0;
    return !name->spelling->link;
}

static int is_all_capitals(const Reading *x, const Named *name)
{
    return is_upper(x->plain + name->start, name->end - name->start);
}

/* Whether a name in a line that holds little else is one. */
static int bears_alone(const Reading *x, const Named *name)
{
    int strength = strength_of(name);
    return (strength != AMBIGUOUS && strength != PUBLISHER) ||
           dedup_is_supported(x->r, x->sheet, x->found, name->spelling->wire) ||
           (x->found->placed && is_signature(x, name));
}

/* Names from `first` on that end at `end` or before and that no frame took: one after the other, NULL at the end. */
static const Named *next_name(const Reading *x, Py_ssize_t *i, Py_ssize_t end)
{
    for (; *i < x->count && x->names[*i].end <= end; ++*i)
        if (!x->taken[*i])
            return &x->names[(*i)++];
    return NULL;
}

/* Whether the names in `who` in this frame are enough to make a credit; `start` is that of the unit. */
static int bears(const Reading *x, const Frame *f, Py_ssize_t start, Part who)
{
    const Py_ssize_t first = first_name(x, who.start);
    const Named *name;
    Py_ssize_t count = 0;
    int stations = 1, alone = 0;
    for (Py_ssize_t i = first; (name = next_name(x, &i, who.end)) != NULL; count++) {
        int kind = name->spelling->kind;
        if (f->dateline && abbreviates(x, name, start, who.start))
            return 0;
        if (f->on_air && is_station(x, name) &&
            !(f->dateline && has_digit(x->text + start, who.start - start)))
            return 0;
        if (f->special == BARE && strength_of(name) != 0 && !is_all_capitals(x, name))
            return 0;
        if (f->special == ABOUT && kind != NEWS_SERVICE)
            return 0;
        stations &= kind == BROADCASTER && strength_of(name) != SERVICE;
        alone |= f->alone && bears_alone(x, name);
    }
    if (count == 0)
        return f->implied != Py_None;
    if (f->special == ABOUT || !f->alone)
        return 1;
    return !stations && (x->found->kind == x->w->m.byline || alone);
}

/* The role of names in a frame, borrowed; NULL with an exception. */
static PyObject *role_of(Reading *x, const Frame *f, Part who)
{
    PyObject *const *word = x->w->word, *wire = NULL;
    const Named *name;
    int photo = 0, release = 0, several = 0;
    for (Py_ssize_t i = first_name(x, who.start); (name = next_name(x, &i, who.end)) != NULL;) {
        photo |= name->spelling->kind == PHOTO_AGENCY;
        release |= name->spelling->kind == RELEASE_WIRE;
        several |= wire != NULL && wire != name->spelling->wire;
        wire = name->spelling->wire;
    }
    if (photo || f->role == word[W_PHOTO])
        return word[W_PHOTO];
    if (f->role != word[W_ORIGIN])
        return f->role;
    if (release)
        return word[W_PRESS_RELEASE];
    if (f->special == SOURCE) {
        PyObject *said = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, x->text + who.start, who.end - who.start);
        PyObject *others = said ? PyObject_CallOneArg(PyTuple_GET_ITEM(x->w->asks, ASK_OTHERS), said) : NULL;
        Py_XDECREF(said);
        Py_XDECREF(others);
        if (others == NULL)
            return NULL;
        if (others != Py_None)
            return word[W_CONTRIBUTOR];
    }
    return word[several ? W_CO_ORIGIN : W_ORIGIN];
}

/* ---- credits ---- */

static int add_credit(Reading *x, PyObject *wire, PyObject *role, Part part, PyObject *rule)
{
    PyObject *credit = Py_BuildValue("(OOnnO)", wire, role, part.start, part.end, rule);
    int good = credit != NULL && PyList_Append(x->credits, credit) == 0;
    Py_XDECREF(credit);
    x->rights |= role == x->w->word[W_RIGHTS];
    return good;
}

/* Adds a credit that this unit, or this match of a phrase, has not given yet; 0 with an exception. */
static int say(Reading *x, const Frame *f, PyObject *wire, PyObject *role, Part part)
{
    const Said *said = x->said.items;
    Said new = {wire, role};
    for (Py_ssize_t i = 0; i < x->said.used / (Py_ssize_t)sizeof *said; i++)
        if (said[i].wire == wire && said[i].role == role)
            return 1;
    if (!buffer_reserve(&x->said, (Py_ssize_t)sizeof new)) {
        PyErr_NoMemory();
        return 0;
    }
    memcpy((char *)x->said.items + x->said.used, &new, sizeof new);
    x->said.used += (Py_ssize_t)sizeof new;
    return add_credit(x, wire, role, part, f->rule);
}

/* The credits of one match of a frame in a unit; 0 with an exception. */
static int take(Reading *x, const Frame *f, Part unit, PyObject *match)
{
    PyObject *const *word = x->w->word;
    Part who, part;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(f->capitals); i++) {
        if (!span_of(x, match, PyTuple_GET_ITEM(f->capitals, i), &part))
            return 0;
        int good = part.start < 0 ? 1 : capitalised(x, unit.start + part.start, unit.start + part.end);
        if (good <= 0)
            return good == 0;
    }
    if (!span_of(x, match, f->who, &who))
        return 0;
    who = (Part){unit.start + who.start, unit.start + who.end};
    if (!bears(x, f, unit.start, who))
        return 1;
    PyObject *role = role_of(x, f, who);
    if (role == NULL)
        return 0;
    part = unit;
    if (f->unit == PHRASE) {
        if (!span_of(x, match, x->w->zero, &part))
            return 0;
        part = stripped(x->text, unit.start + part.start, unit.start + part.end);
        x->said.used = 0;
    }
    const Named *name;
    Py_ssize_t names = 0;
    int aside = role == word[W_MENTION] || role == word[W_PHOTO];
    for (Py_ssize_t i = first_name(x, who.start); (name = next_name(x, &i, who.end)) != NULL; names++) {
        int generic = strength_of(name) == GENERIC && !aside;
        x->taken[name - x->names] = 1;
        x->free--;
        if (!say(x, f, name->spelling->wire, generic ? word[W_GENERIC_WIRE] : role, part))
            return 0;
    }
    if (f->special == WITH_EDITORS)
        return say(x, f, Py_None, word[W_OWN_STAFF], part);
    return names || say(x, f, f->implied, f->role, part);
}

/* ---- where a frame matches: dedup.credit_frames.Form.matches ---- */

/* The word that stands at a place in small letters, of those with which a match of the frame begins. */
static int starts_at(const Reading *x, const Frame *f, Py_ssize_t place, Py_ssize_t end)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(f->starts); i++) {
        PyObject *word = PyTuple_GET_ITEM(f->starts, i);
        Py_ssize_t length = PyUnicode_GET_LENGTH(word), k = 0;
        for (; k < length && place + k < end; k++)
            if (Py_UNICODE_TOLOWER(x->text[place + k]) != PyUnicode_READ_CHAR(word, k))
                break;
        if (k == length)
            return 1;
    }
    return 0;
}

/* Looks for matches that begin with one of some words from `first` up to `last`; where to go on, or FAILED with an
   exception. */
static Py_ssize_t match_between(Reading *x, const Frame *f, Part unit, PyObject *piece, Py_ssize_t first, Py_ssize_t last)
{
    Part part;
    Py_ssize_t at = first;
    for (; at < last; at++) {
        Py_UCS4 sign = x->text[at];
        if ((sign < 128 && !(f->begin[sign >> 6] >> (sign & 63) & 1)) || !starts_at(x, f, at, unit.end))
            continue;
        PyObject *match = ask_form(x, f, W_PATTERN, W_MATCH, piece, at - unit.start, -1);
        int good = match != NULL;
        if (good && match != Py_None) {
            good = span_of(x, match, x->w->zero, &part) && take(x, f, unit, match);
            at = unit.start + part.end - 1;
        }
        Py_XDECREF(match);
        if (!good)
            return FAILED;
    }
    return at;
}

/* The same in the whole unit, or, where the names in a group are credited, where a name begins soon after. */
static int match_from(Reading *x, const Frame *f, Part unit, PyObject *piece)
{
    Py_ssize_t at = unit.start;
    if (!PyUnicode_Check(f->who))
        return match_between(x, f, unit, piece, at, unit.end) != FAILED;
    for (Py_ssize_t i = first_name(x, at + 1); i < x->count && x->names[i].start < unit.end && at != FAILED; i++) {
        Py_ssize_t name = x->names[i].start, first = name - 2 * REACH;
        at = match_between(x, f, unit, piece, at > first ? at : first, name);
    }
    return at != FAILED;
}

/* Whether an answer is a match: 1, 0, or FAILED where there is none.  Gives the answer back. */
static int is_match(PyObject *answer)
{
    int found = answer == NULL ? FAILED : answer != Py_None;
    Py_XDECREF(answer);
    return found;
}

static int match_around(Reading *x, const Frame *f, PyObject *rest, Part unit, PyObject *piece)
{
    PyObject *lead = PyObject_GetAttr(f->of, x->w->word[W_LEAD]);
    Py_ssize_t at = 0;
    int good = lead != NULL;
    for (Py_ssize_t i = first_name(x, unit.start); good && i < x->count && x->names[i].start < unit.end; i++) {
        Py_ssize_t name = x->names[i].start - unit.start;
        if (name < at)
            continue;
        int may = is_match(ask(rest, x->w->word[W_MATCH], piece, name, -1));
        Py_ssize_t first = at > name - REACH ? at : name - REACH;
        if (may > 0 && lead != Py_None)
            may = is_match(ask(lead, x->w->word[W_SEARCH], piece, first, name));
        if (may <= 0) {
            good = may == 0;
            continue;
        }
        PyObject *whole = ask_form(x, f, W_PATTERN, W_SEARCH, piece, first, -1);
        if (whole == NULL || whole == Py_None) {
            good = whole != NULL;
            Py_XDECREF(whole);
            break;
        }
        Part part;
        good = span_of(x, whole, x->w->zero, &part) && take(x, f, unit, whole);
        at = good ? part.end : at;
        Py_DECREF(whole);
    }
    Py_XDECREF(lead);
    return good;
}

static int match_all(Reading *x, const Frame *f, Part unit, PyObject *piece, Py_ssize_t first)
{
    PyObject *all = ask_form(x, f, W_PATTERN, W_FINDITER, piece, first, -1), *match;
    int good = all != NULL;
    while (good && (match = PyIter_Next(all)) != NULL) {
        good = take(x, f, unit, match);
        Py_DECREF(match);
    }
    Py_XDECREF(all);
    return good && !PyErr_Occurred();
}

/* From the last name of a pattern on: the first name that it fits, or no match. */
static int match_behind(Reading *x, const Frame *f, PyObject *last, Part unit, PyObject *piece)
{
    for (Py_ssize_t i = first_name(x, unit.start); i < x->count && x->names[i].start < unit.end; i++) {
        Py_ssize_t name = x->names[i].start - unit.start;
        int may = is_match(ask(last, x->w->word[W_MATCH], piece, name, -1));
        if (may)
            return may > 0 && match_all(x, f, unit, piece, name > REACH ? name - REACH : 0);
    }
    return 1;
}

static int match_anchored(Reading *x, const Frame *f, Part unit, PyObject *piece)
{
    PyObject *match = ask_form(x, f, W_PATTERN, W_MATCH, piece, 0, -1);
    int good = match != NULL && (match == Py_None || take(x, f, unit, match));
    Py_XDECREF(match);
    return good;
}

/* Whether characters occur that a pattern may take for others; FAILED with an exception. */
static int is_odd(Reading *x)
{
    PyObject *string = x->odd < 0 ? string_of(x) : NULL;
    if (x->odd < 0 && string != NULL)
        x->odd = PyUnicode_IS_ASCII(string) ? 0 : is_match(PyObject_CallOneArg(PyTuple_GET_ITEM(x->w->asks, ASK_ODD), string));
    return x->odd;
}

/* Adds the credits that one frame reads in one unit: 1, FAILED, LEFT. */
static int apply(Reading *x, const Frame *f, Part unit)
{
    PyObject *string = string_of(x), *piece, *part = NULL;
    int good;
    if (string == NULL)
        return FAILED;
    if (PyTuple_GET_SIZE(f->starts) && (good = is_odd(x)) != 0)
        return good < 0 ? FAILED : LEFT;
    piece = unit.start == 0 && unit.end == x->size ? Py_NewRef(string) : PyUnicode_Substring(string, unit.start, unit.end);
    if (piece == NULL)
        return FAILED;
    x->said.used = 0;
    if (f->anchored) {
        good = match_anchored(x, f, unit, piece);
    } else if (PyTuple_GET_SIZE(f->starts)) {
        good = match_from(x, f, unit, piece);
    } else if ((part = PyObject_GetAttr(f->of, x->w->word[W_REST])) == NULL || part != Py_None) {
        good = part != NULL && match_around(x, f, part, unit, piece);
    } else {
        Py_DECREF(part);
        part = PyObject_GetAttr(f->of, x->w->word[W_LAST]);
        good = part != NULL &&
               (part == Py_None ? match_all(x, f, unit, piece, 0) : match_behind(x, f, part, unit, piece));
    }
    Py_XDECREF(part);
    Py_DECREF(piece);
    return good ? 1 : FAILED;
}

/* Adds the credits of a frame: 1, FAILED, LEFT. */
static int read_frame(Reading *x, const Frame *f)
{
    const Part line = {0, x->size};
    Part part = line;
    const Part *parts = &part;
    Py_ssize_t count = 1;
    int implied = f->implied != Py_None, running = x->size > x->w->m.running, done = 1;
    if (!x->free && !implied)
        return 1;
    if (f->unit == SENTENCE || (f->unit == LINE && running)) {
        if (!split(x))
            return FAILED;
        parts = x->sentences.items;
        count = x->sentences.used / (Py_ssize_t)sizeof(Part);
    } else if (f->unit == LINE) {
        part = unbulleted(x->text, 0, x->size);
    }
    for (Py_ssize_t i = 0; i < count && done == 1; i++) {
        Py_ssize_t first = first_name(x, parts[i].start);
        if (implied || (first < x->count && x->names[first].start < parts[i].end))
            done = apply(x, f, parts[i]);
    }
    return done;
}

/* Takes away copyright lines of whom the same words credit the text; 0 with an exception. */
static int drop_rights(Reading *x)
{
    PyObject *origins = PySet_New(NULL), *kept = PyList_New(0);
    int good = origins != NULL && kept != NULL;
    for (int round = 0; round < 2; round++)
        for (Py_ssize_t i = 0; good && i < PyList_GET_SIZE(x->credits); i++) {
            PyObject *credit = PyList_GET_ITEM(x->credits, i), *role = PyTuple_GET_ITEM(credit, 1);
            PyObject *place = PyTuple_Pack(3, PyTuple_GET_ITEM(credit, 0), PyTuple_GET_ITEM(credit, 2),
                                           PyTuple_GET_ITEM(credit, 3));
            int same = 0;
            good = place != NULL;
            if (good && round == 0 && role == x->w->word[W_ORIGIN])
                good = PySet_Add(origins, place) == 0;
            if (good && round == 1 && role == x->w->word[W_RIGHTS])
                good = (same = PySet_Contains(origins, place)) >= 0;
            if (good && round == 1 && !same)
                good = PyList_Append(kept, credit) == 0;
            Py_XDECREF(place);
        }
    Py_XDECREF(origins);
    if (good)
        Py_SETREF(x->credits, Py_NewRef(kept));
    Py_XDECREF(kept);
    return good;
}

/* Names in a caption that no frame took are of the picture; 0 with an exception. */
static int read_caption(Reading *x)
{
    PyObject *const *word = x->w->word;
    for (Py_ssize_t i = 0; i < x->count; i++) {
        const Named *name = &x->names[i];
        Part part = {name->start, name->end};
        if (!x->taken[i] && strength_of(name) != GENERIC &&
            !add_credit(x, name->spelling->wire, word[W_PHOTO], part, word[W_CAPTION]))
            return 0;
    }
    return 1;
}

/* 1, FAILED, LEFT. */
static int read_frames(Reading *x, const int32_t *able, Py_ssize_t count)
{
    if (!x->count) { /* nameless: is it worth a look? */
        PyObject *string = string_of(x);
        int worth = string == NULL ? FAILED : is_match(PyObject_CallOneArg(PyTuple_GET_ITEM(x->w->asks, ASK_NAMELESS), string));
        if (worth <= 0)
            return worth == 0 ? 1 : FAILED;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        const Frame *f = able[i] < 1 || able[i] > x->w->in_frames ? NULL : frame_of(x->w, able[i] - 1);
        if (f == NULL)
            return PyErr_Occurred() ? FAILED : LEFT;
        int done = read_frame(x, f);
        if (done != 1)
            return done;
    }
    if (x->rights && PyList_GET_SIZE(x->credits) > 1 && !drop_rights(x))
        return FAILED;
    return x->found->kind != x->w->m.caption || read_caption(x) ? 1 : FAILED;
}

PyObject *dedup_read_row(const Rows *r, const Sheet *sheet, const Found *found)
{
    char few[64] = {0};
    Reading x = {.w = r->w, .r = r, .sheet = sheet, .found = found, .size = found->size, .count = found->names,
                 .free = found->names, .odd = -1, .taken = few};
    x.plain = (const Py_UCS4 *)r->plain.items + found->plain;
    x.text = (const Py_UCS4 *)r->masked.items + found->plain;
    x.names = (const Named *)r->names.items + found->first;
    const int32_t *able = (const int32_t *)r->able.items + found->able;
    if ((found->patterns && able[0] == 0) || has_long_run(&x))
        return Py_NewRef(Py_None);
    if (x.count > (Py_ssize_t)sizeof few && (x.taken = PyMem_RawCalloc((size_t)x.count, 1)) == NULL)
        return PyErr_NoMemory();
    int done = (x.credits = PyList_New(0)) == NULL ? FAILED : read_frames(&x, able, found->patterns);
    if (x.taken != few)
        PyMem_RawFree(x.taken);
    buffer_free(&x.sentences);
    buffer_free(&x.said);
    Py_XDECREF(x.string);
    if (done == 1)
        return x.credits;
    Py_XDECREF(x.credits);
    return done == LEFT ? Py_NewRef(Py_None) : NULL;
}

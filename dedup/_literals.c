/* Literals: which of many strings occur in which lines of a text, and what patterns that leaves.

   dedup.literals says in plain Python what both functions must give.  One walk, whatever the number of the
   strings: each has a window of three characters, the rarest that it has in English text, and where no
   window can end, which one bit tells of the last three characters, nothing is looked at (Wu and Manber
   1994, with the windows of Navarro and Raffinot's survey chosen by how rare they are). */
#include "_engine.h"

#include <stdlib.h>

enum { ANCHOR = '^', MARK = 0xe000, MOST_CHARACTERS = 65000, MOST_SYMBOLS = 2000, NEAR = 0x2100 };
enum { BLANK = 27, CAPITAL = 27, SHIFT = 6, WINDOWS = 1 << 3 * SHIFT, PAIRS = 1 << 2 * SHIFT, ALONE_TOO = 0x8000, FIRSTS = 256 };
enum { ALNUM = 1, JOINS = 2, STOPS = 4 };
enum { BEGINS = 1, ENDS_WORD = 2, BEGINS_SENTENCE = 4, ANCHORED = 8 };

typedef struct {
    Py_UCS4 code;
    uint16_t symbol;
} Fold;

typedef struct {
    uint32_t at; /* its symbols, in `pool` */
    uint16_t length;
    uint8_t borders;
} Literal;

typedef struct { /* one literal of a window, and the one behind it; entry 0 is the end of a list */
    int32_t literal;
    uint16_t end; /* of the window, in the literal */
    uint16_t next;
} Entry;

/* Nothing in it changes once it is made, so threads may share it. */
struct Literals {
    Py_ssize_t count;
    int symbols;              /* with 0, the symbol of a character that is in no literal */
    uint16_t near[NEAR];      /* symbols of the first characters of Unicode */
    Fold *folds;              /* of the others: open addressing; an entry with symbol 0 is free */
    size_t folds_mask;
    uint16_t digit;           /* the symbol of every decimal digit, or 0 */
    uint8_t *sort;            /* by symbol */
    uint16_t *part;           /* by symbol: the part of a character that is no capital */
    uint16_t near_part[NEAR]; /* see `part_of` */
    Literal *items;
    uint16_t *pool;
    uint64_t windows[WINDOWS / 64];
    uint16_t by_window[WINDOWS], by_pair[PAIRS], by_first[FIRSTS];
    uint16_t *by_symbol;      /* literals of one symbol */
    Entry *entries;
    Py_ssize_t used;
    /* of patterns; see read_patterns */
    Py_ssize_t clauses, patterns, always;
    int32_t *clause_at, *clause, *pattern, *needs, *open;
};

static const char CAPSULE[] = "dedup._engine.literals";

static void literals_free(Literals *a)
{
    if (a == NULL)
        return;
    void *const arrays[] = {a->folds, a->sort, a->part, a->items, a->pool, a->by_symbol, a->entries,
                            a->clause_at, a->clause, a->pattern, a->needs, a->open};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        PyMem_RawFree(arrays[i]);
    PyMem_RawFree(a);
}

static void capsule_free(PyObject *capsule)
{
    literals_free(PyCapsule_GetPointer(capsule, CAPSULE));
}

const Literals *dedup_literals_of(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, CAPSULE);
}

static Fold *fold_slot(const Literals *a, Py_UCS4 code)
{
    size_t slot = (code * 2654435761u) & a->folds_mask;
    while (a->folds[slot].symbol != 0 && a->folds[slot].code != code)
        slot = (slot + 1) & a->folds_mask;
    return &a->folds[slot];
}

DEDUP_INLINE uint16_t symbol_of(const Literals *a, Py_UCS4 c)
{
    if (c < NEAR)
        return a->near[c];
    uint16_t symbol = fold_slot(a, c)->symbol;
    return symbol == 0 && a->digit != 0 && Py_UNICODE_ISDECIMAL(c) ? a->digit : symbol;
}

static uint8_t sort_by_itself(Py_UCS4 c)
{
    return c == '.' || c == '!' || c == '?' ? STOPS : c == '_' ? JOINS : Py_UNICODE_ISALNUM(c) ? ALNUM : 0;
}

/* What a character is, as it is folded. */
static int sort_of(const Literals *a, Py_UCS4 c)
{
    uint16_t symbol = symbol_of(a, c);
    return symbol != 0 ? a->sort[symbol] : sort_by_itself(c);
}

static int bad(const char *what)
{
    PyErr_Format(PyExc_ValueError, "literals: %s", what);
    return -1;
}

static int no_memory(void)
{
    PyErr_NoMemory();
    return -1;
}

/* ---- how they are kept ---- */

/* Symbols from the folds: a code point, and the one that stands for it. */
static int read_folds(Literals *a, PyObject *fold)
{
    size_t size = 64;
    while (size < 4 * (size_t)PyDict_GET_SIZE(fold))
        size *= 2;
    a->folds_mask = size - 1;
    a->folds = PyMem_RawCalloc(size, sizeof(Fold));
    a->sort = PyMem_RawCalloc(MOST_SYMBOLS, 1);
    a->part = PyMem_RawCalloc(MOST_SYMBOLS, sizeof(uint16_t));
    if (a->folds == NULL || a->sort == NULL || a->part == NULL)
        return no_memory();
    a->symbols = 1;
    unsigned long sign = CAPITAL + 27;
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
                a->sort[a->symbols] = code == MARK ? JOINS : sort_by_itself((Py_UCS4)code);
                /* What English is made of gets a number of its own within six bits. */
                a->part[a->symbols] = (uint16_t)(code >= 'a' && code <= 'z' ? code - 'a' + 1
                                                 : code == ' '              ? BLANK
                                                 : code < 128 && sign < 64  ? sign++
                                                                            : 64 + (unsigned long)a->symbols);
                slot->symbol = (uint16_t)a->symbols++;
            }
            else if ((slot->symbol = fold_slot(a, (Py_UCS4)target)->symbol) == 0)
                return bad("folded to what does not stand for itself");
        }
    }
    a->digit = fold_slot(a, '0')->symbol;
    for (Py_UCS4 c = 0; c < NEAR; c++) {
        uint16_t symbol = fold_slot(a, c)->symbol;
        a->near[c] = symbol == 0 && a->digit != 0 && Py_UNICODE_ISDECIMAL(c) ? a->digit : symbol;
    }
    return 0;
}

/* The part that a character has in the sum over a window: 0 for one that is in no literal, six bits for what
   English is made of.  A capital has another than a small letter, though both are one symbol. */
static uint16_t part_of(const Literals *a, Py_UCS4 c)
{
    uint16_t part = a->part[symbol_of(a, c)];
    int letter = (part & ~ALONE_TOO) >= 1 && (part & ~ALONE_TOO) <= 26;
    return letter && Py_UNICODE_ISUPPER(c) ? (uint16_t)(part + CAPITAL) : part;
}

/* How often two characters stand beside each other in English news, counted in 0.8 million: 'a' for one pair of
   65,536 and less, and one letter more for each time twice as often.  Rows and columns are of anything else, the
   letters, and a blank; OFTEN is the same of single characters. */
static const char BESIDE[28][29] = {
    "jfeededdefbcdededaehgdceadak",
    "fbghhdggdidgihjbhajijggedhci",
    "bgcbbhaaafbagbagaagfcgaaafac",
    "dhafaiaaigahgadiaagdhgaaaeaf",
    "hgadfiadahaadcegcaffafdbaeak",
    "hifhjhgfdgaeihjggejjhdggggbl",
    "dgaaaggaahaafaahbagbgfaaacai",
    "fgaaahadhgaaeaegaagedfaaadai",
    "fibabkaaaiaabadiaafdgfabadai",
    "ehfiihghcbbeihkifbhijbgadaef",
    "afaaadaaacaaaaaeaaaaafaaaaaa",
    "fdaaahabbgaccbegcabfabaaadah",
    "fiaehidcaiadidahdabgffdbahai",
    "fifbaibaahaaafbhgadfbfaaaeah",
    "hhchjiejchdeedghcaahifeaafbk",
    "fffgfdifcfbghhjggajhhighcecj",
    "ehaachaafgaahcahfaheffaaadag",
    "aaaaaaaaaaaaaaaaaaaaafaaaaaa",
    "gidfgjdfciafgggidaghhgecagaj",
    "ihcgeicahiaffedhgbahjgadadak",
    "hibeajbakiaafddjcahhggbfagak",
    "effgffcfcfachfhcgahhhaaaacaf",
    "cfaaaiaaagaaaaaeaaaaaaaaacab",
    "ehaadhaahhaacafgaadeaaababag",
    "dcacadaaacaaaaaaeaaaecaaaaaf",
    "gecbcgaaaeaacccgcacfcbacaaaj",
    "bcaaaeaaacaaaaadaaaaaaaaaabb",
    "jkjjiijhjjghijijieijkhgjdgda",
};
static const char OFTEN[] = "lmkllnkklmhjlkmmkgmmmkjkhkgn";

static int rarity(const uint16_t *part)
{
    int a = part[0] <= BLANK ? part[0] : 0, b = part[1] <= BLANK ? part[1] : 0, c = part[2] <= BLANK ? part[2] : 0;
    /* One letter by itself is no word, but for two; capitals and signs are rare. */
    int lone = a == BLANK && c == BLANK && b != 1 && b != 9;
    return BESIDE[a][b] + BESIDE[b][c] - OFTEN[b] - 'a' - 6 * lone - 2 * (a == 0) - 2 * (b == 0) - 2 * (c == 0);
}

/* Adds a literal to a list, once; -1 if there are too many. */
static int hang(Literals *a, uint16_t *list, Py_ssize_t literal, Py_ssize_t end)
{
    if (*list && a->entries[*list].literal == literal)
        return 0;
    if (a->used > UINT16_MAX)
        return bad("too many");
    a->entries[a->used] = (Entry){(int32_t)literal, (uint16_t)end, *list};
    *list = (uint16_t)a->used++;
    return 0;
}

static inline unsigned first_pair(const uint16_t *symbols, Py_ssize_t length)
{
    return length > 1 ? (symbols[0] * 31u + symbols[1]) % FIRSTS : 0; /* those of one symbol share a list */
}

/* Where three or two characters lead to. */
static unsigned window_of(const uint16_t *part, int count)
{
    unsigned window = 0;
    for (int i = 0; i < count; i++)
        window = (window << SHIFT) + (part[i] & ~ALONE_TOO);
    return window % (count == 3 ? WINDOWS : PAIRS);
}

/* Puts a literal where it will be found: in the lists of a window for each way in which capitals may stand in it,
   or for those ways in which it is spelled. */
static int put(Literals *a, Py_ssize_t literal, PyObject *spellings)
{
    const Literal *item = &a->items[literal];
    const uint16_t *symbols = a->pool + item->at;
    Py_ssize_t length = item->length, best = 0;
    if (item->borders & ANCHORED)
        return hang(a, &a->by_first[first_pair(symbols, length)], literal, length);
    if (length == 1) {
        a->part[symbols[0]] |= ALONE_TOO;
        return hang(a, &a->by_symbol[symbols[0]], literal, 1);
    }
    int size = length == 2 ? 2 : 3, least = 0;
    uint16_t part[3];
    for (Py_ssize_t end = size; end <= length; end++) {
        for (int i = 0; i < size; i++)
            part[i] = a->part[symbols[end - size + i]] & (uint16_t)~ALONE_TOO;
        int cost = size == 3 ? rarity(part) : 0;
        if (spellings != Py_None) { /* a window with capitals */
            int capitals = 0, most = 0;
            for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(spellings); k++, most += size)
                for (int i = 0; i < size; i++)
                    capitals += !!Py_UNICODE_ISUPPER(PyUnicode_READ_CHAR(PyTuple_GET_ITEM(spellings, k), end - size + i));
            cost -= most ? 12 * capitals / most : 0;
        }
        if (best == 0 || cost < least) {
            best = end;
            least = cost;
        }
    }
    uint16_t *lists = size == 3 ? a->by_window : a->by_pair;
    if (spellings != Py_None) {
        for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(spellings); k++) {
            for (int i = 0; i < size; i++)
                part[i] = part_of(a, PyUnicode_READ_CHAR(PyTuple_GET_ITEM(spellings, k), best - size + i));
            if (hang(a, &lists[window_of(part, size)], literal, best) < 0)
                return -1;
        }
        return 0;
    }
    for (int ways = 0; ways < 1 << size; ways++) {
        int good = 1;
        for (int i = 0; i < size; i++) {
            part[i] = a->part[symbols[best - size + i]] & (uint16_t)~ALONE_TOO;
            if (ways >> i & 1) {
                good = good && part[i] >= 1 && part[i] <= 26;
                part[i] += CAPITAL;
            }
        }
        if (good && hang(a, &lists[window_of(part, size)], literal, best) < 0)
            return -1;
    }
    return 0;
}

static int read_words(Literals *a, PyObject *words, const char *borders, PyObject *spellings)
{
    Py_ssize_t most = 0, ways = 0;
    if (spellings != Py_None && PyTuple_GET_SIZE(spellings) != a->count)
        return bad("spellings for each");
    for (Py_ssize_t i = 0; i < a->count; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (!PyUnicode_Check(word) || PyUnicode_GET_LENGTH(word) == 0)
            return bad("a literal is a text that is not empty");
        most += PyUnicode_GET_LENGTH(word);
        if (most > MOST_CHARACTERS)
            return bad("too many characters in all");
        PyObject *each = spellings == Py_None ? Py_None : PyTuple_GET_ITEM(spellings, i);
        if (each != Py_None && !PyTuple_Check(each))
            return bad("spellings are tuples of texts");
        for (Py_ssize_t k = 0; each != Py_None && k < PyTuple_GET_SIZE(each); k++)
            if (!PyUnicode_Check(PyTuple_GET_ITEM(each, k)) ||
                PyUnicode_GET_LENGTH(PyTuple_GET_ITEM(each, k)) != PyUnicode_GET_LENGTH(word))
                return bad("a spelling is as long as its literal");
        ways += each == Py_None ? 8 : PyTuple_GET_SIZE(each);
    }
    a->items = PyMem_RawCalloc((size_t)a->count + 1, sizeof(Literal));
    a->pool = PyMem_RawCalloc((size_t)most + 1, sizeof(uint16_t));
    a->by_symbol = PyMem_RawCalloc(MOST_SYMBOLS, sizeof(uint16_t));
    a->entries = PyMem_RawCalloc((size_t)ways + 1, sizeof(Entry));
    if (!a->items || !a->pool || !a->by_symbol || !a->entries)
        return no_memory();
    a->used = 1;
    uint32_t at = 0;
    for (Py_ssize_t i = 0; i < a->count; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        Literal *item = &a->items[i];
        Py_ssize_t anchored = PyUnicode_READ_CHAR(word, 0) == ANCHOR, length = PyUnicode_GET_LENGTH(word);
        *item = (Literal){at, (uint16_t)(length - anchored), (uint8_t)((borders[i] & 7) | (anchored ? ANCHORED : 0))};
        if (length == anchored)
            return bad("nothing behind the anchor");
        for (Py_ssize_t j = anchored; j < length; j++)
            if ((a->pool[at++] = symbol_of(a, PyUnicode_READ_CHAR(word, j))) == 0)
                return bad("a character that is not folded to itself");
        if (put(a, i, spellings == Py_None ? Py_None : PyTuple_GET_ITEM(spellings, i)) < 0)
            return -1;
    }
    for (unsigned window = 0; window < WINDOWS; window++)
        if (a->by_window[window] || a->by_pair[window % PAIRS])
            a->windows[window / 64] |= (uint64_t)1 << window % 64;
    for (Py_UCS4 c = 0; c < NEAR; c++)
        a->near_part[c] = part_of(a, c);
    return 0;
}

/* What the literals are for: `clauses` gives each a tuple of the numbers of clauses that it meets, `patterns`
   says which pattern needs a clause.  A pattern can match where all of its clauses are met. */
static int read_patterns(Literals *a, PyObject *clauses, PyObject *patterns, Py_ssize_t count)
{
    if (PyTuple_GET_SIZE(clauses) != a->count)
        return bad("clauses for each");
    Py_ssize_t all = 0;
    for (Py_ssize_t i = 0; i < a->count; i++) {
        if (!PyTuple_Check(PyTuple_GET_ITEM(clauses, i)))
            return bad("clauses are a tuple of tuples");
        all += PyTuple_GET_SIZE(PyTuple_GET_ITEM(clauses, i));
    }
    a->clauses = PyTuple_GET_SIZE(patterns);
    a->patterns = count;
    a->clause_at = PyMem_RawCalloc((size_t)a->count + 1, sizeof(int32_t));
    a->clause = PyMem_RawCalloc((size_t)all + 1, sizeof(int32_t));
    a->pattern = PyMem_RawCalloc((size_t)a->clauses + 1, sizeof(int32_t));
    a->needs = PyMem_RawCalloc((size_t)count + 1, sizeof(int32_t));
    a->open = PyMem_RawCalloc((size_t)count + 1, sizeof(int32_t));
    if (!a->clause_at || !a->clause || !a->pattern || !a->needs || !a->open)
        return no_memory();
    int32_t at = 0;
    for (Py_ssize_t i = 0; i < a->count; i++) {
        PyObject *of = PyTuple_GET_ITEM(clauses, i);
        for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(of); k++) {
            long number = PyLong_AsLong(PyTuple_GET_ITEM(of, k));
            if (number < 0 || number >= a->clauses)
                return PyErr_Occurred() ? -1 : bad("there is no such clause");
            a->clause[at++] = (int32_t)number;
        }
        a->clause_at[i + 1] = at;
    }
    for (Py_ssize_t i = 0; i < a->clauses; i++) {
        long number = PyLong_AsLong(PyTuple_GET_ITEM(patterns, i));
        if (number < 0 || number >= count)
            return PyErr_Occurred() ? -1 : bad("there is no such pattern");
        a->pattern[i] = (int32_t)number;
        a->needs[number]++;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        if (a->needs[i] == 0)
            a->open[a->always++] = (int32_t)i;
    return 0;
}

PyObject *dedup_literals(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *words, *borders, *fold, *spellings, *clauses = NULL, *patterns = NULL;
    Py_ssize_t count = 0;
    if (!PyArg_ParseTuple(args, "O!O!O!O|O!O!n:literals", &PyList_Type, &words, &PyBytes_Type, &borders, &PyDict_Type,
                          &fold, &spellings, &PyTuple_Type, &clauses, &PyTuple_Type, &patterns, &count))
        return NULL;
    Literals *a = PyMem_RawCalloc(1, sizeof(Literals));
    if (a == NULL)
        return PyErr_NoMemory();
    a->count = PyList_GET_SIZE(words);
    int failed = PyBytes_GET_SIZE(borders) != a->count ? bad("one flag for each") : 0;
    if (!failed && clauses != NULL && (patterns == NULL || count < 0 || count > MOST_CHARACTERS))
        failed = bad("clauses without patterns");
    if (!failed && spellings != Py_None && !PyTuple_Check(spellings))
        failed = bad("spellings are a tuple");
    PyObject *capsule = NULL;
    if (!failed && !read_folds(a, fold) && !read_words(a, words, PyBytes_AS_STRING(borders), spellings) &&
        (clauses == NULL || !read_patterns(a, clauses, patterns, count)))
        capsule = PyCapsule_New(a, CAPSULE, capsule_free);
    if (capsule == NULL)
        literals_free(a);
    return capsule;
}

/* ---- where they occur ---- */

int dedup_search_open(Search *s, const Literals *a)
{
    *s = (Search){.a = a, .span = -1};
    s->seen = PyMem_RawMalloc((size_t)(a->count + a->clauses + 2 * a->patterns) * sizeof(int32_t) + 1);
    if (s->seen == NULL)
        return 0;
    s->met = s->seen + a->count;
    s->asked = s->met + a->clauses;
    s->missing = s->asked + a->patterns;
    memset(s->seen, -1, (size_t)(a->count + a->clauses + a->patterns) * sizeof(int32_t));
    return 1;
}

void dedup_search_close(Search *s)
{
    PyMem_RawFree(s->seen);
    buffer_free(&s->found);
    s->seen = NULL;
}

/* Whether the signs before `first` hold the end of a sentence, or reach back to `start`. */
static int begins_sentence(const Search *s, Py_ssize_t start, Py_ssize_t first)
{
    for (Py_ssize_t i = first - 1; i >= start; i--) {
        int sort = sort_of(s->a, PyUnicode_READ(s->kind, s->data, i));
        if (sort)
            return sort == STOPS;
    }
    return 1;
}

static int add(Search *s, int32_t number)
{
    if (!buffer_reserve(&s->found, (Py_ssize_t)sizeof(int32_t)))
        return -1;
    memcpy((char *)s->found.items + s->found.used, &number, sizeof number);
    s->found.used += (Py_ssize_t)sizeof number;
    return 0;
}

/* Note a literal, or the patterns to which it was the last that they need; 0, or -1 without memory. */
static int note(Search *s, int32_t literal)
{
    const Literals *a = s->a;
    s->seen[literal] = s->span;
    if (a->clause_at == NULL)
        return add(s, literal);
    for (int32_t k = a->clause_at[literal]; k < a->clause_at[literal + 1]; k++) {
        int32_t clause = a->clause[k], pattern = a->pattern[clause];
        if (s->met[clause] == s->span)
            continue;
        s->met[clause] = s->span;
        if (s->asked[pattern] != s->span) {
            s->asked[pattern] = s->span;
            s->missing[pattern] = a->needs[pattern];
        }
        if (--s->missing[pattern] == 0 && add(s, pattern) < 0)
            return -1;
    }
    return 0;
}

/* Note one that stands where its window ends at `end`; what is outside of the line is no word. */
DEDUP_INLINE int try_one(Search *s, const Entry *entry, Py_ssize_t start, Py_ssize_t end, Py_ssize_t stop)
{
    const Literals *a = s->a;
    const Literal *item = &a->items[entry->literal];
    Py_ssize_t first = end - entry->end, last = first + item->length;
    if (first < start || last > stop || s->seen[entry->literal] == s->span)
        return 0;
    const uint16_t *symbols = a->pool + item->at;
    for (Py_ssize_t i = 0; i < item->length; i++)
        if (symbol_of(a, PyUnicode_READ(s->kind, s->data, first + i)) != symbols[i])
            return 0;
    if (((item->borders & BEGINS) && first > start && sort_of(a, PyUnicode_READ(s->kind, s->data, first - 1)) == ALNUM) ||
        ((item->borders & ENDS_WORD) && last < stop && sort_of(a, PyUnicode_READ(s->kind, s->data, last)) == ALNUM) ||
        ((item->borders & BEGINS_SENTENCE) && !begins_sentence(s, start, first)))
        return 0;
    return note(s, entry->literal);
}

static int try_list(Search *s, unsigned number, Py_ssize_t start, Py_ssize_t end, Py_ssize_t stop)
{
    for (const Entry *entry; number != 0; number = entry->next) {
        entry = &s->a->entries[number];
        if (try_one(s, entry, start, end, stop) < 0)
            return -1;
    }
    return 0;
}

/* Those that begin with the anchor: at the first word, or the first marked name. */
static int try_first(Search *s, Py_ssize_t start, Py_ssize_t stop)
{
    const Literals *a = s->a;
    Py_ssize_t first = start;
    while (first < stop && !(sort_of(a, PyUnicode_READ(s->kind, s->data, first)) & (ALNUM | JOINS)))
        first++;
    uint16_t symbols[2] = {0};
    for (Py_ssize_t i = 0; i < 2 && first + i < stop; i++)
        symbols[i] = symbol_of(a, PyUnicode_READ(s->kind, s->data, first + i));
    unsigned lists[2] = {0, first_pair(symbols, 2)};
    for (int i = 0; i < 2; i++) {
        if (i && lists[1] == 0)
            break;
        const Entry *entry;
        for (unsigned number = a->by_first[lists[i]]; number != 0; number = entry->next) {
            entry = &a->entries[number];
            if (try_one(s, entry, start, first + entry->end, stop) < 0)
                return -1;
        }
    }
    return 0;
}

/* One line; `kind` is a constant where this is called, for the sake of the loop. */
DEDUP_INLINE int walk(Search *s, int kind, Py_ssize_t start, Py_ssize_t stop)
{
    const Literals *a = s->a;
    unsigned window = 0;
    for (Py_ssize_t i = start; i < stop; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, s->data, i);
        unsigned part = kind == PyUnicode_1BYTE_KIND || c < NEAR ? a->near_part[c] : part_of(a, c);
        window = ((window << SHIFT) + (part & ~ALONE_TOO)) % WINDOWS;
        if (!((a->windows[window / 64] >> window % 64 | part >> 15) & 1))
            continue;
        if (try_list(s, a->by_window[window], start, i + 1, stop) < 0 ||
            try_list(s, a->by_pair[window % PAIRS], start, i + 1, stop) < 0 ||
            (part & ALONE_TOO && try_list(s, a->by_symbol[symbol_of(a, c)], start, i + 1, stop) < 0))
            return -1;
    }
    return 0;
}

int dedup_search(Search *s, int kind, const void *data, Py_ssize_t start, Py_ssize_t stop)
{
    s->kind = kind;
    s->data = data;
    s->span++;
    if (start == stop)
        return 0;
    if (try_first(s, start, stop) < 0)
        return -1;
    if (kind == PyUnicode_1BYTE_KIND)
        return walk(s, PyUnicode_1BYTE_KIND, start, stop);
    if (kind == PyUnicode_2BYTE_KIND)
        return walk(s, PyUnicode_2BYTE_KIND, start, stop);
    return walk(s, PyUnicode_4BYTE_KIND, start, stop);
}

Py_ssize_t dedup_patterns(const Literals *a)
{
    return a->patterns;
}

const int32_t *dedup_always_open(const Literals *a, Py_ssize_t *count)
{
    *count = a->always;
    return a->open;
}

/* ---- one text ---- */

/* Start and end of a span, or 0 with an exception. */
static int read_span(PyObject *span, Py_ssize_t length, Py_ssize_t *bounds)
{
    if (!PyTuple_Check(span) || PyTuple_GET_SIZE(span) < 2) {
        PyErr_SetString(PyExc_TypeError, "occurring: a span is a tuple that begins with start and end");
        return 0;
    }
    for (int side = 0; side < 2; side++) {
        bounds[side] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(span, side), PyExc_OverflowError);
        if (bounds[side] == -1 && PyErr_Occurred())
            return 0;
    }
    if (bounds[0] < 0 || bounds[0] > bounds[1] || bounds[1] > length) {
        PyErr_SetString(PyExc_ValueError, "occurring: a span leaves the text");
        return 0;
    }
    return 1;
}

static int ascending(const void *one, const void *two)
{
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)two;
    return (a > b) - (a < b);
}

/* For each span a tuple of the numbers of what occurs in it, sorted: of patterns that can match where the
   literals have any, else of literals. */
PyObject *dedup_occurring(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *capsule, *text, *given;
    if (!PyArg_ParseTuple(args, "OUO:occurring", &capsule, &text, &given))
        return NULL;
    const Literals *a = dedup_literals_of(capsule);
    PyObject *spans = a == NULL ? NULL : PySequence_Tuple(given);
    if (spans == NULL)
        return NULL;
    Search s;
    PyObject *result = NULL;
    if (!dedup_search_open(&s, a))
        PyErr_NoMemory();
    else
        result = PyList_New(PyTuple_GET_SIZE(spans));
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(spans); i++) {
        Py_ssize_t bounds[2], count;
        PyObject *numbers = NULL;
        if (read_span(PyTuple_GET_ITEM(spans, i), PyUnicode_GET_LENGTH(text), bounds)) {
            s.found.used = 0;
            int failed = dedup_search(&s, PyUnicode_KIND(text), PyUnicode_DATA(text), bounds[0], bounds[1]);
            for (Py_ssize_t k = 0; !failed && a->clause_at != NULL && k < a->always; k++)
                failed = add(&s, a->open[k]);
            count = s.found.used / (Py_ssize_t)sizeof(int32_t);
            if (failed)
                PyErr_NoMemory();
            else
                numbers = PyTuple_New(count);
            if (numbers != NULL && count > 1)
                qsort(s.found.items, (size_t)count, sizeof(int32_t), ascending);
            for (Py_ssize_t k = 0; numbers != NULL && k < count; k++) {
                PyObject *number = PyLong_FromLong(((const int32_t *)s.found.items)[k]);
                if (number == NULL)
                    Py_CLEAR(numbers);
                else
                    PyTuple_SET_ITEM(numbers, k, number);
            }
        }
        if (numbers == NULL)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, i, numbers);
    }
    dedup_search_close(&s);
    Py_DECREF(spans);
    return result;
}

/* ---- Words as they are written ---- */

enum { STRETCH = 64 };

/* Whether the first two letters of a word stand anywhere in a stretch: seldom, for two that seldom stand together. */
#define BEGINS(name, type)                                                                                             \
    DEDUP_CLONES static int name(const void *stretch, Py_UCS4 first, Py_UCS4 second)                                    \
    {                                                                                                                  \
        const type *at = stretch;                                                                                      \
        type found = 0;                                                                                                \
        for (int n = 0; n < STRETCH; n++)                                                                              \
            found |= (type)(at[n] == (type)first) & (type)(at[n + 1] == (type)second);                                 \
        return found != 0;                                                                                             \
    }

BEGINS(begins_1, Py_UCS1)
BEGINS(begins_2, Py_UCS2)
BEGINS(begins_4, Py_UCS4)

static int stands_at(int kind, const void *data, Py_ssize_t at, const char *word, Py_ssize_t size)
{
    Py_ssize_t n = 0;
    while (n < size && PyUnicode_READ(kind, data, at + n) == (unsigned char)word[n])
        n++;
    return n == size;
}

static int holds(int kind, const void *data, Py_ssize_t length, const char *word, Py_ssize_t size)
{
    Py_ssize_t places = length - size + 1; /* where it may begin; a word has two letters, so one more can be read */
    for (Py_ssize_t n = 0; n < places; n += STRETCH) {
        Py_ssize_t end = places - n < STRETCH ? places : n + STRETCH;
        const char *at = (const char *)data + n * kind;
        if (end - n == STRETCH && !(kind == 1   ? begins_1(at, (unsigned char)word[0], (unsigned char)word[1])
                                    : kind == 2 ? begins_2(at, (unsigned char)word[0], (unsigned char)word[1])
                                                : begins_4(at, (unsigned char)word[0], (unsigned char)word[1])))
            continue;
        for (Py_ssize_t m = n; m < end; m++)
            if (stands_at(kind, data, m, word, size))
                return 1;
    }
    return 0;
}

/* The words, as pointers into their strings, and how long each is; -1 with an exception. */
static Py_ssize_t words_as_written(PyObject *words, const char **at, Py_ssize_t *sizes, Py_ssize_t most)
{
    Py_ssize_t count = PyTuple_GET_SIZE(words);
    for (Py_ssize_t n = 0; n < count && n < most; n++) {
        PyObject *word = PyTuple_GET_ITEM(words, n);
        at[n] = PyUnicode_Check(word) ? PyUnicode_AsUTF8AndSize(word, &sizes[n]) : NULL;
        if (at[n] == NULL && PyErr_Occurred())
            return -1;
        if (at[n] == NULL || sizes[n] < 2 || !PyUnicode_IS_ASCII(word))
            most = -1;
    }
    if (count <= most)
        return count;
    PyErr_SetString(PyExc_ValueError, "holding: words are a few of two ASCII letters or more");
    return -1;
}

/* holding(texts, words) -> a byte for each of a tuple of texts, 1 where one of the words is in it. */
PyObject *dedup_holding(PyObject *Py_UNUSED(self), PyObject *args)
{
    enum { MOST = 16 };
    PyObject *texts, *words;
    const char *at[MOST];
    Py_ssize_t sizes[MOST];
    if (!PyArg_ParseTuple(args, "O!O!:holding", &PyTuple_Type, &texts, &PyTuple_Type, &words))
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(texts), several = words_as_written(words, at, sizes, MOST);
    PyObject *result = several < 0 ? NULL : PyBytes_FromStringAndSize(NULL, count);
    for (Py_ssize_t i = 0; result != NULL && i < count; i++) {
        PyObject *text = dedup_text_of(texts, i);
        if (text == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        int found = 0;
        for (Py_ssize_t n = 0; n < several && !found; n++)
            found = holds((int)PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), at[n], sizes[n]);
        PyBytes_AS_STRING(result)[i] = (char)found;
    }
    return result;
}

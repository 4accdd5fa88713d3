/* What the judge knows of each word of a text, in one pass over its words.

   dedup/looks.py is the specification, and its enumerations give the bits; every byte here is
   that of `look_plain` there.  The work runs without the GIL, on memory that the arguments keep
   alive. */

#include "_engine.h"

enum { NAME = 1, DENSE = 2, SINGLE = 4, CAPITAL = 8, INSIDE = 16, BORDER = 32, CUT = 64, BLANK = 128 };
enum { BRACKET = 40 };

/* ---- The lexicon: bits of listed words, behind a hash table ---- */

#define LEXICON "dedup._engine.lexicon"

struct Lexicon {
    uint32_t mask;     /* slots less one */
    struct Entry {
        uint64_t head; /* of the word */
        uint32_t at;   /* the word in `text` */
        uint32_t length : 24, bits : 8; /* length 0: an empty slot */
    } *entries;
    uint8_t *text;
};

static void lexicon_free(Lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    PyMem_RawFree(lexicon->entries);
    PyMem_RawFree(lexicon->text);
    PyMem_RawFree(lexicon);
}

static void lexicon_destroy(PyObject *capsule)
{
    lexicon_free(PyCapsule_GetPointer(capsule, LEXICON));
}

/* The key of a word by itself, behind which SLACK bytes may be read. */
static inline uint64_t key_alone(const uint8_t *word, size_t length)
{
    const int64_t bounds[2] = {0, (int64_t)length + 1};
    uint64_t key;
    dedup_word_keys(word, bounds, 1, &key);
    return key;
}

/* The first bytes of a word, 8 at most, as a number. */
static inline uint64_t head_of(const uint8_t *word, size_t length)
{
    static const uint64_t keep[9] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
                                     0xFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
    return load64(word) & keep[length < 8 ? length : 8];
}

/* The entry of a word, or the empty one where it belongs.  Whether a word is listed no processor can guess, so no
   branch asks it: those that are there are seldom taken. */
static inline struct Entry *lexicon_entry(const Lexicon *lexicon, uint64_t key, const uint8_t *word, size_t length)
{
    uint64_t head = head_of(word, length);
    for (uint32_t slot = (uint32_t)key & lexicon->mask;; slot = (slot + 1) & lexicon->mask) {
        struct Entry *entry = &lexicon->entries[slot];
        int same = (entry->head == head) & (entry->length == length);
        if (!(same | !entry->length))
            continue;
        if (length > 8 && same && memcmp(lexicon->text + entry->at, word, length))
            continue;
        return entry;
    }
}

/* Room for `count` words of `size` bytes altogether; a slot in four is used, for most words are in
   no list.  NULL without memory. */
static Lexicon *lexicon_new(const char *words, Py_ssize_t size, Py_ssize_t count)
{
    uint32_t slots = 2;
    while (slots < 4 * (uint64_t)count)
        slots *= 2;
    Lexicon *lexicon = PyMem_RawCalloc(1, sizeof *lexicon);
    if (lexicon == NULL)
        return NULL;
    lexicon->mask = slots - 1;
    lexicon->entries = PyMem_RawCalloc(slots, sizeof *lexicon->entries);
    lexicon->text = PyMem_RawCalloc((size_t)size + SLACK, 1);
    if (!lexicon->entries || !lexicon->text) {
        lexicon_free(lexicon);
        return NULL;
    }
    memcpy(lexicon->text, words, (size_t)size);
    return lexicon;
}

/* lexicon(words, bits) -> capsule for `look`: words in UTF-8 with one blank between two, and a byte
   for each. */
PyObject *dedup_lexicon(PyObject *Py_UNUSED(self), PyObject *args)
{
    const char *words, *bits;
    Py_ssize_t size, count;
    if (!PyArg_ParseTuple(args, "y#y#:lexicon", &words, &size, &bits, &count))
        return NULL;
    if (size >= 1 << 24 || count > size)
        return PyErr_Format(PyExc_ValueError, "%zd words in %zd bytes are no lexicon", count, size);
    Lexicon *lexicon = lexicon_new(words, size, count);
    if (lexicon == NULL)
        return PyErr_NoMemory();
    Py_ssize_t start = 0, n = 0;
    for (Py_ssize_t end = 0; end <= size && n < count; end++) {
        if (end < size && words[end] != ' ')
            continue;
        if (end > start) {
            const uint8_t *word = lexicon->text + start;
            size_t length = (size_t)(end - start);
            uint64_t key = key_alone(word, length);
            struct Entry *entry = lexicon_entry(lexicon, key, word, length);
            *entry = (struct Entry){head_of(word, length), (uint32_t)start, (uint32_t)length & 0xFFFFFF, (uint8_t)bits[n++]};
        }
        start = end + 1;
    }
    PyObject *capsule = PyCapsule_New(lexicon, LEXICON, lexicon_destroy);
    if (capsule == NULL)
        lexicon_free(lexicon);
    return capsule;
}

const Lexicon *dedup_lexicon_of(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, LEXICON);
}

/* ---- The words of one text ---- */

typedef struct {
    const uint8_t *word;
    size_t length;
} Key;

/* Words that have a capital inside a sentence: a hash table, keys without "'s". */
typedef struct {
    uint32_t mask;
    struct Name {
        uint32_t hash, word; /* index of a word with this key, and 1; 0: empty */
        uint8_t seen;
    } *names;
    uint32_t *hashes; /* of each word: without "'s" where it has a capital */
} Names;

enum { SMALL = 1, BEGINNING = 2 };

static inline Py_UCS4 char_at(const Read *text, Py_ssize_t place)
{
    return PyUnicode_READ(text->kind, text->data, place);
}

static inline Key key_of(const Read *text, Py_ssize_t n)
{
    Key key = {text->folded + text->bounds[n], (size_t)(text->bounds[n + 1] - 1 - text->bounds[n])};
    return key;
}

static inline Key without_s(Key key)
{
    if (key.length >= 2 && key.word[key.length - 2] == '\'' && key.word[key.length - 1] == 's')
        key.length -= 2;
    return key;
}

/* First code point of a word in UTF-8 and its length in bytes; 0 of an empty word. */
static inline Py_UCS4 first_code(Key key, size_t *bytes)
{
    static const uint8_t masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    *bytes = 0;
    if (!key.length)
        return 0;
    uint8_t lead = key.word[0];
    *bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (*bytes > key.length) {
        *bytes = 1;
        return 0;
    }
    Py_UCS4 code = lead & masks[*bytes];
    for (size_t n = 1; n < *bytes; n++)
        code = code << 6 | (key.word[n] & 0x3f);
    return code;
}

static inline int is_skipped(Py_UCS4 code)
{
    switch (code) {
    case ' ': case '\t': case 0xa0: case 0x201c: case 0x201d: case '"': case '\'': case 0x2018: case 0x2019:
    case 0xab: case 0xbb: case '(': case '[': case 0x2014: case 0x2013: case '-':
        return 1;
    default:
        return 0;
    }
}

static int begins_sentence(const Read *text, Py_ssize_t start)
{
    Py_ssize_t first = start > 4 ? start - 4 : 0, end = start;
    while (end > first && is_skipped(char_at(text, end - 1)))
        end--;
    if (end == first)
        return 1;
    switch (char_at(text, end - 1)) {
    case '.': case '!': case '?': case ':': case '\n': case '\r': case 0x2026:
        return 1;
    default:
        return 0;
    }
}

static inline int ends_behind(Py_UCS4 code)
{
    switch (code) {
    case '"': case 0x201d: case 0xbb: case 0x2019: case '\'': case ')': case ']':
        return 1;
    default:
        return Py_UNICODE_ISSPACE(code);
    }
}

/* Whether "...", with at most one blank between two dots, begins at `place`. */
static int is_ellipsis(const Read *text, Py_ssize_t place, Py_ssize_t end)
{
    for (int dots = 1; dots < 3; dots++) {
        place++;
        if (place < end && Py_UNICODE_ISSPACE(char_at(text, place)))
            place++;
        if (place >= end || char_at(text, place) != '.')
            return 0;
    }
    return 1;
}

/* BORDER, CUT and BLANK of what stands between two words. */
static uint8_t gap_looks(const Read *text, Py_ssize_t start, Py_ssize_t end)
{
    if (end == start + 1 && char_at(text, start) == ' ')
        return BLANK;
    uint8_t looks = start < end ? BLANK : 0;
    Py_ssize_t bracket = -1;
    for (Py_ssize_t place = start; place < end; place++) {
        Py_UCS4 code = char_at(text, place);
        if (Py_UNICODE_ISSPACE(code))
            continue;
        looks &= (uint8_t)~BLANK;
        switch (code) {
        case 0x201c: case 0x201d: case 0x201e: case 0xab: case 0xbb: case '"':
            looks |= BORDER;
            break;
        case '.': case '!': case '?':
            if (!(looks & BORDER)) {
                Py_UCS4 before = place > start ? char_at(text, place - 1) : 0;
                if (before != '.' && before != 0x2026 && (place + 1 == end || ends_behind(char_at(text, place + 1))))
                    looks |= BORDER;
            }
            if (code == '.' && !(looks & CUT) && is_ellipsis(text, place, end))
                looks |= CUT;
            break;
        case 0x2026:
            looks |= CUT;
            break;
        case '[':
            bracket = place;
            break;
        case ']':
            if (bracket >= 0 && place - bracket - 1 <= BRACKET)
                looks |= CUT;
            bracket = -1;
            break;
        default:
            break;
        }
    }
    return looks;
}

static inline int is_upper(Py_UCS4 code)
{
    return code < 128 ? code - 'A' < 26 : Py_UNICODE_ISUPPER(code);
}

static inline int is_digit(Py_UCS4 code)
{
    return code < 128 ? code - '0' < 10 : Py_UNICODE_ISDIGIT(code);
}

/* The word by itself: its lists, its script, its capital, and what stands behind it. */
static inline void look_at(const Read *text, Names *names, Py_ssize_t n)
{
    Key key = key_of(text, n);
    uint64_t hash = text->keys[n];
    text->listed[n] = (uint8_t)lexicon_entry(text->lexicon, hash, key.word, key.length)->bits;
    size_t bytes;
    Py_UCS4 code = first_code(key, &bytes);
    uint8_t looks = 0;
    if (bytes && bytes == key.length)
        looks = text->alone[code <= 0x10ffff ? code : 0] == 's' ? DENSE : SINGLE;
    /* A word that is nothing but "'s" is not there; one that begins with a digit is a number. */
    if (is_digit(code) && without_s(key).length)
        looks |= NAME;
    Py_ssize_t start = (Py_ssize_t)text->starts[n];
    if (is_upper(char_at(text, start))) {
        Key name = without_s(key);
        if (name.length != key.length)
            hash = key_alone(name.word, name.length);
        looks |= begins_sentence(text, start) ? CAPITAL : CAPITAL | INSIDE;
    }
    names->hashes[n] = (uint32_t)hash;
    if (n + 1 < text->count)
        looks |= gap_looks(text, (Py_ssize_t)text->ends[n], (Py_ssize_t)text->starts[n + 1]);
    text->looks[n] = looks;
}

/* The name that a key is, or the free place where it belongs. */
static inline struct Name *name_of(const Read *text, const Names *names, uint32_t hash, Key key)
{
    for (uint32_t slot = hash & names->mask;; slot = (slot + 1) & names->mask) {
        struct Name *name = &names->names[slot];
        if (!name->word)
            return name;
        Key other = without_s(key_of(text, (Py_ssize_t)name->word - 1));
        if (name->hash == hash && other.length == key.length && memcmp(other.word, key.word, key.length) == 0)
            return name;
    }
}

/* Makes names of the words that begin a sentence, if they stand inside one and are never written small. */
static void look_at_beginnings(const Read *text, const Names *names)
{
    uint64_t asked[64] = {0}; /* a filter of names that begin a sentence, too: few words are one of them */
    Py_ssize_t beginnings = 0;
    for (Py_ssize_t n = 0; n < text->count; n++)
        if (text->looks[n] & INSIDE) {
            struct Name *name = name_of(text, names, names->hashes[n], without_s(key_of(text, n)));
            name->hash = names->hashes[n];
            name->word = (uint32_t)n + 1;
        }
    for (Py_ssize_t n = 0; n < text->count; n++)
        if ((text->looks[n] & (CAPITAL | INSIDE)) == CAPITAL) {
            uint32_t hash = names->hashes[n];
            struct Name *name = name_of(text, names, hash, without_s(key_of(text, n)));
            if (name->word) {
                name->seen |= BEGINNING;
                asked[hash >> 26] |= (uint64_t)1 << (hash >> 20 & 63);
                beginnings++;
            }
        }
    for (Py_ssize_t n = 0; beginnings && n < text->count; n++) {
        uint32_t hash = names->hashes[n];
        if (asked[hash >> 26] >> (hash >> 20 & 63) & 1 && !(text->looks[n] & CAPITAL))
            name_of(text, names, hash, key_of(text, n))->seen |= SMALL;
    }
    for (Py_ssize_t n = 0; beginnings && n < text->count; n++)
        if ((text->looks[n] & (CAPITAL | INSIDE)) == CAPITAL &&
            name_of(text, names, names->hashes[n], without_s(key_of(text, n)))->seen == BEGINNING)
            text->looks[n] |= NAME;
}

static inline void *room(Buffer *buffer, size_t count, size_t size)
{
    buffer->used = 0;
    return count < (size_t)PY_SSIZE_T_MAX / size - 1 && buffer_reserve(buffer, (Py_ssize_t)((count + 1) * size))
               ? buffer->items
               : NULL;
}

/* 0 without memory. */
static int look_at_all(const Read *text, Notes *notes)
{
    Names names = {0};
    Py_ssize_t inside = 0, beginning = 0;
    size_t slots = 2;
    names.hashes = room(&notes->hashes, (size_t)text->count, sizeof *names.hashes);
    if (names.hashes == NULL)
        return 0;
    for (Py_ssize_t n = 0; n < text->count; n++) {
        look_at(text, &names, n);
        inside += (text->looks[n] & INSIDE) != 0;
        beginning += (text->looks[n] & (CAPITAL | INSIDE)) == CAPITAL;
    }
    if (!inside || 3 * inside > text->count - beginning)
        return 1; /* where every third word has a capital it says nothing */
    while (slots < 2 * (size_t)inside)
        slots *= 2;
    names.mask = (uint32_t)slots - 1;
    names.names = room(&notes->names, slots, sizeof *names.names);
    if (names.names == NULL)
        return 0;
    memset(names.names, 0, slots * sizeof *names.names);
    if (beginning)
        look_at_beginnings(text, &names);
    for (Py_ssize_t n = 0; n < text->count; n++)
        text->looks[n] |= text->looks[n] & INSIDE ? NAME : 0;
    return 1;
}

/* ---- Quotations: where they stand ---- */

enum { LEFT = 0x201c, RIGHT = 0x201d, LOW = 0x201e, REVERSED = 0x201f, OPEN_1 = 0x2018, CLOSE_1 = 0x2019 };

enum { POST = 1, PUBLIC = 16, INTERVIEW = 32, TRANSLATED = 64, SAME = 128, QUOTED = PUBLIC | INTERVIEW | TRANSLATED };

static inline int is_alnum_at(const Read *text, Py_ssize_t place)
{
    return place < text->length && Py_UNICODE_ISALNUM(char_at(text, place));
}

static int opens(const Read *text, Py_UCS4 mark, Py_ssize_t place)
{
    switch (mark) {
    case LEFT: case LOW: case REVERSED: case 0xab: case 0xbb: case 0x2039: case '"': case 0x300c: case 0x300e:
        return 1;
    case RIGHT:
        return is_alnum_at(text, place + 1) && (!place || Py_UNICODE_ISSPACE(char_at(text, place - 1)));
    case '\'': case OPEN_1:
        return is_alnum_at(text, place + 1) &&
               !(place && (is_alnum_at(text, place - 1) || char_at(text, place - 1) == '\''));
    default:
        return 0;
    }
}

static int closes_single(const Read *text, Py_ssize_t place)
{
    if (is_alnum_at(text, place + 1))
        return 0;
    if (char_at(text, place - 1) != 's' || place + 2 >= text->length)
        return 1;
    Py_UCS4 next = char_at(text, place + 2);
    return char_at(text, place + 1) != ' ' || next < 'a' || next > 'z';
}

static int closes(const Read *text, Py_UCS4 opening, Py_UCS4 mark, Py_ssize_t place)
{
    switch (mark) {
    case '\n':
        return 1;
    case RIGHT:
        return opening == LEFT || opening == LOW || opening == REVERSED || opening == RIGHT;
    case LEFT:
        return opening == LOW;
    case 0xbb:
        return opening == 0xab;
    case 0xab:
        return opening == 0xbb;
    case 0x203a:
        return opening == 0x2039;
    case '"':
        return opening == '"' || opening == LOW;
    case 0x300d:
        return opening == 0x300c;
    case 0x300f:
        return opening == 0x300e;
    case '\'': case CLOSE_1:
        return (opening == '\'' || opening == OPEN_1) && closes_single(text, place);
    default:
        return 0;
    }
}

/* Whether a straight mark inside a quotation opens another: behind a space, before a letter. */
static int opens_inner(const Read *text, Py_ssize_t place)
{
    return Py_UNICODE_ISSPACE(char_at(text, place - 1)) && is_alnum_at(text, place + 1);
}

typedef struct {
    Py_ssize_t opened, inner; /* where the quotation at hand begins, or -1; straight marks opened in it */
    Py_UCS4 opening;
} Opened;

/* Goes on at a mark; 0 without memory. */
static int follow_mark(const Read *text, Opened *now, Py_UCS4 mark, Py_ssize_t place, Buffer *spans)
{
    if (now->opened < 0) {
        if (opens(text, mark, place))
            *now = (Opened){place + 1, 0, mark};
    } else if (mark == '"' && now->opening == '"' && opens_inner(text, place)) {
        now->inner++;
    } else if (closes(text, now->opening, mark, place)) {
        if (now->inner && mark != '\n') {
            now->inner--;
            return 1;
        }
        if (place > now->opened) {
            if (!buffer_reserve(spans, (Py_ssize_t)sizeof(Quotation)))
                return 0;
            Quotation found = {now->opened, place, 0, 0, -1};
            memcpy((char *)spans->items + spans->used, &found, sizeof found);
            spans->used += (Py_ssize_t)sizeof found;
        }
        now->opened = -1;
    }
    return 1;
}

enum { STRIDE = 64 };

/* One body for each width of characters.  Which of them may be a mark is found for many at once, without
   branches: nearly none is. */
DEDUP_INLINE Py_ssize_t find_spans_of(const Read *text, int kind, Buffer *spans)
{
    const void *data = text->data;
    const Py_ssize_t length = text->length;
    Opened now = {-1, 0, 0};
    for (Py_ssize_t base = 0; base <= length; base += STRIDE) {
        uint8_t marked[STRIDE] = {0};
        Py_ssize_t left = length - base < STRIDE ? length - base : STRIDE;
        if (left == STRIDE) {
            for (Py_ssize_t n = 0; n < STRIDE; n++) {
                Py_UCS4 mark = PyUnicode_READ(kind, data, base + n);
                marked[n] = mark != ' ' && (mark < '(' || mark > 0xaa);
            }
        } else {
            for (Py_ssize_t n = 0; n < left; n++)
                marked[n] = 1;
            marked[left] = 1; /* the end of the text, which ends a quotation as a line end does */
        }
        for (Py_ssize_t group = 0; group < STRIDE; group += 8) {
            for (uint64_t marks = load64(marked + group); marks; marks &= marks - 1) {
                Py_ssize_t place = base + group + trailing_zeros(marks) / 8;
                Py_UCS4 mark = place < length ? PyUnicode_READ(kind, data, place) : '\n';
                if (!follow_mark(text, &now, mark, place, spans))
                    return -1;
            }
        }
    }
    return spans->used / (Py_ssize_t)sizeof(Quotation);
}

/* Finds all quotations; how many, or -1 without memory. */
static Py_ssize_t find_spans(const Read *text, Buffer *spans)
{
    spans->used = 0;
    if (text->kind == PyUnicode_1BYTE_KIND)
        return find_spans_of(text, PyUnicode_1BYTE_KIND, spans);
    if (text->kind == PyUnicode_2BYTE_KIND)
        return find_spans_of(text, PyUnicode_2BYTE_KIND, spans);
    return find_spans_of(text, PyUnicode_4BYTE_KIND, spans);
}

/* ---- Quotations: who speaks ---- */

enum { VERB = 1, OFFICIAL = 2, VENUE = 4, PAPER = 8, NATION = 16, FUNCTION = 32, OF = 64, PRONOUN = 128 };
enum { NEAR = 16, CONTINUED = 2, BEFORE_NAME = 5, INTRODUCTION = 7, BEHIND_NAME = 12, APPOSITION = 24, NAME_REACH = 8 };
enum { TOLD_BEFORE = 400, TOLD_BEHIND = 200 };

typedef struct {
    Py_ssize_t before, start, end, behind; /* words: [before, start) and [end, behind) */
    Py_ssize_t verb;                       /* of its attribution, or -1 */
} Clause;

/* What the text says of one speaker, wherever it names him. */
typedef struct {
    uint64_t hash;
    Py_ssize_t word;    /* one that is the name, or -1: an empty slot */
    int introduced;     /* 1: with `introduction`; 2: with nothing behind it */
    uint8_t titles, introduction;
} Speaker;

typedef struct {
    const Read *text;
    Speaker *speakers;
    uint32_t mask;
} Speakers;

static inline int is_blank_behind(const Read *text, Py_ssize_t n)
{
    return (text->looks[n] & BLANK) != 0;
}

/* Index of the first word that begins at `place` or behind it. */
static Py_ssize_t word_at(const Read *text, Py_ssize_t place)
{
    Py_ssize_t low = 0, high = text->count;
    while (low < high) {
        Py_ssize_t middle = (low + high) / 2;
        if (text->starts[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_comma_behind(const Read *text, Py_ssize_t n)
{
    Py_ssize_t start = (Py_ssize_t)text->ends[n], end = (Py_ssize_t)text->starts[n + 1];
    while (start < end && Py_UNICODE_ISSPACE(char_at(text, start)))
        start++;
    while (start < end && Py_UNICODE_ISSPACE(char_at(text, end - 1)))
        end--;
    return end == start + 1 && char_at(text, start) == ',';
}

/* The name in "Lyle Morris, a senior fellow at the Asia Society, told ...". */
static Py_ssize_t before_apposition(const Read *text, Py_ssize_t verb)
{
    Py_ssize_t last = verb > APPOSITION ? verb - APPOSITION : 0;
    for (Py_ssize_t n = verb - 2; n > last; n--) {
        int comma = 0, stop = 0;
        for (Py_ssize_t place = (Py_ssize_t)text->ends[n]; place < text->starts[n + 1]; place++)
            switch (char_at(text, place)) {
            case ',':
                comma = 1;
                break;
            case '.': case '!': case '?': case '\n': case LEFT: case RIGHT: case '"':
                stop = 1;
                break;
            default:
                break;
            }
        if (comma && text->looks[n] & CAPITAL && !(text->looks[n + 1] & CAPITAL))
            return n;
        if (stop)
            break;
    }
    return -1;
}

static Py_ssize_t name_beside(const Read *text, Py_ssize_t verb)
{
    if (verb && text->listed[verb - 1] & PRONOUN)
        return -1;
    if (verb && is_comma_behind(text, verb - 1))
        return before_apposition(text, verb);
    if (verb && text->looks[verb - 1] & CAPITAL)
        return verb - 1;
    Py_ssize_t name = -1;
    for (Py_ssize_t n = verb + 1; n < verb + NAME_REACH && n < text->count && is_blank_behind(text, n - 1); n++) {
        if (text->looks[n] & CAPITAL)
            name = n;
        else if (name >= 0 || !(text->listed[n] & OFFICIAL))
            break;
    }
    return name;
}

/* The slot of a name among those that speak, or the empty one where it belongs. */
static Speaker *speaker_slot(const Speakers *all, uint64_t hash, Key key)
{
    for (uint32_t slot = (uint32_t)hash & all->mask;; slot = (slot + 1) & all->mask) {
        Speaker *speaker = &all->speakers[slot];
        if (speaker->word < 0)
            return speaker;
        Key other = without_s(key_of(all->text, speaker->word));
        if (speaker->hash == hash && other.length == key.length && memcmp(other.word, key.word, key.length) == 0)
            return speaker;
    }
}

/* Lists of the words right before a name. */
static uint8_t titles_before(const Read *text, Py_ssize_t place)
{
    uint8_t found = 0;
    for (Py_ssize_t n = place - 1; n >= 0 && n >= place - BEFORE_NAME && is_blank_behind(text, n); n--) {
        Key whole = key_of(text, n), key = without_s(whole);
        if (key.length == whole.length)
            found |= text->listed[n];
        else
            found |= (uint8_t)lexicon_entry(text->lexicon, key_alone(key.word, key.length), key.word, key.length)->bits;
    }
    return found;
}

/* Whether ", a", ", an", ", who", ", whose" or a comma and an age stands there, within 12 characters. */
static int is_introduced(const Read *text, Py_ssize_t place)
{
    Py_ssize_t end = place + BEHIND_NAME < text->length ? place + BEHIND_NAME : text->length;
    if (place >= end || char_at(text, place) != ',')
        return 0;
    Py_ssize_t start = ++place;
    while (place < end && Py_UNICODE_ISSPACE(char_at(text, place)))
        place++;
    if (place == start)
        return 0;
    static const char *const words[] = {"a", "an", "who", "whose"};
    Py_ssize_t first = place;
    int decimal = 1;
    for (; place < end && (is_alnum_at(text, place) || char_at(text, place) == '_'); place++)
        decimal = decimal && Py_UNICODE_ISDECIMAL(char_at(text, place));
    if (place > first && decimal)
        return 1;
    for (int n = 0; n < 4; n++) {
        Py_ssize_t length = (Py_ssize_t)strlen(words[n]), same = 0;
        while (length == place - first && same < length && char_at(text, first + same) == (Py_UCS4)words[n][same])
            same++;
        if (same == length)
            return 1;
    }
    return 0;
}

/* One bit of 64 by which most words are told from a name without a hash. */
static inline uint64_t rough_bit(Key key)
{
    return key.length ? (uint64_t)1 << ((key.word[0] ^ key.length << 3 ^ key.word[key.length - 1] << 2) & 63) : 0;
}

static void describe(const Read *text, Speaker *speaker, Py_ssize_t place)
{
    speaker->titles |= titles_before(text, place);
    if (speaker->introduced || !is_introduced(text, (Py_ssize_t)text->ends[place]))
        return;
    speaker->introduced = place + 1 < text->count ? 1 : 2;
    for (Py_ssize_t n = place + 1; n <= place + INTRODUCTION && n < text->count; n++)
        speaker->introduction |= text->listed[n];
}

/* Collects what is said of all speakers, in one pass over the words; 0 without memory. */
static int describe_all(Speakers *all, const Quotation *quotations, Py_ssize_t count, Buffer *memory)
{
    const Read *text = all->text;
    uint64_t named = 0, rough = 0;
    uint32_t slots = 2;
    for (Py_ssize_t n = 0; n < count; n++)
        named += quotations[n].speaker >= 0;
    if (!named)
        return 1;
    while (slots < 2 * named)
        slots *= 2;
    all->mask = slots - 1;
    all->speakers = room(memory, slots, sizeof *all->speakers);
    if (all->speakers == NULL)
        return 0;
    memset(all->speakers, 0, slots * sizeof *all->speakers);
    for (uint32_t n = 0; n < slots; n++)
        all->speakers[n].word = -1;
    for (Py_ssize_t n = 0; n < count; n++) {
        if (quotations[n].speaker < 0)
            continue;
        Key key = without_s(key_of(text, (Py_ssize_t)quotations[n].speaker));
        uint64_t hash = key_alone(key.word, key.length);
        Speaker *speaker = speaker_slot(all, hash, key);
        speaker->hash = hash;
        speaker->word = (Py_ssize_t)quotations[n].speaker;
        rough |= rough_bit(key);
    }
    for (Py_ssize_t n = 0; n < text->count; n++) {
        Key key = without_s(key_of(text, n));
        if (!(rough & rough_bit(key)))
            continue;
        Speaker *speaker = speaker_slot(all, key_alone(key.word, key.length), key);
        if (speaker->word >= 0)
            describe(text, speaker, n);
    }
    return 1;
}

/* The lists that the words of an attribution stand in. */
static uint8_t lists_of(const Read *text, Clause clause)
{
    uint8_t said = 0;
    for (Py_ssize_t n = clause.before; n < clause.start; n++)
        said |= text->listed[n];
    for (Py_ssize_t n = clause.end; n < clause.behind; n++)
        said |= text->listed[n];
    return said;
}

static int64_t kind_of_speech(const Speakers *all, Py_ssize_t name, Clause clause)
{
    static const Speaker nobody = {0};
    const Read *text = all->text;
    const Speaker *speaker = &nobody;
    const uint8_t said = lists_of(text, clause);
    if (name >= 0) {
        Key key = without_s(key_of(text, name));
        speaker = speaker_slot(all, key_alone(key.word, key.length), key);
    }
    if (speaker->titles & NATION)
        return TRANSLATED;
    if (said & VENUE)
        return PUBLIC;
    if (speaker->introduced == 1 && !((speaker->introduction | speaker->titles) & OFFICIAL))
        return INTERVIEW;
    return name < 0 && said & NATION && said & (OFFICIAL | PAPER) ? TRANSLATED : PUBLIC;
}

/* The next line end in [start, end), or `end`. */
static Py_ssize_t line_end(const Read *text, Py_ssize_t start, Py_ssize_t end)
{
    if (text->kind == PyUnicode_1BYTE_KIND) {
        const uint8_t *data = text->data, *found = start < end ? memchr(data + start, '\n', (size_t)(end - start)) : NULL;
        return found ? found - data : end;
    }
    if (text->kind == PyUnicode_2BYTE_KIND) {
        const Py_UCS2 *data = text->data;
        while (start < end && data[start] != '\n')
            start++;
        return start;
    }
    const Py_UCS4 *data = text->data;
    while (start < end && data[start] != '\n')
        start++;
    return start;
}

/* Whether words before a quotation introduce it, or its full stop ends the sentence. */
static int is_introduced_or_ended(const Read *text, const Clause *clause, Py_ssize_t start, Py_ssize_t end)
{
    if (char_at(text, end - 1) == '.' && (end - 1 == start || char_at(text, end - 2) != '.'))
        return 1;
    if (clause->before == clause->start)
        return 0;
    Py_ssize_t place = start - 2;
    while (place > 0 && Py_UNICODE_ISSPACE(char_at(text, place)))
        place--;
    return place >= 0 && (char_at(text, place) == ':' || text->listed[clause->start - 1] & VERB);
}

/* Whether an office or a body speaks, without a name: "the ministry said", "said police". */
static int is_of_office(const Read *text, Py_ssize_t verb)
{
    if (verb && text->listed[verb - 1] & (OFFICIAL | PAPER) && is_blank_behind(text, verb - 1))
        return 1;
    for (Py_ssize_t n = verb + 1; n < verb + 3 && n < text->count && is_blank_behind(text, n - 1); n++)
        if (text->listed[n] & (OFFICIAL | PAPER))
            return 1;
    return 0;
}

/* The words around each quotation, in its paragraph, and its speaker.  Quotations come in order, so
   line ends are found by going on; and a verb beside many is asked for its subject once. */
static void find_speakers(const Read *text, Quotation *quotations, Clause *clauses, Py_ssize_t count)
{
    Py_ssize_t seen = 0, first = 0, next = -1, verbs[2] = {-1, -1}, names[2] = {-1, -1};
    for (Py_ssize_t q = 0; q < count; q++) {
        Clause *clause = &clauses[q];
        Py_ssize_t start = (Py_ssize_t)quotations[q].start, end = (Py_ssize_t)quotations[q].end, verb = -1;
        while (seen < start && (seen = line_end(text, seen, start)) < start)
            first = ++seen;
        if (next < end)
            next = line_end(text, end, text->length);
        clause->start = word_at(text, start);
        clause->end = clause->behind = word_at(text, end);
        clause->before = clause->start > NEAR ? clause->start - NEAR : 0;
        while (clause->before < clause->start && text->starts[clause->before] < first)
            clause->before++;
        while (clause->behind < text->count && clause->behind < clause->end + NEAR && text->starts[clause->behind] < next)
            clause->behind++;
        clause->verb = -1;
        if (quotations[q].post)
            continue;
        for (Py_ssize_t n = clause->end; n < clause->behind && verb < 0; n++)
            if (text->listed[n] & VERB)
                verb = n;
        int side = 0;
        if (verb < 0 || is_introduced_or_ended(text, clause, start, end))
            for (Py_ssize_t n = clause->start; n > clause->before && !side; n--)
                if (text->listed[n - 1] & VERB) {
                    verb = n - 1;
                    side = 1;
                }
        clause->verb = verb;
        if (verb < 0)
            continue;
        if (verbs[side] != verb) {
            verbs[side] = verb;
            names[side] = name_beside(text, verb);
        }
        quotations[q].speaker = names[side];
    }
}

static int has_line_ends(const Read *text, Py_ssize_t start, Py_ssize_t end, int more_than)
{
    for (; (start = line_end(text, start, end)) < end && more_than >= 0; start++)
        more_than--;
    return more_than < 0;
}

static int is_told(const Read *text, const Quotation *quotation, const int64_t *told, Py_ssize_t count)
{
    Py_ssize_t near = 0;
    for (Py_ssize_t high = count; near < high;) {
        Py_ssize_t middle = (near + high) / 2;
        if (told[middle] <= quotation->start - TOLD_BEFORE)
            near = middle + 1;
        else
            high = middle;
    }
    if (near == count || told[near] > quotation->end + TOLD_BEHIND)
        return 0;
    int64_t start = told[near] < quotation->start ? told[near] : quotation->start;
    int64_t end = told[near] > quotation->end ? told[near] : quotation->end;
    if (start < 0)
        return 0;
    if (end > text->length) /* a credit that is not of this text */
        end = text->length;
    return !has_line_ends(text, (Py_ssize_t)start, (Py_ssize_t)end, 0);
}

static void find_kinds(const Speakers *all, Quotation *quotations, const Clause *clauses, Py_ssize_t count,
                       const int64_t *told, Py_ssize_t in_told, uint8_t *quoted)
{
    const Read *text = all->text;
    for (Py_ssize_t q = 0; q < count; q++) {
        Quotation *found = &quotations[q], *last = q ? found - 1 : NULL;
        if (found->post) {
            found->kind = PUBLIC;
        } else if (found->speaker >= 0 || last == NULL ||
                   has_line_ends(text, (Py_ssize_t)last->end, (Py_ssize_t)found->start, CONTINUED)) {
            found->kind = kind_of_speech(all, (Py_ssize_t)found->speaker, clauses[q]);
        } else if (clauses[q].verb >= 0 && is_of_office(text, clauses[q].verb)) { /* somebody else */
            found->kind = kind_of_speech(all, -1, clauses[q]);
        } else {
            found->speaker = last->speaker;
            found->kind = last->kind;
            if (clauses[q].verb >= 0 && lists_of(text, clauses[q]) & VENUE) /* "she said at a news conference" */
                found->kind = kind_of_speech(all, (Py_ssize_t)last->speaker, clauses[q]);
        }
        if (!found->post && in_told && is_told(text, found, told, in_told))
            found->kind = INTERVIEW;
        for (Py_ssize_t n = clauses[q].start; n < clauses[q].end; n++)
            quoted[n] = (uint8_t)(found->kind | (found->post ? POST : 0) | (n + 1 < clauses[q].end ? SAME : 0));
    }
}

int dedup_spans_rise(const int64_t *spans, Py_ssize_t count, Py_ssize_t length)
{
    int64_t before = 0;
    for (Py_ssize_t n = 0; n < count; n++, spans += 3) {
        if (spans[0] < before || spans[1] <= spans[0] || spans[1] > length)
            return 0;
        before = spans[1];
    }
    return 1;
}

/* Quotations that were found already, as (start, end, post) each; how many, or -1 without memory. */
static Py_ssize_t given_spans(const int64_t *row, Py_ssize_t count, Buffer *spans)
{
    Quotation *found = room(spans, (size_t)count, sizeof *found);
    for (Py_ssize_t n = 0; found != NULL && n < count; n++, row += 3)
        found[n] = (Quotation){row[0], row[1], row[2] != 0, 0, -1};
    return found ? count : -1;
}

/* Everything about the quotations of a text, at `notes->quotations`; how many, -1 without memory. */
static Py_ssize_t read_quotations(const Read *text, const int64_t *told, Py_ssize_t in_told, const int64_t *given,
                                  Py_ssize_t in_given, uint8_t *quoted, Notes *notes)
{
    Speakers all = {.text = text};
    Py_ssize_t count = given ? given_spans(given, in_given, &notes->quotations) : find_spans(text, &notes->quotations);
    memset(quoted, 0, (size_t)text->count);
    if (count <= 0)
        return count;
    Quotation *quotations = notes->quotations.items;
    Clause *clauses = room(&notes->clauses, (size_t)count, sizeof *clauses);
    if (clauses == NULL)
        return -1;
    find_speakers(text, quotations, clauses, count);
    if (!describe_all(&all, quotations, count, &notes->speakers))
        return -1;
    find_kinds(&all, quotations, clauses, count, told, in_told, quoted);
    return count;
}

int dedup_take_notes(const Read *text, const int64_t *told, Py_ssize_t in_told, const int64_t *given,
                     Py_ssize_t in_given, uint8_t *quoted, Notes *notes)
{
    return look_at_all(text, notes) && read_quotations(text, told, in_told, given, in_given, quoted, notes) >= 0;
}

void dedup_notes_clear(Notes *notes)
{
    buffer_free(&notes->hashes);
    buffer_free(&notes->names);
    buffer_free(&notes->quotations);
    buffer_free(&notes->clauses);
    buffer_free(&notes->speakers);
}

/* ---- A passage ---- */

enum { LONGEST_TITLE = 24, ATTRIBUTED = 4, OWN_WORDS = 3 };
enum { CONTENT, DENSE_ONES, GRAMMAR, NAMES, IN_PUBLIC, IN_TRANSLATED, EDITS, INNER, TITLE, ELISION, ATTRIBUTION, CUTS,
       CROSSING, REWORDING, MOST_PUBLIC, MOST_QUOTED };

static inline int in_public(uint8_t quoted)
{
    return quoted & TRANSLATED || (quoted & (PUBLIC | INTERVIEW)) == PUBLIC;
}

static void count_end(int32_t *counts, uint8_t quoted, int on_in_a, int on_in_b)
{
    if (in_public(quoted)) {
        counts[INNER] += on_in_a && on_in_b;
        counts[CUTS] |= on_in_a || on_in_b;
    }
}

void dedup_count_passage(const Planes *a, const Planes *b, const Run *blocks, Py_ssize_t in_blocks, int32_t *counts,
                         uint8_t *inner)
{
    Py_ssize_t place = 0, frame = 0, quoted = 0, title = -1, last_quoted = -1 - ATTRIBUTED, last_verb = -1 - ATTRIBUTED;
    uint8_t before = 0;
    for (Py_ssize_t n = 0; n < in_blocks; n++) {
        const Run block = blocks[n];
        for (Py_ssize_t w = 0; w < block.words; w++, place++) {
            Py_ssize_t i = block.a + w, j = block.b + w;
            uint8_t listed = a->listed[i], looks = a->looks[i] | b->looks[j], in_a = a->quoted[i], in_b = b->quoted[j];
            uint8_t in_either = (in_a | in_b) & QUOTED;
            quoted += in_either != 0;
            if (in_either & TRANSLATED)
                counts[IN_TRANSLATED]++;
            else if ((in_either & (PUBLIC | INTERVIEW)) == PUBLIC)
                counts[IN_PUBLIC]++;
            else if (looks & NAME)
                counts[NAMES]++;
            else if (looks & DENSE)
                counts[DENSE_ONES]++;
            else if (listed & FUNCTION || looks & SINGLE)
                counts[GRAMMAR]++;
            else if (listed & (VERB | OFFICIAL | VENUE | PAPER))
                frame++;
            else
                counts[CONTENT]++;
            if (in_a && in_b) {
                last_quoted = place;
                counts[ATTRIBUTION] |= place - last_verb <= ATTRIBUTED;
            } else if (listed & VERB) {
                last_verb = place;
                counts[ATTRIBUTION] |= place - last_quoted <= ATTRIBUTED;
            }
            if (title < 0 && before & PAPER && listed & OF)
                title = place - 1;
            before = listed;
            if (w + 1 < block.words) {
                counts[CROSSING] |= ((a->looks[i] ^ b->looks[j]) & BORDER) != 0;
                counts[ELISION] |= in_a && in_b && !((in_a | in_b) & POST) && a->looks[i] & b->looks[j] & CUT;
            }
        }
        if (n + 1 < in_blocks) {
            Py_ssize_t in_a = blocks[n + 1].a - block.a - block.words, in_b = blocks[n + 1].b - block.b - block.words;
            counts[REWORDING] += in_a && in_b && (in_a >= OWN_WORDS || in_b >= OWN_WORDS);
            uint8_t gap = 0, beside = a->quoted[blocks[n + 1].a] | b->quoted[blocks[n + 1].b];
            for (Py_ssize_t i = block.a + block.words; i < blocks[n + 1].a; i++)
                gap |= a->quoted[i];
            for (Py_ssize_t j = block.b + block.words; j < blocks[n + 1].b; j++)
                gap |= b->quoted[j];
            inner[n] = gap & QUOTED && (beside & TRANSLATED || !(beside & INTERVIEW));
        }
    }
    const Run first = blocks[0], last = blocks[in_blocks - 1];
    Py_ssize_t i = last.a + last.words - 1, j = last.b + last.words - 1;
    count_end(counts, a->quoted[first.a] | b->quoted[first.b], first.a && a->quoted[first.a - 1] & SAME,
              first.b && b->quoted[first.b - 1] & SAME);
    count_end(counts, a->quoted[i] | b->quoted[j], a->quoted[i] & SAME, b->quoted[j] & SAME);
    /* "..., the ministry said in a statement" is said of every statement, and is all there is where one was cut. */
    counts[counts[IN_PUBLIC] || frame >= counts[CONTENT] ? GRAMMAR : CONTENT] += (int32_t)frame;
    counts[EDITS] = (int32_t)in_blocks - 1;
    counts[TITLE] = title >= 0 && place < LONGEST_TITLE && 3 * (place - title) >= 2 * place;
    counts[MOST_PUBLIC] = 2 * (Py_ssize_t)counts[IN_PUBLIC] >= place;
    counts[MOST_QUOTED] = 2 * quoted >= place;
    if (counts[MOST_PUBLIC])
        counts[ATTRIBUTION] = 0;
}

/* ---- From and to Python ---- */

/* Reads the words of a text from (string, folded, bounds, starts, ends, lexicon); the views must be
   released by `text_close`, also after a failure. */
typedef struct {
    Py_buffer views[3];
    int open;
    uint8_t *copy; /* of the folded words, with something behind them, and the keys of the words */
} Views;

static void text_close(Views *views)
{
    while (views->open > 0)
        PyBuffer_Release(&views->views[--views->open]);
    PyMem_RawFree(views->copy);
}

/* Whether all words lie inside the folded bytes and inside the text. */
static int is_sound(const Read *text, Py_ssize_t folded)
{
    for (Py_ssize_t n = 0; n < text->count; n++) {
        if (text->bounds[n] < 0 || text->bounds[n + 1] <= text->bounds[n] || text->bounds[n + 1] - 1 > folded)
            return 0;
        if (text->starts[n] < 0 || text->starts[n] >= text->length || text->ends[n] < 0 || text->ends[n] > text->length)
            return 0;
    }
    return 1;
}

/* Copies the folded words, because to make their keys reads behind the last; 0 with an exception set. */
static int give_keys(Read *text, Views *views, PyObject *folded)
{
    size_t size = (size_t)PyBytes_GET_SIZE(folded), keys = (size_t)text->count * sizeof(uint64_t);
    views->copy = PyMem_RawCalloc(keys + size + SLACK, 1);
    if (views->copy == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    text->keys = (uint64_t *)views->copy;
    text->folded = memcpy(views->copy + keys, PyBytes_AS_STRING(folded), size);
    dedup_word_keys(text->folded, text->bounds, text->count, (uint64_t *)views->copy);
    return 1;
}

static int text_open(Read *text, Views *views, PyObject *parts)
{
    static const char *const names[] = {"bounds", "starts", "ends"};
    PyObject *string, *folded, *arrays[3], *capsule;
    if (!PyArg_ParseTuple(parts, "USOOOO:text", &string, &folded, &arrays[0], &arrays[1], &arrays[2], &capsule))
        return 0;
    if ((text->lexicon = dedup_lexicon_of(capsule)) == NULL)
        return 0;
    Py_ssize_t counts[3];
    for (; views->open < 3; views->open++) {
        int n = views->open;
        if ((counts[n] = dedup_items(arrays[n], &views->views[n], sizeof(int64_t), names[n])) < 0)
            return 0;
    }
    text->kind = PyUnicode_KIND(string);
    text->data = PyUnicode_DATA(string);
    text->length = PyUnicode_GET_LENGTH(string);
    text->bounds = views->views[0].buf;
    text->starts = views->views[1].buf;
    text->ends = views->views[2].buf;
    text->count = counts[1];
    if (counts[0] == counts[1] + 1 && counts[2] == counts[1] && counts[1] <= MOST_WORDS &&
        is_sound(text, PyBytes_GET_SIZE(folded)))
        return give_keys(text, views, folded);
    PyErr_SetString(PyExc_ValueError, "bounds, starts and ends are not those of words of this text");
    return 0;
}

/* look((text, folded, bounds, starts, ends, lexicon), classes) -> (listed, looks), a byte a word each */
PyObject *dedup_look(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *parts, *result = NULL;
    const char *classes;
    Py_ssize_t codes;
    Read text = {0};
    Views views = {.open = 0};
    if (!PyArg_ParseTuple(args, "O!y#:look", &PyTuple_Type, &parts, &classes, &codes))
        return NULL;
    if (codes < 0x110000)
        return PyErr_Format(PyExc_ValueError, "classes of %zd code points, not of all", codes);
    if (text_open(&text, &views, parts)) {
        PyObject *listed = PyBytes_FromStringAndSize(NULL, text.count);
        PyObject *looks = PyBytes_FromStringAndSize(NULL, text.count);
        if (listed && looks) {
            Notes notes = {0};
            int done;
            text.alone = (const uint8_t *)classes;
            text.listed = (uint8_t *)PyBytes_AS_STRING(listed);
            text.looks = (uint8_t *)PyBytes_AS_STRING(looks);
            Py_BEGIN_ALLOW_THREADS
            done = look_at_all(&text, &notes);
            dedup_notes_clear(&notes);
            Py_END_ALLOW_THREADS
            result = done ? PyTuple_Pack(2, listed, looks) : PyErr_NoMemory();
        }
        Py_XDECREF(listed);
        Py_XDECREF(looks);
    }
    text_close(&views);
    return result;
}

static PyObject *quotation_rows(const Quotation *quotations, Py_ssize_t count)
{
    PyObject *rows = PyBytes_FromStringAndSize(NULL, count * 4 * (Py_ssize_t)sizeof(int64_t));
    if (rows == NULL)
        return NULL;
    int64_t *row = (int64_t *)PyBytes_AS_STRING(rows);
    for (Py_ssize_t n = 0; n < count; n++, row += 4) {
        row[0] = quotations[n].start;
        row[1] = quotations[n].end;
        row[2] = quotations[n].kind | (quotations[n].post ? POST : 0);
        row[3] = quotations[n].speaker;
    }
    return rows;
}

static PyObject *quotations_of(const Read *text, const int64_t *told, Py_ssize_t in_told, const int64_t *given,
                               Py_ssize_t in_given)
{
    Notes notes = {0};
    Py_ssize_t count;
    PyObject *result = NULL, *rows = NULL, *quoted = PyBytes_FromStringAndSize(NULL, text->count);
    if (quoted == NULL)
        return NULL;
    uint8_t *out = (uint8_t *)PyBytes_AS_STRING(quoted);
    Py_BEGIN_ALLOW_THREADS
    count = read_quotations(text, told, in_told, given, in_given, out, &notes);
    Py_END_ALLOW_THREADS
    rows = count < 0 ? PyErr_NoMemory() : quotation_rows(notes.quotations.items, count);
    if (rows)
        result = PyTuple_Pack(2, rows, quoted);
    Py_XDECREF(rows);
    Py_DECREF(quoted);
    dedup_notes_clear(&notes);
    return result;
}

/* quotations((text, folded, bounds, starts, ends, lexicon), (listed, looks), told, spans or None)
   -> (rows, quoted): int64 (start, end, kind, word that names the speaker) a quotation, a byte a word */
PyObject *dedup_quotations(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *parts, *told_object, *spans_object, *result = NULL;
    const char *listed, *looks;
    Py_ssize_t in_listed, in_looks;
    Read text = {0};
    Views views = {.open = 0};
    Py_buffer told, given = {.len = 0};
    if (!PyArg_ParseTuple(args, "O!(y#y#)OO:quotations", &PyTuple_Type, &parts, &listed, &in_listed, &looks, &in_looks,
                          &told_object, &spans_object))
        return NULL;
    Py_ssize_t in_told = dedup_items(told_object, &told, sizeof(int64_t), "told");
    if (in_told < 0)
        return NULL;
    if (spans_object != Py_None && dedup_items(spans_object, &given, sizeof(int64_t), "spans") < 0) {
        PyBuffer_Release(&told);
        return NULL;
    }
    if (text_open(&text, &views, parts)) {
        Py_ssize_t in_given = given.len / (3 * (Py_ssize_t)sizeof(int64_t));
        text.listed = (uint8_t *)listed; /* read only from here on */
        text.looks = (uint8_t *)looks;
        if (in_listed != text.count || in_looks != text.count)
            PyErr_SetString(PyExc_ValueError, "listed and looks are a byte a word");
        else if (!dedup_spans_rise(given.buf, in_given, text.length))
            PyErr_SetString(PyExc_ValueError, "spans must rise inside the text");
        else
            result = quotations_of(&text, told.buf, in_told, given.obj ? given.buf : NULL, in_given);
    }
    text_close(&views);
    PyBuffer_Release(&told);
    if (given.obj)
        PyBuffer_Release(&given);
    return result;
}

/* ---- Texts whose quotations stand between marks ---- */

static inline int is_dash(Py_UCS4 code)
{
    return code - 0x2013 < 3; /* the two dashes, and the bar behind them */
}

enum { STRETCH = 64 };

/* Whether a dash or "@" is in a stretch: few have one. */
static int may_mark(const Py_UCS2 *stretch)
{
    uint16_t found = 0;
    for (int n = 0; n < STRETCH; n++)
        found |= (uint16_t)((uint16_t)(stretch[n] - 0x2013) < 3) | (uint16_t)(stretch[n] == '@');
    return found;
}

/* Whether no paragraph of a text begins with a dash, and no post is shown in it: `is_plain` of dedup/quote_marks.py. */
static int is_plain(int kind, const void *data, Py_ssize_t length)
{
    if (kind == PyUnicode_1BYTE_KIND) { /* which has no such dash */
        const char *at = data, *end = at + length;
        while ((at = memchr(at, '@', (size_t)(end - at))) != NULL) {
            if (at > (const char *)data && at[-1] == '(')
                return 0;
            at++;
        }
        return 1;
    }
    for (Py_ssize_t n = 0; n < length; n += STRETCH) {
        Py_ssize_t end = length - n < STRETCH ? length : n + STRETCH;
        if (!(kind == PyUnicode_2BYTE_KIND && end - n == STRETCH) || may_mark((const Py_UCS2 *)data + n))
            for (Py_ssize_t m = n; m < end; m++) {
                Py_UCS4 code = PyUnicode_READ(kind, data, m), before = m ? PyUnicode_READ(kind, data, m - 1) : '\n';
                if ((before == '\n' && is_dash(code)) || (before == '(' && code == '@'))
                    return 0;
            }
    }
    return 1;
}

/* plain(texts) -> a byte for each of a tuple of texts, 1 where all quotations stand between marks. */
PyObject *dedup_plain(PyObject *Py_UNUSED(self), PyObject *texts)
{
    if (!PyTuple_Check(texts))
        return PyErr_Format(PyExc_TypeError, "texts are a tuple");
    Py_ssize_t count = PyTuple_GET_SIZE(texts);
    PyObject *result = PyBytes_FromStringAndSize(NULL, count);
    for (Py_ssize_t i = 0; result && i < count; i++) {
        PyObject *text = dedup_text_of(texts, i);
        if (text == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        PyBytes_AS_STRING(result)[i] = (char)is_plain((int)PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text));
    }
    return result;
}

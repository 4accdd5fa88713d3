/* What the judge knows of each word of a text, in one pass over its words.

   dedup/looks.py is the specification, and its enumerations give the bits; every byte here is
   that of `look_plain` there.  The work runs without the GIL, on memory that the arguments keep
   alive. */

#include "_engine.h"

enum { NAME = 1, DENSE = 2, SINGLE = 4, CAPITAL = 8, INSIDE = 16, BORDER = 32, CUT = 64, BLANK = 128 };
enum { BRACKET = 40, MOST_WORDS = (1 << 30) - 2 };

/* ---- The lexicon: bits of listed words, behind a hash table ---- */

#define LEXICON "dedup._engine.lexicon"

typedef struct {
    uint64_t seed;     /* of this process, so that nobody can prepare words that collide */
    uint32_t mask;     /* slots less one */
    struct Entry {
        uint32_t hash, at, length; /* the word in `text`; length 0: an empty slot */
        uint32_t bits;
    } *entries;
    uint8_t *text;
} Lexicon;

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

static inline uint64_t hash_of(uint64_t seed, const uint8_t *word, size_t length)
{
    static const uint64_t by = 0x9E3779B97F4A7C15u;
    uint64_t hash = seed ^ length * by;
    for (; length > 8; word += 8, length -= 8) {
        uint64_t part;
        memcpy(&part, word, 8);
        hash = (hash ^ part) * by;
        hash ^= hash >> 32;
    }
    uint64_t rest = 0;
    if (length >= 4) { /* what is left, from both ends */
        uint32_t first, last;
        memcpy(&first, word, 4);
        memcpy(&last, word + length - 4, 4);
        rest = (uint64_t)first << 32 | last;
    } else if (length) {
        rest = (uint64_t)word[0] << 16 | (uint64_t)word[length / 2] << 8 | word[length - 1];
    }
    hash = (hash ^ rest) * by;
    hash ^= hash >> 29;
    hash *= 0xBF58476D1CE4E5B9u;
    return hash ^ hash >> 32;
}

/* The entry of a word, or the empty one where it belongs. */
static inline struct Entry *lexicon_entry(const Lexicon *lexicon, uint64_t hash, const uint8_t *word, size_t length)
{
    for (uint32_t slot = (uint32_t)hash & lexicon->mask;; slot = (slot + 1) & lexicon->mask) {
        struct Entry *entry = &lexicon->entries[slot];
        if (!entry->length || (entry->hash == (uint32_t)hash && entry->length == length &&
                               memcmp(lexicon->text + entry->at, word, length) == 0))
            return entry;
    }
}

/* Room for `count` words of `size` bytes altogether; a slot in four is used, for most words are in
   no list.  NULL without memory. */
static Lexicon *lexicon_new(const char *words, Py_ssize_t size, Py_ssize_t count, uint64_t seed)
{
    uint32_t slots = 2;
    while (slots < 4 * (uint64_t)count)
        slots *= 2;
    Lexicon *lexicon = PyMem_RawCalloc(1, sizeof *lexicon);
    if (lexicon == NULL)
        return NULL;
    lexicon->seed = seed;
    lexicon->mask = slots - 1;
    lexicon->entries = PyMem_RawCalloc(slots, sizeof *lexicon->entries);
    lexicon->text = PyMem_RawMalloc((size_t)size + 1);
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
    if (size > 1 << 24 || count > size)
        return PyErr_Format(PyExc_ValueError, "%zd words in %zd bytes are no lexicon", count, size);
    PyObject *secret = PyBytes_FromStringAndSize("lexicon", 7);
    Py_hash_t seed = secret ? PyObject_Hash(secret) : -1;
    Py_XDECREF(secret);
    if (seed == -1)
        return NULL;
    Lexicon *lexicon = lexicon_new(words, size, count, (uint64_t)seed);
    if (lexicon == NULL)
        return PyErr_NoMemory();
    Py_ssize_t start = 0, n = 0;
    for (Py_ssize_t end = 0; end <= size && n < count; end++) {
        if (end < size && words[end] != ' ')
            continue;
        if (end > start) {
            const uint8_t *word = lexicon->text + start;
            size_t length = (size_t)(end - start);
            uint64_t hash = hash_of(lexicon->seed, word, length);
            struct Entry *entry = lexicon_entry(lexicon, hash, word, length);
            *entry = (struct Entry){(uint32_t)hash, (uint32_t)start, (uint32_t)length, (uint8_t)bits[n++]};
        }
        start = end + 1;
    }
    PyObject *capsule = PyCapsule_New(lexicon, LEXICON, lexicon_destroy);
    if (capsule == NULL)
        lexicon_free(lexicon);
    return capsule;
}

/* ---- The words of one text ---- */

typedef struct {
    int kind;  /* of the text's code points */
    const void *data;
    Py_ssize_t length;
    const uint8_t *folded, *alone;  /* `alone`: class letter of each code point */
    const int64_t *bounds, *starts, *ends;
    Py_ssize_t count;
    const Lexicon *lexicon;
    uint8_t *listed, *looks;
} Text;

typedef struct {
    const uint8_t *word;
    size_t length;
} Key;

/* What the capitals say of each different word: a hash table, keys without "'s". */
typedef struct {
    uint32_t mask;
    struct Spelling {
        uint32_t hash;
        uint32_t word : 30;    /* index of the first word with this key and 1; 0: empty */
        uint32_t stripped : 1; /* the key is that word without "'s" */
    } *keys;
    uint8_t *seen;
    uint32_t *slot; /* of each word of the text that has a capital */
} Spellings;

enum { SMALL = 1, LARGE = 2 };

static inline Py_UCS4 char_at(const Text *text, Py_ssize_t place)
{
    return PyUnicode_READ(text->kind, text->data, place);
}

static inline Key key_of(const Text *text, Py_ssize_t n)
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

static int begins_sentence(const Text *text, Py_ssize_t start)
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
static int is_ellipsis(const Text *text, Py_ssize_t place, Py_ssize_t end)
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
static uint8_t gap_looks(const Text *text, Py_ssize_t start, Py_ssize_t end)
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

static inline uint32_t spelling_slot(const Text *text, const Spellings *spellings, uint64_t hash, Key key, int stripped,
                                     Py_ssize_t n)
{
    uint32_t slot = (uint32_t)(hash >> 32) & spellings->mask;
    for (; spellings->keys[slot].word; slot = (slot + 1) & spellings->mask) {
        if (spellings->keys[slot].hash != (uint32_t)hash)
            continue;
        Key other = key_of(text, (Py_ssize_t)spellings->keys[slot].word - 1);
        if (spellings->keys[slot].stripped)
            other = without_s(other);
        if (other.length == key.length && memcmp(other.word, key.word, key.length) == 0)
            return slot;
    }
    spellings->keys[slot] = (struct Spelling){(uint32_t)hash, (uint32_t)(n + 1), (uint32_t)stripped};
    return slot;
}

static inline int is_upper(Py_UCS4 code)
{
    return code < 128 ? code - 'A' < 26 : Py_UNICODE_ISUPPER(code);
}

static inline int is_digit(Py_UCS4 code)
{
    return code < 128 ? code - '0' < 10 : Py_UNICODE_ISDIGIT(code);
}

/* The word by itself: its lists, its script, its capital; notes the latter for all its like. */
static inline void look_at(const Text *text, const Spellings *spellings, Py_ssize_t n)
{
    Key key = key_of(text, n);
    uint64_t hash = hash_of(text->lexicon->seed, key.word, key.length);
    text->listed[n] = (uint8_t)lexicon_entry(text->lexicon, hash, key.word, key.length)->bits;
    size_t bytes;
    Py_UCS4 code = first_code(key, &bytes);
    uint8_t looks = 0;
    if (bytes && bytes == key.length)
        looks = text->alone[code <= 0x10ffff ? code : 0] == 's' ? DENSE : SINGLE;
    /* A word that is nothing but "'s" is not there; one that begins with a digit is a number. */
    if (without_s(key).length && is_digit(code))
        looks |= NAME;
    Py_ssize_t start = (Py_ssize_t)text->starts[n];
    if (!is_upper(char_at(text, start))) {
        spellings->seen[spelling_slot(text, spellings, hash, key, 0, n)] |= SMALL;
    } else {
        Key name = without_s(key);
        int stripped = name.length != key.length;
        if (stripped)
            hash = hash_of(text->lexicon->seed, name.word, name.length);
        uint32_t slot = spelling_slot(text, spellings, hash, name, stripped, n);
        spellings->slot[n] = slot;
        looks |= CAPITAL;
        if (!begins_sentence(text, start)) {
            looks |= INSIDE;
            spellings->seen[slot] |= LARGE;
        }
    }
    if (n + 1 < text->count)
        looks |= gap_looks(text, (Py_ssize_t)text->ends[n], (Py_ssize_t)text->starts[n + 1]);
    text->looks[n] = looks;
}

static void look_at_all(const Text *text, const Spellings *spellings)
{
    Py_ssize_t inside = 0, beginning = 0;
    for (Py_ssize_t n = 0; n < text->count; n++) {
        look_at(text, spellings, n);
        inside += (text->looks[n] & INSIDE) != 0;
        beginning += (text->looks[n] & (CAPITAL | INSIDE)) == CAPITAL;
    }
    if (3 * inside > text->count - beginning)
        return; /* where every third word has a capital it says nothing */
    for (Py_ssize_t n = 0; n < text->count; n++)
        if (text->looks[n] & INSIDE || (text->looks[n] & CAPITAL && spellings->seen[spellings->slot[n]] == LARGE))
            text->looks[n] |= NAME;
}

/* ---- look ---- */

static int spellings_open(Spellings *spellings, Py_ssize_t count)
{
    uint32_t slots = 2;
    while (slots < 2 * (uint64_t)count)
        slots *= 2;
    spellings->mask = slots - 1;
    spellings->keys = PyMem_RawCalloc(slots, sizeof *spellings->keys);
    spellings->seen = PyMem_RawCalloc(slots, 1);
    spellings->slot = PyMem_RawMalloc(((size_t)count + 1) * sizeof *spellings->slot);
    return spellings->keys && spellings->seen && spellings->slot;
}

static void spellings_close(Spellings *spellings)
{
    PyMem_RawFree(spellings->keys);
    PyMem_RawFree(spellings->seen);
    PyMem_RawFree(spellings->slot);
}

/* Whether all words lie inside the folded bytes and inside the text. */
static int is_sound(const Text *text, Py_ssize_t folded)
{
    for (Py_ssize_t n = 0; n < text->count; n++) {
        if (text->bounds[n] < 0 || text->bounds[n + 1] <= text->bounds[n] || text->bounds[n + 1] - 1 > folded)
            return 0;
        if (text->starts[n] < 0 || text->starts[n] >= text->length || text->ends[n] < 0 || text->ends[n] > text->length)
            return 0;
    }
    return 1;
}

/* look(text, folded, bounds, starts, ends, lexicon, classes) -> (listed, looks), a byte a word each */
PyObject *dedup_look(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *string, *arrays[3], *capsule, *result = NULL;
    Py_buffer views[3];
    const char *folded, *classes;
    Py_ssize_t size, codes, counts[3];
    static const char *const names[] = {"bounds", "starts", "ends"};
    if (!PyArg_ParseTuple(args, "Uy#OOOOy#:look", &string, &folded, &size, &arrays[0], &arrays[1], &arrays[2], &capsule,
                          &classes, &codes))
        return NULL;
    const Lexicon *lexicon = PyCapsule_GetPointer(capsule, LEXICON);
    if (lexicon == NULL)
        return NULL;
    if (codes < 0x110000)
        return PyErr_Format(PyExc_ValueError, "classes of %zd code points, not of all", codes);
    int open = 0;
    for (; open < 3; open++)
        if ((counts[open] = dedup_items(arrays[open], &views[open], sizeof(int64_t), names[open])) < 0)
            goto done;
    Text text = {.kind = PyUnicode_KIND(string), .data = PyUnicode_DATA(string), .length = PyUnicode_GET_LENGTH(string),
                 .folded = (const uint8_t *)folded, .alone = (const uint8_t *)classes, .bounds = views[0].buf,
                 .starts = views[1].buf, .ends = views[2].buf, .count = counts[1], .lexicon = lexicon};
    if (counts[0] != counts[1] + 1 || counts[2] != counts[1] || counts[1] > MOST_WORDS || !is_sound(&text, size)) {
        PyErr_SetString(PyExc_ValueError, "bounds, starts and ends are not those of words of this text");
        goto done;
    }
    PyObject *listed = PyBytes_FromStringAndSize(NULL, text.count), *looks = PyBytes_FromStringAndSize(NULL, text.count);
    Spellings spellings = {0};
    if (listed && looks) {
        text.listed = (uint8_t *)PyBytes_AS_STRING(listed);
        text.looks = (uint8_t *)PyBytes_AS_STRING(looks);
        int opened;
        Py_BEGIN_ALLOW_THREADS
        opened = spellings_open(&spellings, text.count);
        if (opened)
            look_at_all(&text, &spellings);
        spellings_close(&spellings);
        Py_END_ALLOW_THREADS
        result = opened ? PyTuple_Pack(2, listed, looks) : PyErr_NoMemory();
    }
    Py_XDECREF(listed);
    Py_XDECREF(looks);
done:
    while (open-- > 0)
        PyBuffer_Release(&views[open]);
    return result;
}

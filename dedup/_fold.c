/* Fold: the character table, and from text to words.

   dedup/text.py is the specification; every function here gives its bits.  The work runs without the
   GIL, on memory that the arguments keep alive. */

#include "_engine.h"

#if defined(__SSE2__) && !defined(DEDUP_PORTABLE)
#include <emmintrin.h>
#endif

/* ---- The character table ---- */

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

void dedup_table_clear(Table *table)
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
    /* Its own fold: a letter or sign beyond ASCII, as a million are. */
    if (kind == 0 || (code >= 0xE000 && kind & (WORDLY | ALONE) && !table->fold_at[code]))
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

/* What the fast way takes an ASCII character for; it is only gone where the table says the same. */
static int is_usual(const Table *table, int code)
{
    int letter = (code | 0x20) >= 'a' && (code | 0x20) <= 'z', digit = code >= '0' && code <= '9';
    int odd = code == '\'' || code == '`' || code == '.' || code == ',';
    return table->plain[code] == (letter || digit ? code | 0x20 : 0) &&
           (table->kind[code] == 0) == !(letter || digit || odd);
}

enum { BLOCK = 64 }; /* code points, which nearly always have one class */

static int is_one_class(const char *classes)
{
    return !memcmp(classes, classes + 1, BLOCK - 1);
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
    uint8_t kinds[256];
    for (int letter = 0; letter < 256; letter++)
        kinds[letter] = kind_of((char)letter);
    for (Py_UCS4 code = 0; code < CODES; code += BLOCK)
        if (is_one_class(classes + code))
            memset(table->kind + code, kinds[(uint8_t)classes[code]], BLOCK);
        else
            for (Py_UCS4 n = code; n < code + BLOCK; n++)
                table->kind[n] = kinds[(uint8_t)classes[n]];
    while (PyDict_Next(folds, &position, &key, &value))
        if (!add_fold(table, key, value))
            return 0;
    for (Py_UCS4 code = 0; code < CODES; code++) {
        if (code % BLOCK == 0 && table->kind[code] == 0 && is_one_class(classes + code)) {
            code += BLOCK - 1; /* in no word, all of them */
            continue;
        }
        if (!table_is_sound(table, code)) {
            PyErr_Format(PyExc_ValueError, "the fold of U+%04x does not fit its class", (unsigned)code);
            return 0;
        }
    }
    for (Py_UCS4 code = 0; code < 128; code++) {
        uint8_t fold[LONGEST_FOLD];
        if (table->kind[code] & WORDLY && put_fold(table, code, fold) == 1)
            table->plain[code] = fold[0];
        table->blank[code] = table->kind[code] == 0;
    }
    table->usual = 1;
    for (int code = 0; code < 128; code++)
        table->usual &= is_usual(table, code);
    return 1;
}

/* set_table(classes, folds)
   The character table: a class letter for each code point, and the folds.  Once; other
   threads may be reading it, so it cannot be exchanged for another. */

PyObject *dedup_set_table(PyObject *self, PyObject *args)
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
        dedup_table_clear(&fresh);
        return NULL;
    }
    fresh.classes = Py_NewRef(classes);
    fresh.folds = Py_NewRef(folds);
    *table = fresh;
    Py_RETURN_NONE;
}

/* ---- Fold ---- */

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
    if (!buffer_reserve(&out->words, sizeof(Word)) || !buffer_reserve(&out->bounds, 2 * (Py_ssize_t)sizeof(int64_t)))
        return 0;
    *(int64_t *)((char *)out->bounds.items + out->bounds.used) = out->folded.used;
    ((Word *)((char *)out->words.items + out->words.used))->start = (int32_t)start;
    return 1;
}

static inline void end_word(Folding *out, Py_ssize_t end)
{
    ((Word *)((char *)out->words.items + out->words.used))->end = (int32_t)end;
    out->words.used += (Py_ssize_t)sizeof(Word);
    out->bounds.used += (Py_ssize_t)sizeof(int64_t);
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

/* ---- Simple words: ASCII letters and digits between blanks, as nearly all are

   Some hundred characters are looked at together, without branches, and become bytes, and of each byte two
   bits: whether it is in a word, and whether it is odd, that is neither in such a word nor a blank.  Words are
   then stretches of bits (Langdale, Lemire 2019, read JSON so).  Sixteen bytes are looked at in one vector, or
   eight in one number (SIMD within a register; Lamport 1975). */

enum { CHUNK = 512, BEYOND = 0x80, EIGHT = 8 };

typedef struct {
    Py_ssize_t first, size; /* characters first .. first + size of the text */
    int last;               /* behind them the stretch ends */
    uint8_t low[CHUNK + 72];
    uint64_t odds[CHUNK / 64];
    uint16_t bounds[CHUNK + 2 * EIGHT]; /* where words begin and end, in turn */
    int at, count;              /* the next of the bounds to be looked at; how many */
} Chunk;

/* Characters as bytes, those beyond ASCII as BEYOND. */
DEDUP_CLONES static void narrow(const Py_UCS2 *restrict p, Py_ssize_t n, uint8_t *restrict out)
{
    for (Py_ssize_t i = 0; i < n; i++)
        out[i] = (uint8_t)(p[i] < BEYOND ? p[i] : BEYOND);
}

typedef struct { /* a bit for each of 64 bytes */
    uint64_t word, stop, hard; /* an ASCII letter or digit; a dot or comma; a quotation mark or beyond ASCII */
} Marks;

#if defined(__SSE2__) && !defined(DEDUP_PORTABLE)

/* Looks at 64 bytes, and makes letters small. */
static inline Marks marked(uint8_t *bytes)
{
    Marks marks = {0, 0, 0};
    for (int part = 0; part < 4; part++) {
        __m128i *at = (__m128i *)(bytes + 16 * part), x = _mm_loadu_si128(at);
        __m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));
        /* x - 'a' < 26, of numbers without a sign */
        __m128i letter = _mm_cmplt_epi8(_mm_sub_epi8(small, _mm_set1_epi8('a' - 128)), _mm_set1_epi8(26 - 128));
        __m128i digit = _mm_cmplt_epi8(_mm_sub_epi8(x, _mm_set1_epi8('0' - 128)), _mm_set1_epi8(10 - 128));
        __m128i stop = _mm_cmpeq_epi8(_mm_and_si128(x, _mm_set1_epi8(~2)), _mm_set1_epi8(','));
        __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('\'')), _mm_cmpeq_epi8(x, _mm_set1_epi8('`')));
        marks.word |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit)) << 16 * part;
        marks.stop |= (uint64_t)(unsigned)_mm_movemask_epi8(stop) << 16 * part;
        marks.hard |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(mark, x)) << 16 * part;
        _mm_storeu_si128(at, small);
    }
    return marks;
}

#else

#define EACH_BYTE 0x0101010101010101u

/* The highest bit of each byte that is `value`. */
static inline uint64_t bytes_of(uint64_t x, uint8_t value)
{
    uint64_t y = x ^ value * EACH_BYTE;
    return ~(((y & 0x7F * EACH_BYTE) + 0x7F * EACH_BYTE) | y) & 0x80 * EACH_BYTE;
}

/* The highest bit of each byte that is an ASCII letter or digit.  Sums stay within their bytes, because the
   highest bits are cleared. */
static inline uint64_t word_bytes(uint64_t x)
{
    uint64_t low = x & 0x7F * EACH_BYTE, small = low | 0x20 * EACH_BYTE;
    uint64_t letter = (small + (0x80 - 'a') * EACH_BYTE) & ~(small + (0x7F - 'z') * EACH_BYTE);
    uint64_t digit = (low + (0x80 - '0') * EACH_BYTE) & ~(low + (0x7F - '9') * EACH_BYTE);
    return (letter | digit) & ~x & 0x80 * EACH_BYTE;
}

/* The highest bits of eight bytes, that of the first the lowest. */
static inline uint64_t packed(uint64_t highest)
{
    return ((highest >> 7) * 0x0102040810204080u) >> 56;
}

static inline Marks marked(uint8_t *bytes)
{
    Marks marks = {0, 0, 0};
    for (int part = 0; part < 8; part++) {
        uint64_t x = load64(bytes + 8 * part);
        marks.word |= packed(word_bytes(x)) << 8 * part;
        marks.stop |= packed(bytes_of(x & ~(2 * EACH_BYTE), ',')) << 8 * part;
        marks.hard |= packed(bytes_of(x, '\'') | bytes_of(x, '`') | (x & 0x80 * EACH_BYTE)) << 8 * part;
        store64(bytes + 8 * part, x | 0x20 * EACH_BYTE);
    }
    return marks;
}

#endif

/* Where stretches of bits begin and end, in turn.  Eight places are written at a time, whether there are as many or
   not: how many there are differs every time, and a processor that guesses a number wrong loses more. */
DEDUP_CLONES static int bounds_of(const uint64_t *restrict bits, Py_ssize_t whole, uint16_t *restrict bounds)
{
    uint64_t carry = 0;
    int count = 0;
    for (Py_ssize_t n = 0; n < whole; n++) {
        uint64_t turns = bits[n] ^ (bits[n] << 1 | carry);
        int end = count + bits_in(turns);
        carry = bits[n] >> 63;
        do {
            for (int i = 0; i < EIGHT; i++) {
                bounds[count + i] = (uint16_t)(64 * n + trailing_zeros(turns | (uint64_t)1 << 63));
                turns &= turns - 1;
            }
            count += EIGHT;
        } while (count < end);
        count = end;
    }
    if (count & 1)
        bounds[count++] = (uint16_t)(64 * whole);
    return count;
}

DEDUP_INLINE void fill_chunk(Chunk *chunk, Stretch text, Py_ssize_t i)
{
    Py_ssize_t size = text.end - i < CHUNK ? text.end - i : CHUNK, whole = (size + 63) / 64;
    uint64_t words[CHUNK / 64], stops[CHUNK / 64];
    chunk->first = i;
    chunk->size = size;
    chunk->last = i + size == text.end;
    if (text.kind == PyUnicode_1BYTE_KIND) {
        const Py_UCS1 *from = (const Py_UCS1 *)text.data + i;
        Py_ssize_t n = 0;
        for (; n + 64 <= size; n += 64) /* by parts, as compilers make a slow instruction of an unknown size */
            memcpy(chunk->low + n, from + n, 64);
        for (; n < size; n++)
            chunk->low[n] = from[n];
    } else
        narrow((const Py_UCS2 *)text.data + i, size, chunk->low);
    memset(chunk->low + size, ' ', 72);
    for (Py_ssize_t n = 0; n < whole; n++) {
        Marks marks = marked(chunk->low + 64 * n);
        words[n] = marks.word;
        stops[n] = marks.stop;
        chunk->odds[n] = marks.hard;
    }
    /* A dot or comma before a blank ends a word: alternative B wants a letter there, C a digit.  What follows
       the last character of a chunk that is not the last is not known here. */
    uint64_t next = !chunk->last;
    for (Py_ssize_t n = whole; n-- > 0;) {
        uint64_t marks = words[n] | stops[n] | chunk->odds[n];
        int top = n == whole - 1 ? (int)((size - 1) % 64) : 63;
        chunk->odds[n] |= stops[n] & (marks >> 1 | next << top);
        next = marks & 1;
    }
    chunk->at = 0;
    chunk->count = bounds_of(words, whole, chunk->bounds);
}

/* The first odd place from n on, or the size. */
static inline Py_ssize_t next_odd(const Chunk *chunk, Py_ssize_t n)
{
    Py_ssize_t block = n / 64, whole = (chunk->size + 63) / 64;
    if (block >= whole)
        return chunk->size;
    uint64_t bits = chunk->odds[block] & ~(uint64_t)0 << n % 64;
    while (bits == 0 && ++block < whole)
        bits = chunk->odds[block];
    return bits ? 64 * block + trailing_zeros(bits) : chunk->size;
}

/* Folds simple words from i on, up to the first that is not, or the end; where it stopped, or -1 when there is
   no memory. */
DEDUP_INLINE Py_ssize_t fold_simple(Folding *out, Stretch text, Py_ssize_t i, Chunk *chunk)
{
    for (;;) {
        if (i < chunk->first || i >= chunk->first + chunk->size)
            fill_chunk(chunk, text, i);
        if (!buffer_reserve(&out->folded, 2 * CHUNK + SLACK) ||
            !buffer_reserve(&out->words, CHUNK * (Py_ssize_t)sizeof(Word)) ||
            !buffer_reserve(&out->bounds, (CHUNK + 1) * (Py_ssize_t)sizeof(int64_t)))
            return -1;
        Py_ssize_t n = i - chunk->first, odd = next_odd(chunk, n), end;
        /* A word that touches the end of the chunk may go on behind it. */
        Py_ssize_t stop = odd < chunk->size || !chunk->last ? odd : chunk->size + 1;
        const uint16_t *bound = chunk->bounds + chunk->at, *last = chunk->bounds + chunk->count;
        while (bound < last && bound[0] < n)
            bound += 2;
        uint8_t *folded = out->folded.items, *at = folded + out->folded.used;
        Word *word = (Word *)((char *)out->words.items + out->words.used);
        int64_t *begin = (int64_t *)((char *)out->bounds.items + out->bounds.used);
        int32_t first = (int32_t)chunk->first;
        for (; bound < last && (end = bound[1]) < stop; bound += 2) {
            Py_ssize_t start = bound[0], length = end - start;
            memcpy(at, chunk->low + start, 16);
            for (Py_ssize_t more = 16; more < length; more += 16)
                memcpy(at + more, chunk->low + start + more, 16);
            *begin++ = at - folded;
            *word++ = (Word){first + (int32_t)start, first + (int32_t)end};
            at += length;
            *at++ = ' ';
        }
        out->folded.used = at - folded;
        out->words.used = (char *)word - (char *)out->words.items;
        out->bounds.used = (char *)begin - (char *)out->bounds.items;
        chunk->at = (int)(bound - chunk->bounds);
        n = bound < last && bound[0] < odd ? bound[0] : odd;
        i = chunk->first + n;
        if (i >= text.end)
            return text.end;
        /* Stopped by the end of the chunk, unless the word fills all of it. */
        if (odd < chunk->size || (n == 0 && chunk->size == CHUNK))
            return i;
        if (n < chunk->size)
            fill_chunk(chunk, text, i);
    }
}

/* Appends the words of text[i:text.end]; 0 when there is no memory.  Linear. */
DEDUP_INLINE int fold_stretch(Folding *out, Stretch text, Py_ssize_t i)
{
    Chunk chunk;
    chunk.first = chunk.size = 0;
    while (i < text.end) {
        if (text.kind != PyUnicode_4BYTE_KIND && out->table->usual &&
            (i = fold_simple(out, text, i, &chunk)) >= text.end)
            break;
        if (i < 0)
            return 0;
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

int dedup_fold_spans(Folding *out, int kind, const void *data, const Py_ssize_t *pairs, Py_ssize_t count)
{
    Py_ssize_t length = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        length += pairs[2 * i] < pairs[2 * i + 1] ? pairs[2 * i + 1] - pairs[2 * i] : 0;
    /* Enough for most text, so that buffers seldom grow: words have five letters or more. */
    if (!buffer_reserve(&out->folded, length + length / 8 + LONGEST_FOLD + 1 + SLACK) ||
        !buffer_reserve(&out->words, (length / 6 + 8) * (Py_ssize_t)sizeof(Word)) ||
        !buffer_reserve(&out->bounds, (length / 6 + 9) * (Py_ssize_t)sizeof(int64_t)))
        return 0;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!fold_span(out, kind, data, pairs[2 * i], pairs[2 * i + 1]))
            return 0;
    *(int64_t *)((char *)out->bounds.items + out->bounds.used) = out->folded.used;
    return 1;
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
Py_ssize_t dedup_read_spans(PyObject *spans, Py_ssize_t length, Buffer *out)
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
    Py_ssize_t count = words_of(out), size = count * (Py_ssize_t)sizeof(int64_t);
    const Word *words = out->words.items;
    /* The last word has no blank behind it, but its bound stays where that would be. */
    PyObject *folded = PyBytes_FromStringAndSize(out->folded.items, out->folded.used - (count > 0));
    PyObject *bounds = PyBytes_FromStringAndSize(out->bounds.items, size + (Py_ssize_t)sizeof(int64_t));
    PyObject *starts = PyBytes_FromStringAndSize(NULL, size);
    PyObject *ends = PyBytes_FromStringAndSize(NULL, size);
    if (folded == NULL || bounds == NULL || starts == NULL || ends == NULL) {
        Py_XDECREF(folded);
        Py_XDECREF(bounds);
        Py_XDECREF(starts);
        Py_XDECREF(ends);
        return NULL;
    }
    int64_t *start = (int64_t *)PyBytes_AS_STRING(starts), *end = (int64_t *)PyBytes_AS_STRING(ends);
    for (Py_ssize_t i = 0; i < count; i++) {
        start[i] = words[i].start;
        end[i] = words[i].end;
    }
    if (count == 0)
        ((int64_t *)PyBytes_AS_STRING(bounds))[0] = 1;
    return Py_BuildValue("(NNNN)", folded, bounds, starts, ends);
}

/* fold(text, spans=None)
   Words of the text: (folded, bounds, starts, ends).  `folded` is the words in UTF-8 with one
   blank between two; word i is folded[bounds[i]:bounds[i + 1] - 1] and text[starts[i]:ends[i]]. */

PyObject *dedup_fold(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *text, *spans = Py_None, *result = NULL;
    Buffer pairs = {NULL, 0, 0};
    Folding out = {.table = table};
    if (!PyArg_ParseTuple(args, "U|O:fold", &text, &spans))
        return NULL;
    if (table->kind == NULL)
        return PyErr_Format(PyExc_ValueError, "no table is set");
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(text) < 0)
        return NULL;
#endif
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > LONGEST_TEXT)
        return PyErr_Format(PyExc_ValueError, "the text has %zd characters, more than %d", length, LONGEST_TEXT);
    Py_ssize_t count = dedup_read_spans(spans, length, &pairs);
    if (count >= 0) {
        int kind = (int)PyUnicode_KIND(text), done = 1;
        const void *data = PyUnicode_DATA(text);
        const Py_ssize_t *pair = pairs.items;
        Py_BEGIN_ALLOW_THREADS;
        done = dedup_fold_spans(&out, kind, data, pair, count);
        Py_END_ALLOW_THREADS;
        result = done ? fold_result(&out) : PyErr_NoMemory();
    }
    buffer_free(&pairs);
    folding_free(&out);
    return result;
}

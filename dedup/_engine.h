/* What the C files of dedup._engine share.

   Arrays cross into Python as bytes that hold native-endian integers, and come back as any
   contiguous buffer, so NumPy's headers are not needed. */
#ifndef DEDUP_ENGINE_H
#define DEDUP_ENGINE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Functions that must be specialised by their constant arguments. */
#if defined(__GNUC__) || defined(__clang__)
#define DEDUP_INLINE static inline __attribute__((always_inline))
#else
#define DEDUP_INLINE static inline
#endif

/* One body compiled for AVX-512, for AVX2 and for any machine; the loader picks.  WIDE ones multiply numbers of
   64 bits, for which AVX2 is no help.  Needs ifunc: glibc, and gcc from 12 or clang from 14.  Elsewhere there is one
   version, which the compiler vectorises for its baseline (NEON on aarch64, SSE4.1 on macOS). */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(DEDUP_PORTABLE) && \
    ((defined(__clang_major__) && __clang_major__ >= 14) || (!defined(__clang__) && __GNUC__ >= 12))
#define DEDUP_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#define DEDUP_WIDE __attribute__((target_clones("arch=x86-64-v4", "default")))
#else
#define DEDUP_CLONES
#define DEDUP_WIDE
#endif

/* Little-endian loads and stores, whatever the machine. */
static inline uint64_t load64(const uint8_t *p)
{
#if PY_LITTLE_ENDIAN
    uint64_t x;
    memcpy(&x, p, sizeof x);
#else
    uint64_t x = 0;
    for (int i = 0; i < 8; i++)
        x |= (uint64_t)p[i] << 8 * i;
#endif
    return x;
}

static inline void store64(uint8_t *p, uint64_t x)
{
#if PY_LITTLE_ENDIAN
    memcpy(p, &x, sizeof x);
#else
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)(x >> 8 * i);
#endif
}

/* How many of the lowest bits are 0, of a number that is not 0. */
static inline int trailing_zeros(uint64_t x)
{
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_ctzll(x);
#else
    int count = 0;
    for (; !(x & 1); x >>= 1)
        count++;
    return count;
#endif
}

/* How many bits are 1. */
static inline int bits_in(uint64_t x)
{
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_popcountll(x);
#else
    int count = 0;
    for (; x; x &= x - 1)
        count++;
    return count;
#endif
}

/* The halves of the product of 64 by 64 bits, one over the other (as in wyhash, Wang Yi 2019, and XXH3). */
static inline uint64_t folded_product(uint64_t x, uint64_t y)
{
#if defined(__SIZEOF_INT128__) && !defined(DEDUP_PORTABLE)
    __extension__ typedef unsigned __int128 Wide;
    Wide product = (Wide)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (x & UINT32_MAX) * (y & UINT32_MAX), high = (x >> 32) * (y >> 32);
    uint64_t one = (x >> 32) * (y & UINT32_MAX), two = (x & UINT32_MAX) * (y >> 32);
    uint64_t middle = (low >> 32) + (one & UINT32_MAX) + two;
    return (middle << 32 | (low & UINT32_MAX)) ^ (high + (one >> 32) + (middle >> 32));
#endif
}

/* ---- Memory that grows; without the GIL, hence the raw allocator ---- */

typedef struct {
    void *items;
    Py_ssize_t used, room; /* in bytes */
} Buffer;

/* Makes room for `more` bytes behind those in use. */
static inline int buffer_reserve(Buffer *buffer, Py_ssize_t more)
{
    if (more <= buffer->room - buffer->used)
        return 1;
    if (buffer->used > PY_SSIZE_T_MAX / 2 - more)
        return 0;
    Py_ssize_t room = 2 * (buffer->used + more);
    void *items = PyMem_RawRealloc(buffer->items, (size_t)room);
    if (items == NULL)
        return 0;
    buffer->items = items;
    buffer->room = room;
    return 1;
}

static inline void buffer_free(Buffer *buffer)
{
    PyMem_RawFree(buffer->items);
    buffer->items = NULL;
    buffer->used = buffer->room = 0;
}

/* A buffer read as an array of `itemsize` bytes an item; `name` is for the message.  Gives the
   number of items, or -1 with an exception set (and then the view needs no release). */
Py_ssize_t dedup_items(PyObject *object, Py_buffer *view, Py_ssize_t itemsize, const char *name);

/* ---- _fold.c ---- */

enum { LETTER = 1, DIGIT = 2, ALONE = 4, INVISIBLE = 8, APOSTROPHE = 16, DOT = 32, COMMA = 64 };
enum { WORDLY = LETTER | DIGIT, CODES = 0x110000, LONGEST_FOLD = 255, SLACK = 32 };
enum { LONGEST_TEXT = 1 << 29 }; /* of a text, so that places and sums of words fit 32 bits */

typedef struct {
    PyObject *classes, *folds; /* as given, to know them again; NULL until set */
    uint8_t *kind;             /* one of the classes above for each code point, 0 for a blank */
    uint32_t *fold_at;         /* where the fold of a code point stands in `pool`; 0: it is its own */
    uint8_t plain[256];        /* the fold of ASCII letters and digits where it is one byte, else 0 */
    uint8_t blank[256];        /* 1 for ASCII characters that are in no word */
    int usual;                 /* ASCII letters and digits are plain and fold to small letters */
    Buffer pool;               /* folds: one byte of length, then UTF-8 */
} Table;

typedef struct {
    int32_t start, end; /* code points of the text */
} Word;

typedef struct {
    const Table *table;
    Buffer folded; /* words in UTF-8, each with a blank behind it */
    Buffer bounds; /* int64: where each word begins there, and behind the last, not in use, where the next would */
    Buffer words;  /* Word, one for each */
} Folding;

static inline Py_ssize_t words_of(const Folding *folding)
{
    return folding->words.used / (Py_ssize_t)sizeof(Word);
}

/* Forgets the words, but not what they were folded to. */
static inline void forget_words(Folding *folding)
{
    folding->bounds.used = folding->words.used = 0;
}

static inline void folding_free(Folding *folding)
{
    buffer_free(&folding->folded);
    buffer_free(&folding->bounds);
    buffer_free(&folding->words);
}

void dedup_table_clear(Table *table);
/* Spans of a text as pairs of numbers, clipped to it; how many, or -1 with an exception set. */
Py_ssize_t dedup_read_spans(PyObject *spans, Py_ssize_t length, Buffer *out);
/* Appends the words in those spans of a text of that kind and data; 0 when there is no memory. */
int dedup_fold_spans(Folding *out, int kind, const void *data, const Py_ssize_t *pairs, Py_ssize_t count);
PyObject *dedup_set_table(PyObject *self, PyObject *args);
PyObject *dedup_fold(PyObject *self, PyObject *args);

/* ---- _hash.c ---- */

uint64_t dedup_xxh3(const uint8_t *bytes, size_t length);
/* Hashes of the runs of k words, for bounds that are known to be right. */
void dedup_hash_shingles(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, Py_ssize_t k, uint64_t *out);

/* ---- _sketch.c ---- */

/* Whether most words are one character of a script without spaces, for bounds that are known to be right. */
bool dedup_is_dense(const Table *table, const uint8_t *folded, const int64_t *bounds, Py_ssize_t words);
/* Positions of the winnowed hashes; `behind` is scratch of the same length.  How many. */
Py_ssize_t dedup_winnow(const uint64_t *hashes, Py_ssize_t count, Py_ssize_t w, int64_t *behind, int64_t *out);
void dedup_minimise(const uint64_t *hashes, Py_ssize_t count, const uint32_t *a, const uint32_t *b, uint32_t *result,
                    Py_ssize_t permutations);
PyObject *dedup_shingle_hashes(PyObject *self, PyObject *args);
PyObject *dedup_count_alone(PyObject *self, PyObject *args);
PyObject *dedup_signature(PyObject *self, PyObject *args);
PyObject *dedup_signature_plain(PyObject *self, PyObject *args);
PyObject *dedup_anchors(PyObject *self, PyObject *args);

/* ---- _align.c ---- */

typedef struct {
    int32_t a, b, words;
} Block;

typedef struct {
    Block *items;
    Py_ssize_t count, room;
} Blocks;

typedef struct { /* one text: word i is folded[bounds[i] .. bounds[i + 1] - 1), a space behind it */
    const char *folded;
    Py_ssize_t bytes;
    int64_t *bounds;
    int32_t words, shingles;
    const uint64_t *keys; /* of each word as it is spelled: see dedup_word_keys, dedup_spell_keys */
    const char *hashes;
    const uint64_t *filter; /* 2^bits bits, of which each hash sets one: see dedup_fill_filter */
    int bits;
} Text;

typedef struct { /* the constants of dedup.align */
    int max_repeats, max_gap, reach, match, change, skip;
} Rules;

typedef struct { /* blocks[first .. first + count) and what the reference sorts by */
    Py_ssize_t first, count, rank;
    int32_t a, a_end, b, b_end;
} Passage;

typedef struct {
    Blocks blocks;
    Passage *items;
    Py_ssize_t count, room;
} Passages;

typedef struct { /* one pair; a byte of `used` is 1 for a word that is in a passage */
    Text a, b;
    Rules rules;
    int32_t k;
    long long min_words;
    char *used_a, *used_b;
} Pair;

typedef struct {
    Py_ssize_t common, a, b; /* numbers of different hashes */
} Counts;

typedef struct { /* where each shingle of a text stands */
    const char *of;  /* the hashes of that text; NULL: of none */
    int32_t *heads; /* hash table of 2^bits first places, -1 where empty */
    int32_t *next;  /* by place: the next one of the same shingle, -1 behind the last of max_repeats */
    int32_t *first; /* by place: the first one of the same shingle */
    int bits;
    bool once; /* no shingle stands there twice */
    Buffer memory;
} Standing;

enum { STANDING = 16 }; /* texts that were compared last: what is near in a cache and used again soon */

typedef struct { /* memory that serves every pair */
    Buffer places_a, places_b, links, heads, filter, reached, used, chains;
    Blocks runs;
    Standing standing[STANDING];
    int turn; /* whose memory is taken next */
} Bench;

void dedup_bench_clear(Bench *bench);
/* To be called before texts are compared that lie where others lay. */
void dedup_bench_forget(Bench *bench);

/* Whether the rules are within what the engine can do; else with an exception set. */
int dedup_can_follow(const Rules *rules);
int dedup_same_words(const Text *a, const Text *b);
/* Draws what the keys of words depend on, once, before any is made; 0 with an exception set. */
int dedup_draw_secrets(void);
/* One of them, for tables whose slots no text must be able to choose. */
uint64_t dedup_secret(void);
/* A number for each word: equal for equal words, seldom for others, another one in each process that Python gives
   other hashes.  Reads SLACK bytes behind the last. */
void dedup_word_keys(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, uint64_t *out);
/* Bits of the filter of so many hashes, 64 at least. */
int dedup_filter_bits(Py_ssize_t count);
/* Sets the bit of each hash in a filter of zeros; how many of the hashes are different, or -1 without memory. */
Py_ssize_t dedup_fill_filter(const char *hashes, Py_ssize_t count, int bits, uint64_t *filter, Buffer *scratch);
/* How many different shingles both texts have; -1 without memory.  `max_repeats` as in the rules by which they are
   aligned. */
Py_ssize_t dedup_count_common(const Text *a, const Text *b, int max_repeats, Bench *bench);
/* Passages of at least min_words equal words, in the order of a, and how many different shingles both texts
   have (0 where all words are the same); -1 without memory. */
int dedup_find_passages(Pair *pair, Bench *bench, Passages *passages, Py_ssize_t *common);
int dedup_count_hashes(const char *a, size_t in_a, const char *b, size_t in_b, Counts *counts);
PyObject *dedup_align(PyObject *self, PyObject *args);
PyObject *dedup_resemblance(PyObject *self, PyObject *args);

/* ---- _spelling.c ---- */

PyObject *dedup_set_spellings(PyObject *self, PyObject *args);
/* Whether two different words are two spellings of one. */
int dedup_same_spelling(const uint8_t *one, size_t in_one, const uint8_t *two, size_t in_two);
/* Gives each word that has another spelling the key of that one.  Reads SLACK bytes behind the last. */
void dedup_spell_keys(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, uint64_t *keys);

/* ---- _rewrites.c ---- */

PyObject *dedup_alike(PyObject *self, PyObject *args);

/* ---- _batch.c ---- */

typedef struct {
    int kind;
    const void *data;
    Py_ssize_t first, spans; /* of its body, in Sources.pairs */
} Source;

typedef struct {
    PyObject *texts, *bodies; /* tuples of our own, which keep the strings alive */
    Source *items;
    Py_ssize_t count;
    Buffer pairs;
} Sources;

/* A text of a tuple, borrowed, fit to be read; NULL with an exception set. */
PyObject *dedup_text_of(PyObject *texts, Py_ssize_t i);
/* Opens texts and their bodies (None: each whole); 0 with an exception set.  To be closed either way. */
int dedup_sources_open(Sources *sources, PyObject *texts, PyObject *bodies);
void dedup_sources_close(Sources *sources);
/* Appends the words of a text; 0 when there is no memory. */
int dedup_fold_source(const Sources *sources, Py_ssize_t i, Folding *out);

PyObject *dedup_sketches(PyObject *self, PyObject *args);

/* ---- _shelf.c ---- */

typedef struct { /* a text as a shelf has it, its bounds from 0 up; `words` NULL: it is not there */
    const uint8_t *folded;
    const int64_t *bounds;
    const Word *words;
    Py_ssize_t count;
} Shelved;

/* What a shelf has of some texts: `where` says in which place it may have each (NULL: in its own), and `out` is filled;
   0 with an exception set.  The shelf takes no other texts until it is given back. */
int dedup_shelf_lend(PyObject *shelf, const Sources *texts, const int32_t *where, Shelved *out);
void dedup_shelf_give_back(PyObject *shelf);

PyObject *dedup_shelf(PyObject *self, PyObject *args);
PyObject *dedup_comparisons(PyObject *self, PyObject *args);

/* ---- _pairs.c ---- */

PyObject *dedup_pairs(PyObject *self, PyObject *args);
PyObject *dedup_renumber(PyObject *self, PyObject *args);
PyObject *dedup_roots(PyObject *self, PyObject *args);
PyObject *dedup_tour(PyObject *self, PyObject *args);
PyObject *dedup_portions(PyObject *self, PyObject *args);

/* ---- _lookup.c ---- */

PyObject *dedup_places(PyObject *self, PyObject *args);

/* ---- _strands.c ---- */

PyObject *dedup_strands(PyObject *self, PyObject *args);

/* ---- _names.c ---- */

PyObject *dedup_names(PyObject *self, PyObject *args);
PyObject *dedup_nearby(PyObject *self, PyObject *args);

/* ---- _judge.c ---- */

typedef struct Lexicon Lexicon;

typedef struct { /* the words of one text, and what is found out about each of them */
    int kind;  /* of the text's code points */
    const void *data;
    Py_ssize_t length;
    const uint8_t *folded, *alone;  /* SLACK bytes may be read behind `folded`; `alone`: class letter of each code point */
    const uint64_t *keys; /* see dedup_word_keys */
    const int64_t *bounds, *starts, *ends;
    Py_ssize_t count;
    const Lexicon *lexicon;
    uint8_t *listed, *looks;
} Read;

/* A quotation: its characters, whether it is a post, and what is found out about it. */
typedef struct {
    int64_t start, end, post;
    int64_t kind;    /* PUBLIC, INTERVIEW or TRANSLATED */
    int64_t speaker; /* the word that is the speaker's name, or -1 */
} Quotation;

typedef struct { /* a byte a word each, see dedup/facts.py */
    const uint8_t *listed, *looks, *quoted;
    Py_ssize_t count;
} Planes;

typedef struct {
    Py_ssize_t a, b, words;
} Run;

enum { COUNTED = 16, MOST_WORDS = (1 << 30) - 2 };

typedef struct { /* memory that serves every text */
    Buffer hashes, names, quotations, clauses, speakers;
} Notes;

/* NULL with an exception set. */
const Lexicon *dedup_lexicon_of(PyObject *capsule);
/* Finds `listed`, `looks` and `quoted` of a text; `told` are places of credits, rising, and `given` its
   quotations as (start, end, post), NULL where they are still to be found.  0 without memory. */
int dedup_take_notes(const Read *text, const int64_t *told, Py_ssize_t in_told, const int64_t *given,
                     Py_ssize_t in_given, uint8_t *quoted, Notes *notes);
void dedup_notes_clear(Notes *notes);
/* Whether spans (start, end, post) rise inside a text of that length. */
int dedup_spans_rise(const int64_t *spans, Py_ssize_t count, Py_ssize_t length);
/* As `count_plain` of dedup/counting.py, for blocks that are known to be right, but for the wording of edits
   inside quotations: `inner[n]` says whether that behind block n must be compared.  `counts` are zeros. */
void dedup_count_passage(const Planes *a, const Planes *b, const Run *blocks, Py_ssize_t in_blocks, int32_t *counts,
                         uint8_t *inner);
PyObject *dedup_lexicon(PyObject *self, PyObject *args);
PyObject *dedup_look(PyObject *self, PyObject *args);
PyObject *dedup_quotations(PyObject *self, PyObject *args);
PyObject *dedup_plain(PyObject *self, PyObject *texts);

/* ---- _judgements.c ---- */

PyObject *dedup_judgements(PyObject *self, PyObject *args);
PyObject *dedup_notes(PyObject *self, PyObject *args);

/* ---- _literals.c ---- */

typedef struct Literals Literals;

typedef struct { /* a search for literals in lines, one after the other */
    const Literals *a;
    int kind;
    const void *data;
    int32_t span;                          /* number of the line */
    int32_t *seen, *met, *asked, *missing; /* by literal, clause and pattern: the last line that has it */
    Buffer found;                          /* int32: literals, or patterns that can match, in no order */
} Search;

const Literals *dedup_literals_of(PyObject *capsule);
/* How many patterns there are. */
Py_ssize_t dedup_patterns(const Literals *literals);
/* The patterns that can match in any line. */
const int32_t *dedup_always_open(const Literals *literals, Py_ssize_t *count);
/* Makes ready for a search, to be closed either way; 0 without memory. */
int dedup_search_open(Search *search, const Literals *literals);
void dedup_search_close(Search *search);
/* Appends what occurs in a line to `found`; -1 without memory. */
int dedup_search(Search *search, int kind, const void *data, Py_ssize_t start, Py_ssize_t stop);
PyObject *dedup_literals(PyObject *self, PyObject *args);
PyObject *dedup_occurring(PyObject *self, PyObject *args);
PyObject *dedup_holding(PyObject *self, PyObject *args);

/* ---- _lines.c ---- */

enum { ENDED = 1, BULLETED = 2 };

typedef struct { /* a line without white space around it; dedup.lines reads it as four int64 */
    int64_t start, end, weight, flags;
} Look;

PyObject *dedup_lines(PyObject *self, PyObject *args);
PyObject *dedup_pages(PyObject *self, PyObject *args);

/* ---- _page.c ---- */

PyObject *dedup_judge(PyObject *self, PyObject *args);
PyObject *dedup_edges(PyObject *self, PyObject *args);
PyObject *dedup_body(PyObject *self, PyObject *args);
PyObject *dedup_dated(PyObject *self, PyObject *args);
/* The last line of the head and the first of the tail; `cut` has a bit for each kind that is not counted. */
void dedup_find_edges(const Look *looks, const char *kinds, Py_ssize_t count, Py_ssize_t most_prose, Py_ssize_t paragraph,
                      Py_ssize_t most_lines, unsigned int cut, Py_ssize_t *last_head, Py_ssize_t *first_tail);

/* ---- _credits.c ---- */

PyObject *dedup_wires(PyObject *self, PyObject *args);
PyObject *dedup_rows(PyObject *self, PyObject *args);

#endif

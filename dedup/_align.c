/* Align: the C half of dedup/align.py, equal to it in every result.

   That file is the specification: the functions here carry its names, in its order, and take its
   constants as arguments.  Words are compared as bytes of the folded text, or of their other spelling, never by
   hash alone.
   The work runs without the GIL on buffers that are held; what could be changed meanwhile by
   another thread (bounds) is checked and copied first, so nothing is read outside a buffer.
   Time and memory are linear in the lengths plus the words in common, as in the reference. */

#include "_engine.h"

#include <stdbool.h>
#include <stdlib.h>

#define MAX_WORDS (1 << 29)  /* of one text, so that places and sums of them fit 32 bits */
#define MAX_WINDOW 64        /* words of a stretch for dynamic programming: bits of a row of matches */
#define MAX_SCORE 1000

#define EIGHT 8  /* numbers that are looked at at a time, whether there are as many or not */
#define MIX 0xBF58476D1CE4E5B9u     /* another that does (splitmix64; Steele, Lea, Flood 2014) */
#define SPARSE 16  /* bits of a filter for each hash: one in sixteen strangers passes */
#define ROOMY 8    /* slots of a hash table for each hash: the first one looked at is nearly always the last */

#define MIN(x, y) ((x) < (y) ? (x) : (y))
#define MAX(x, y) ((x) > (y) ? (x) : (y))

/* ---- memory; PyMem_Raw because the GIL is not held */

static void *allocate(size_t count, size_t size)
{
    return count > (size_t)PY_SSIZE_T_MAX / size ? NULL : PyMem_RawMalloc(count * size);
}

/* Room for one more item; the array moves, its old self stays valid on failure. */
static int more_room(void **items, Py_ssize_t count, Py_ssize_t *room, size_t size)
{
    if (count < *room) return 0;
    size_t wider = count ? 2 * (size_t)count : 16;
    if (wider > (size_t)PY_SSIZE_T_MAX / size) return -1;
    void *moved = PyMem_RawRealloc(*items, wider * size);
    if (!moved) return -1;
    *items = moved;
    *room = (Py_ssize_t)wider;
    return 0;
}

static int push(Blocks *blocks, Block block)
{
    void *items = blocks->items;
    if (more_room(&items, blocks->count, &blocks->room, sizeof(Block))) return -1;
    blocks->items = items;
    blocks->items[blocks->count++] = block;
    return 0;
}

/* ---- words and hashes */

static inline uint64_t hash_at(const char *hashes, Py_ssize_t i)
{
    uint64_t value;  /* a buffer need not be aligned */
    memcpy(&value, hashes + 8 * i, 8);
    return value;
}

/* Bits of an index that gives each of n items `wide` places or more. */
static int bits_for(size_t n, size_t wide)
{
    int bits = 6;
    while ((size_t)1 << bits < wide * n) bits++;
    return bits;
}

/* Where a hash stands among 2^bits places: its upper bits, which are as well mixed as any. */
static inline size_t place_of(uint64_t hash, int bits)
{
    return (size_t)(hash >> (64 - bits));
}

static inline bool same_word(const Text *a, int32_t i, const Text *b, int32_t j)
{
    const int64_t *x = a->bounds + i, *y = b->bounds + j;
    const char *one = a->folded + x[0], *two = b->folded + y[0];
    size_t in_one = (size_t)(x[1] - x[0] - 1), in_two = (size_t)(y[1] - y[0] - 1);
    return (in_one == in_two && !memcmp(one, two, in_one)) ||
           dedup_same_spelling((const uint8_t *)one, in_one, (const uint8_t *)two, in_two);
}

/* What no text can know: whoever did could choose words of one key, and texts full of them would take quadratic
   time and seem to share what they do not.  From the secret of Python's own hashes of strings. */
static uint64_t secrets[3];

int dedup_draw_secrets(void)
{
    static const char *names[3] = {"dedup: first word", "dedup: second word", "dedup: more words"};
    for (int n = 0; n < 3; n++) {
        PyObject *name = PyUnicode_FromString(names[n]);
        Py_hash_t hash = name ? PyObject_Hash(name) : -1;
        Py_XDECREF(name);
        if (hash == -1) return 0;
        secrets[n] = ((uint64_t)hash * MIX ^ (uint64_t)hash >> 32) | 1;  /* a hash may have 32 bits */
    }
    return 1;
}

uint64_t dedup_secret(void)
{
    return secrets[0];
}

/* Over the length and all bytes; without branches for up to 16 of them. */
static inline uint64_t word_key(const uint8_t *word, size_t size, uint64_t one, uint64_t two, uint64_t three)
{
    static const uint64_t keep[9] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
                                     0xFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
    uint64_t first = load64(word) & keep[MIN(size, 8)];
    uint64_t second = load64(word + 8) & keep[size < 8 ? 0 : MIN(size - 8, 8)];
    uint64_t key = folded_product(first ^ one, second ^ two);
    for (size_t n = 16; n < size; n += 8) key = folded_product(key ^ (load64(word + n) & keep[MIN(size - n, 8)]), three);
    return folded_product(key ^ size, three);
}

void dedup_word_keys(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, uint64_t *out)
{
    const uint64_t one = secrets[0], two = secrets[1], three = secrets[2]; /* which the keys put out cannot touch */
    for (Py_ssize_t n = 0; n < words; n++)
        out[n] = word_key(folded + bounds[n], (size_t)(bounds[n + 1] - bounds[n] - 1), one, two, three);
}

/* ---- shingles in common */

typedef struct {  /* places in a of each shingle that b may have, too: the first max_repeats, rising */
    int32_t *heads;  /* hash table of first places, -1 where empty; the others are by place in places */
    int32_t *places, *next, *last, *repeats, *tried;
    const int32_t *in_b;  /* places in b of shingles that a may have, rising */
    int32_t count, count_b;
    int bits;
} Index;

int dedup_filter_bits(Py_ssize_t count)
{
    return bits_for((size_t)count, SPARSE);
}

/* How many of the doubtful hashes, each at least the second with its bit, stand before, too. */
DEDUP_CLONES static Py_ssize_t repeated(const char *hashes, const int32_t *doubtful, Py_ssize_t count)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t n = 0; n < count; n++) {
        uint64_t hash = hash_at(hashes, doubtful[n]), same = 0;
        for (int32_t i = 0; i < doubtful[n]; i++) same |= hash_at(hashes, i) == hash;
        found += same != 0;
    }
    return found;
}

Py_ssize_t dedup_fill_filter(const char *hashes, Py_ssize_t count, int bits, uint64_t *filter, Buffer *scratch)
{
    enum { FEW = 24 };
    scratch->used = 0;
    if (!buffer_reserve(scratch, (count + 1) * (Py_ssize_t)sizeof(int32_t))) return -1;
    int32_t *doubtful = scratch->items;
    Py_ssize_t doubts = 0;
    for (Py_ssize_t n = 0; n < count; n++) {
        size_t bit = place_of(hash_at(hashes, n), bits);
        uint64_t *word = &filter[bit / 64];
        doubtful[doubts] = (int32_t)n;
        doubts += *word >> bit % 64 & 1;
        *word |= (uint64_t)1 << bit % 64;
    }
    if (doubts <= FEW) return count - repeated(hashes, doubtful, doubts);
    Counts counts = {0, 0, 0};
    return dedup_count_hashes(hashes, (size_t)count, hashes, 0, &counts) ? -1 : counts.a;
}

/* Places whose hash has its bit in a filter; without branches, because most pairs share few shingles
   and a processor guesses wrong at every other one. */
DEDUP_WIDE static Py_ssize_t likely_places(const char *hashes, Py_ssize_t shingles, const uint64_t *restrict filter,
                                           int bits, int32_t *restrict places)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < shingles; i++) {
        size_t bit = place_of(hash_at(hashes, i), bits);
        places[count] = (int32_t)i;
        count += filter[bit / 64] >> bit % 64 & 1;
    }
    return count;
}

/* The slot that holds the shingle, or the empty one where it belongs. */
static inline size_t slot_of(const Index *index, const char *hashes, uint64_t hash)
{
    size_t mask = ((size_t)1 << index->bits) - 1, slot = place_of(hash, index->bits);
    while (index->heads[slot] >= 0 && hash_at(hashes, index->places[index->heads[slot]]) != hash)
        slot = (slot + 1) & mask;
    return slot;
}

static void add_place(Index *index, const char *hashes, int32_t n, int max_repeats)
{
    size_t slot = slot_of(index, hashes, hash_at(hashes, index->places[n]));
    int32_t head = index->heads[slot];
    if (head < 0) {
        head = index->heads[slot] = n;
        index->repeats[head] = index->tried[head] = 0;
    } else if (index->repeats[head] == max_repeats) {
        return;
    } else {
        index->next[index->last[head]] = n;
    }
    index->repeats[head]++;
    index->last[head] = n;
    index->next[n] = -1;
}

static void *room(Buffer *buffer, Py_ssize_t count, size_t size)
{
    buffer->used = 0;
    return buffer_reserve(buffer, (count + 1) * (Py_ssize_t)size) ? buffer->items : NULL;
}

/* The shingles of b that the filter of a lets pass, into an empty index; -1 without memory. */
static int begin_index(const Text *a, const Text *b, Bench *bench, Index *index)
{
    int32_t *in_b = room(&bench->places_b, b->shingles, sizeof(int32_t));
    if (!in_b) return -1;
    index->in_b = in_b;
    index->count = 0;
    index->count_b = (int32_t)likely_places(b->hashes, b->shingles, a->filter, a->bits, in_b);
    return 0;
}

/* The shingles of a that a filter of those of b lets pass: where little is shared, little is left to be looked up. */
static int index_places(const Text *a, const Text *b, int max_repeats, Bench *bench, Index *index)
{
    const int32_t *in_b = index->in_b;
    if (!index->count_b) return 0;
    index->places = room(&bench->places_a, a->shingles, sizeof(int32_t));
    if (!index->places) return -1;
    int bits = bits_for((size_t)index->count_b, SPARSE);
    uint64_t *filter = room(&bench->filter, (Py_ssize_t)1 << (bits - 6), sizeof(uint64_t));
    if (!filter) return -1;
    memset(filter, 0, (size_t)1 << (bits - 3));
    for (int32_t n = 0; n < index->count_b; n++) {
        size_t bit = place_of(hash_at(b->hashes, in_b[n]), bits);
        filter[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    index->count = (int32_t)likely_places(a->hashes, a->shingles, filter, bits, index->places);
    index->bits = bits_for((size_t)index->count, ROOMY);
    index->heads = room(&bench->heads, (Py_ssize_t)1 << index->bits, sizeof(int32_t));
    index->next = room(&bench->links, 4 * (Py_ssize_t)index->count, sizeof(int32_t));
    if (!index->heads || !index->next) return -1;
    index->last = index->next + index->count;
    index->repeats = index->last + index->count;
    index->tried = index->repeats + index->count;
    memset(index->heads, 0xFF, sizeof(int32_t) << index->bits);
    for (int32_t n = 0; n < index->count; n++) add_place(index, a->hashes, n, max_repeats);
    return 0;
}

enum {
    FEW = 8,  /* one in so many shingles of b: where a has fewer of them, a small index does */
    LONGEST = 1 << 16  /* shingles of a text whose places are kept */
};

/* Where all shingles of a stand, for this pair and those to come soon; NULL without memory. */
static const Standing *keep_standing(const Text *a, int max_repeats, Bench *bench)
{
    Standing *kept = &bench->standing[bench->turn++ % STANDING];
    Py_ssize_t count = a->shingles;
    int bits = bits_for((size_t)count, ROOMY / 2);
    kept->of = NULL;
    int32_t *last = room(&bench->links, 2 * count, sizeof(int32_t)), *repeats = last + count;
    int32_t *heads = room(&kept->memory, ((Py_ssize_t)1 << bits) + 2 * count, sizeof(int32_t));
    if (!last || !heads) return NULL;
    kept->heads = heads;
    kept->next = heads + ((size_t)1 << bits);
    kept->first = kept->next + count;
    kept->bits = bits;
    kept->once = true;
    memset(heads, 0xFF, sizeof(int32_t) << bits);
    size_t mask = ((size_t)1 << bits) - 1;
    for (int32_t n = 0; n < count; n++) {
        uint64_t hash = hash_at(a->hashes, n);
        size_t slot = place_of(hash, bits);
        while (heads[slot] >= 0 && hash_at(a->hashes, heads[slot]) != hash) slot = (slot + 1) & mask;
        int32_t head = heads[slot];
        kept->next[n] = -1;
        kept->first[n] = head < 0 ? n : head;
        if (head < 0) {
            heads[slot] = n;
            repeats[n] = 1;
            last[n] = n;
        } else {
            kept->once = false;
            if (repeats[head] == max_repeats) continue;
            kept->next[last[head]] = n;
            repeats[head]++;
            last[head] = n;
        }
    }
    kept->of = a->hashes;
    return kept;
}

/* Finds where all shingles of a stand, if that is known or worth while, or else an index of those in common (and
   NULL).  0 without memory. */
static bool look_up(const Text *a, const Text *b, int max_repeats, Bench *bench, const Standing **standing, Index *index)
{
    for (int n = 0; n < STANDING; n++)
        if (bench->standing[n].of == a->hashes) {
            *standing = &bench->standing[n];
            return true;
        }
    *standing = NULL;
    if (begin_index(a, b, bench, index)) return false;
    if (a->shingles > LONGEST || index->count_b <= b->shingles / FEW) return !index_places(a, b, max_repeats, bench, index);
    *standing = keep_standing(a, max_repeats, bench);
    return *standing != NULL;
}

/* The first place in a of the shingle at j in b, or -1; `shift` is how much further on in a the last one stood:
   texts that share anything share whole sentences. */
static inline int32_t first_place(const Standing *standing, const Text *a, const Text *b, int32_t j, int64_t *shift)
{
    uint64_t hash = hash_at(b->hashes, j);
    int64_t guess = j + *shift;
    if (guess >= 0 && guess < a->shingles && hash_at(a->hashes, (Py_ssize_t)guess) == hash) return standing->first[guess];
    size_t bit = place_of(hash, a->bits);
    if (!(a->filter[bit / 64] >> bit % 64 & 1)) return -1;
    size_t mask = ((size_t)1 << standing->bits) - 1, slot = place_of(hash, standing->bits);
    while (standing->heads[slot] >= 0 && hash_at(a->hashes, standing->heads[slot]) != hash) slot = (slot + 1) & mask;
    if (standing->heads[slot] >= 0) *shift = standing->heads[slot] - j;
    return standing->heads[slot];
}

/* How often each shingle of a was tried, by its first place: never. */
static int32_t *none_tried(const Text *a, Bench *bench)
{
    int32_t *tried = room(&bench->links, a->shingles, sizeof(int32_t));
    if (tried) memset(tried, 0, (size_t)a->shingles * sizeof(int32_t));
    return tried;
}

static Py_ssize_t count_standing(const Standing *standing, const Text *a, const Text *b, Bench *bench)
{
    Py_ssize_t common = 0;
    int32_t *tried = none_tried(a, bench);
    int64_t shift = 0;
    if (!tried) return -1;
    for (int32_t j = 0; j < b->shingles; j++) {
        int32_t head = first_place(standing, a, b, j, &shift);
        if (head >= 0) common += !tried[head]++;
    }
    return common;
}

Py_ssize_t dedup_count_common(const Text *a, const Text *b, int max_repeats, Bench *bench)
{
    Index index;
    Py_ssize_t common = 0;
    if (!a->shingles || !b->shingles) return 0;
    const Standing *standing;
    if (!look_up(a, b, max_repeats, bench, &standing, &index)) return -1;
    if (standing) return count_standing(standing, a, b, bench);
    for (int32_t n = 0; index.count && n < index.count_b; n++) {
        int32_t head = index.heads[slot_of(&index, a->hashes, hash_at(b->hashes, index.in_b[n]))];
        if (head >= 0) common += !index.tried[head]++;
    }
    return common;
}

/* ---- runs */

/* Whether runs of words are spelled alike, byte by byte: they are if their bytes are, blanks between them included. */
static bool same_run(const Text *a, int32_t i, const Text *b, int32_t j, int32_t words)
{
    int64_t from_a = a->bounds[i], from_b = b->bounds[j], size = a->bounds[i + words] - from_a;
    return b->bounds[j + words] - from_b == size && !memcmp(a->folded + from_a, b->folded + from_b, (size_t)(size - 1));
}

/* The longest run of equal words around k of them, or no words where only the hashes are equal.  Keys
   find it; should they lie, or be those of two spellings, words do. */
static Block run_around(const Text *a, int32_t i, const Text *b, int32_t j, int32_t k)
{
    int32_t start = 0, end = 0;
    while (i + end < a->words && j + end < b->words && a->keys[i + end] == b->keys[j + end]) end++;
    if (end < k) return (Block){i, j, 0};
    while (i + start && j + start && a->keys[i + start - 1] == b->keys[j + start - 1]) start--;
    if (same_run(a, i + start, b, j + start, end - start)) return (Block){i + start, j + start, end - start};
    for (start = end = 0; end < k && same_word(a, i + end, b, j + end);) end++;
    if (end < k) return (Block){i, j, 0};
    while (i + start && j + start && same_word(a, i + start - 1, b, j + start - 1)) start--;
    while (i + end < a->words && j + end < b->words && same_word(a, i + end, b, j + end)) end++;
    return (Block){i + start, j + start, end - start};
}

static int by_place(const void *left, const void *right)
{
    const Block *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    return (x->words > y->words) - (x->words < y->words);
}

/* Try the places in a of one shingle of b; `places` is NULL where each is its own. */
static inline int try_places(const Text *a, const Text *b, int32_t k, const int32_t *next, const int32_t *places,
                             int32_t head, int32_t j, int32_t *reached, Blocks *runs)
{
    for (int32_t n = head; n >= 0; n = next[n]) {
        int32_t i = places ? places[n] : n, *end = &reached[j - i + a->words];
        if (*end > j) continue;
        Block run = run_around(a, i, b, j, k);
        if (!run.words) continue;  /* hashes are 64 bits long, but words decide */
        if (push(runs, run)) return -1;
        *end = run.b + run.words;
    }
    return 0;
}

/* By diagonal, j - i + a->words: the end in b of the run found there. */
static int32_t *none_reached(const Text *a, const Text *b, Bench *bench)
{
    Py_ssize_t diagonals = (Py_ssize_t)a->words + b->words;
    int32_t *reached = room(&bench->reached, diagonals, sizeof(int32_t));
    if (reached) memset(reached, 0, (size_t)(diagonals + 1) * sizeof(int32_t));
    return reached;
}

/* Shingles of a run behind its first, which stand in a once and were found there with it: how many of them had not
   been tried, or -1 where another hash stands between (that of a word spelled otherwise).  All are tried now. */
DEDUP_CLONES static int32_t try_run(const char *in_a, const char *in_b, int32_t count, int32_t *restrict tried)
{
    uint64_t other = 0;
    int32_t fresh = 0;
    for (int32_t n = 0; n < count; n++) other |= hash_at(in_a, n) ^ hash_at(in_b, n);
    if (other) return -1;
    for (int32_t n = 0; n < count; n++) {
        fresh += tried[n] == 0;
        tried[n]++;
    }
    return fresh;
}

/* Runs of texts that share much: where a shingle stands is known of each. */
static int find_standing(const Text *a, const Text *b, int32_t k, const Rules *rules, const Standing *standing,
                         Bench *bench, Py_ssize_t *common)
{
    int32_t *tried = none_tried(a, bench), *reached = none_reached(a, b, bench);
    int64_t shift = 0;
    if (!tried || !reached) return -1;
    for (int32_t j = 0; j < b->shingles; j++) {
        int32_t head = first_place(standing, a, b, j, &shift);
        if (head < 0 || tried[head] >= rules->max_repeats) continue;
        *common += !tried[head]++;
        Py_ssize_t runs = bench->runs.count;
        if (try_places(a, b, k, standing->next, NULL, head, j, reached, &bench->runs)) return -1;
        if (!standing->once || bench->runs.count == runs) continue;
        Block run = bench->runs.items[runs];
        int32_t more = run.b + run.words - k - j;
        int32_t fresh = try_run(a->hashes + 8 * (Py_ssize_t)(head + 1), b->hashes + 8 * (Py_ssize_t)(j + 1), more, tried + head + 1);
        if (fresh < 0) continue;
        *common += fresh;
        j += more;
    }
    return 0;
}

/* Runs of texts that may share little. */
static int find_few(const Text *a, const Text *b, int32_t k, const Rules *rules, const Index *index, Bench *bench,
                    Py_ssize_t *common)
{
    if (!index->count) return 0;
    int32_t *reached = none_reached(a, b, bench);
    if (!reached) return -1;
    for (int32_t n = 0; n < index->count_b; n++) {
        int32_t j = index->in_b[n], head = index->heads[slot_of(index, a->hashes, hash_at(b->hashes, j))];
        if (head < 0 || index->tried[head] == rules->max_repeats) continue;
        *common += !index->tried[head]++;
        if (try_places(a, b, k, index->next, index->places, head, j, reached, &bench->runs)) return -1;
    }
    return 0;
}

/* Longest runs of equal words, at least k long, sorted by their place in a; and how many different
   shingles are in common. */
static int find_runs(const Text *a, const Text *b, int32_t k, const Rules *rules, Bench *bench, Py_ssize_t *common)
{
    Index index;
    Blocks *runs = &bench->runs;
    runs->count = 0;
    if (!a->shingles || !b->shingles) return 0;
    const Standing *standing;
    if (!look_up(a, b, rules->max_repeats, bench, &standing, &index) ||
        (standing ? find_standing(a, b, k, rules, standing, bench, common)
                  : find_few(a, b, k, rules, &index, bench, common)))
        return -1;
    if (runs->count > 1) qsort(runs->items, (size_t)runs->count, sizeof(Block), by_place);
    return 0;
}

/* ---- chains */

typedef struct {  /* runs from first to last, linked by next[run], -1 at the end; their words */
    Py_ssize_t first, last;
    int32_t words;
} Chain;

typedef struct {
    Chain *chains;
    Py_ssize_t *next, *recent;
    Py_ssize_t count;
} Chains;

static inline int32_t overlap_of(Block last, Block run)
{
    int32_t gap_a = run.a - last.a - last.words, gap_b = run.b - last.b - last.words;
    return -MIN(MIN(gap_a, gap_b), 0);
}

/* What it costs to let a run follow another; -1: it may not. */
static int32_t cost_of(Block last, Block run, const Rules *rules)
{
    int32_t gap_a = run.a - last.a - last.words, gap_b = run.b - last.b - last.words;
    int32_t overlap = overlap_of(last, run), shorter = MIN(run.words, last.words);
    if (gap_b > rules->max_gap || overlap > shorter / 2) return -1;
    int32_t gap = MAX(gap_a, gap_b) + overlap;
    return gap > 2 * shorter ? -1 : gap;
}

/* Join runs that follow each other in both texts; each to the nearest chain that ends before it. */
static int find_chains(Blocks *runs, const Rules *rules, Bench *bench, Chains *found)
{
    Py_ssize_t recent = 0;  /* chains that can still grow: their end is near in a */
    found->count = 0;
    found->chains = room(&bench->chains, runs->count, sizeof(Chain) + 2 * sizeof(Py_ssize_t));
    if (!found->chains) return -1;
    found->next = (Py_ssize_t *)(found->chains + runs->count);
    found->recent = found->next + runs->count;
    for (Py_ssize_t r = 0; r < runs->count; r++) {
        Block *run = &runs->items[r];
        Py_ssize_t best = -1, kept = 0;
        int32_t best_cost = 0;
        for (Py_ssize_t c = 0; c < recent; c++) {
            Py_ssize_t chain = found->recent[c];
            Block last = runs->items[found->chains[chain].last];
            if (run->a - (last.a + last.words) > rules->max_gap) continue;
            found->recent[kept++] = chain;
            int32_t cost = cost_of(last, *run, rules);
            if (cost >= 0 && (best < 0 || cost < best_cost)) best = chain, best_cost = cost;
        }
        recent = kept;
        found->next[r] = -1;
        if (best < 0) {
            found->recent[recent++] = found->count;
            found->chains[found->count++] = (Chain){r, r, run->words};
        } else {  /* the later run gives up the words that both have */
            Chain *chain = &found->chains[best];
            int32_t cut = overlap_of(runs->items[chain->last], *run);
            *run = (Block){run->a + cut, run->b + cut, run->words - cut};
            found->next[chain->last] = r;
            chain->last = r;
            chain->words += run->words;
        }
    }
    return 0;
}

/* The longest first, then by place: runs are sorted, so that is the order of first runs. */
static int longest_first(const void *left, const void *right)
{
    const Chain *x = left, *y = right;
    if (x->words != y->words) return x->words > y->words ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

/* ---- short stretches */

typedef struct {  /* words of a text from first on, forwards (step 1) or backwards (step -1) */
    const Text *text;
    int32_t first, step, words;
} Stretch;

typedef struct {
    uint64_t equal[MAX_WINDOW];  /* bit y of row x: word x of a is word y of b */
    int score[MAX_WINDOW + 1][MAX_WINDOW + 1];
} Scores;

/* A bit for each key of b that is that of a, by keys of a; keys of b are looked at by EIGHT, whatever stands behind the
   last of them. */
DEDUP_CLONES static void equal_keys(const uint64_t *restrict a, int in_a, const uint64_t *restrict b, int in_b,
                                    uint64_t *restrict equal)
{
    for (int x = 0; x < in_a; x++) {
        uint64_t row = 0;
        for (int y = 0; y < in_b; y += EIGHT)
            for (int n = 0; n < EIGHT; n++) row |= (uint64_t)(b[y + n] == a[x]) << (y + n);
        equal[x] = row & ~(uint64_t)0 >> (MAX_WINDOW - in_b);
    }
}

static void keys_of(Stretch words, uint64_t *keys)
{
    const uint64_t *from = words.text->keys + words.first;
    for (int32_t n = 0; n < words.words; n++) keys[n] = from[words.step * n];
    for (int32_t n = words.words; n % EIGHT; n++) keys[n] = 0;
}

/* Fill the matches; whether there is a pair of equal words (of two in a row, without to_end). */
static bool find_equal(Stretch a, Stretch b, bool to_end, uint64_t *equal)
{
    uint64_t in_a[MAX_WINDOW], in_b[MAX_WINDOW], before = 0, any = 0;
    keys_of(a, in_a);
    keys_of(b, in_b);
    equal_keys(in_a, a.words, in_b, b.words, equal);
    for (int32_t x = 0; x < a.words; x++) {
        uint64_t row = equal[x];
        for (uint64_t left = row; left; left &= left - 1) {  /* equal keys are almost always equal words */
            int32_t y = trailing_zeros(left);
            if (!same_word(a.text, a.first + a.step * x, b.text, b.first + b.step * y)) row ^= (uint64_t)1 << y;
        }
        equal[x] = row;
        any |= to_end ? row : row & before << 1;
        before = row;
    }
    return any;
}

/* Follow the scores back from the end; equal words are preferred to changes, those to gaps. */
static int traced(const Scores *t, int x, int y, const Rules *rules, Block *path)
{
    int count = 0;
    while (x && y) {
        int here = t->score[x][y], diagonal = t->score[x - 1][y - 1];
        if (t->equal[x - 1] >> (y - 1) & 1 && here == diagonal + rules->match) {
            x--, y--;
            if (count && path[count - 1].a == x + 1 && path[count - 1].b == y + 1) {
                path[count - 1] = (Block){x, y, path[count - 1].words + 1};
            } else {
                path[count++] = (Block){x, y, 1};
            }
        } else if (here == diagonal + rules->change) {
            x--, y--;
        } else if (here == t->score[x - 1][y] + rules->skip) {
            x--;
        } else {
            y--;
        }
    }
    return count;
}

/* Equal words of the best alignment of two short stretches, the last first; their number.

   With to_end the alignment runs to the end of both (a gap between two runs); without, to the best
   place that ends in two equal words and earns more than it costs, or nothing. */
static int best_path(Stretch a, Stretch b, bool to_end, const Rules *rules, Block *path)
{
    Scores t;
    if (!a.words || !b.words || !find_equal(a, b, to_end, t.equal)) return 0;
    int best = 0, best_x = 0, best_y = 0;
    for (int y = 0; y <= b.words; y++) t.score[0][y] = rules->skip * y;
    for (int x = 1; x <= a.words; x++) {
        const int *above = t.score[x - 1];
        int *row = t.score[x];
        uint64_t equal = t.equal[x - 1];
        uint64_t second = x > 1 ? equal & t.equal[x - 2] << 1 : 0;  /* the word before is equal, too */
        row[0] = rules->skip * x;
        for (int y = 1; y <= b.words; y++) {
            int value = above[y - 1] + (equal >> (y - 1) & 1 ? rules->match : rules->change);
            if (second >> (y - 1) & 1 && value > best) best = value, best_x = x, best_y = y;
            int gap = MAX(above[y], row[y - 1]) + rules->skip;
            row[y] = MAX(value, gap);
        }
    }
    return to_end ? traced(&t, a.words, b.words, rules, path) : traced(&t, best_x, best_y, rules, path);
}

/* ---- passages */

/* Append to a passage whose blocks begin at first; blocks that touch on both sides are one. */
static int join(Blocks *blocks, Py_ssize_t first, Block block)
{
    if (blocks->count > first) {
        Block *last = &blocks->items[blocks->count - 1];
        if (last->a + last->words == block.a && last->b + last->words == block.b) {
            last->words += block.words;
            return 0;
        }
    }
    return push(blocks, block);
}

/* Append a path found from word i of a and j of b on. */
static int join_path(Blocks *blocks, Py_ssize_t first, int32_t i, int32_t j, const Block *path, int count)
{
    while (count--) {
        if (join(blocks, first, (Block){i + path[count].a, j + path[count].b, path[count].words})) return -1;
    }
    return 0;
}

/* How many of the words from `start` on are free, REACH of them at most. */
static int32_t free_after(const char *used, int32_t start, int32_t words, int32_t reach)
{
    int32_t n = 0;
    while (n < reach && start + n < words && !used[start + n]) n++;
    return n;
}

/* How many of the words before `end` are free, REACH of them at most. */
static int32_t free_before(const char *used, int32_t end, int32_t reach)
{
    int32_t n = 0;
    while (n < reach && n < end && !used[end - n - 1]) n++;
    return n;
}

/* What stands before a chain: the texts before its first block, read backwards. */
static int extend_left(const Pair *pair, Block start, Blocks *blocks)
{
    Blocks left = {NULL, 0, 0};  /* the nearest first */
    Block path[MAX_WINDOW];
    int failed = 0, count;
    Py_ssize_t first = blocks->count;
    do {
        Stretch a = {&pair->a, start.a - 1, -1, free_before(pair->used_a, start.a, pair->rules.reach)};
        Stretch b = {&pair->b, start.b - 1, -1, free_before(pair->used_b, start.b, pair->rules.reach)};
        count = best_path(a, b, false, &pair->rules, path);
        for (int p = count; p-- && !failed;) {
            int32_t words = path[p].words;
            failed = push(&left, (Block){start.a - path[p].a - words, start.b - path[p].b - words, words});
        }
        if (count && !failed) start = left.items[left.count - 1];
    } while (count && !failed);
    while (left.count-- > 0 && !failed) failed = join(blocks, first, left.items[left.count]);
    PyMem_RawFree(left.items);
    return failed;
}

/* The runs of a chain with the equal words inside its gaps. */
static int fill(const Pair *pair, const Blocks *runs, const Chains *chains, Chain chain, Blocks *blocks,
                Py_ssize_t first)
{
    Block path[MAX_WINDOW], last = runs->items[chain.first];
    if (join(blocks, first, last)) return -1;
    for (Py_ssize_t r = chains->next[chain.first]; r >= 0; r = chains->next[r]) {
        Block run = runs->items[r];
        int32_t i = last.a + last.words, j = last.b + last.words;
        Stretch a = {&pair->a, i, 1, run.a - i}, b = {&pair->b, j, 1, run.b - j};
        int count = best_path(a, b, true, &pair->rules, path);
        if (join_path(blocks, first, i, j, path, count) || join(blocks, first, run)) return -1;
        last = run;
    }
    return 0;
}

/* Continue the last block over small edits, as long as that earns more than it costs, and as far
   as the words are in no other passage. */
static int extend_right(const Pair *pair, Blocks *blocks, Py_ssize_t first)
{
    Block path[MAX_WINDOW];
    for (;;) {
        Block last = blocks->items[blocks->count - 1];
        int32_t i = last.a + last.words, j = last.b + last.words;
        Stretch a = {&pair->a, i, 1, free_after(pair->used_a, i, pair->a.words, pair->rules.reach)};
        Stretch b = {&pair->b, j, 1, free_after(pair->used_b, j, pair->b.words, pair->rules.reach)};
        int count = best_path(a, b, false, &pair->rules, path);
        if (!count) return 0;
        if (join_path(blocks, first, i, j, path, count)) return -1;
    }
}

/* Whether more than half of the words of a chain, on either side, are in a longer passage. */
static bool mostly_used(const Pair *pair, const Blocks *runs, const Chains *chains, Chain chain)
{
    int32_t in_a = 0, in_b = 0;
    for (Py_ssize_t r = chain.first; r >= 0; r = chains->next[r]) {
        Block run = runs->items[r];
        for (int32_t n = 0; n < run.words; n++) in_a += pair->used_a[run.a + n];
        for (int32_t n = 0; n < run.words; n++) in_b += pair->used_b[run.b + n];
    }
    return MAX(in_a, in_b) > chain.words / 2;
}

/* Keep the blocks from `first` on as a passage, if they are long enough, and mark their words. */
static int add_passage(const Pair *pair, Passages *passages, Py_ssize_t first)
{
    Blocks *blocks = &passages->blocks;
    Block start = blocks->items[first], end = blocks->items[blocks->count - 1];
    int32_t words = 0;
    for (Py_ssize_t n = first; n < blocks->count; n++) words += blocks->items[n].words;
    if (words < pair->min_words) {
        blocks->count = first;
        return 0;
    }
    void *items = passages->items;
    if (more_room(&items, passages->count, &passages->room, sizeof(Passage))) return -1;
    passages->items = items;
    for (Py_ssize_t n = first; n < blocks->count; n++) {
        Block block = blocks->items[n];
        memset(pair->used_a + block.a, 1, (size_t)block.words);
        memset(pair->used_b + block.b, 1, (size_t)block.words);
    }
    passages->items[passages->count] = (Passage){
        first, blocks->count - first, passages->count, start.a, end.a + end.words, start.b, end.b + end.words};
    passages->count++;
    return 0;
}

/* ---- align */

int dedup_same_words(const Text *a, const Text *b)
{
    size_t bounds = ((size_t)a->words + 1) * sizeof(int64_t);
    return a->words == b->words && a->bytes == b->bytes && !memcmp(a->bounds, b->bounds, bounds) &&
           !memcmp(a->folded, b->folded, (size_t)a->bytes);
}

/* The last key is the place in the order before, because Python's sort is stable. */
static int by_span(const void *left, const void *right)
{
    const Passage *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    if (x->a_end != y->a_end) return x->a_end < y->a_end ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    if (x->b_end != y->b_end) return x->b_end < y->b_end ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Chains into passages, the longest first; what it takes is taken, so that text full of formulas
   stays linear. */
static int grow_chains(const Pair *pair, const Blocks *runs, Chains *chains, Passages *passages)
{
    if (chains->count > 1) qsort(chains->chains, (size_t)chains->count, sizeof(Chain), longest_first);
    for (Py_ssize_t c = 0; c < chains->count; c++) {
        Chain chain = chains->chains[c];
        Blocks *blocks = &passages->blocks;
        Py_ssize_t first = blocks->count;
        if (mostly_used(pair, runs, chains, chain)) continue;
        if (extend_left(pair, runs->items[chain.first], blocks) || fill(pair, runs, chains, chain, blocks, first) ||
            extend_right(pair, blocks, first) || add_passage(pair, passages, first)) {
            return -1;
        }
    }
    if (passages->count > 1) qsort(passages->items, (size_t)passages->count, sizeof(Passage), by_span);
    return 0;
}

/* See _engine.h. */
int dedup_find_passages(Pair *pair, Bench *bench, Passages *passages, Py_ssize_t *common)
{
    const Text *a = &pair->a, *b = &pair->b;
    Chains chains = {NULL, NULL, NULL, 0};
    bool same = dedup_same_words(a, b);
    *common = 0;
    if (!same) {
        if (find_runs(a, b, pair->k, &pair->rules, bench, common)) return -1;
        if (!bench->runs.count) return 0;
    }
    Py_ssize_t words = (Py_ssize_t)a->words + b->words;
    pair->used_a = room(&bench->used, words, 1);
    if (!pair->used_a) return -1;
    memset(pair->used_a, 0, (size_t)words + 1);
    pair->used_b = pair->used_a + a->words;
    if (same) {
        Block all = {0, 0, a->words};
        return a->words < pair->k ? 0 : push(&passages->blocks, all) || add_passage(pair, passages, 0) ? -1 : 0;
    }
    return find_chains(&bench->runs, &pair->rules, bench, &chains) || grow_chains(pair, &bench->runs, &chains, passages) ? -1
                                                                                                                      : 0;
}

void dedup_bench_clear(Bench *bench)
{
    Buffer *buffers[] = {&bench->places_a, &bench->places_b, &bench->links, &bench->heads,
                         &bench->filter,   &bench->reached,  &bench->used,  &bench->chains};
    for (size_t n = 0; n < sizeof buffers / sizeof *buffers; n++) buffer_free(buffers[n]);
    PyMem_RawFree(bench->runs.items);
    bench->runs = (Blocks){NULL, 0, 0};
    dedup_bench_forget(bench);
    for (int n = 0; n < STANDING; n++) buffer_free(&bench->standing[n].memory);
}

void dedup_bench_forget(Bench *bench)
{
    for (int n = 0; n < STANDING; n++) bench->standing[n].of = NULL;
}

/* Items of eight bytes in a buffer; bytes objects are taken as such.  -1 with an error. */
static Py_ssize_t eights(const Py_buffer *buffer, const char *name)
{
    if ((buffer->itemsize == 8 || buffer->itemsize == 1) && buffer->len % 8 == 0) return buffer->len / 8;
    PyErr_Format(PyExc_ValueError, "%s: %zd bytes in items of %zd, not whole items of 8", name, buffer->len,
                 buffer->itemsize);
    return -1;
}

/* Check and copy the bounds of n words: each word behind the one before, the last at the end. */
static int copy_bounds(Text *text, const char *bounds, const char *name)
{
    text->bounds = allocate((size_t)text->words + 1, sizeof(int64_t));
    if (!text->bounds) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(text->bounds, bounds, ((size_t)text->words + 1) * sizeof(int64_t));
    if (!text->words) return 0;
    bool rising = text->bounds[0] == 0;
    for (int32_t i = 0; i < text->words; i++) rising &= text->bounds[i] < text->bounds[i + 1];
    if (rising && text->bounds[text->words] == (int64_t)text->bytes + 1) return 0;
    PyErr_Format(PyExc_ValueError, "bounds of %s do not rise from 0 to the end of the text, %zd bytes and 1", name,
                 text->bytes);
    return -1;
}

/* Take the three buffers of one text, after checking that they belong together. */
static int open_text(Text *text, const Py_buffer *buffers, long long k, const char *name)
{
    Py_ssize_t bounds = eights(&buffers[1], name), hashes = eights(&buffers[2], name);
    if (bounds < 0 || hashes < 0) return -1;
    if (bounds < 1 || bounds > MAX_WORDS) {
        PyErr_Format(PyExc_ValueError, "%s has %zd bounds, not 1 to %d", name, bounds, MAX_WORDS);
        return -1;
    }
    if (hashes != (bounds > k ? bounds - k : 0)) {
        PyErr_Format(PyExc_ValueError, "%s has %zd hashes for %zd words in shingles of %lld", name, hashes, bounds - 1, k);
        return -1;
    }
    text->folded = buffers[0].buf;
    text->bytes = buffers[0].len;
    text->words = (int32_t)(bounds - 1);
    text->shingles = (int32_t)hashes;
    text->hashes = buffers[2].buf;
    return copy_bounds(text, buffers[1].buf, name);
}

/* Makes the keys of a text, of a copy that has something behind it. */
static int give_keys(Text *text, Buffer *keys, Buffer *scratch)
{
    uint64_t *out = room(keys, text->words, sizeof(uint64_t));
    uint8_t *folded = room(scratch, text->bytes + SLACK, 1);
    if (!out || !folded) return -1;
    memcpy(folded, text->folded, (size_t)text->bytes);
    memset(folded + text->bytes, 0, SLACK);
    dedup_word_keys(folded, text->bounds, text->words, out);
    dedup_spell_keys(folded, text->bounds, text->words, out);
    text->keys = out;
    return 0;
}

/* Makes the filter of a text. */
static int give_filter(Text *text, Buffer *filter, Buffer *scratch)
{
    text->bits = dedup_filter_bits(text->shingles);
    uint64_t *bits = room(filter, (Py_ssize_t)1 << (text->bits - 6), sizeof(uint64_t));
    if (!bits) return -1;
    memset(bits, 0, (size_t)1 << (text->bits - 3));
    text->filter = bits;
    return dedup_fill_filter(text->hashes, text->shingles, text->bits, bits, scratch) < 0 ? -1 : 0;
}

int dedup_can_follow(const Rules *rules)
{
    if (rules->max_repeats >= 1 && rules->max_gap >= 0 && rules->max_gap <= MAX_WINDOW && rules->reach >= 0 &&
        rules->reach <= MAX_WINDOW && abs(rules->match) <= MAX_SCORE && abs(rules->change) <= MAX_SCORE &&
        abs(rules->skip) <= MAX_SCORE) {
        return true;
    }
    PyErr_Format(PyExc_ValueError, "the engine takes MAX_REPEATS from 1, MAX_GAP and REACH to %d, scores to %d",
                 MAX_WINDOW, MAX_SCORE);
    return false;
}

/* A named tuple of those fields, through tuple.__new__ as its own _make does. */
static PyObject *record(PyTypeObject *type, PyObject *fields)
{
    PyObject *args = fields ? PyTuple_Pack(1, fields) : NULL;
    PyObject *made = args ? PyTuple_Type.tp_new(type, args, NULL) : NULL;
    Py_XDECREF(args);
    Py_XDECREF(fields);
    return made;
}

static PyObject *block_record(PyTypeObject *type, Block block)
{
    PyObject *fields = PyTuple_New(3);
    int32_t values[3] = {block.a, block.b, block.words};
    for (int n = 0; fields && n < 3; n++) {
        PyObject *value = PyLong_FromLong(values[n]);
        if (!value) Py_CLEAR(fields);
        else PyTuple_SET_ITEM(fields, n, value);
    }
    return record(type, fields);
}

static PyObject *alignment_record(PyTypeObject *alignment, PyTypeObject *block, const Block *blocks, Py_ssize_t count)
{
    PyObject *items = PyTuple_New(count);
    for (Py_ssize_t n = 0; items && n < count; n++) {
        PyObject *item = block_record(block, blocks[n]);
        if (!item) Py_CLEAR(items);
        else PyTuple_SET_ITEM(items, n, item);
    }
    return record(alignment, items ? Py_BuildValue("(N)", items) : NULL);
}

static PyObject *records(PyTypeObject *alignment, PyTypeObject *block, const Passages *passages)
{
    PyObject *list = PyList_New(passages->count);
    for (Py_ssize_t n = 0; list && n < passages->count; n++) {
        const Passage *passage = &passages->items[n];
        PyObject *item = alignment_record(alignment, block, passages->blocks.items + passage->first, passage->count);
        if (!item) Py_CLEAR(list);
        else PyList_SET_ITEM(list, n, item);
    }
    return list;
}

static bool is_tuple_type(PyTypeObject *type)
{
    if (PyType_IsSubtype(type, &PyTuple_Type)) return true;
    PyErr_SetString(PyExc_TypeError, "Alignment and Block must be kinds of tuple");
    return false;
}

/* align(folded_a, bounds_a, hashes_a, folded_b, bounds_b, hashes_b, k, min_words, Alignment, Block,
         MAX_REPEATS, MAX_GAP, REACH, MATCH, CHANGE, SKIP) -> list of Alignment

   The records and the constants come from dedup.align, so that they are written down once. */
PyObject *dedup_align(PyObject *self, PyObject *args)
{
    Py_buffer buffers[6];
    long long k;
    PyTypeObject *alignment, *block;
    Pair pair = {0};
    Rules *rules = &pair.rules;
    Passages passages = {{NULL, 0, 0}, NULL, 0, 0};
    PyObject *result = NULL;
    Bench bench;
    Buffer filter = {NULL, 0, 0}, keys_a = {NULL, 0, 0}, keys_b = {NULL, 0, 0};
    Py_ssize_t common;
    (void)self;
    memset(&bench, 0, sizeof bench);
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*LLO!O!iiiiii:align", &buffers[0], &buffers[1], &buffers[2], &buffers[3],
                          &buffers[4], &buffers[5], &k, &pair.min_words, &PyType_Type, &alignment, &PyType_Type,
                          &block, &rules->max_repeats, &rules->max_gap, &rules->reach, &rules->match,
                          &rules->change, &rules->skip)) {
        return NULL;
    }
    if (k < 1) {
        PyErr_Format(PyExc_ValueError, "a shingle has at least 1 word, not %lld", k);
    } else if (is_tuple_type(alignment) && is_tuple_type(block) && dedup_can_follow(rules) &&
               !open_text(&pair.a, buffers, k, "a") && !open_text(&pair.b, buffers + 3, k, "b")) {
        int failed;
        pair.k = (int32_t)MIN(k, MAX_WORDS);
        Py_BEGIN_ALLOW_THREADS
        failed = give_filter(&pair.a, &filter, &bench.used) || give_keys(&pair.a, &keys_a, &bench.used) ||
                 give_keys(&pair.b, &keys_b, &bench.used) || dedup_find_passages(&pair, &bench, &passages, &common);
        Py_END_ALLOW_THREADS
        result = failed ? PyErr_NoMemory() : records(alignment, block, &passages);
    }
    dedup_bench_clear(&bench);
    buffer_free(&filter);
    buffer_free(&keys_a);
    buffer_free(&keys_b);
    PyMem_RawFree(passages.items);
    PyMem_RawFree(passages.blocks.items);
    PyMem_RawFree(pair.a.bounds);
    PyMem_RawFree(pair.b.bounds);
    for (int n = 0; n < 6; n++) PyBuffer_Release(&buffers[n]);
    return result;
}

/* ---- resemblance */

/* Hashes that may stand there twice, in either list or one of each: those that share a bit of a
   filter with another.  Moved to `found`; returns how many.  The others are different for certain,
   and without branches they cost least. */
static size_t doubtful(const char *hashes, size_t count, const uint64_t *twice, int bits, uint64_t *found)
{
    size_t kept = 0;
    for (size_t n = 0; n < count; n++) {
        uint64_t hash = found[kept] = hash_at(hashes, (Py_ssize_t)n);
        size_t bit = place_of(hash, bits);
        kept += twice[bit / 64] >> bit % 64 & 1;
    }
    return kept;
}

static void mark_bits(const char *hashes, size_t count, uint64_t *once, uint64_t *twice, int bits)
{
    for (size_t n = 0; n < count; n++) {
        size_t bit = place_of(hash_at(hashes, (Py_ssize_t)n), bits);
        uint64_t mask = (uint64_t)1 << bit % 64, *word = &once[bit / 64];
        twice[bit / 64] |= *word & mask;
        *word |= mask;
    }
}

/* Count hashes, the first in_a of one list and the rest of another, by a hash table that marks on
   which side each was seen.  -1 without memory. */
static int count_exactly(const uint64_t *hashes, size_t in_a, size_t count, Counts *counts)
{
    enum { IN_A = 1, IN_B = 2 };
    int bits = bits_for(count, ROOMY / 2);
    size_t slots = (size_t)1 << bits, mask = slots - 1;
    uint32_t *at = PyMem_RawCalloc(slots, sizeof(uint32_t));  /* index of a hash and 1; 0: empty */
    unsigned char *seen = PyMem_RawCalloc(count + 1, 1);
    for (size_t n = 0; n < count && at && seen; n++) {
        size_t slot = place_of(hashes[n], bits);
        while (at[slot] && hashes[at[slot] - 1] != hashes[n]) slot = (slot + 1) & mask;
        if (!at[slot]) at[slot] = (uint32_t)(n + 1);
        unsigned char side = n < in_a ? IN_A : IN_B, *before = &seen[at[slot] - 1];
        if (*before & side) continue;
        counts->common += *before != 0;
        counts->a += side == IN_A;
        counts->b += side == IN_B;
        *before |= side;
    }
    int failed = !at || !seen;
    PyMem_RawFree(at);
    PyMem_RawFree(seen);
    return failed ? -1 : 0;
}

int dedup_count_hashes(const char *a, size_t in_a, const char *b, size_t in_b, Counts *counts)
{
    int bits = bits_for(in_a + in_b, SPARSE);
    size_t words = (size_t)1 << (bits - 6);
    uint64_t *once = PyMem_RawCalloc(2 * words, sizeof(uint64_t));
    uint64_t *found = allocate(in_a + in_b + 1, sizeof(uint64_t));
    int failed = !once || !found;
    if (!failed) {
        uint64_t *twice = once + words;
        mark_bits(a, in_a, once, twice, bits);
        mark_bits(b, in_b, once, twice, bits);
        size_t from_a = doubtful(a, in_a, twice, bits, found);
        size_t from_b = doubtful(b, in_b, twice, bits, found + from_a);
        counts->a = (Py_ssize_t)(in_a - from_a);
        counts->b = (Py_ssize_t)(in_b - from_b);
        failed = count_exactly(found, from_a, from_a + from_b, counts);
    }
    PyMem_RawFree(once);
    PyMem_RawFree(found);
    return failed;
}

/* resemblance(hashes_a, hashes_b) -> (common, distinct_a, distinct_b), sizes of sets of hashes */
PyObject *dedup_resemblance(PyObject *self, PyObject *args)
{
    Py_buffer a, b;
    Counts counts = {0};
    PyObject *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*:resemblance", &a, &b)) return NULL;
    Py_ssize_t in_a = eights(&a, "a"), in_b = in_a < 0 ? -1 : eights(&b, "b");
    if (in_a > MAX_WORDS || in_b > MAX_WORDS) {
        PyErr_Format(PyExc_ValueError, "more than %d hashes", MAX_WORDS);
    } else if (in_b >= 0) {
        int failed;
        Py_BEGIN_ALLOW_THREADS
        failed = dedup_count_hashes(a.buf, (size_t)in_a, b.buf, (size_t)in_b, &counts);
        Py_END_ALLOW_THREADS
        result = failed ? PyErr_NoMemory() : Py_BuildValue("nnn", counts.common, counts.a, counts.b);
    }
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    return result;
}

/* Shelf: many pairs of texts, compared in one call without the GIL.

   A text is folded when the first pair with it comes, by whatever thread, and stays on the shelf for the next; what
   comes back are flat arrays.  dedup/batch.py is the specification. */

#include "_engine.h"

#include <stdbool.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifndef __STDC_NO_ATOMICS__
#include <stdatomic.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <sched.h>
#endif

/* ---- Texts on a shelf ---- */

typedef struct { /* memory that never moves, in blocks; those of one call serve the next */
    Buffer blocks; /* void *, PORTION bytes each, but the large ones */
    Buffer large;  /* void *, one text each, given back after the call */
    Py_ssize_t block, used; /* the block that is being filled, and how far */
} Arena;

typedef struct Worker { /* memory of one call at a time, and the texts that it folded */
    Folding folding;
    Arena arena;
    Bench bench;
    bool taken;
    struct Worker *next;
} Worker;

#ifdef __STDC_NO_ATOMICS__ /* then one call at a time works on a shelf */
typedef uint8_t State;
#else
typedef _Atomic uint8_t State;
#endif

enum { NOT_YET, BEGUN, THERE };

typedef struct { /* folded texts, each with all that is known of it in one place */
    Sources sources;
    PyObject *texts_of, *bodies_of; /* as given, to know them again: tuples, or NULL where they may change */
    Py_ssize_t shingle;
    bool passages;
    Text *texts;
    Word **at; /* the words of each text */
    uint8_t *dense;
    int32_t *different; /* how many hashes of each text are */
    State *state;
    Worker *workers;
    Py_ssize_t calls; /* that have not come back */
} Shelf;

typedef struct {
    int32_t identical, common, in_a, in_b, passages;
} MatchRow;

typedef struct {
    int32_t blocks, a, a_end, b, b_end;
} PassageRow;

typedef struct { /* a block, and the place before it where the sides differ */
    int32_t a, b, words, edit_a, edit_a_end, edit_b, edit_b_end;
} BlockRow;

typedef struct {
    Py_ssize_t shingle;
    long long min_words;
    Rules rules;
    bool passages;
} Ask;

/* Hashes of shingles from the keys of their words: only compared with each other, so they need not be those of
   the sketch, which take three times as long. */
DEDUP_WIDE static void join_keys(const uint64_t *restrict keys, Py_ssize_t shingles, Py_ssize_t k, uint64_t *restrict out)
{
    for (Py_ssize_t i = 0; i < shingles; i++)
        out[i] = keys[i];
    for (Py_ssize_t n = 1; n < k; n++)
        for (Py_ssize_t i = 0; i < shingles; i++)
            out[i] = out[i] * 0x9E3779B97F4A7C15u + keys[i + n];
}

enum { PORTION = 16 << 20 };

static void **pointers(Buffer *buffer)
{
    return buffer->items;
}

static void *keep(Buffer *buffer, size_t size)
{
    void *made = buffer_reserve(buffer, (Py_ssize_t)sizeof(void *)) ? PyMem_RawMalloc(size) : NULL;
    if (made != NULL) {
        pointers(buffer)[buffer->used / (Py_ssize_t)sizeof(void *)] = made;
        buffer->used += (Py_ssize_t)sizeof(void *);
    }
    return made;
}

static void drop(Buffer *buffer)
{
    for (Py_ssize_t n = 0; n < buffer->used / (Py_ssize_t)sizeof(void *); n++)
        PyMem_RawFree(pointers(buffer)[n]);
    buffer->used = 0;
}

/* `size` bytes, a multiple of 8. */
static void *arena_take(Arena *arena, size_t size)
{
    if (size > PORTION / 4)
        return keep(&arena->large, size);
    Py_ssize_t blocks = arena->blocks.used / (Py_ssize_t)sizeof(void *);
    if (arena->block < blocks && arena->used + (Py_ssize_t)size > PORTION) {
        arena->block++;
        arena->used = 0;
    }
    if (arena->block == blocks) {
        void *made = keep(&arena->blocks, PORTION);
        if (made == NULL)
            return NULL;
        /* Thousands of pages that are touched once cost more than what is written to them. */
#ifdef MADV_HUGEPAGE
        uintptr_t huge = 2 << 20, begin = ((uintptr_t)made + huge - 1) & ~(huge - 1);
        uintptr_t end = ((uintptr_t)made + PORTION) & ~(huge - 1);
        if (begin < end)
            (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#endif
    }
    void *taken = (char *)pointers(&arena->blocks)[arena->block] + arena->used;
    arena->used += (Py_ssize_t)size;
    return taken;
}

static size_t eights(Py_ssize_t bytes)
{
    return ((size_t)bytes + 7) & ~(size_t)7;
}

static bool shelve(Shelf *shelf, Worker *worker, Py_ssize_t i)
{
    Folding *folding = &worker->folding;
    Text *text = &shelf->texts[i];
    folding->folded.used = 0;
    forget_words(folding);
    if (!dedup_fold_source(&shelf->sources, i, folding) || !buffer_reserve(&folding->folded, SLACK))
        return false;
    Py_ssize_t count = words_of(folding), bytes = folding->folded.used + SLACK;
    int bits = dedup_filter_bits(count);
    size_t filter_size = (size_t)1 << (bits - 3);
    uint8_t *at = arena_take(&worker->arena, (4 * (size_t)count + 1) * 8 + filter_size + eights(bytes));
    if (at == NULL)
        return false;
    int64_t *bounds = (int64_t *)at;
    uint64_t *keys = (uint64_t *)(bounds + count + 1), *hashes = keys + count, *filter = hashes + count;
    Word *words = (Word *)((char *)filter + filter_size);
    uint8_t *folded = (uint8_t *)(words + count);
    memcpy(folded, folding->folded.items, (size_t)bytes);
    memcpy(bounds, folding->bounds.items, ((size_t)count + 1) * sizeof *bounds);
    memcpy(words, folding->words.items, (size_t)count * sizeof *words);
    bool dense = dedup_is_dense(folding->table, folded, bounds, count);
    Py_ssize_t k = shelf->shingle * (1 + dense), shingles = count < k ? 0 : count - k + 1;
    dedup_word_keys(folded, bounds, count, keys);
    join_keys(keys, shingles, k, hashes);
    if (shelf->passages) /* shingles are of the words as they are written, and so are documents */
        dedup_spell_keys(folded, bounds, count, keys);
    bits = dedup_filter_bits(shingles);
    memset(filter, 0, (size_t)1 << (bits - 3));
    Py_ssize_t different = dedup_fill_filter((const char *)hashes, shingles, bits, filter, &worker->bench.used);
    *text = (Text){(const char *)folded, count ? (Py_ssize_t)bounds[count] - 1 : 0, bounds, (int32_t)count,
                   (int32_t)shingles, keys, (const char *)hashes, filter, bits};
    shelf->dense[i] = dense;
    shelf->different[i] = (int32_t)different;
    shelf->at[i] = words;
    return different >= 0;
}

#ifdef __STDC_NO_ATOMICS__

static bool at_hand(Shelf *shelf, Worker *worker, Py_ssize_t i)
{
    if (shelf->state[i] == NOT_YET && shelve(shelf, worker, i))
        shelf->state[i] = THERE;
    return shelf->state[i] == THERE;
}

#else

/* Folds a text, when the first pair with it comes: so it is at hand for the next, which often are its own.  Another
   call may be at it: then waits, some microseconds. */
static bool at_hand(Shelf *shelf, Worker *worker, Py_ssize_t i)
{
    State *state = &shelf->state[i];
    for (;;) {
        uint8_t now = atomic_load_explicit(state, memory_order_acquire);
        if (now == THERE)
            return true;
        if (now == NOT_YET && atomic_compare_exchange_strong(state, &now, BEGUN)) {
            bool done = shelve(shelf, worker, i);
            atomic_store_explicit(state, done ? THERE : NOT_YET, memory_order_release);
            return done;
        }
#if defined(__unix__) || defined(__APPLE__)
        sched_yield();
#endif
    }
}

#endif

/* ---- A pair ---- */

/* The characters between two blocks on one side; where no word is, the place behind the last. */
static void between(const Word *at, int32_t start, int32_t end, int32_t *first, int32_t *last)
{
    *first = start < end ? at[start].start : at[start - 1].end;
    *last = at[(start < end ? end : start) - 1].end;
}

static int by_characters(const void *left, const void *right)
{
    const PassageRow *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    if (x->a_end != y->a_end) return x->a_end < y->a_end ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    if (x->b_end != y->b_end) return x->b_end < y->b_end ? -1 : 1;
    return (x->blocks > y->blocks) - (x->blocks < y->blocks); /* here the rank */
}

static bool put_blocks(const Block *blocks, Py_ssize_t count, const Word *at_a, const Word *at_b, bool turned,
                       Buffer *out)
{
    if (!buffer_reserve(out, count * (Py_ssize_t)sizeof(BlockRow)))
        return false;
    BlockRow *rows = (BlockRow *)((char *)out->items + out->used);
    for (Py_ssize_t n = 0; n < count; n++) {
        Block block = blocks[n];
        BlockRow row = {block.a, block.b, block.words, 0, 0, 0, 0};
        if (turned) {
            row.a = block.b;
            row.b = block.a;
        }
        if (n > 0) {
            const BlockRow *last = &rows[n - 1];
            between(at_a, last->a + last->words, row.a, &row.edit_a, &row.edit_a_end);
            between(at_b, last->b + last->words, row.b, &row.edit_b, &row.edit_b_end);
        }
        rows[n] = row;
    }
    out->used += count * (Py_ssize_t)sizeof(BlockRow);
    return true;
}

/* Adds the passages found, with the sides as they are called, not as they were aligned. */
static bool put_passages(const Passages *found, const Word *at_a, const Word *at_b, bool turned, Buffer *passages,
                         Buffer *blocks)
{
    if (!buffer_reserve(passages, found->count * (Py_ssize_t)sizeof(PassageRow)))
        return false;
    PassageRow *rows = (PassageRow *)((char *)passages->items + passages->used);
    for (Py_ssize_t n = 0; n < found->count; n++) {
        const Passage *p = &found->items[n];
        int32_t a = turned ? p->b : p->a, a_end = turned ? p->b_end : p->a_end;
        int32_t b = turned ? p->a : p->b, b_end = turned ? p->a_end : p->b_end;
        rows[n] = (PassageRow){(int32_t)n, at_a[a].start, at_a[a_end - 1].end, at_b[b].start, at_b[b_end - 1].end};
    }
    if (found->count > 1)
        qsort(rows, (size_t)found->count, sizeof(PassageRow), by_characters);
    for (Py_ssize_t n = 0; n < found->count; n++) {
        const Passage *p = &found->items[rows[n].blocks];
        if (!put_blocks(found->blocks.items + p->first, p->count, at_a, at_b, turned, blocks))
            return false;
        rows[n].blocks = (int32_t)p->count;
    }
    passages->used += found->count * (Py_ssize_t)sizeof(PassageRow);
    return true;
}

typedef struct {
    Buffer passages, blocks;
    Passages found; /* used again for every pair */
} Compared;

static bool compare_one(Shelf *shelf, Worker *worker, int32_t x, int32_t y, bool turned, const Ask *ask, MatchRow *row,
                        Compared *out)
{
    if (!at_hand(shelf, worker, x) || !at_hand(shelf, worker, y))
        return false;
    const Text *a = &shelf->texts[x], *b = &shelf->texts[y];
    Py_ssize_t common = 0;
    *row = (MatchRow){0, 0, 0, 0, 0};
    row->identical = a->words > 0 && dedup_same_words(a, b);
    /* Shingles of five words and of ten have no run in common. */
    if (ask->passages && shelf->dense[x] == shelf->dense[y]) {
        Pair pair = {*a, *b, ask->rules, 0, 0, NULL, NULL};
        if (turned) {
            pair.a = *b;
            pair.b = *a;
        }
        pair.k = (int32_t)(ask->shingle * (1 + shelf->dense[x]));
        pair.min_words = ask->min_words * (1 + shelf->dense[x]);
        out->found.count = out->found.blocks.count = 0;
        if (dedup_find_passages(&pair, &worker->bench, &out->found, &common))
            return false;
        row->passages = (int32_t)out->found.count;
        if (!put_passages(&out->found, shelf->at[x], shelf->at[y], turned, &out->passages, &out->blocks))
            return false;
    } else if (!row->identical && (common = dedup_count_common(a, b, ask->rules.max_repeats, &worker->bench)) < 0)
        return false;
    if (!row->identical) {
        row->common = (int32_t)common;
        row->in_a = shelf->different[x];
        row->in_b = shelf->different[y];
    }
    return true;
}

/* ---- From and to Python ---- */

typedef struct { /* what Python lent to a shelf; to give it back may run code of theirs, and other threads */
    Sources sources;
    PyObject *texts_of, *bodies_of;
} Lent;

static void give_back(Lent *lent)
{
    dedup_sources_close(&lent->sources);
    Py_XDECREF(lent->texts_of);
    Py_XDECREF(lent->bodies_of);
}

/* Takes the texts from a shelf, all but what is to be given back.  Memory for the next is kept: to get and to touch as
   much anew takes as long as to fold. */
static Lent shelf_clear(Shelf *shelf)
{
    Lent lent = {shelf->sources, shelf->texts_of, shelf->bodies_of};
    memset(&shelf->sources, 0, sizeof shelf->sources);
    shelf->texts_of = shelf->bodies_of = NULL;
    PyMem_RawFree(shelf->texts);
    PyMem_RawFree(shelf->at);
    PyMem_RawFree(shelf->dense);
    PyMem_RawFree(shelf->different);
    PyMem_RawFree((void *)shelf->state);
    shelf->texts = NULL;
    shelf->at = NULL;
    shelf->dense = NULL;
    shelf->different = NULL;
    shelf->state = NULL;
    for (Worker *worker = shelf->workers; worker != NULL; worker = worker->next) {
        drop(&worker->arena.large);
        worker->arena.block = worker->arena.used = 0;
        dedup_bench_forget(&worker->bench);
    }
    return lent;
}

static void shelf_free(Shelf *shelf)
{
    Lent lent = shelf_clear(shelf);
    give_back(&lent);
    while (shelf->workers != NULL) {
        Worker *worker = shelf->workers;
        shelf->workers = worker->next;
        folding_free(&worker->folding);
        drop(&worker->arena.blocks);
        buffer_free(&worker->arena.blocks);
        buffer_free(&worker->arena.large);
        dedup_bench_clear(&worker->bench);
        PyMem_RawFree(worker);
    }
}

/* Puts texts on an empty shelf, which has them from now on; false with an exception set. */
static bool shelf_fill(Shelf *shelf, const Sources *sources, PyObject *texts, PyObject *bodies, const Ask *ask)
{
    size_t count = (size_t)sources->count + 1;
    shelf->sources = *sources;
    shelf->texts = PyMem_RawCalloc(count, sizeof(Text));
    shelf->at = PyMem_RawCalloc(count, sizeof(Word *));
    shelf->dense = PyMem_RawCalloc(count, 1);
    shelf->different = PyMem_RawCalloc(count, sizeof(int32_t));
    shelf->state = PyMem_RawCalloc(count, sizeof(State));
    shelf->shingle = ask->shingle;
    shelf->passages = ask->passages;
    if (!shelf->texts || !shelf->at || !shelf->dense || !shelf->different || !shelf->state) {
        PyErr_NoMemory();
        return false;
    }
    if (PyTuple_CheckExact(texts) && (bodies == Py_None || PyTuple_CheckExact(bodies))) {
        Py_INCREF(texts);
        shelf->texts_of = texts;
        Py_INCREF(bodies);
        shelf->bodies_of = bodies;
    }
    return true;
}

static bool shelf_holds(const Shelf *shelf, PyObject *texts, PyObject *bodies, const Ask *ask)
{
    return shelf->texts_of == texts && shelf->bodies_of == bodies && shelf->shingle == ask->shingle &&
           shelf->passages == ask->passages;
}

/* A worker that nobody has; NULL with an exception set. */
static Worker *take_worker(Shelf *shelf, const Table *table)
{
    Worker *worker = shelf->workers;
    while (worker != NULL && worker->taken)
        worker = worker->next;
    if (worker == NULL) {
        worker = PyMem_RawCalloc(1, sizeof(Worker));
        if (worker == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        worker->next = shelf->workers;
        shelf->workers = worker;
    }
    worker->folding.table = table;
    worker->taken = true;
    return worker;
}

static const char SHELF[] = "dedup._engine.shelf";

static void shelf_destroy(PyObject *capsule)
{
    Shelf *shelf = PyCapsule_GetPointer(capsule, SHELF);
    shelf_free(shelf);
    PyMem_RawFree(shelf);
}

/* shelf()
   Texts of comparisons, and memory for them.  Where they are given as one tuple again (and their bodies as one or
   None), none is folded twice, and any number of threads may work on them. */
PyObject *dedup_shelf(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    Shelf *shelf = PyMem_RawCalloc(1, sizeof(Shelf));
    if (shelf == NULL)
        return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(shelf, SHELF, shelf_destroy);
    if (capsule == NULL)
        PyMem_RawFree(shelf);
    return capsule;
}

/* Whether a shelf has folded that very text, in that body. */
static bool shelf_has(const Shelf *shelf, Py_ssize_t place, const Sources *texts, Py_ssize_t i)
{
    if (place < 0 || place >= shelf->sources.count || shelf->state[place] != THERE)
        return false;
    const Source *there = &shelf->sources.items[place], *asked = &texts->items[i];
    const Py_ssize_t *one = shelf->sources.pairs.items, *other = texts->pairs.items;
    /* Both keep their strings alive: so what lies in the same place is the same. */
    return there->data == asked->data && there->spans == asked->spans &&
           (!asked->spans || !memcmp(one + 2 * there->first, other + 2 * asked->first,
                                     2 * (size_t)asked->spans * sizeof *one));
}

int dedup_shelf_lend(PyObject *capsule, const Sources *texts, const int32_t *where, Shelved *out)
{
    Shelf *shelf = PyCapsule_GetPointer(capsule, SHELF);
    if (shelf == NULL)
        return 0;
    shelf->calls++;
    for (Py_ssize_t i = 0; i < texts->count; i++) {
        Py_ssize_t place = where ? where[i] : i;
        out[i] = (Shelved){NULL, NULL, NULL, 0};
        if (shelf_has(shelf, place, texts, i)) {
            const Text *text = &shelf->texts[place];
            out[i] = (Shelved){(const uint8_t *)text->folded, text->bounds, shelf->at[place], text->words};
        }
    }
    return 1;
}

void dedup_shelf_give_back(PyObject *capsule)
{
    ((Shelf *)PyCapsule_GetPointer(capsule, SHELF))->calls--;
}

static bool run_comparisons(Shelf *shelf, Worker *worker, const int32_t *pairs, const uint8_t *turned, Py_ssize_t count,
                            const Ask *ask, MatchRow *rows, Compared *out)
{
    bool done = true;
    for (Py_ssize_t n = 0; done && n < count; n++)
        done = compare_one(shelf, worker, pairs[2 * n], pairs[2 * n + 1], turned[n], ask, &rows[n], out);
    return done;
}

static PyObject *comparisons_of(Shelf *shelf, Worker *worker, const int32_t *pairs, const uint8_t *turned,
                                Py_ssize_t count, const Ask *ask)
{
    Compared out;
    memset(&out, 0, sizeof out);
    PyObject *matches = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(MatchRow)), *result = NULL;
    if (matches != NULL) {
        bool done;
        MatchRow *rows = (MatchRow *)PyBytes_AS_STRING(matches);
        dedup_bench_forget(&worker->bench); /* its rules may be others now */
#ifdef __STDC_NO_ATOMICS__
        done = run_comparisons(shelf, worker, pairs, turned, count, ask, rows, &out);
#else
        Py_BEGIN_ALLOW_THREADS;
        done = run_comparisons(shelf, worker, pairs, turned, count, ask, rows, &out);
        Py_END_ALLOW_THREADS;
#endif
        result = done ? Py_BuildValue("(Oy#y#)", matches, out.passages.items ? out.passages.items : "",
                                      out.passages.used, out.blocks.items ? out.blocks.items : "", out.blocks.used)
                      : PyErr_NoMemory();
    }
    Py_XDECREF(matches);
    PyMem_RawFree(out.found.items);
    PyMem_RawFree(out.found.blocks.items);
    buffer_free(&out.passages);
    buffer_free(&out.blocks);
    return result;
}

/* Copies the places of the pairs, so that nobody changes them under us, and checks them. */
static int32_t *pairs_open(const Py_buffer *view, Py_ssize_t count, Py_ssize_t texts)
{
    int32_t *pairs = PyMem_RawMalloc((size_t)view->len + 1);
    if (pairs == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(pairs, view->buf, (size_t)view->len);
    for (Py_ssize_t i = 0; i < 2 * count; i++)
        if (pairs[i] < 0 || pairs[i] >= texts) {
            PyErr_Format(PyExc_ValueError, "pair %zd names a text that is not there", i / 2);
            PyMem_RawFree(pairs);
            return NULL;
        }
    return pairs;
}

/* Compares pairs of what is on the shelf; NULL with an exception set. */
static PyObject *compare_on(Shelf *shelf, const Table *table, const Py_buffer *pairs, const uint8_t *turned, const Ask *ask)
{
    PyObject *result = NULL;
    Py_ssize_t count = pairs->len / (2 * (Py_ssize_t)sizeof(int32_t));
    int32_t *places = pairs_open(pairs, count, shelf->sources.count);
    Worker *worker = places ? take_worker(shelf, table) : NULL;
    if (worker != NULL) {
        result = comparisons_of(shelf, worker, places, turned, count, ask);
        worker->taken = false;
    }
    PyMem_RawFree(places);
    return result;
}

/* The same, of texts that are put there if they are not yet. */
static PyObject *put_and_compare(Shelf *shelf, const Table *table, PyObject *texts, PyObject *bodies,
                                 const Py_buffer *pairs, const uint8_t *turned, const Ask *ask)
{
    Lent lent;
    bool done = true;
    memset(&lent, 0, sizeof lent);
    if (!shelf_holds(shelf, texts, bodies, ask)) {
        /* To open texts may run code of theirs, and other threads: so the shelf is looked at afterwards. */
        Sources sources = {0};
        done = dedup_sources_open(&sources, texts, bodies);
        if (done && shelf->calls) {
            PyErr_SetString(PyExc_ValueError, "this shelf is in use for other texts");
            done = false;
        }
        if (done) {
            lent = shelf_clear(shelf);
            done = shelf_fill(shelf, &sources, texts, bodies, ask);
        } else
            dedup_sources_close(&sources);
    }
    shelf->calls++; /* nobody puts others there */
    give_back(&lent);
    PyObject *result = done ? compare_on(shelf, table, pairs, turned, ask) : NULL;
    if (--shelf->calls == 0 && !done) {
        lent = shelf_clear(shelf);
        give_back(&lent);
    }
    return result;
}

/* comparisons(texts, bodies, pairs, turned, shingle, min_words, passages, MAX_REPEATS ... SKIP, shelf=None)

   `pairs` are int32 places in `texts`, two each; `turned` is a byte each, 1 where the second is to be
   aligned as the first.  (matches, passages, blocks): int32 in rows of 5, 5 and 7, see MatchRow,
   PassageRow and BlockRow. */
PyObject *dedup_comparisons(PyObject *self, PyObject *args)
{
    const Table *table = PyModule_GetState(self);
    PyObject *texts, *bodies, *given = Py_None, *result = NULL;
    Py_buffer pairs, turned;
    Shelf own, *shelf = &own;
    Ask ask;
    Rules *rules = &ask.rules;
    int passages;
    memset(&ask, 0, sizeof ask);
    memset(&own, 0, sizeof own);
    if (!PyArg_ParseTuple(args, "OOy*y*nLpiiiiii|O:comparisons", &texts, &bodies, &pairs, &turned, &ask.shingle,
                          &ask.min_words, &passages, &rules->max_repeats, &rules->max_gap, &rules->reach,
                          &rules->match, &rules->change, &rules->skip, &given))
        return NULL;
    if (given != Py_None)
        shelf = PyCapsule_GetPointer(given, SHELF);
    ask.passages = passages;
    if (shelf == NULL)
        ; /* with its error */
    else if (table->kind == NULL)
        PyErr_SetString(PyExc_ValueError, "no table is set");
    else if (ask.shingle < 1 || ask.shingle > 1 << 20 || ask.min_words < 1 || ask.min_words > 1 << 30)
        PyErr_SetString(PyExc_ValueError, "shingle and min_words are from 1 up");
    else if (pairs.len % (2 * (Py_ssize_t)sizeof(int32_t)) || turned.len != pairs.len / (2 * (Py_ssize_t)sizeof(int32_t)))
        PyErr_SetString(PyExc_ValueError, "pairs are two int32 each, and turned is a byte each");
    else if (dedup_can_follow(rules))
        result = put_and_compare(shelf, table, texts, bodies, &pairs, turned.buf, &ask);
    shelf_free(&own);
    PyBuffer_Release(&pairs);
    PyBuffer_Release(&turned);
    return result;
}

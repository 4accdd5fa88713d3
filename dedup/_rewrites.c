/* Rewrites: the C half of dedup/likeness.py, which is the specification: which sentences of two texts are alike.

   The sums are of whole numbers below 2^53, so that they are exact in whatever order they are made. */

#include "_engine.h"

#include <math.h>
#include <stdbool.h>

#define GOLDEN 0x9E3779B97F4A7C15u

typedef struct {
    int32_t term, count;
} Entry;

typedef struct { /* the sentences of one text: their different terms, from begins[n] to begins[n + 1] */
    const uint64_t *terms;
    const int64_t *first;
    const uint8_t *open;
    Py_ssize_t words, sentences;
    int64_t *ids, *begins;
    Entry *entries;
    double *lengths;
} Side;

typedef struct {
    Side a, b;
    double cosine[2], dice[2];
    Py_ssize_t count;  /* different terms */
    int64_t *having;   /* sentences of both texts that have a term */
    double *weights;
    Buffer seeds[2];   /* pairs of int64 */
} Weighing;

static void *room_for(size_t count, size_t size)
{
    return count >= (size_t)PY_SSIZE_T_MAX / size ? NULL : PyMem_RawCalloc(count + 1, size);
}

/* Numbers the terms of both texts in the order in which they come. */
static bool number_terms(Weighing *search)
{
    Py_ssize_t words = search->a.words + search->b.words;
    int bits = 6;
    while (((size_t)1 << bits) < 2 * (size_t)words)
        bits++;
    size_t mask = ((size_t)1 << bits) - 1;
    uint64_t secret = dedup_secret(), *known = room_for((size_t)words, sizeof(uint64_t));
    uint32_t *slots = PyMem_RawCalloc(mask + 1, sizeof(uint32_t)); /* a number and 1; 0: empty */
    Side *sides[2] = {&search->a, &search->b};
    for (int n = 0; n < 2 && known && slots; n++) {
        for (Py_ssize_t i = 0; i < sides[n]->words; i++) {
            uint64_t term = sides[n]->terms[i];
            size_t slot = (size_t)(((term ^ secret) * GOLDEN) >> (64 - bits));
            while (slots[slot] && known[slots[slot] - 1] != term)
                slot = (slot + 1) & mask;
            if (!slots[slot]) {
                known[search->count] = term;
                slots[slot] = (uint32_t)++search->count;
            }
            sides[n]->ids[i] = slots[slot] - 1;
        }
    }
    bool done = known && slots;
    PyMem_RawFree(known);
    PyMem_RawFree(slots);
    return done;
}

/* The different terms of each sentence, and how many sentences have each. */
static bool count_terms(Weighing *search, Side *side)
{
    int64_t *seen = room_for((size_t)search->count, sizeof(int64_t)); /* a sentence and 1 */
    int64_t *place = room_for((size_t)search->count, sizeof(int64_t));
    int64_t at = 0;
    for (Py_ssize_t s = 0; s < side->sentences && seen && place; s++) {
        side->begins[s] = at;
        for (int64_t i = side->first[s]; i < side->first[s + 1]; i++) {
            int64_t id = side->ids[i];
            if (seen[id] != s + 1) {
                seen[id] = s + 1;
                place[id] = at;
                side->entries[at++] = (Entry){(int32_t)id, 0};
                search->having[id]++;
            }
            side->entries[place[id]].count++;
        }
    }
    side->begins[side->sentences] = at;
    bool done = seen && place;
    PyMem_RawFree(seen);
    PyMem_RawFree(place);
    return done;
}

static void measure_lengths(const Weighing *search, Side *side)
{
    for (Py_ssize_t s = 0; s < side->sentences; s++) {
        double sum = 0;
        for (int64_t e = side->begins[s]; e < side->begins[s + 1]; e++) {
            double weight = side->entries[e].count * search->weights[side->entries[e].term];
            sum += weight * weight;
        }
        side->lengths[s] = sqrt(sum);
    }
}

/* Keeps a pair of sentences in each list whose limits it is beyond. */
static bool keep(Weighing *search, int64_t i, int64_t j, double dot, double both)
{
    double lengths = search->a.lengths[i] * search->b.lengths[j];
    double sizes = (double)(search->a.begins[i + 1] - search->a.begins[i] + search->b.begins[j + 1] - search->b.begins[j]);
    double cosine = dot / (lengths > 1 ? lengths : 1), dice = 2 * both / sizes;
    for (int n = 0; n < 2; n++) {
        Buffer *seeds = &search->seeds[n];
        if (!(cosine > search->cosine[n] && dice > search->dice[n]))
            continue;
        if (!buffer_reserve(seeds, 16))
            return false;
        int64_t pair[2] = {i, j};
        memcpy((char *)seeds->items + seeds->used, pair, 16);
        seeds->used += 16;
    }
    return true;
}

/* Each open sentence of a against all of b, by the places of its terms there. */
static bool compare_sentences(Weighing *search)
{
    Side *a = &search->a, *b = &search->b;
    int64_t *from = room_for((size_t)search->count + 1, sizeof(int64_t));
    Entry *places = room_for((size_t)b->begins[b->sentences], sizeof(Entry)); /* sentence and count, by term */
    double *dot = room_for((size_t)b->sentences, sizeof(double)), *both = room_for((size_t)b->sentences, sizeof(double));
    bool done = from && places && dot && both;
    if (done) {
        for (int64_t e = 0; e < b->begins[b->sentences]; e++)
            from[b->entries[e].term + 1]++;
        for (Py_ssize_t t = 0; t < search->count; t++)
            from[t + 1] += from[t];
        for (int64_t s = b->sentences; s-- > 0;) /* backwards, because `from` moves back to where a term begins */
            for (int64_t e = b->begins[s]; e < b->begins[s + 1]; e++)
                places[--from[b->entries[e].term + 1]] = (Entry){(int32_t)s, b->entries[e].count};
    }
    for (Py_ssize_t i = 0; done && i < a->sentences; i++) {
        if (!a->open[i])
            continue;
        memset(dot, 0, (size_t)b->sentences * sizeof(double));
        memset(both, 0, (size_t)b->sentences * sizeof(double));
        for (int64_t e = a->begins[i]; e < a->begins[i + 1]; e++) {
            int32_t term = a->entries[e].term;
            double weight = search->weights[term];
            if (weight == 0)
                continue;
            int64_t end = term + 2 > search->count ? b->begins[b->sentences] : from[term + 2];
            for (int64_t p = from[term + 1]; p < end; p++) {
                dot[places[p].term] += a->entries[e].count * weight * (places[p].count * weight);
                both[places[p].term] += 1;
            }
        }
        for (Py_ssize_t j = 0; done && j < b->sentences; j++)
            done = both[j] == 0 || !b->open[j] || keep(search, i, j, dot[j], both[j]);
    }
    PyMem_RawFree(from);
    PyMem_RawFree(places);
    PyMem_RawFree(dot);
    PyMem_RawFree(both);
    return done;
}

static bool side_open(Side *side)
{
    side->ids = room_for((size_t)side->words, sizeof(int64_t));
    side->begins = room_for((size_t)side->sentences + 1, sizeof(int64_t));
    side->entries = room_for((size_t)side->words, sizeof(Entry));
    side->lengths = room_for((size_t)side->sentences, sizeof(double));
    return side->ids && side->begins && side->entries && side->lengths;
}

static void side_close(Side *side)
{
    PyMem_RawFree(side->ids);
    PyMem_RawFree(side->begins);
    PyMem_RawFree(side->entries);
    PyMem_RawFree(side->lengths);
}

static bool run(Weighing *search, double scale)
{
    Side *sides[2] = {&search->a, &search->b};
    if (!side_open(sides[0]) || !side_open(sides[1]) || !number_terms(search))
        return false;
    search->having = room_for((size_t)search->count, sizeof(int64_t));
    search->weights = room_for((size_t)search->count, sizeof(double));
    if (!search->having || !search->weights || !count_terms(search, sides[0]) || !count_terms(search, sides[1]))
        return false;
    double everywhere = (double)(search->a.sentences + search->b.sentences);
    for (Py_ssize_t t = 0; t < search->count; t++)
        search->weights[t] = rint(scale * log(everywhere / (double)search->having[t]));
    measure_lengths(search, sides[0]);
    measure_lengths(search, sides[1]);
    return compare_sentences(search);
}

/* Whether the buffers of a text belong together: sentences that rise from the first word to the last. */
static bool side_is_sound(const Side *side, Py_ssize_t firsts, Py_ssize_t open, const char *name)
{
    bool sound = firsts >= 1 && open == firsts - 1 && side->words <= INT32_MAX / 2 && side->first[0] == 0 &&
                 side->first[firsts - 1] == side->words;
    for (Py_ssize_t n = 1; sound && n < firsts; n++)
        sound = side->first[n] > side->first[n - 1];
    if (!sound)
        PyErr_Format(PyExc_ValueError, "the sentences of %s do not rise from its first word to its last", name);
    return sound;
}

/* alike(terms_a, first_a, open_a, terms_b, first_b, open_b, scale, cosine, dice, looser cosine, looser dice)
   -> (ids_a, ids_b, weights, seeds, looser): int64, float64, and pairs of int64 */
PyObject *dedup_alike(PyObject *self, PyObject *args)
{
    PyObject *objects[6], *result = NULL;
    Py_buffer views[6];
    Py_ssize_t items[6];
    static const char *const names[6] = {"terms_a", "first_a", "open_a", "terms_b", "first_b", "open_b"};
    Weighing search = {0};
    double scale;
    int opened = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOddddd:alike", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &scale, &search.cosine[0], &search.dice[0], &search.cosine[1], &search.dice[1]))
        return NULL;
    while (opened < 6 &&
           (items[opened] = dedup_items(objects[opened], &views[opened], opened % 3 == 2 ? 1 : 8, names[opened])) >= 0)
        opened++;
    if (opened == 6) {
        Side *sides[2] = {&search.a, &search.b};
        for (int n = 0; n < 2; n++) {
            sides[n]->terms = views[3 * n].buf;
            sides[n]->first = views[3 * n + 1].buf;
            sides[n]->open = views[3 * n + 2].buf;
            sides[n]->words = items[3 * n];
            sides[n]->sentences = items[3 * n + 1] - 1;
        }
        if (side_is_sound(&search.a, items[1], items[2], "a") && side_is_sound(&search.b, items[4], items[5], "b")) {
            bool done;
            Py_BEGIN_ALLOW_THREADS
            done = run(&search, scale);
            Py_END_ALLOW_THREADS
            result = !done ? PyErr_NoMemory()
                           : Py_BuildValue("(y#y#y#y#y#)", search.a.ids, search.a.words * 8, search.b.ids,
                                           search.b.words * 8, search.weights, search.count * 8,
                                           search.seeds[0].used ? search.seeds[0].items : "", search.seeds[0].used,
                                           search.seeds[1].used ? search.seeds[1].items : "", search.seeds[1].used);
        }
    }
    side_close(&search.a);
    side_close(&search.b);
    PyMem_RawFree(search.having);
    PyMem_RawFree(search.weights);
    buffer_free(&search.seeds[0]);
    buffer_free(&search.seeds[1]);
    while (opened)
        PyBuffer_Release(&views[--opened]);
    return result;
}

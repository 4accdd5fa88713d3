/* Pairs: from sorted keys to pairs of articles.  dedup/batch.py is the specification. */

#include "_engine.h"

#include <stdbool.h>

enum { NUMBER_BITS = 24, SEEN_BITS = 16 };

static const uint64_t NUMBER = ((uint64_t)1 << NUMBER_BITS) - 1;

typedef struct {
    Buffer pairs;
    uint64_t *seen; /* the pair last put for each of 2^16 hashes: most pairs share many keys */
    Py_ssize_t crowded, left_out;
} Found;

static bool put_pair(Found *found, uint64_t low, uint64_t high)
{
    uint64_t pair = low << 32 | high, *last = &found->seen[(pair * 0x9E3779B97F4A7C15u) >> (64 - SEEN_BITS)];
    if (*last == pair)
        return true;
    *last = pair;
    if (!buffer_reserve(&found->pairs, (Py_ssize_t)sizeof pair))
        return false;
    memcpy((char *)found->pairs.items + found->pairs.used, &pair, sizeof pair);
    found->pairs.used += (Py_ssize_t)sizeof pair;
    return true;
}

/* The different articles of one key, moved to the front of its keys' copy; how many. */
static Py_ssize_t carriers_of(const uint64_t *keys, Py_ssize_t count, uint64_t *carriers)
{
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint64_t number = keys[i] & NUMBER;
        if (kept == 0 || carriers[kept - 1] != number)
            carriers[kept++] = number;
    }
    return kept;
}

static bool pair_up(const uint64_t *carriers, Py_ssize_t count, Py_ssize_t most, Found *found)
{
    bool crowded = count > most, done = true;
    if (crowded) {
        found->crowded++;
        found->left_out += (count - 1) * (count - 2) / 2;
    }
    for (Py_ssize_t i = 0; done && i < (crowded ? 1 : count); i++)
        for (Py_ssize_t j = i + 1; done && j < count; j++)
            done = put_pair(found, carriers[i], carriers[j]);
    return done;
}

static bool find_pairs(const uint64_t *keys, Py_ssize_t count, Py_ssize_t most, Found *found)
{
    Buffer carriers = {NULL, 0, 0};
    bool done = true;
    for (Py_ssize_t i = 0; done && i < count;) {
        uint64_t hash = keys[i] >> NUMBER_BITS;
        Py_ssize_t end = i + 1;
        while (end < count && keys[end] >> NUMBER_BITS == hash)
            end++;
        if (end - i > 1) {
            done = buffer_reserve(&carriers, (end - i) * (Py_ssize_t)sizeof(uint64_t));
            done = done && pair_up(carriers.items, carriers_of(keys + i, end - i, carriers.items), most, found);
        }
        i = end;
    }
    buffer_free(&carriers);
    return done;
}

/* pairs(keys, most) -> (pairs, crowded, left_out)

   Of sorted uint64 keys, a hash over 24 bits of an article's number: uint64 pairs of articles that
   have a hash in common, the smaller number in the high half, some of them more than once.  A hash
   that more than `most` articles have gives only the pairs with the first of them; how many such
   hashes there are, and how many pairs they do not give. */
PyObject *dedup_pairs(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *object, *result = NULL;
    Py_buffer view;
    Py_ssize_t most;
    Found found = {{NULL, 0, 0}, NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "On:pairs", &object, &most))
        return NULL;
    Py_ssize_t count = dedup_items(object, &view, sizeof(uint64_t), "keys");
    if (count < 0)
        return NULL;
    found.seen = PyMem_RawCalloc((size_t)1 << SEEN_BITS, sizeof(uint64_t));
    if (found.seen == NULL || most < 1) {
        if (most < 1)
            PyErr_Format(PyExc_ValueError, "most=%zd: a hash may have at least one carrier", most);
        else
            PyErr_NoMemory();
    } else {
        bool done;
        Py_BEGIN_ALLOW_THREADS;
        done = find_pairs(view.buf, count, most, &found);
        Py_END_ALLOW_THREADS;
        result = done ? Py_BuildValue("(y#nn)", found.pairs.items ? found.pairs.items : "", found.pairs.used,
                                      found.crowded, found.left_out)
                      : PyErr_NoMemory();
    }
    PyMem_RawFree(found.seen);
    buffer_free(&found.pairs);
    PyBuffer_Release(&view);
    return result;
}

/* renumber(keys, numbers)

   Puts numbers[n] (uint32) for the number n in each of the uint64 keys, in place. */
PyObject *dedup_renumber(PyObject *Py_UNUSED(self), PyObject *args)
{
    Py_buffer keys, numbers;
    bool inside = true;
    if (!PyArg_ParseTuple(args, "w*y*:renumber", &keys, &numbers))
        return NULL;
    uint64_t *key = keys.buf;
    const uint32_t *number = numbers.buf;
    Py_ssize_t count = keys.len / (Py_ssize_t)sizeof *key;
    uint64_t known = (uint64_t)numbers.len / sizeof *number;
    Py_BEGIN_ALLOW_THREADS;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint64_t n = key[i] & NUMBER;
        if (n >= known) {
            inside = false;
            break;
        }
        key[i] = (key[i] & ~NUMBER) | (number[n] & NUMBER);
    }
    Py_END_ALLOW_THREADS;
    PyBuffer_Release(&keys);
    PyBuffer_Release(&numbers);
    if (!inside)
        return PyErr_Format(PyExc_ValueError, "a key has a number that is not known");
    Py_RETURN_NONE;
}

static inline uint32_t root_of(uint32_t *parent, uint32_t number)
{
    while (parent[number] != number)
        number = parent[number] = parent[parent[number]];
    return number;
}

static bool join_all(uint32_t *parent, uint32_t *size, Py_ssize_t count, const uint64_t *pairs, Py_ssize_t n, Py_ssize_t most)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        uint64_t low = pairs[i] >> 32, high = pairs[i] & UINT32_MAX;
        if (low >= (uint64_t)count || high >= (uint64_t)count)
            return false;
        uint32_t a = root_of(parent, (uint32_t)low), b = root_of(parent, (uint32_t)high);
        if (a == b || (Py_ssize_t)size[a] + (Py_ssize_t)size[b] > most)
            continue;
        parent[a > b ? a : b] = a > b ? b : a;
        size[a > b ? b : a] = size[a] + size[b];
    }
    return true;
}

/* roots(pairs, count, most)

   For each of `count` articles the smallest that it hangs together with, by those uint64 pairs, in
   clusters of `most` articles at most: uint32 (union-find with path halving; Tarjan, van Leeuwen 1984). */
PyObject *dedup_roots(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *object, *result = NULL;
    Py_buffer view;
    Py_ssize_t count, most;
    if (!PyArg_ParseTuple(args, "Onn:roots", &object, &count, &most))
        return NULL;
    if (count < 0 || count > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "%zd articles", count);
    Py_ssize_t pairs = dedup_items(object, &view, sizeof(uint64_t), "pairs");
    if (pairs < 0)
        return NULL;
    result = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(uint32_t));
    uint32_t *size = PyMem_RawMalloc((size_t)(count + 1) * sizeof *size);
    bool inside = true;
    if (size == NULL) {
        Py_CLEAR(result);
        PyErr_NoMemory();
    }
    if (result != NULL) {
        uint32_t *parent = (uint32_t *)PyBytes_AS_STRING(result);
        Py_BEGIN_ALLOW_THREADS;
        for (Py_ssize_t n = 0; n < count; n++) {
            parent[n] = (uint32_t)n;
            size[n] = 1;
        }
        inside = join_all(parent, size, count, view.buf, pairs, most);
        for (Py_ssize_t n = 0; n < count; n++)
            parent[n] = parent[parent[n]]; /* the smaller ones are done */
        Py_END_ALLOW_THREADS;
    }
    PyMem_RawFree(size);
    PyBuffer_Release(&view);
    if (!inside) {
        Py_CLEAR(result);
        PyErr_SetString(PyExc_ValueError, "a pair names an article that is not there");
    }
    return result;
}

/* ---- The order in which pairs are compared ---- */

typedef struct { /* the pairs of each article, by the other's number: CSR */
    int64_t *begins;
    uint32_t *other;
    int64_t *place; /* of the pair */
    uint32_t *near; /* the article in whose company each was last seen, plus one */
    uint8_t *taken; /* one for each pair */
    int64_t count, most;
} Company;

static void company_free(Company *all)
{
    PyMem_RawFree(all->begins);
    PyMem_RawFree(all->other);
    PyMem_RawFree(all->place);
    PyMem_RawFree(all->near);
    PyMem_RawFree(all->taken);
}

static void company_made(Company *all, const uint64_t *pairs, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        all->begins[(pairs[i] >> 32) + 2]++;
        all->begins[(pairs[i] & UINT32_MAX) + 2]++;
    }
    for (int64_t i = 2; i < all->count + 2; i++)
        all->begins[i] += all->begins[i - 1];
    for (int64_t i = 0; i < n; i++) { /* begins[a + 1] goes from where the pairs of a begin to where they end */
        uint32_t sides[2] = {(uint32_t)(pairs[i] >> 32), (uint32_t)pairs[i]};
        for (int side = 0; side < 2; side++) {
            int64_t at = all->begins[sides[side] + 1]++;
            all->other[at] = sides[1 - side];
            all->place[at] = i;
        }
    }
}

static inline bool is_hub(const Company *all, uint32_t a)
{
    return all->begins[a + 1] - all->begins[a] > all->most;
}

/* Takes the pairs of `a` that are left, or, of those, only the ones in company with `host` (plus one). */
static int64_t take_pairs(Company *all, uint32_t a, uint32_t host, int64_t *out)
{
    int64_t taken = 0;
    for (int64_t i = all->begins[a]; i < all->begins[a + 1]; i++) {
        if (all->taken[all->place[i]] || (host && all->near[all->other[i]] != host))
            continue;
        all->taken[all->place[i]] = 1;
        out[taken++] = all->place[i];
    }
    return taken;
}

static void go_round(Company *all, const uint32_t *visits, const uint64_t *pairs, int64_t n, int64_t *out)
{
    int64_t used = 0;
    for (int64_t v = 0; v < all->count; v++) {
        uint32_t host = visits[v];
        if (is_hub(all, host))
            continue;
        int64_t first = used, end = used += take_pairs(all, host, 0, out + used);
        for (int64_t i = first; i < end; i++)
            all->near[(uint32_t)(pairs[out[i]] >> 32) ^ (uint32_t)pairs[out[i]] ^ host] = host + 1;
        for (int64_t i = first; i < end - (end - first == 1); i++) {
            uint32_t guest = (uint32_t)(pairs[out[i]] >> 32) ^ (uint32_t)pairs[out[i]] ^ host;
            if (!is_hub(all, guest))
                used += take_pairs(all, guest, host + 1, out + used);
        }
    }
    for (int64_t i = 0; i < n; i++)
        if (!all->taken[i])
            out[used++] = i;
}

static bool names_others(const uint64_t *pairs, Py_ssize_t n, const uint32_t *visits, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < n; i++)
        if (pairs[i] >> 32 >= (uint64_t)count || (pairs[i] & UINT32_MAX) >= (uint64_t)count)
            return false;
    for (Py_ssize_t i = 0; i < count; i++)
        if (visits[i] >= (uint64_t)count)
            return false;
    return true;
}

/* tour(pairs, visits, most)

   Where the uint64 pairs stand in a tour of the articles, in the order of `visits` (uint32, each number
   once): int64.  An article with more than `most` pairs is a hub and is not visited. */
PyObject *dedup_tour(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *first, *second, *result = NULL;
    Py_buffer pairs, visits;
    Company all = {0};
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "OOn:tour", &first, &second, &most))
        return NULL;
    Py_ssize_t n = dedup_items(first, &pairs, sizeof(uint64_t), "pairs");
    if (n < 0)
        return NULL;
    Py_ssize_t count = dedup_items(second, &visits, sizeof(uint32_t), "visits");
    if (count >= 0) {
        all.count = count;
        all.most = most;
        all.begins = PyMem_RawCalloc((size_t)count + 2, sizeof *all.begins);
        all.other = PyMem_RawMalloc((2 * (size_t)n + 1) * sizeof *all.other);
        all.place = PyMem_RawMalloc((2 * (size_t)n + 1) * sizeof *all.place);
        all.near = PyMem_RawCalloc((size_t)count + 1, sizeof *all.near);
        all.taken = PyMem_RawCalloc((size_t)n + 1, 1);
        bool room = all.begins && all.other && all.place && all.near && all.taken;
        if (!room)
            PyErr_NoMemory();
        else if (!names_others(pairs.buf, n, visits.buf, count))
            PyErr_SetString(PyExc_ValueError, "a pair or a visit names an article that is not there");
        else if ((result = PyBytes_FromStringAndSize(NULL, n * (Py_ssize_t)sizeof(int64_t))) != NULL) {
            int64_t *out = (int64_t *)PyBytes_AS_STRING(result);
            Py_BEGIN_ALLOW_THREADS;
            company_made(&all, pairs.buf, n);
            go_round(&all, visits.buf, pairs.buf, n, out);
            Py_END_ALLOW_THREADS;
        }
        company_free(&all);
        PyBuffer_Release(&visits);
    }
    PyBuffer_Release(&pairs);
    return result;
}

/* Ends of portions of the pairs, written to `ends`; how many, or -1 where a pair names an unknown article. */
static Py_ssize_t cut(const uint64_t *pairs, Py_ssize_t n, const int32_t *words, Py_ssize_t count, Py_ssize_t most_pairs,
                      int64_t most_words, uint32_t *seen, int64_t *ends)
{
    Py_ssize_t cuts = 0, first = 0;
    int64_t held = 0;
    uint32_t portion = 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        uint64_t low = pairs[i] >> 32, high = pairs[i] & UINT32_MAX;
        if (low >= (uint64_t)count || high >= (uint64_t)count)
            return -1;
        int64_t of_low = words[low], of_high = high == low ? 0 : words[high];
        int64_t more = (seen[low] == portion ? 0 : of_low) + (seen[high] == portion ? 0 : of_high);
        if (i > first && (i - first >= most_pairs || held + more > most_words)) {
            ends[cuts++] = first = i;
            portion++;
            held = 0;
            more = of_low + of_high;
        }
        held += more;
        seen[low] = seen[high] = portion;
    }
    ends[cuts++] = n;
    return cuts;
}

/* portions(pairs, words, most_pairs, most_words)

   Where to cut uint64 pairs so that each portion has at most so many, of articles that have together at
   most so many words (int32, one for each article); a single pair may have more.  int64: where each
   portion ends. */
PyObject *dedup_portions(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *first, *second, *result = NULL;
    Py_buffer pairs, words;
    Py_ssize_t most_pairs, count = -1, cuts = 0;
    long long most_words;
    if (!PyArg_ParseTuple(args, "OOnL:portions", &first, &second, &most_pairs, &most_words))
        return NULL;
    Py_ssize_t n = dedup_items(first, &pairs, sizeof(uint64_t), "pairs");
    if (n < 0)
        return NULL;
    count = dedup_items(second, &words, sizeof(int32_t), "words");
    if (count >= 0) {
        uint32_t *seen = PyMem_RawCalloc((size_t)count + 1, sizeof *seen);
        int64_t *ends = PyMem_RawMalloc(((size_t)n + 1) * sizeof *ends);
        if (seen == NULL || ends == NULL)
            PyErr_NoMemory();
        else {
            Py_BEGIN_ALLOW_THREADS;
            cuts = n ? cut(pairs.buf, n, words.buf, count, most_pairs, most_words, seen, ends) : 0;
            Py_END_ALLOW_THREADS;
            if (cuts < 0)
                PyErr_SetString(PyExc_ValueError, "a pair names an article that is not there");
            else
                result = PyBytes_FromStringAndSize((const char *)ends, cuts * (Py_ssize_t)sizeof *ends);
        }
        PyMem_RawFree(seen);
        PyMem_RawFree(ends);
        PyBuffer_Release(&words);
    }
    PyBuffer_Release(&pairs);
    return result;
}

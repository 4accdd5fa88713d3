/* Strands: which passages are one text, by the articles that carry their words.

   dedup/relations.py is the specification. */

#include "_engine.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct {
    const int32_t *sides, *blocks; /* 2 and 3 columns */
    const uint32_t *groups;
    const int64_t *begins;
    Py_ssize_t passages, articles, rows;
} Given;

typedef struct {
    int64_t *offset;  /* where the words of each article begin among all words */
    uint32_t *parent; /* of each word; NONE where it is in no passage */
    Py_ssize_t words;
} Words;

typedef struct { /* sets of groups; set n is items[begin[n]] to items[begin[n + 1]] */
    Buffer items, begin;
    uint32_t *table; /* open addressing: number of a set and one, 0 for nothing */
    Py_ssize_t count, room;
} Sets;

static const uint32_t NONE = UINT32_MAX;

static inline uint32_t root_of(uint32_t *parent, uint32_t word)
{
    while (parent[word] != word)
        word = parent[word] = parent[parent[word]];
    return word;
}

/* Whether all numbers are inside, and where the words of each article begin. */
static bool measure(const Given *given, Words *words)
{
    bool sound = given->begins[0] == 0 && given->begins[given->passages] == given->rows;
    for (Py_ssize_t p = 0; sound && p < given->passages; p++) {
        const int32_t *side = given->sides + 2 * p;
        sound = given->begins[p] < given->begins[p + 1] && given->begins[p + 1] <= given->rows;
        for (int s = 0; sound && s < 2; s++)
            sound = side[s] >= 0 && side[s] < given->articles;
        for (int64_t row = given->begins[p]; sound && row < given->begins[p + 1]; row++) {
            const int32_t *block = given->blocks + 3 * row;
            sound = block[0] >= 0 && block[1] >= 0 && block[2] >= 1;
            for (int s = 0; sound && s < 2; s++) {
                int64_t *length = &words->offset[side[s] + 1], end = (int64_t)block[s] + block[2];
                *length = end > *length ? end : *length;
            }
        }
    }
    for (Py_ssize_t n = 0; n < given->articles; n++)
        words->offset[n + 1] += words->offset[n];
    words->words = words->offset[given->articles];
    return sound && words->words < NONE;
}

/* Union-find over words with path halving (Tarjan, van Leeuwen 1984); the first stands for all. */
static void join(const Given *given, Words *words)
{
    uint32_t *parent = words->parent;
    memset(parent, 0xFF, (size_t)words->words * sizeof *parent);
    for (Py_ssize_t p = 0; p < given->passages; p++) {
        int64_t in_a = words->offset[given->sides[2 * p]], in_b = words->offset[given->sides[2 * p + 1]];
        for (int64_t row = given->begins[p]; row < given->begins[p + 1]; row++) {
            const int32_t *block = given->blocks + 3 * row;
            uint32_t one = (uint32_t)(in_a + block[0]), two = (uint32_t)(in_b + block[1]);
            for (int32_t n = 0; n < block[2]; n++, one++, two++) {
                if (parent[one] == NONE)
                    parent[one] = one;
                if (parent[two] == NONE)
                    parent[two] = two;
                uint32_t a = root_of(parent, one), b = root_of(parent, two);
                parent[a > b ? a : b] = a > b ? b : a;
            }
        }
    }
    for (Py_ssize_t word = 0; word < words->words; word++)
        if (parent[word] != NONE)
            parent[word] = parent[parent[word]]; /* the smaller ones are done */
}

static int ascending(const void *one, const void *two)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)two;
    return (a > b) - (a < b);
}

static inline const uint32_t *set_at(const Sets *sets, uint32_t number, Py_ssize_t *size)
{
    const int64_t *begin = (const int64_t *)sets->begin.items + number;
    *size = (Py_ssize_t)(begin[1] - begin[0]);
    return (const uint32_t *)sets->items.items + begin[0];
}

static uint64_t hash_of(const uint32_t *items, Py_ssize_t count)
{
    uint64_t hash = (uint64_t)count;
    for (Py_ssize_t i = 0; i < count; i++) {
        hash = (hash ^ items[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool grow(Sets *sets)
{
    Py_ssize_t room = sets->room ? 2 * sets->room : 64, size;
    uint32_t *table = PyMem_RawCalloc((size_t)room, sizeof *table);
    if (table == NULL)
        return false;
    for (uint32_t n = 0; n < sets->count; n++) {
        const uint32_t *items = set_at(sets, n, &size);
        uint64_t at = hash_of(items, size);
        while (table[at & (uint64_t)(room - 1)])
            at++;
        table[at & (uint64_t)(room - 1)] = n + 1;
    }
    PyMem_RawFree(sets->table);
    sets->table = table;
    sets->room = room;
    return true;
}

/* The number of a sorted set, which is added if it is new; NONE when there is no memory. */
static uint32_t number_of(Sets *sets, const uint32_t *items, Py_ssize_t count)
{
    if (2 * sets->count >= sets->room && !grow(sets))
        return NONE;
    uint64_t at = hash_of(items, count), mask = (uint64_t)(sets->room - 1);
    for (uint32_t found; (found = sets->table[at & mask]) != 0; at++) {
        Py_ssize_t size;
        const uint32_t *known = set_at(sets, found - 1, &size);
        if (size == count && memcmp(known, items, (size_t)count * sizeof *items) == 0)
            return found - 1;
    }
    Py_ssize_t bytes = count * (Py_ssize_t)sizeof *items;
    if (!buffer_reserve(&sets->items, bytes) || !buffer_reserve(&sets->begin, 2 * (Py_ssize_t)sizeof(int64_t)))
        return NONE;
    memcpy((char *)sets->items.items + sets->items.used, items, (size_t)bytes);
    sets->items.used += bytes;
    sets->table[at & mask] = (uint32_t)++sets->count;
    ((int64_t *)sets->begin.items)[sets->count] = sets->items.used / (Py_ssize_t)sizeof *items;
    sets->begin.used += (Py_ssize_t)sizeof(int64_t);
    return (uint32_t)sets->count - 1;
}

/* For each word that stands for others, in `set`, the set of groups that carry it. */
static bool carriers(const Given *given, const Words *words, uint32_t *set, Sets *sets)
{
    int64_t *end = PyMem_RawCalloc((size_t)words->words + 1, sizeof *end), all = 0;
    for (Py_ssize_t word = 0; end != NULL && word < words->words; word++)
        if (words->parent[word] != NONE)
            end[words->parent[word]]++;
    for (Py_ssize_t word = 0; end != NULL && word < words->words; word++) {
        int64_t count = end[word];
        end[word] = all;
        all += count;
    }
    uint32_t *group = PyMem_RawMalloc(((size_t)all + 1) * sizeof *group);
    uint32_t *sorted = PyMem_RawMalloc(((size_t)all + 1) * sizeof *sorted);
    bool done = end != NULL && group != NULL && sorted != NULL;
    for (Py_ssize_t n = 0; done && n < given->articles; n++)
        for (int64_t word = words->offset[n]; word < words->offset[n + 1]; word++)
            if (words->parent[word] != NONE)
                group[end[words->parent[word]]++] = given->groups[n];
    int64_t start = 0, before = 0, before_end = 0;
    uint32_t last = NONE;
    for (Py_ssize_t word = 0; done && word < words->words; word++) {
        if (words->parent[word] != (uint32_t)word)
            continue;
        int64_t count = end[word] - start;
        /* Most words have the carriers of the word before. */
        if (last == NONE || before_end - before != count ||
            memcmp(group + before, group + start, (size_t)count * sizeof *group) != 0) {
            memcpy(sorted, group + start, (size_t)count * sizeof *group);
            qsort(sorted, (size_t)count, sizeof *sorted, ascending);
            Py_ssize_t kept = 0;
            for (int64_t i = 0; i < count; i++)
                if (kept == 0 || sorted[kept - 1] != sorted[i])
                    sorted[kept++] = sorted[i];
            last = number_of(sets, sorted, kept);
            done = last != NONE;
        }
        before = start;
        before_end = start = end[word];
        set[word] = last;
    }
    PyMem_RawFree(end);
    PyMem_RawFree(group);
    PyMem_RawFree(sorted);
    return done;
}

/* Whether a set is to be preferred: more words, then more groups, then the smaller groups. */
static bool better(const Sets *sets, uint32_t one, uint32_t two, const uint32_t *times)
{
    if (times[one] != times[two])
        return times[one] > times[two];
    Py_ssize_t size, other;
    const uint32_t *a = set_at(sets, one, &size), *b = set_at(sets, two, &other);
    if (size != other)
        return size > other;
    for (Py_ssize_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return false;
}

/* The set that most words of each passage have. */
static bool choose(const Given *given, const Words *words, const uint32_t *set, const Sets *sets, uint32_t *out)
{
    uint32_t *times = PyMem_RawCalloc((size_t)sets->count + 1, sizeof *times);
    if (times == NULL)
        return false;
    for (Py_ssize_t p = 0; p < given->passages; p++) {
        int64_t in_a = words->offset[given->sides[2 * p]];
        uint32_t best = NONE;
        for (int pass = 0; pass < 3; pass++) /* count, choose, and forget */
            for (int64_t row = given->begins[p]; row < given->begins[p + 1]; row++) {
                const int32_t *block = given->blocks + 3 * row;
                for (int32_t n = 0; n < block[2]; n++) {
                    uint32_t found = set[words->parent[in_a + block[0] + n]];
                    if (pass == 0)
                        times[found]++;
                    else if (pass == 1 && found != best && (best == NONE || better(sets, found, best, times)))
                        best = found;
                    else if (pass == 2)
                        times[found] = 0;
                }
            }
        out[p] = best;
    }
    PyMem_RawFree(times);
    return true;
}

/* The sets that are chosen, in the order of their first passage; `out` has their numbers then. */
static PyObject *chosen(const Sets *sets, uint32_t *out, Py_ssize_t passages)
{
    uint32_t *number = PyMem_RawMalloc(((size_t)sets->count + 1) * sizeof *number);
    Buffer begins = {NULL, 0, 0}, items = {NULL, 0, 0};
    bool done = number != NULL && buffer_reserve(&begins, (Py_ssize_t)sizeof(int64_t));
    uint32_t count = 0;
    if (done) {
        memset(number, 0xFF, ((size_t)sets->count + 1) * sizeof *number);
        memset(begins.items, 0, sizeof(int64_t));
        begins.used = (Py_ssize_t)sizeof(int64_t);
    }
    for (Py_ssize_t p = 0; done && p < passages; p++) {
        uint32_t set = out[p];
        if (number[set] == NONE) {
            Py_ssize_t size;
            const uint32_t *groups = set_at(sets, set, &size);
            Py_ssize_t bytes = size * (Py_ssize_t)sizeof *groups;
            done = buffer_reserve(&items, bytes) && buffer_reserve(&begins, (Py_ssize_t)sizeof(int64_t));
            if (!done)
                break;
            memcpy((char *)items.items + items.used, groups, (size_t)bytes);
            items.used += bytes;
            int64_t end = items.used / (Py_ssize_t)sizeof *groups;
            memcpy((char *)begins.items + begins.used, &end, sizeof end);
            begins.used += (Py_ssize_t)sizeof end;
            number[set] = count++;
        }
        out[p] = number[set];
    }
    PyObject *result = NULL;
    if (done)
        result = Py_BuildValue("(y#y#)", begins.items, begins.used, items.items ? items.items : "", items.used);
    else
        PyErr_NoMemory();
    PyMem_RawFree(number);
    buffer_free(&begins);
    buffer_free(&items);
    return result;
}

static bool find(const Given *given, Words *words, Sets *sets, uint32_t *out)
{
    size_t size = ((size_t)words->words + 1) * sizeof(uint32_t);
    uint32_t *set = PyMem_RawMalloc(size);
    words->parent = PyMem_RawMalloc(size);
    bool done = set != NULL && words->parent != NULL && buffer_reserve(&sets->begin, (Py_ssize_t)sizeof(int64_t));
    if (done) {
        memset(sets->begin.items, 0, sizeof(int64_t));
        sets->begin.used = (Py_ssize_t)sizeof(int64_t);
        join(given, words);
        done = carriers(given, words, set, sets) && choose(given, words, set, sets, out);
    }
    PyMem_RawFree(set);
    return done;
}

static PyObject *strands_of(const Given *given)
{
    Words words = {NULL, NULL, 0};
    Sets sets = {{NULL, 0, 0}, {NULL, 0, 0}, NULL, 0, 0};
    PyObject *numbers = PyBytes_FromStringAndSize(NULL, given->passages * (Py_ssize_t)sizeof(uint32_t));
    PyObject *result = NULL, *found = NULL;
    bool sound = true, done = false;
    words.offset = PyMem_RawCalloc((size_t)given->articles + 2, sizeof(int64_t));
    if (numbers != NULL && words.offset != NULL) {
        uint32_t *out = (uint32_t *)PyBytes_AS_STRING(numbers);
        Py_BEGIN_ALLOW_THREADS;
        sound = measure(given, &words);
        done = sound && find(given, &words, &sets, out);
        Py_END_ALLOW_THREADS;
        if (done)
            found = chosen(&sets, out, given->passages);
        else if (!sound)
            PyErr_SetString(PyExc_ValueError, "a passage names words or articles that are not there");
    }
    if (found != NULL) {
        result = Py_BuildValue("(OOO)", numbers, PyTuple_GET_ITEM(found, 0), PyTuple_GET_ITEM(found, 1));
        Py_DECREF(found);
    } else if (!PyErr_Occurred())
        PyErr_NoMemory();
    Py_XDECREF(numbers);
    PyMem_RawFree(words.offset);
    PyMem_RawFree(words.parent);
    PyMem_RawFree(sets.table);
    buffer_free(&sets.items);
    buffer_free(&sets.begin);
    return result;
}

/* strands(sides, groups, begins, blocks) -> (numbers, begins, groups)

   `sides` (int32, 2 columns): the articles of each passage; `groups` (uint32): the group of each
   article; passage p has the rows begins[p] to begins[p + 1] (int64) of `blocks` (int32, 3 columns:
   first word in each side, words).  For each passage the number of its set of groups (uint32); sets in
   the order of their first passage: where each begins (int64) in all their groups (uint32). */
PyObject *dedup_strands(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *objects[4], *result = NULL;
    Py_buffer views[4];
    static const char *const names[] = {"sides", "groups", "begins", "blocks"};
    static const Py_ssize_t sizes[] = {2 * sizeof(int32_t), sizeof(uint32_t), sizeof(int64_t), 3 * sizeof(int32_t)};
    static const Py_ssize_t items[] = {sizeof(int32_t), sizeof(uint32_t), sizeof(int64_t), sizeof(int32_t)};
    Py_ssize_t counts[4];
    int open = 0;
    if (!PyArg_ParseTuple(args, "OOOO:strands", &objects[0], &objects[1], &objects[2], &objects[3]))
        return NULL;
    for (; open < 4; open++) {
        counts[open] = dedup_items(objects[open], &views[open], items[open], names[open]);
        if (counts[open] < 0)
            break;
        counts[open] = views[open].len / sizes[open];
        if (views[open].len % sizes[open]) {
            PyErr_Format(PyExc_ValueError, "%s: no whole number of rows", names[open]);
            open++;
            break;
        }
    }
    if (open == 4 && !PyErr_Occurred()) {
        Given given = {views[0].buf, views[3].buf, views[1].buf, views[2].buf, counts[0], counts[1], counts[3]};
        if (counts[2] != counts[0] + 1)
            PyErr_SetString(PyExc_ValueError, "begins: not one more than there are passages");
        else
            result = strands_of(&given);
    }
    while (open-- > 0)
        PyBuffer_Release(&views[open]);
    return result;
}

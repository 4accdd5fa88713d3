/* Spelling: the C half of dedup/spelling.py, which is the specification.

   The rules and the list are set once, when the module is imported, and only read after that.  Most
   words are in no list and have no place where a rule begins; to see that is nearly all of the work,
   so a bit for each key of a listed word, and one pass over the bytes of a text for the beginnings of
   the four rules, leave few words to be looked at. */

#include "_engine.h"

#include <stdbool.h>

enum { MOST_RULES = 4, LONGEST_PART = 15, LONGEST_WORD = 64, FILTER_BITS = 16, CHUNK = 1024 };

typedef struct {
    uint8_t found[LONGEST_PART + 1], put[LONGEST_PART + 1];
    uint8_t in_found, in_put;
    size_t before;
} Rule;

typedef struct { /* a listed word: where it and its spelling stand in the pool; no bytes where the slot is empty */
    uint64_t key, put_key;
    uint32_t word, put;
    uint8_t in_word, in_put;
} Form;

static struct {
    Rule rules[MOST_RULES];
    Form *forms;
    size_t mask;
    Buffer pool;
    int rules_count;
    size_t longest;
    uint64_t filter[1 << (FILTER_BITS - 6)];
    bool set;
} known;

/* The key of one word, behind which SLACK bytes may be read. */
static inline uint64_t key_of(const uint8_t *word, size_t size)
{
    int64_t bounds[2] = {0, (int64_t)size + 1};
    uint64_t key;
    dedup_word_keys(word, bounds, 1, &key);
    return key;
}

static inline bool may_be_listed(uint64_t key)
{
    size_t bit = key >> (64 - FILTER_BITS);
    return known.filter[bit / 64] >> bit % 64 & 1;
}

static const Form *listed(uint64_t key, const uint8_t *word, size_t size)
{
    if (!known.set)
        return NULL;
    for (size_t slot = key & known.mask; known.forms[slot].in_word; slot = (slot + 1) & known.mask) {
        const Form *form = &known.forms[slot];
        if (form->key == key && form->in_word == size &&
            !memcmp((const uint8_t *)known.pool.items + form->word, word, size))
            return form;
    }
    return NULL;
}

/* Where a rule holds in a word, or -1. */
static Py_ssize_t place_for(const Rule *rule, const uint8_t *word, size_t size)
{
    if (size < rule->before + rule->in_found)
        return -1;
    size_t last = size - rule->in_found;
    for (size_t place = rule->before; place <= last; place++) {
        size_t n = 0;
        while (n < rule->in_found && word[place + n] == rule->found[n])
            n++;
        if (n == rule->in_found)
            return (Py_ssize_t)place;
    }
    return -1;
}

/* Brings a word of at most `longest` bytes into the spelling that the rules give it; its new size. */
static size_t apply_rules(uint8_t *word, size_t size)
{
    for (size_t n = 0; n < size; n++) {
        if (word[n] >= 0x80)
            return size;
    }
    for (int n = 0; n < known.rules_count; n++) {
        const Rule *rule = &known.rules[n];
        Py_ssize_t place = place_for(rule, word, size);
        if (place < 0)
            continue;
        size_t behind = (size_t)place + rule->in_found;
        memcpy(word + place, rule->put, rule->in_put);
        memmove(word + place + rule->in_put, word + behind, size - behind);
        size -= (size_t)rule->in_found - rule->in_put;
    }
    return size;
}

/* Writes the spelling that counts of a word of at most LONGEST_WORD bytes, behind which SLACK bytes may be read;
   its size. */
static size_t spell(const uint8_t *word, size_t size, uint8_t *out)
{
    uint64_t key = key_of(word, size);
    const Form *form = may_be_listed(key) ? listed(key, word, size) : NULL;
    if (form) {
        memcpy(out, (const uint8_t *)known.pool.items + form->put, form->in_put);
        return form->in_put;
    }
    memcpy(out, word, size);
    return size > known.longest ? size : apply_rules(out, size);
}

static size_t spell_copy(const uint8_t *word, size_t size, uint8_t *out)
{
    uint8_t copy[LONGEST_WORD + SLACK] = {0};
    memcpy(copy, word, size);
    return spell(copy, size, out);
}

int dedup_same_spelling(const uint8_t *one, size_t in_one, const uint8_t *two, size_t in_two)
{
    uint8_t spelled_one[LONGEST_WORD], spelled_two[LONGEST_WORD];
    if (in_one > LONGEST_WORD || in_two > LONGEST_WORD)
        return 0;
    size_t size = spell_copy(one, in_one, spelled_one);
    return spell_copy(two, in_two, spelled_two) == size && !memcmp(spelled_one, spelled_two, size);
}

/* Sets bit n of the mark of each byte at which what rule n looks for begins, by three of its bytes; reads two
   behind the last. */
DEDUP_CLONES static void mark(const uint8_t *bytes, Py_ssize_t count, uint8_t *marks)
{
    uint8_t first[MOST_RULES], second[MOST_RULES], third[MOST_RULES], any[MOST_RULES];
    for (int n = 0; n < MOST_RULES; n++) {
        first[n] = known.rules[n].found[0];
        second[n] = known.rules[n].found[1];
        third[n] = known.rules[n].found[2];
        any[n] = third[n] == 0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        uint8_t found = 0;
        for (int n = 0; n < MOST_RULES; n++)
            found |= (uint8_t)(((bytes[i] == first[n]) & (bytes[i + 1] == second[n]) &
                                ((bytes[i + 2] == third[n]) | any[n]))
                               << n);
        marks[i] = found;
    }
}

/* Whether the rule that marked a byte holds there: all of what it looks for, and enough letters before. */
static inline bool holds(const uint8_t *folded, Py_ssize_t place, const Rule *rule)
{
    bool inside = place >= (Py_ssize_t)rule->before;
    for (size_t n = 1; inside && n <= rule->before; n++)
        inside = folded[place - (Py_ssize_t)n] != ' ';
    for (size_t n = 3; inside && n < rule->in_found; n++)
        inside = folded[place + (Py_ssize_t)n] == rule->found[n];
    return inside;
}

/* Gives the word that a byte is of the key of its spelling. */
static void spell_key(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, Py_ssize_t place, uint64_t *keys)
{
    uint8_t spelled[LONGEST_WORD + SLACK];
    Py_ssize_t word = 0, end = words;
    while (end - word > 1) {
        Py_ssize_t middle = word + (end - word) / 2;
        if (bounds[middle] <= place)
            word = middle;
        else
            end = middle;
    }
    size_t size = (size_t)(bounds[word + 1] - bounds[word] - 1);
    if (size > known.longest)
        return;
    size_t now = spell(folded + bounds[word], size, spelled);
    memset(spelled + now, 0, SLACK);
    keys[word] = key_of(spelled, now);
}

void dedup_spell_keys(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, uint64_t *keys)
{
    uint8_t marks[CHUNK];
    if (!known.set || !words)
        return;
    for (Py_ssize_t n = 0; n < words; n++) {
        if (may_be_listed(keys[n])) {
            const Form *form = listed(keys[n], folded + bounds[n], (size_t)(bounds[n + 1] - bounds[n] - 1));
            if (form)
                keys[n] = form->put_key;
        }
    }
    Py_ssize_t bytes = (Py_ssize_t)bounds[words];
    for (Py_ssize_t start = 0; start < bytes; start += CHUNK) {
        Py_ssize_t count = bytes - start < CHUNK ? bytes - start : CHUNK;
        mark(folded + start, count, marks);
        memset(marks + count, 0, (size_t)(CHUNK - count));
        for (Py_ssize_t eight = 0; eight < count; eight += 8) {
            for (uint64_t left = load64(marks + eight); left; left &= left - 1) {
                Py_ssize_t place = start + eight + trailing_zeros(left) / 8;
                if (holds(folded, place, &known.rules[trailing_zeros(left) % 8]))
                    spell_key(folded, bounds, words, place, keys);
            }
        }
    }
}

/* ---- what is set */

static bool read_part(PyObject *item, uint8_t *part, uint8_t *size)
{
    Py_ssize_t length;
    const char *bytes = PyUnicode_AsUTF8AndSize(item, &length);
    if (bytes == NULL)
        return false;
    if (length < 1 || length > LONGEST_PART) {
        PyErr_Format(PyExc_ValueError, "%R: a part of a rule has 1 to %d bytes", item, LONGEST_PART);
        return false;
    }
    memcpy(part, bytes, (size_t)length);
    *size = (uint8_t)length;
    return true;
}

static bool read_rule(PyObject *item, Rule *rule)
{
    PyObject *found, *put;
    Py_ssize_t before;
    if (!PyArg_ParseTuple(item, "UUn:rule", &found, &put, &before) ||
        !read_part(found, rule->found, &rule->in_found) || !read_part(put, rule->put, &rule->in_put))
        return false;
    if (before < 2 || rule->in_found < 2 || rule->in_put > rule->in_found) {
        PyErr_Format(PyExc_ValueError, "rule %R: 2 letters before it at least, 2 in it, and nothing gets longer", item);
        return false;
    }
    rule->before = (size_t)before;
    return true;
}

static bool put_word(PyObject *word, uint32_t *place, uint8_t *size, uint64_t *key)
{
    Py_ssize_t length;
    const char *bytes = PyUnicode_AsUTF8AndSize(word, &length);
    if (bytes == NULL)
        return false;
    if (length < 1 || length > LONGEST_WORD) {
        PyErr_Format(PyExc_ValueError, "%R: a listed word has 1 to %d bytes", word, LONGEST_WORD);
        return false;
    }
    if (!buffer_reserve(&known.pool, length + SLACK)) {
        PyErr_NoMemory();
        return false;
    }
    *place = (uint32_t)known.pool.used;
    *size = (uint8_t)length;
    uint8_t *copy = (uint8_t *)known.pool.items + known.pool.used;
    memcpy(copy, bytes, (size_t)length);
    memset(copy + length, 0, SLACK);
    *key = key_of(copy, (size_t)length);
    known.pool.used += length;
    return true;
}

static bool read_forms(PyObject *forms)
{
    PyObject *word, *put;
    Py_ssize_t at = 0;
    size_t slots = 64;
    while (slots < 4 * (size_t)PyDict_GET_SIZE(forms))
        slots *= 2;
    known.mask = slots - 1;
    known.forms = PyMem_RawCalloc(slots, sizeof(Form));
    if (known.forms == NULL) {
        PyErr_NoMemory();
        return false;
    }
    while (PyDict_Next(forms, &at, &word, &put)) {
        Form form = {0};
        if (!put_word(word, &form.word, &form.in_word, &form.key) || !put_word(put, &form.put, &form.in_put, &form.put_key))
            return false;
        size_t bit = form.key >> (64 - FILTER_BITS), slot = form.key & known.mask;
        known.filter[bit / 64] |= (uint64_t)1 << bit % 64;
        while (known.forms[slot].in_word)
            slot = (slot + 1) & known.mask;
        known.forms[slot] = form;
    }
    return true;
}

static bool read_rules(PyObject *rules)
{
    if (PyTuple_GET_SIZE(rules) > MOST_RULES) {
        PyErr_Format(PyExc_ValueError, "%zd rules, not %d at most", PyTuple_GET_SIZE(rules), MOST_RULES);
        return false;
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(rules); n++) {
        if (!read_rule(PyTuple_GET_ITEM(rules, n), &known.rules[known.rules_count++]))
            return false;
    }
    return true;
}

/* set_spellings(rules, forms, longest): once; later calls change nothing, because other threads may be reading */
PyObject *dedup_set_spellings(PyObject *self, PyObject *args)
{
    PyObject *rules, *forms;
    Py_ssize_t longest;
    (void)self;
    if (!PyArg_ParseTuple(args, "O!O!n:set_spellings", &PyTuple_Type, &rules, &PyDict_Type, &forms, &longest))
        return NULL;
    if (known.set)
        Py_RETURN_NONE;
    if (longest < 0 || longest > LONGEST_WORD)
        return PyErr_Format(PyExc_ValueError, "longest=%zd is not 0 to %d", longest, LONGEST_WORD);
    known.longest = (size_t)longest;
    if (read_rules(rules) && read_forms(forms)) {
        known.set = true;
        Py_RETURN_NONE;
    }
    PyMem_RawFree(known.forms);
    buffer_free(&known.pool);
    memset(&known, 0, sizeof known);
    return NULL;
}

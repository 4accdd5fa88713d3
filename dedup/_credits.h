/* What _credits.c, which finds the rows of a page, and _frames.c, which reads them, share. */
#ifndef DEDUP_CREDITS_H
#define DEDUP_CREDITS_H

#include "_engine.h"

enum { PLAIN = 0xe000, MARKS = 5, KINDS = 12, SIGNS = 1 << 16 };

enum { SERVICE = 1, AMBIGUOUS, GENERIC, PUBLISHER }; /* strengths of names, in the order of their marks behind PLAIN */

enum { OTHER_WIRE, PHOTO_AGENCY, RELEASE_WIRE, NEWS_SERVICE, BROADCASTER }; /* dedup.credit_page.TOLD_APART */

enum { ASK_FRAME, ASK_ODD, ASK_OTHERS, ASK_NAMELESS, ASKS }; /* what is asked of Python */

/* Roles and names of attributes, each as one object. */
enum {
    W_ORIGIN, W_CO_ORIGIN, W_PHOTO, W_PRESS_RELEASE, W_CONTRIBUTOR, W_GENERIC_WIRE, W_OWN_STAFF, W_MENTION, W_RIGHTS,
    W_SPAN, W_MATCH, W_SEARCH, W_FINDITER, W_LOWER, W_PATTERN, W_REST, W_LAST, W_LEAD, W_CAPTION, WORDS
};

typedef struct {
    const Py_UCS4 *chars;
    Py_ssize_t length;
    int people;       /* also a given name */
    int link;         /* also a link that pages have */
    Py_UCS4 mark;     /* 0: it means something else, and hides names */
    int kind;         /* of its wire */
    PyObject *wire, *strength; /* wires are interned: equal ones are one object */
} Spelling;

typedef struct {
    Py_ssize_t first, count; /* spellings; none: worth a look though it names nobody */
    int torn, slow;          /* a damaged name, which stands in damaged lines only; left to Python */
} Meaning;

typedef struct {
    Py_ssize_t head_prose, paragraph, tail_lines, alone, alone_from, near, stamp, running, most;
    unsigned int cut, signs, body, caption, byline;
} Measures;

/* A frame, see dedup.credit_frames.Form; what it is is asked when a line first may fit it. */
typedef struct {
    PyObject *of;                          /* the form in Python, which has its patterns; NULL before */
    PyObject *rule, *role, *implied, *who; /* implied may be None; who is a name, or 0 for the whole match */
    PyObject *starts, *capitals;           /* tuples of strings */
    uint64_t begin[2];                     /* a bit for each ASCII character with which a start may begin */
    int unit, anchored, alone, dateline, on_air, special;
} Frame;

/* Nothing in it changes once it is made, but for frames, which are filled in while Python's lock is held; so threads
   may share it. */
typedef struct {
    Spelling *spellings;
    Meaning *meanings;
    Py_ssize_t in_spellings, in_meanings;
    Py_UCS4 *pool;
    uint16_t plain[SIGNS];
    PyTypeObject *type;       /* of names */
    PyObject *gates;          /* for a line, and for running text */
    PyObject *standing;       /* for each kind, head and tail a byte for each pattern: whether it may stand there */
    const Literals *gate[2];
    const char *stands[4 * KINDS];
    Measures m;
    PyObject *asks;           /* functions */
    PyObject *small;          /* words that are no capitals in a place */
    PyObject *zero, *word[WORDS];
    Frame *frames;
    Py_ssize_t in_frames;
} Wires;

typedef struct {
    Py_ssize_t start, end;
    const Spelling *spelling;
} Named; /* within its line */

typedef struct { /* a line that may hold a credit */
    Py_ssize_t line, start, size; /* its number, and its place in the text */
    Py_ssize_t plain;             /* where its characters begin, plain ones and masked ones */
    Py_ssize_t first, names;
    int nameless, spelled;        /* worth a look without a name; some name is spelled in it, if as part of a word */
    int kept, head, tail, placed;
    unsigned kind;
    Py_ssize_t able, patterns; /* the numbers of those that can match and may stand there */
} Found;

typedef struct { /* one page */
    PyObject *text; /* borrowed from a tuple of our own, as are the rest */
    int kind;
    const void *data;
    const Look *looks;
    const char *kinds;
    const int32_t *pairs; /* a line and a literal */
    Py_ssize_t lines, literals;
    Py_ssize_t first, found; /* its lines */
    int slow;                /* it is left to Python */
} Sheet;

typedef struct {
    const Wires *w;
    Buffer plain, masked, names, found, able; /* Py_UCS4 twice, Named, Found, int32 */
    Search gates[2];
} Rows;

/* The credits of a line: a list of tuples, wire, role, start, end and rule; None if the line is left to Python; NULL
   with an exception set. */
PyObject *dedup_read_row(const Rows *r, const Sheet *sheet, const Found *found);
/* Whether a neighbour of the line, if it is near and not long, names a wire in full. */
int dedup_is_supported(const Rows *r, const Sheet *sheet, const Found *found, const PyObject *wire);
/* Makes ready for frames; 0 with an exception set.  To be cleared either way. */
int dedup_frames_open(Wires *w);
void dedup_frames_clear(Wires *w);

#endif

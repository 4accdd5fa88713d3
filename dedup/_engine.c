/* The module dedup._engine: what its C files offer to dedup.native. */

#include "_engine.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

Py_ssize_t dedup_items(PyObject *object, Py_buffer *view, Py_ssize_t itemsize, const char *name)
{
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) {
        if (PyErr_ExceptionMatches(PyExc_BufferError)) /* not contiguous: the caller's mistake */
            PyErr_Format(PyExc_ValueError, "%s must be contiguous", name);
        return -1;
    }
    if (view->len % itemsize || (uintptr_t)view->buf % (uintptr_t)itemsize) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes are no aligned array of %zd-byte items", name, view->len,
                     itemsize);
        PyBuffer_Release(view);
        return -1;
    }
    return view->len / itemsize;
}

/* keep_memory()
   What is given back stays with the process, up to 64 MB, for what it asks for next: it works on one portion after the
   other, and of what thousands of checks take some hundredths are to get the same pages anew. */
static PyObject *keep_memory(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
    Py_RETURN_NONE;
}

/* ---- The module ---- */

static PyMethodDef methods[] = {
    {"set_table", dedup_set_table, METH_VARARGS, NULL},
    {"set_spellings", dedup_set_spellings, METH_VARARGS, NULL},
    {"fold", dedup_fold, METH_VARARGS, NULL},
    {"shingle_hashes", dedup_shingle_hashes, METH_VARARGS, NULL},
    {"count_alone", dedup_count_alone, METH_VARARGS, NULL},
    {"signature", dedup_signature, METH_VARARGS, NULL},
    {"signature_plain", dedup_signature_plain, METH_VARARGS, NULL},
    {"anchors", dedup_anchors, METH_VARARGS, NULL},
    {"align", dedup_align, METH_VARARGS, NULL},
    {"resemblance", dedup_resemblance, METH_VARARGS, NULL},
    {"sketches", dedup_sketches, METH_VARARGS, NULL},
    {"shelf", dedup_shelf, METH_NOARGS, NULL},
    {"comparisons", dedup_comparisons, METH_VARARGS, NULL},
    {"alike", dedup_alike, METH_VARARGS, NULL},
    {"pairs", dedup_pairs, METH_VARARGS, NULL},
    {"renumber", dedup_renumber, METH_VARARGS, NULL},
    {"roots", dedup_roots, METH_VARARGS, NULL},
    {"tour", dedup_tour, METH_VARARGS, NULL},
    {"portions", dedup_portions, METH_VARARGS, NULL},
    {"places", dedup_places, METH_VARARGS, NULL},
    {"strands", dedup_strands, METH_VARARGS, NULL},
    {"names", dedup_names, METH_VARARGS, NULL},
    {"nearby", dedup_nearby, METH_VARARGS, NULL},
    {"lexicon", dedup_lexicon, METH_VARARGS, NULL},
    {"look", dedup_look, METH_VARARGS, NULL},
    {"quotations", dedup_quotations, METH_VARARGS, NULL},
    {"plain", dedup_plain, METH_O, NULL},
    {"judgements", dedup_judgements, METH_VARARGS, NULL},
    {"notes", dedup_notes, METH_VARARGS, NULL},
    {"lines", dedup_lines, METH_VARARGS, NULL},
    {"pages", dedup_pages, METH_VARARGS, NULL},
    {"literals", dedup_literals, METH_VARARGS, NULL},
    {"occurring", dedup_occurring, METH_VARARGS, NULL},
    {"holding", dedup_holding, METH_VARARGS, NULL},
    {"judge", dedup_judge, METH_VARARGS, NULL},
    {"edges", dedup_edges, METH_VARARGS, NULL},
    {"body", dedup_body, METH_VARARGS, NULL},
    {"dated", dedup_dated, METH_VARARGS, NULL},
    {"wires", dedup_wires, METH_VARARGS, NULL},
    {"rows", dedup_rows, METH_VARARGS, NULL},
    {"keep_memory", keep_memory, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static void free_module(void *module)
{
    Table *table = PyModule_GetState(module);
    if (table != NULL)
        dedup_table_clear(table);
}

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dedup._engine",
    .m_doc = "The C half of the engine; dedup.native makes it look like the reference.",
    .m_size = sizeof(Table),
    .m_methods = methods,
    .m_slots = slots,
    .m_free = free_module,
};

PyMODINIT_FUNC PyInit__engine(void)
{
    return dedup_draw_secrets() ? PyModuleDef_Init(&definition) : NULL;
}

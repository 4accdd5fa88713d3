/* What the C files of dedup._engine share.

   Arrays cross into Python as bytes that hold native-endian integers, and come back as any
   contiguous buffer, so NumPy's headers are not needed. */
#ifndef DEDUP_ENGINE_H
#define DEDUP_ENGINE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* Functions that must be specialised by their constant arguments. */
#if defined(__GNUC__) || defined(__clang__)
#define DEDUP_INLINE static inline __attribute__((always_inline))
#else
#define DEDUP_INLINE static inline
#endif

/* One body compiled twice, for AVX2 and for any machine; the loader picks.  Needs ifunc: glibc and
   gcc, or clang from 14.  Elsewhere there is one version, which the compiler vectorises for its
   baseline (NEON on aarch64, SSE4.1 on macOS). */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(DEDUP_ONE_CLONE) && \
    ((defined(__GNUC__) && !defined(__clang__)) || (defined(__clang_major__) && __clang_major__ >= 14))
#define DEDUP_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define DEDUP_CLONES
#endif

/* A buffer read as an array of `itemsize` bytes an item; `name` is for the message.  Gives the
   number of items, or -1 with an exception set (and then the view needs no release). */
Py_ssize_t dedup_items(PyObject *object, Py_buffer *view, Py_ssize_t itemsize, const char *name);

/* In _align.c. */
PyObject *dedup_align(PyObject *self, PyObject *args);
PyObject *dedup_resemblance(PyObject *self, PyObject *args);

/* In _lines.c. */
PyObject *dedup_lines(PyObject *self, PyObject *args);
PyObject *dedup_literals(PyObject *self, PyObject *args);
PyObject *dedup_occurring(PyObject *self, PyObject *args);

/* In _judge.c. */
PyObject *dedup_judge(PyObject *self, PyObject *args);

#endif

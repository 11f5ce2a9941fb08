#define _GNU_SOURCE 1
#include "include/CAllocations.h"
#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Thread_local uint64_t count __attribute__((tls_model("initial-exec")));

uint64_t unmask_allocations(void) { return count; }

void *malloc(size_t bytes) {
    count++;
    return __libc_malloc(bytes);
}

void *calloc(size_t items, size_t bytes) {
    count++;
    return __libc_calloc(items, bytes);
}

void *realloc(void *block, size_t bytes) {
    count++;
    return __libc_realloc(block, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    count++;
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **block, size_t alignment, size_t bytes) {
    count++;
    *block = __libc_memalign(alignment, bytes);
    return *block ? 0 : ENOMEM;
}

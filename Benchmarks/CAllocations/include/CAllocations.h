#pragma once
#include <stdint.h>

// Calls of malloc, calloc, realloc and the aligned ones that this thread has made since it began. Exact: the program's
// own definitions stand before the C library's.
uint64_t unmask_allocations(void);

#pragma once
// Without _GNU_SOURCE, as the toolchain's Glibc module is: zlib.h brings sys/select.h, and fd_set must not differ.
#include <zlib.h>

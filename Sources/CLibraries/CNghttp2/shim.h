#pragma once
// Without _GNU_SOURCE, as the toolchain's Glibc module is: sys/types.h brings sys/select.h, and fd_set must not differ.
#include <nghttp2/nghttp2.h>

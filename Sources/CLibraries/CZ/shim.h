#define _GNU_SOURCE 1
#pragma once
#include <zlib.h>

#pragma once
#define _GNU_SOURCE 1
#include <lz4.h>

#define _GNU_SOURCE 1
#pragma once
#include <sqlite3.h>

#define _GNU_SOURCE 1
#pragma once
#include <event2/event.h>

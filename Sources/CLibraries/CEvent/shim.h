#pragma once
#define _GNU_SOURCE 1
#include <event2/event.h>

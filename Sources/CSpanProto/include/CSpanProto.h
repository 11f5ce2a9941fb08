#include "common.pb-c.h"
#include "logs.pb-c.h"
#include "native.pb-c.h"
#include "trace.pb-c.h"

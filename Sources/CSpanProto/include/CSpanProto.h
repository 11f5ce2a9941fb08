#include "native.pb-c.h"

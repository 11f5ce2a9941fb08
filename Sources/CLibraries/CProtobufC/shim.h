#define _GNU_SOURCE 1
#pragma once
#include <protobuf-c/protobuf-c.h>

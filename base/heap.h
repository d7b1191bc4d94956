#pragma once
// How the heap of a program that reads feeds is set up.

#include <malloc.h>

namespace tributary {

/// Bodies and rendered pages go back to the system when they are done with; the small change of
/// parsing stays, instead of being given back and fetched again for each document. Called first.
inline void keep_small_change() {
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

}  // namespace tributary

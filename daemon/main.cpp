#include <malloc.h>

#include "daemon/commands/command_line.h"

int main(int argc, char** argv) {
    // Bodies and rendered pages go back to the system when they are done with; the small change of
    // parsing stays, instead of being given back and fetched again for each document.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    return tributary::daemon::run_command_line(argc, argv);
}

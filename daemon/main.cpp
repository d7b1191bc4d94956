#include "base/heap.h"
#include "daemon/commands/command_line.h"

int main(int argc, char** argv) {
    tributary::keep_small_change();
    return tributary::daemon::run_command_line(argc, argv);
}

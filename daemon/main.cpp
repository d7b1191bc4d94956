#include "daemon/commands/command_line.h"

int main(int argc, char** argv) {
    return tributary::daemon::run_command_line(argc, argv);
}

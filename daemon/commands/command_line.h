#pragma once

namespace tributary::daemon {

/// The program: reads the arguments, runs a command, turns what it throws into one sentence on
/// stderr and a sysexits code.
int run_command_line(int argc, char** argv);

}  // namespace tributary::daemon

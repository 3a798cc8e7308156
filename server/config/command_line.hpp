#pragma once

#include <optional>
#include <string>

#include "audit/command.hpp"
#include "config/settings.hpp"
#include "signing/key_command.hpp"

namespace hallpass::server {

/// What the command line, `HALLPASS_*` variables and `--config FILE` ask for, in that order of
/// precedence.
struct Command {
    enum class Kind { serve, check, import, keys, audit };
    Kind kind = Kind::serve;
    Settings settings;
    std::string import_file;
    AuditCommand audit;
    KeyCommand keys;
};

/// @returns nothing where there is only an exit code to give (help, version, a usage error),
///          which has been explained on the terminal then
std::optional<Command> parse_command_line(int argc, char** argv, int& exit_code);

}  // namespace hallpass::server

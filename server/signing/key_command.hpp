#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hallpass/token.hpp"

namespace CLI {
class App;
}

namespace hallpass::server {

struct Settings;

/// `hallpassd keys generate`, `list`, `rotate`, `retire` and `export-jwks`.
struct KeyCommand {
    enum class Kind { generate, list, rotate, retire, export_jwks };
    Kind kind = Kind::list;
    Algorithm algorithm = Algorithm::EdDSA;
    std::string secret_file;  ///< generate: an HS256 secret that exists already
    std::vector<std::string>
        command;  ///< generate: the program that holds the key, and its arguments
    std::int64_t command_timeout_ms = 5000;
    std::string public_jwk_file;  ///< generate: of the command's key
    std::string key_id;           ///< rotate (empty: the newest waiting key), retire
    bool receipts = false;        ///< rotate: the key of consent receipts instead
    bool force = false;           ///< retire: ends the sessions of its live tokens
    bool shared_secrets = false;  ///< export-jwks: HS256 secrets instead of public keys
    std::string output;           ///< export-jwks: empty for standard output
};

/// Adds the sub-command with its own sub-commands.
CLI::App* add_key_command(CLI::App& app, KeyCommand& command);

/// Runs it; what it has to tell goes to standard output. A running server notices within a second.
/// @returns the exit code: 0
/// @throws KeyFault, StoreFault
int run_key_command(const KeyCommand& command, const Settings& settings);

}  // namespace hallpass::server

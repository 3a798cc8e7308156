#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/json.hpp"

namespace hallpass::server {

/// A program that holds a private key (a hardware module, a key service) and signs with it: it
/// gets the bytes to sign on standard input and writes the raw signature to standard output.
///
/// It is started directly, never through a shell, with PATH alone in its environment, no files of
/// ours open and in a process group of its own, which is killed when its time is up.
struct SigningCommand {
    std::vector<std::string> arguments;  ///< the program's absolute path, and what follows it
    std::chrono::milliseconds timeout{5000};

    /// @returns what it wrote
    /// @throws KeyFault command_failed: it cannot be started, does not end in time, ends with
    ///         another code than 0, or writes more than a signature can be
    std::string run(std::string_view input) const;

    /// `"command"` and `"timeoutMs"` of a key in the key file; `SigningKey::behind` judges them.
    static SigningCommand from_kept(json::Value jwk);
};

}  // namespace hallpass::server

#pragma once

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "signing/key_fault.hpp"
#include "signing/key_file.hpp"

namespace hallpass::server::test {

/// A folder with a database and keys of its own.
struct Place {
    TemporaryFolder folder;
    std::string database = "sqlite:" + folder.file("hall.db");

    std::vector<std::string> keys(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--database", database, "keys"});
        return arguments;
    }
    Outcome run(std::vector<std::string> arguments) const { return hallpassd(keys(arguments)); }
    /// The first line that a command printed.
    std::string kid(std::vector<std::string> arguments) const {
        const auto outcome = run(std::move(arguments));
        INFO(outcome.output);
        REQUIRE(outcome.exit_code == 0);
        return outcome.output.substr(0, outcome.output.find('\n'));
    }
    std::string write(const std::string& name, const std::string& text, mode_t mode) const {
        const auto file = folder.file(name);
        std::ofstream{file} << text;
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        return file;
    }
    KeyFile file() const { return KeyFile{folder.file("hall.db.keys.json")}; }
    std::vector<std::string> serve() const {
        return {"serve", "--port", "0", "--demo", "--database", database};
    }
};

inline bool refused_as(const Outcome& outcome, KeyProblem problem) {
    INFO(outcome.output);
    return outcome.exit_code == 1 &&
           outcome.output.starts_with("hallpassd: " + std::string{to_string(problem)} + ": ");
}

}  // namespace hallpass::server::test

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "test_server.hpp"

namespace hallpass::server::test {

/// What a program said, and how it ended.
struct Outcome {
    int exit_code = -1;  ///< 128 and the signal, where one ended it
    std::string output;  ///< standard output and standard error
};

/// Runs `hallpassd` with these arguments to its end.
Outcome hallpassd(const std::vector<std::string>& arguments);

/// A `hallpassd` process: whatever it is told to do, until it ends or is killed.
class HallpassProcess {
  public:
    /// What it writes to: a pipe, or a terminal as somebody who looks on has it.
    enum class Output { pipe, terminal };
    /// @param through a program that runs it in turn, with its own arguments
    explicit HallpassProcess(const std::vector<std::string>& arguments,
                             Output output = Output::pipe,
                             const std::vector<std::string>& through = {});
    ~HallpassProcess();
    HallpassProcess(const HallpassProcess&) = delete;
    HallpassProcess& operator=(const HallpassProcess&) = delete;

    /// Reads its output until a line holds `text`. @returns the line; "" where it ended before
    std::string line_with(const std::string& text);
    /// The port that a server says it listens on.
    std::uint16_t port();
    void signal(int number) const;
    pid_t id() const { return id_; }
    /// Waits for its end.
    Outcome finish();

  private:
    pid_t id_ = 0;
    int output_ = -1;
    std::string received_;
};

/// GET without a credential.
Reply get_from(std::uint16_t port, const std::string& path);

}  // namespace hallpass::server::test

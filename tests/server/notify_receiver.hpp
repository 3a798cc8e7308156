#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace hallpass::server::test {

/// A child process whose standard output is read line by line. It ends with the test.
class ChildProcess {
  public:
    explicit ChildProcess(const std::vector<std::string>& command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line that holds `part`; lines before it are dropped. Nothing where none comes in
    /// time or the process has ended.
    std::optional<std::string> line_with(const std::string& part,
                                         std::chrono::milliseconds at_most);
    /// SIGKILL, and gone when this returns.
    void kill();

  private:
    pid_t pid_ = 0;
    int input_ = -1, output_ = -1;
    std::string received_;
};

/// A mail or webhook server of tests/server/receivers, in a process of its own.
class Receiver {
  public:
    /// @param script "smtp" or "webhook"
    /// @param folder keeps its certificate
    /// @param options further JSON members, each with a comma before it
    Receiver(const std::string& script, const std::string& folder, const std::string& options = {});

    int port() const { return port_; }
    std::string port_option() const { return R"(,"port":)" + std::to_string(port_); }

    /// The next report of this kind ("mail", "held", "hook", "connection"), as JSON; "" where none
    /// comes in time.
    std::string next(const std::string& kind,
                     std::chrono::milliseconds at_most = std::chrono::seconds{20});
    /// Whether no such report comes for a while.
    bool stays_silent(const std::string& kind,
                      std::chrono::milliseconds during = std::chrono::milliseconds{300});
    void stop() { process_.kill(); }

  private:
    ChildProcess process_;
    int port_ = 0;
};

/// A string member of a report, unescaped.
std::string member(const std::string& report, const std::string& path);
/// A mail's body as it is read: quoted-printable undone.
std::string readable(const std::string& mail_text);

}  // namespace hallpass::server::test

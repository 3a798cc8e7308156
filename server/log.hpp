#pragma once

#include <boost/beast/http/verb.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class formatter;
class logger;
}  // namespace spdlog

namespace hallpass::server {

/// How the log is written: for people, or one JSON object a line.
enum class LogFormat { text, json };

/// `{"time":"2026-05-07T08:15:00.123Z","level":"info","message":…}` for each event, in UTC. Bytes
/// that are no UTF-8 are shown as `?`.
std::unique_ptr<spdlog::formatter> json_lines();

/// Everything logged from now on goes to standard error in that format.
void start_log(LogFormat format);

/// One line for each request that was answered: its route's pattern, never the path, the query, a
/// header, an address or who called.
class RequestLog {
  public:
    /// Writes where the log is written now.
    RequestLog(bool on, LogFormat format);

    struct Line {
        boost::beast::http::verb method{};
        std::string_view route;  ///< the pattern; empty: none was met
        unsigned status = 0;
        std::chrono::steady_clock::duration took{};
        std::size_t body_bytes = 0;
    };
    bool on() const { return logger_ != nullptr; }
    /// @param id what `next_id` gave
    void write(const Line& line, const std::string& id) const;
    /// Unlike every other request's of this process, and in all likelihood of every other process.
    std::string next_id() const;

  private:
    std::shared_ptr<spdlog::logger> logger_;  // nothing: off
    LogFormat format_;
    std::string process_;
    mutable std::atomic<std::uint64_t> requests_ = 0;
};

}  // namespace hallpass::server

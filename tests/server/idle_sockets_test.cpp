// 100,000 clients that connect and say nothing: those above the limit are told so and closed,
// those within keep their place and go on being served, the server stays small, and when they have
// gone it is as before. HALLPASS_IDLE_SOCKETS=100000 has them come; otherwise it is fewer.
#include <filesystem>
#include <fstream>

#include "event_stream.hpp"
#include "idle_crowd.hpp"
#include "kill_scene.hpp"
#include "rounds.hpp"

using namespace hallpass::server::test;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HALLPASS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HALLPASS_SANITIZED true
#endif
#endif
#ifndef HALLPASS_SANITIZED
#define HALLPASS_SANITIZED false
#endif

namespace {

// Sanitizers take more memory than the server.
constexpr bool sanitized = HALLPASS_SANITIZED;

// What the idle ones leave to others: a stream of events, and who asks all the while.
constexpr std::uint32_t kept_places = 2;
// For who says nothing.
constexpr auto patience = hallpass::server::Patience{}.idle;
constexpr int between_uses_ms = 10;
// What any server has open, or comes to have, beside its connections.
constexpr std::ptrdiff_t own_files = 100;
// Refused clients that are listened to until they have heard it.
constexpr std::ptrdiff_t lingering = 1'000;

/// A number of the process's status, in KiB.
std::int64_t kib_of(const HallpassProcess& server, const std::string& name) {
    std::ifstream status{"/proc/" + std::to_string(server.id()) + "/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1));
    }
    return 0;
}

std::ptrdiff_t files_of(const HallpassProcess& server) {
    namespace fs = std::filesystem;
    const fs::directory_iterator files{"/proc/" + std::to_string(server.id()) + "/fd"};
    return std::distance(fs::begin(files), fs::end(files));
}

/// A server, and somebody who uses it.
class Used {
  public:
    Used(const std::vector<std::string>& more, const std::vector<std::string>& through)
        : server_(with(scene_.serve(), more), HallpassProcess::Output::pipe, through),
          worker_(scene_.workers.front()),
          caller_(server_.port(), worker_.bearer),
          stream_(server_.port(), worker_.bearer) {
        use();
    }
    /// Changes something, and hears of it.
    void use() {
        REQUIRE(worker_.start(caller_));
        REQUIRE(worker_.end(caller_));
        REQUIRE(stream_.sees(worker_.ended.back()));
        stream_.forget();
    }
    HallpassProcess& server() { return server_; }

  private:
    static std::vector<std::string> with(std::vector<std::string> arguments,
                                         const std::vector<std::string>& more) {
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    const KillScene scene_;
    HallpassProcess server_;
    Worker worker_;
    KeptConnection caller_;
    Stream stream_;
};

/// @param places how many are served
/// @param all how many come
void check_crowd(Used& used, std::uint32_t places, std::uint32_t all) {
    using Expects = IdleCrowd::Expects;
    auto& server = used.server();
    const auto idle = places - kept_places;
    IdleCrowd within{server.port(), idle, Expects::silence};
    REQUIRE(within.count().silent == idle);
    IdleCrowd above{server.port(), all - places, Expects::refusal};
    std::ptrdiff_t most_files = 0;
    auto asked = SteadyClock::now();
    while (!above.complete(between_uses_ms)) {
        used.use();
        if (SteadyClock::now() - asked > patience / 2) {  // a busy machine takes longer
            CHECK(within.ask() == idle);
            asked = SteadyClock::now();
        }
        most_files = std::max(most_files, files_of(server));
    }
    CHECK(above.count().told == all - places);
    CHECK(above.count().other == 0);
    CHECK(most_files < static_cast<std::ptrdiff_t>(places) + lingering + own_files);
    if (!sanitized) CHECK(kib_of(server, "VmHWM") < 64 * 1024);
    CHECK(within.ask() == idle);
    above.leave();
    within.leave();
    const auto give_up = SteadyClock::now() + 20s;
    while (files_of(server) > own_files && SteadyClock::now() < give_up) used.use();
    CHECK(files_of(server) <= own_files);
    IdleCrowd others{server.port(), idle, Expects::silence};
    REQUIRE(others.count().silent == idle);
    CHECK(others.ask() == idle);
    used.use();
}

}  // namespace

TEST_CASE("idle sockets above the limit are refused politely, and keep nobody from anything",
          "[sqlite]") {
    const int all = rounds_of("HALLPASS_IDLE_SOCKETS", 5'000);
    Used used{{"--max-connections", "2000"}, {}};
    check_crowd(used, 2'000, static_cast<std::uint32_t>(all));
    used.server().signal(SIGTERM);
    CHECK(used.server().finish().exit_code == 0);
}

TEST_CASE("where fewer files are allowed than connections need, fewer are served, all as politely",
          "[sqlite]") {
    Used used{{"--max-connections", "20000"}, {"prlimit", "--nofile=3200:3200"}};
    check_crowd(used, 1'700, 5'000);  // 1,500 files are for other things
}

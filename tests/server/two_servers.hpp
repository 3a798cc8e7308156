// Two servers on one PostgreSQL, and what is asked of them.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "audit_record.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"
#include "timed_socket.hpp"

namespace hallpass::server::test {

using Moment = std::chrono::steady_clock::time_point;

inline constexpr const char* grants = "/api/v1/support-access/grants/";
inline constexpr const char* sessions = "/api/v1/support-access/support-sessions/";

inline Moment now() { return std::chrono::steady_clock::now(); }

/// Two servers on one database, with the same keys.
struct Pair {
    TestServer first;
    TestServer second{[this](Settings& settings) {
        settings.database = first.settings().database;
        settings.key_file = first.settings().key_file;
    }};
    Journey journey{first};
};

/// A stream of live events.
class Watch {
  public:
    Watch(const TestServer& server, const std::string& user) : socket_(server.port()) {
        boost::asio::write(
            socket_,
            boost::asio::buffer(
                "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                "\r\nAuthorization: Bearer " + server.bearer(user) + "\r\n\r\n"));
        read_until("\r\n\r\n");
        REQUIRE(received_.find(" 200 ") != std::string::npos);
    }
    /// Whether the text comes; the stream's end says no.
    bool sees(const std::string& text) { return read_until(text); }
    bool ends() { return !read_until("this never comes"); }

  private:
    bool read_until(const std::string& text) {
        boost::system::error_code error;
        while (received_.find(text) == std::string::npos && !error) {
            char part[4096];
            const auto size = socket_.read_some(boost::asio::buffer(part), error);
            received_.append(part, size);
        }
        // A limit that ran out is a fault of the test, not the stream's end.
        REQUIRE((!error || error == boost::asio::error::eof));
        return !error;
    }
    TimedSocket socket_;
    std::string received_;
};

/// What a server says of a token: "true", "false", or another answer's error.
inline std::string verdict(const TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + R"("})");
    return reply.status == 200 ? reply.text("is_valid") : reply.error();
}

/// Asks again and again until it holds.
template <class Condition>
bool soon(Condition condition, std::chrono::seconds limit = std::chrono::seconds{30}) {
    const auto end = now() + limit;
    while (now() < end) {
        if (condition()) return true;
        std::this_thread::yield();
    }
    return false;
}

inline void check_record(TestServer& server) {
    const auto rows = server.server().application().store().read(
        [](Connection& store) { return store.select<RecordRow>("ORDER BY sequence"); });
    REQUIRE(!rows.empty());
    check_tree(rows);
}

template <class First, class Second>
void at_once(First first, Second second) {
    std::atomic<int> ready{0};
    const auto together = [&](auto& each) {
        ++ready;
        while (ready < 2) std::this_thread::yield();
        each();
    };
    std::thread thread{[&] { together(first); }};
    together(second);
    thread.join();
}

}  // namespace hallpass::server::test

// What the feed of revocations bounds: streams, messages, patience.
#include <chrono>
#include <memory>
#include <thread>

#include "edge_stream.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

std::vector<std::unique_ptr<Edge>> listening(TestServer& server, int count) {
    std::vector<std::unique_ptr<Edge>> edges;
    for (int i = 0; i < count; ++i) {
        edges.push_back(std::make_unique<Edge>(server));
        CHECK(edges.back()->sees("event: ready"));
    }
    return edges;
}

}  // namespace

TEST_CASE("there are only so many streams, and those that end make room") {
    TestServer server{[](Settings& settings) { settings.revocation_streams.streams = 3; }};
    // A HEAD holds nothing.
    for (int i = 0; i < 5; ++i) {
        CHECK(server.request("HEAD", "/api/v1/token-status/events").status == 200);
    }
    auto edges = listening(server, 3);
    const auto refused = server.get("/api/v1/token-status/events");
    CHECK(refused.status == 503);
    CHECK(refused.headers.at("retry-after") == "1");
    CHECK(server.get("/status/1").status == 200);
    edges.pop_back();
    const auto deadline = SteadyClock::now() + 10s;
    auto& feed = server.server().application().revocations();
    while (feed.size() == 3 && SteadyClock::now() < deadline) std::this_thread::yield();
    Edge next{server};
    CHECK(next.sees("event: ready"));
}

TEST_CASE("one address has only so many streams, and others still get theirs") {
    TestServer server{[](Settings& settings) {
        settings.revocation_streams.streams_of_an_address = 2;
        settings.trusted_proxies = {"127.0.0.1"};
    }};
    const auto edges = listening(server, 2);
    const auto refused = server.get("/api/v1/token-status/events");
    CHECK(refused.status == 429);
    CHECK(refused.error() == "RATE_LIMITED");
    CHECK(refused.headers.at("retry-after") == "10");
    With elsewhere;
    elsewhere.headers["X-Forwarded-For"] = "203.0.113.7";
    CHECK(server.request("HEAD", "/api/v1/token-status/events", elsewhere).status == 200);
}

TEST_CASE("one address opens streams only so fast") {
    TestServer server{[](Settings& settings) {
        settings.revocation_streams.opened_in_a_burst = 4;
        settings.revocation_streams.opened_per_second = 0.01;
    }};
    for (int i = 0; i < 4; ++i) {
        CHECK(server.request("HEAD", "/api/v1/token-status/events").status == 200);
    }
    const auto refused = server.request("HEAD", "/api/v1/token-status/events");
    CHECK(refused.status == 429);
    CHECK(refused.headers.at("retry-after") == "10");
    server.advance(100s);
    CHECK(server.request("HEAD", "/api/v1/token-status/events").status == 200);
}

TEST_CASE("more ends than can be told one by one are told as one", "[sqlite]") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    end(server, started);
    Edge edge{server};
    REQUIRE(edge.sees("event: ready"));
    const auto end_many = [&](int from, int count) {
        server.server().application().store().write_now([&](Transaction& transaction) {
            for (int i = from; i < from + count; ++i) {
                transaction.store().execute(
                    "INSERT INTO tokens (id, session_id, sha256, key_id, status_list, status_index,"
                    " issued_at_unix_ms, expires_at_unix_ms, scopes, revoked_at_unix_ms) SELECT"
                    " :id, session_id, :id, key_id, 2, :at, issued_at_unix_ms, expires_at_unix_ms,"
                    " scopes, :now FROM tokens WHERE status_list = 1",
                    {{"id", "many-" + std::to_string(i)},
                     {"at", i},
                     {"now", to_unix_ms(transaction.now())}});
            }
        });
    };
    end_many(0, 500);
    CHECK(edge.sees(R"("idx":499}]})"));
    CHECK(edge.received().find("event: reset") == std::string::npos);
    end_many(500, 501);
    CHECK(edge.sees("event: reset\ndata: {}\n\n"));
    CHECK(edge.received().find(R"("idx":500})") == std::string::npos);
    // Nor can they be caught up with.
    Edge back{server, "Last-Event-ID: " + std::to_string(edge.last_id() - 1) + "\r\n"};
    CHECK(back.sees(R"(data: {"resumed":false})"));
}

TEST_CASE("a reader that does not read is dropped, and the others are not", "[sqlite]") {
    TestServer server{[](Settings& settings) {
        settings.patience.stream = 2s;
        settings.revocation_streams.heartbeat = 1s;
    }};
    Edge slow{server, {}, "GET", 4096};
    Edge quick{server};
    REQUIRE(quick.sees("event: ready"));
    auto& feed = server.server().application().revocations();
    Journey journey{server};
    end(server, journey.start("jan", "piet", "bureau"));
    // Each round is one message of 400 tokens, about 25 kB: in all more than a kernel keeps for a
    // reader (4 MB as Linux comes) and the queue of a stream together.
    for (int round = 0; round < 300; ++round) {
        server.server().application().store().write_now([&](Transaction& transaction) {
            transaction.store().execute(
                "WITH RECURSIVE numbers (number) AS (SELECT :first UNION ALL"
                " SELECT number + 1 FROM numbers WHERE number < :first + 399)"
                " INSERT INTO tokens (id, session_id, sha256, key_id, status_list, status_index,"
                " issued_at_unix_ms, expires_at_unix_ms, scopes, revoked_at_unix_ms) SELECT"
                " 'many-' || number, session_id, 'many-' || number, key_id, 2, number,"
                " issued_at_unix_ms, :now + 60000, scopes, :now"
                " FROM tokens, numbers WHERE status_list = 1",
                {{"first", round * 400}, {"now", to_unix_ms(transaction.now())}});
        });
        feed.look();
        REQUIRE(quick.sees_next("\"idx\":" + std::to_string(round * 400 + 399) + "}]}"));
        server.advance(2min);  // or each look would go through those of the rounds before again
    }
    // The other end of its connection goes when nothing could be written for 2 s; meanwhile those
    // who read are told that the server is there, every second.
    for (int beat = 0; beat < 6 && feed.size() == 2; ++beat) {
        REQUIRE(quick.sees_next(": still here"));
    }
    CHECK(feed.size() == 1);
}

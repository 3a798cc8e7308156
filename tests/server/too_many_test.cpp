// More connections than are served at once: those above are told so and closed, the others go on.
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "hallpass_catch.hpp"
#include "test_server.hpp"
#include "tls_client.hpp"
#include "tls_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t served = 3;

/// Clients that say nothing, and have every place.
class Idle {
  public:
    explicit Idle(const TestServer& server) {
        for (auto& each : sockets_) each = plain_socket(server.port());
    }
    ~Idle() { leave(); }
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;
    int first() const { return sockets_[0]; }
    void leave() {
        for (auto& each : sockets_) {
            if (each >= 0) ::close(std::exchange(each, -1));
        }
    }

  private:
    int sockets_[served] = {-1, -1, -1};
};

void few_places(Settings& settings) { settings.max_connections = served; }

void check_refusal(const std::string& answer) {
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
    CHECK_THAT(answer, Contains("Retry-After: 1\r\n"));
    CHECK_THAT(answer, Contains("Connection: close\r\n"));
    CHECK_THAT(answer, Contains(R"("error":"SERVICE_UNAVAILABLE")"));
}

constexpr const char* ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("a connection above the limit is told so, whether or not it has asked, and closed") {
    TestServer server{few_places};
    Idle idle{server};
    for (int round = 0; round < 20; ++round) {
        const int silent = plain_socket(server.port());
        std::string answer;
        CHECK(read_to_end(silent, answer));
        check_refusal(answer);
        ::close(silent);
    }
    // What it has sent does not take the answer away from it.
    check_refusal(server.raw(ask));
    check_refusal(server.raw(ask + std::string(100'000, 'x')));
    // Those who have a place keep it.
    REQUIRE(::send(idle.first(), ask, std::string_view{ask}.size(), MSG_NOSIGNAL) > 0);
    char start[12] = {};
    REQUIRE(::recv(idle.first(), start, sizeof start, MSG_WAITALL) == sizeof start);
    CHECK(std::string_view(start, sizeof start) == "HTTP/1.1 200");
    idle.leave();
    CHECK(server.has_room());
    With with;
    with.bearer = server.bearer("prometheus", R"(,"roles":["service"])");
    const auto metrics = server.request("GET", "/metrics", with).body;
    CHECK_THAT(metrics, !Contains("hallpass_http_connections_refused_total 0\n"));
}

TEST_CASE("over TLS too, a connection above the limit is told so") {
    const TlsPlace place;
    TestServer server{[&](Settings& settings) {
        few_places(settings);
        settings.tls = place.settings();
    }};
    std::vector<std::unique_ptr<TlsClient>> idle;
    while (idle.size() < served) {
        idle.push_back(std::make_unique<TlsClient>(server.port()));
        REQUIRE(idle.back()->shakes_hands());
    }
    TlsClient refused{server.port()};
    REQUIRE(refused.shakes_hands());
    refused.send(ask);
    check_refusal(refused.rest());
    CHECK(refused.was_told());
    idle.clear();
    CHECK(server.has_room());
}

TEST_CASE("refused connections do not keep a server from its stop, wherever they are") {
    constexpr auto lingers = 120s;  // far above what a busy machine takes to stop
    for (int round = 0; round < 20; ++round) {
        TestServer server{[&](Settings& settings) {
            few_places(settings);
            settings.patience.drain = lingers;
        }};
        const Idle idle{server};
        // Some are told already, some are about to be.
        const int told = plain_socket(server.port());
        std::string answer;
        if (round % 2 == 0) CHECK(read_to_end(told, answer));
        const Idle refused{server};
        const auto began = std::chrono::steady_clock::now();
        server.server().stop();
        CHECK(std::chrono::steady_clock::now() - began < lingers / 2);
        ::close(told);
    }
}

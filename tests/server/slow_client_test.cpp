// Clients that send a byte now and then, or do not read what they are sent: each has so much time
// for each step and no more, however busy it keeps the server; the others notice nothing.
#include <fstream>
#include <memory>
#include <vector>

#include "event_stream.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"
#include "timed_socket.hpp"
#include "tls_client.hpp"
#include "tls_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int between_bytes_ms = 10;
// Far above the patience of a second, and far below what would be sent by then.
constexpr auto in_vain = 15s;

/// What a client that never comes to an end has to say, so many bytes of it at once at first.
struct Saying {
    std::string at_once, drop_by_drop;
};

/// A client that sends a byte, and looks for an answer before it sends the next.
class Dripping {
  public:
    Dripping(const TestServer& server, Saying saying)
        : socket_(server.port()), rest_(std::move(saying.drop_by_drop)) {
        boost::asio::write(socket_, boost::asio::buffer(saying.at_once));
    }
    void drip() {
        if (over_) return;
        if (socket_.readable(between_bytes_ms)) return take();
        Error ignored;
        socket_.write_some(boost::asio::buffer(&rest_[sent_++ % rest_.size()], 1), ignored);
    }
    bool over() const { return over_; }
    const std::string& received() const { return received_; }

  private:
    using Error = TimedSocket::Error;
    void take() {
        char part[4096];
        Error error;
        const auto size = socket_.read_some(boost::asio::buffer(part), error);
        received_.append(part, size);
        over_ = static_cast<bool>(error);
    }

    TimedSocket socket_;
    std::string rest_, received_;
    std::size_t sent_ = 0;
    bool over_ = false;
};

std::vector<Saying> endless(const TestServer& server) {
    const std::string get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    const auto post =
        "POST /api/v1/support-access/grants HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
        server.bearer("jan") + "\r\nContent-Type: application/json\r\n";
    return {{"", "GET-"},                                   // a method without an end
            {get + "X-Slow: ", "a"},                        // a header without one
            {get + "\r\n" + get, "X: a\r\n"},               // after a request that was whole
            {post + "Content-Length: 5000\r\n\r\n{", " "},  // a body that is on its way …
            {post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"},
            {post + "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n", " "}};
}

/// @returns whether the end came, before the socket's own limit
bool to_the_end(TimedSocket& socket, std::string& received) {
    TimedSocket::Error error;
    while (!error) {
        char part[4096];
        received.append(part, socket.read_some(boost::asio::buffer(part), error));
    }
    return error == boost::asio::error::eof;
}

/// Events that concern Piet, a group of them in one change each time.
class Flood {
  public:
    explicit Flood(TestServer& server)
        : store_(server.server().application().store()),
          grant_(Journey{server}.request_grant()),
          before_(server.number("SELECT MAX(sequence) FROM record")),
          last_(before_) {}
    /// @returns the number of the last one
    std::int64_t round(int events = 20) {
        store_.write_now([&](Transaction& transaction) {
            for (int i = 0; i < events; ++i) {
                RecordRow entry;
                entry.event = "access_requested";
                entry.subject_id = "piet";
                entry.grant_id = grant_;
                entry.tenant_id = "de-akker";
                LiveEvent event;
                event.name = entry.event;
                event.subject_id = "piet";
                event.tenant_id = "de-akker";
                event.data = '"' + std::string(10'000, 'x') + '"';
                transaction.record_and_publish(entry, event);
            }
        });
        return last_ += events;
    }
    /// The number of the last one before all of these.
    std::int64_t before() const { return before_; }
    std::int64_t last() const { return last_; }

  private:
    Store& store_;
    const std::string grant_;
    const std::int64_t before_;
    std::int64_t last_;
};

std::string id_line(std::int64_t id) { return "\nid: " + std::to_string(id) + "\n"; }

// More than a kernel keeps for a reader and the queue of a stream together, many times.
constexpr int rounds_max = 300;

// Whoever reads is served within that, however busy the machine is.
constexpr auto patient_enough = 4s;

void impatient(Settings& settings) { settings.patience.head = settings.patience.body = 1s; }

}  // namespace

TEST_CASE("who sends a request byte by byte is told that it takes too long, and makes room") {
    constexpr std::size_t places = 6;
    TestServer server{[](Settings& settings) {
        impatient(settings);
        settings.max_connections = places;
    }};
    std::vector<std::unique_ptr<Dripping>> clients;
    for (auto& each : endless(server)) clients.push_back(std::make_unique<Dripping>(server, each));
    REQUIRE(clients.size() == places);
    CHECK(server.get("/healthz").status == 503);  // they have every place
    const auto give_up = SteadyClock::now() + in_vain;
    for (bool going = true; going && SteadyClock::now() < give_up;) {
        going = false;
        for (auto& each : clients) {
            each->drip();
            going = going || !each->over();
        }
    }
    for (const auto& each : clients) {
        INFO(each->received());
        CHECK(each->over());
        CHECK_THAT(each->received(), Contains("HTTP/1.1 408 Request Timeout\r\n"));
        CHECK_THAT(each->received(), Contains("Connection: close\r\n"));
        CHECK_THAT(each->received(), Contains(R"("error":"REQUEST_TIMEOUT")"));
    }
    CHECK_THAT(clients[2]->received(), Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK(server.has_room());
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 0);
}

TEST_CASE("over TLS too, who sends a request byte by byte is told that it takes too long") {
    const TlsPlace place;
    TestServer server{[&](Settings& settings) {
        impatient(settings);
        settings.tls = place.settings();
    }};
    for (const auto& each : {endless(server)[1], endless(server)[3]}) {
        TlsClient client{server.port()};
        REQUIRE(client.shakes_hands());
        client.send(each.at_once);
        const auto give_up = SteadyClock::now() + in_vain;
        while (!client.readable(between_bytes_ms) && SteadyClock::now() < give_up) {
            client.send(each.drop_by_drop);
        }
        REQUIRE(client.readable(0));
        CHECK_THAT(client.rest(), Catch::StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
        CHECK(client.was_told());
    }
}

TEST_CASE("who says nothing loses the place without a word, before a request and between two") {
    TestServer server{[](Settings& settings) { settings.patience.idle = 1s; }};
    TimedSocket silent{server.port()}, between{server.port()};
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    boost::asio::write(between, boost::asio::buffer(request));
    std::string first, second;
    CHECK(to_the_end(silent, first));
    CHECK(first.empty());
    CHECK(to_the_end(between, second));
    CHECK_THAT(second, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(second, Catch::EndsWith("\r\n\r\nok\n"));
}

TEST_CASE("who does not read an answer, or a few bytes of it now and then, loses the place") {
    constexpr std::size_t bytes = 24'000'000;  // more than a system keeps for a reader
    TemporaryFolder site;
    std::ofstream{site.file("large.bin")} << std::string(bytes, 'x');
    TestServer server{[&](Settings& settings) {
        settings.static_dir = site.path().string();
        settings.patience.reply = patient_enough;
        settings.max_connections = 3;
    }};
    const auto ask = [](TimedSocket& client, const std::string& path) {
        const auto get = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        boost::asio::write(client, boost::asio::buffer(get));
    };
    const auto next = [](TimedSocket& client, std::size_t most) {
        std::string part(most, '\0');
        TimedSocket::Error error;
        part.resize(client.read_some(boost::asio::buffer(part), error));
        return part;
    };
    TimedSocket silent{server.port(), 20, 4096}, slow{server.port(), 20, 4096};
    TimedSocket quick{server.port()};
    ask(silent, "/large.bin");
    ask(slow, "/large.bin");
    auto read = next(slow, 12);
    CHECK(read == "HTTP/1.1 200");
    CHECK(server.get("/healthz").status == 503);
    auto& metrics = server.server().application().metrics();
    const auto give_up = SteadyClock::now() + in_vain;
    while (metrics.connections() > 1 && SteadyClock::now() < give_up) {
        ask(quick, "/healthz");
        REQUIRE_THAT(next(quick, 4096), Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
        // So little that all of it would take minutes.
        if (slow.readable(0)) read += next(slow, 10);
    }
    CHECK(metrics.connections() == 1);
    for (std::string part; !(part = next(slow, 65'536)).empty();) read += part;
    CHECK(read.size() < bytes);
    // Who reads gets all of it, in a place that became free.
    const auto whole =
        server.raw("GET /large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK_THAT(whole, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK(whole.size() - whole.find("\r\n\r\n") == bytes + 4);
}

TEST_CASE("who does not read their events is dropped rather than waited for, and may come back",
          "[sqlite]") {
    TestServer server{[](Settings& settings) { settings.patience.stream = 600s; }};
    auto& hub = server.server().application().events();
    Flood flood{server};
    Stream slow{server, server.bearer("piet"), {}, 4096}, quick{server, server.bearer("piet")};
    for (int round = 0; round < rounds_max && hub.size() == 2; ++round) {
        REQUIRE(quick.sees(id_line(flood.round())));
    }
    CHECK(hub.size() == 1);
    REQUIRE(quick.sees(id_line(flood.round())));
    // What it was sent before has no gap, and then its stream is over.
    CHECK(slow.ends());
    auto seen = flood.before();
    while (slow.received().find(id_line(seen + 1)) != std::string::npos) ++seen;
    CHECK(seen > flood.before());
    CHECK(seen < flood.last());
    CHECK(slow.received().rfind("\nid: ") == slow.received().find(id_line(seen)));
    std::size_t at = 0;
    for (auto id = flood.before() + 1; id <= flood.last() && at != std::string::npos; ++id) {
        at = quick.received().find(id_line(id), at);
    }
    CHECK(at != std::string::npos);
    Stream back{server, server.bearer("piet"), "Last-Event-ID: " + std::to_string(seen) + "\r\n"};
    CHECK(back.sees(id_line(flood.last())));
    CHECK(back.received().find(id_line(seen)) == std::string::npos);
    CHECK(back.received().find(id_line(seen + 1)) != std::string::npos);
}

TEST_CASE("the connection of who does not read their events is given up", "[sqlite]") {
    TestServer server{[](Settings& settings) { settings.patience.stream = patient_enough; }};
    auto& metrics = server.server().application().metrics();
    Flood flood{server};
    Stream slow{server, server.bearer("piet"), {}, 4096}, quick{server, server.bearer("piet")};
    auto& hub = server.server().application().events();
    const auto give_up = SteadyClock::now() + in_vain;
    // Those that asked before are closed, and counted until the server has seen it.
    while (metrics.connections() > 2 && SteadyClock::now() < give_up) std::this_thread::yield();
    REQUIRE(metrics.connections() == 2);
    while (metrics.connections() == 2 && SteadyClock::now() < give_up) {
        REQUIRE(quick.sees(id_line(flood.round(hub.size() == 2 ? 20 : 1))));
    }
    CHECK(metrics.connections() == 1);
    CHECK(hub.size() == 1);
    REQUIRE(quick.sees(id_line(flood.round())));
}

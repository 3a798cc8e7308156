// Live events and the status list: what is done is seen at once by whom it concerns.
#include <sys/socket.h>

#include <boost/asio.hpp>

#include "hallpass/revocation.hpp"
#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;

/// A stream of events, read until something is seen.
class Stream {
  public:
    Stream(TestServer& server, const std::string& bearer, const std::string& more = {}) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), server.port()});
        const timeval limit{10, 0};
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        asio::write(socket_, asio::buffer("GET /api/v1/events HTTP/1.1\r\nHost: a\r\n" + more +
                                          "Authorization: Bearer " + bearer + "\r\n\r\n"));
        REQUIRE(sees("\r\n\r\n"));
    }
    /// Whether the text comes before the deadline or the stream's end.
    bool sees(const std::string& text) {
        boost::system::error_code error;
        while (received_.find(text) == std::string::npos && !error) {
            char part[4096];
            const auto size = socket_.read_some(asio::buffer(part), error);
            received_.append(part, size);
        }
        return received_.find(text) != std::string::npos;
    }
    bool ends() {
        sees("this never comes");
        boost::system::error_code error;
        char one[1];
        socket_.read_some(asio::buffer(one), error);
        return error == asio::error::eof;
    }
    const std::string& received() const { return received_; }

  private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    std::string received_;
};

}  // namespace

TEST_CASE("each party hears what concerns them, and nobody else does") {
    TestServer server;
    Journey journey{server};
    Stream piet{server, server.bearer("piet")}, jan{server, server.bearer("jan")};
    Stream els{server, server.bearer("els")}, ada{server, server.bearer("ada")};
    Stream olga{server, server.bearer("olga")};
    const auto grant = journey.request_grant();
    for (auto* stream : {&piet, &jan, &ada}) CHECK(stream->sees("event: access_requested"));
    journey.consent(grant);
    CHECK(jan.sees("event: access_granted"));
    const auto started = journey.start();
    CHECK(piet.sees("event: impersonation_started"));
    CHECK(piet.received().find(started.text("delegatedToken")) == std::string::npos);
    Stream acting{server, started.text("delegatedToken")};
    server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet");
    CHECK(acting.sees("event: impersonation_ended"));
    CHECK(acting.received().find("event: access_revoked") == std::string::npos);
    CHECK(acting.ends());
    CHECK(jan.sees("event: impersonation_ended"));
    // Something of their own shows that the others were listening all along.
    journey.request_grant("T-9", "kim", "els");
    CHECK(els.sees("event: access_requested"));
    CHECK(els.received().find("piet") == std::string::npos);
    journey.request_grant("T-9", "olga", "otto", "elders");
    CHECK(olga.sees("event: access_requested"));
    CHECK(olga.received().find("piet") == std::string::npos);
}

TEST_CASE("a reader that comes back gets what it missed, once") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    Stream stream{server, server.bearer("piet"), "Last-Event-ID: 1\r\n"};
    CHECK(stream.sees("event: access_granted"));
    CHECK(stream.received().find("event: access_requested") == std::string::npos);
    journey.start();
    CHECK(stream.sees("event: impersonation_started"));
    CHECK(stream.received().find("event: access_granted") ==
          stream.received().rfind("event: access_granted"));
    With with;
    with.bearer = server.bearer("piet");
    with.headers["Last-Event-ID"] = "x";
    CHECK(server.request("GET", "/api/v1/events", with).status == 400);
}

TEST_CASE("a stream ends when its reader is banned or signs out") {
    TestServer server;
    Stream stream{server, server.bearer("kim")};
    REQUIRE(server.post("/api/v1/admin/users/kim/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    CHECK(stream.ends());
}

TEST_CASE("the status list marks exactly the live tokens as valid") {
    TestServer server;
    Journey journey{server};
    const auto etag = [&] { return server.get("/status/1").headers.at("etag"); };
    const auto empty = etag();
    CHECK(etag() == empty);
    With with;
    with.headers["If-None-Match"] = empty;
    const auto unchanged = server.request("GET", "/status/1", with);
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());

    const auto started = journey.start("jan", "piet", "bureau");
    const auto live = server.get("/status/1");
    CHECK(live.headers.at("etag") != empty);
    CHECK(live.headers.at("content-type") == "application/statuslist+jwt");
    CHECK(live.headers.at("cache-control") == "no-cache");
    const auto first = live.body.find('.');
    const auto claims =
        base64url_decode(live.body.substr(first + 1, live.body.find('.', first + 1) - first - 1));
    CHECK(claims->find(R"("ttl":)") != std::string::npos);
    CHECK(claims->find(R"("sub":"http://127.0.0.1)") != std::string::npos);

    server.post("/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                "{}", "jan");
    CHECK(etag() != live.headers.at("etag"));
    const auto again = journey.start("jan", "els", "bureau");
    const auto before = etag();
    server.advance(30min);
    CHECK(etag() != before);
    CHECK(server.get("/status/2").status == 404);
    CHECK(server.get("/status/x").status == 404);
}

TEST_CASE("introspection tells services and parties, and nobody else") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    With with;
    with.content_type = "application/x-www-form-urlencoded";
    with.body = "token=" + started.text("delegatedToken");
    with.bearer = server.bearer("gateway", R"(,"roles":["service"])");
    const auto told = server.request("POST", "/oauth/introspect", with);
    CHECK(told.text("active") == "true");
    CHECK(told.text("act.sub") == "jan");
    CHECK(told.text("sub") == "piet");
    CHECK(told.text("ctx.tenantId") == "bureau");
    with.bearer = server.bearer("olga");
    CHECK(server.request("POST", "/oauth/introspect", with).body == R"({"active":false})");
    with.bearer.clear();
    CHECK(server.request("POST", "/oauth/revoke", with).status == 200);
    with.bearer = server.bearer("jan");
    CHECK(server.request("POST", "/oauth/introspect", with).body == R"({"active":false})");
}

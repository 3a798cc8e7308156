// The server itself speaks TLS: what it agrees to, and that everything else is as in the clear.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "tls_client.hpp"
#include "tls_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

/// A server with a certificate.
struct Encrypted {
    TlsPlace place;
    TestServer server;
    explicit Encrypted(const std::function<void(Settings&)>& adjust = {})
        : server([&](Settings& settings) {
              settings.tls = place.settings();
              settings.demo = false;
              if (adjust) adjust(settings);
          }) {}
};

constexpr const char* ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string ask_and_end =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

bool agrees(const TestServer& server, const TlsWish& wish) {
    return TlsClient{server.port(), wish}.shakes_hands();
}

std::string metrics_of(const TestServer& server) {
    With with;
    with.bearer = server.bearer("prometheus", R"(,"roles":["service"])");
    return server.request("GET", "/metrics", with).body;
}

}  // namespace

TEST_CASE("the whole journey over TLS") {
    Encrypted encrypted;
    auto& server = encrypted.server;
    CHECK(server.server().address() == "https://127.0.0.1:" + std::to_string(server.port()));
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    CHECK(started.headers.at("strict-transport-security") == "max-age=31536000");
    CHECK_THAT(started.text("uiSwitchUrl"), Contains(server.server().address() + "/switch-user"));
    const auto body = R"({"token":")" + started.text("delegatedToken") + R"("})";
    const std::string validate = "/api/v1/support-access/validate-token";
    CHECK(server.post(validate, body).text("is_valid") == "true");
    server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet");
    CHECK(server.post(validate, body).error() == "TOKEN_REVOKED");
    const auto cookie = server.post("/api/v1/session", "{}", "jan").headers.at("set-cookie");
    CHECK_THAT(cookie, Contains("; Secure"));
    CHECK_THAT(metrics_of(server), Contains("hallpass_tls_certificate_end_seconds 1") ||
                                       Contains("hallpass_tls_certificate_end_seconds 2"));
}

TEST_CASE("in the clear nothing is said of HTTPS") {
    TestServer server;
    CHECK(server.get("/healthz").headers.count("strict-transport-security") == 0);
    With with;
    with.bearer = server.bearer("prometheus", R"(,"roles":["service"])");
    CHECK_THAT(server.request("GET", "/metrics", with).body, !Contains("_tls_"));
}

TEST_CASE("a demo over TLS does not pin its host to HTTPS") {
    const Encrypted demo{[](Settings& settings) { settings.demo = true; }};
    CHECK(demo.server.get("/healthz").headers.count("strict-transport-security") == 0);
    TlsClient stream{demo.server.port()};
    REQUIRE(stream.shakes_hands());
    stream.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                demo.server.bearer("piet") + "\r\n\r\n");
    REQUIRE(stream.sees(": welcome"));
    CHECK_THAT(stream.received(), !Contains("Strict-Transport-Security"));
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, with forward secrecy, and nothing older or weaker") {
    const Encrypted encrypted;
    const auto& server = encrypted.server;
    TlsClient newest{server.port()};
    REQUIRE(newest.shakes_hands());
    CHECK(std::string{SSL_get_version(newest.ssl())} == "TLSv1.3");
    CHECK(newest.serial() == encrypted.place.serial());
    TlsClient older{server.port(), {.newest = TLS1_2_VERSION}};
    REQUIRE(older.shakes_hands());
    CHECK(std::string{SSL_get_version(older.ssl())} == "TLSv1.2");
    CHECK_THAT(SSL_get_cipher_name(older.ssl()), Contains("ECDHE-ECDSA-"));
    CHECK(SSL_get_current_compression(older.ssl()) == nullptr);

    CHECK_FALSE(agrees(server, {.oldest = TLS1_VERSION, .newest = TLS1_1_VERSION}));
    CHECK_FALSE(agrees(server, {.oldest = TLS1_VERSION, .newest = TLS1_VERSION}));
    for (const char* weak :
         {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM",
          "AES128-GCM-SHA256", "ECDHE-ECDSA-NULL-SHA", "AECDH-AES128-SHA"}) {
        INFO(weak);
        CHECK_FALSE(agrees(server, {.newest = TLS1_2_VERSION, .ciphers = weak}));
    }
}

TEST_CASE("HTTP/1.1 is agreed upon inside TLS, and another protocol alone is refused") {
    const Encrypted encrypted;
    const auto port = encrypted.server.port();
    TlsClient both{port, {.protocols = "\x02h2\x08http/1.1"}};
    REQUIRE(both.shakes_hands());
    CHECK(both.protocol() == "http/1.1");
    TlsClient none{port};
    REQUIRE(none.shakes_hands());
    CHECK(none.protocol().empty());
    CHECK_FALSE(agrees(encrypted.server, {.protocols = "\x02h2"}));
    CHECK_FALSE(agrees(encrypted.server, {.newest = TLS1_2_VERSION,
                                          .protocols = "\x03"
                                                       "ftp"}));
}

TEST_CASE("nothing is negotiated anew, and no session is gone on with") {
    const Encrypted encrypted;
    const auto port = encrypted.server.port();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient first{port, {.newest = version}};
        REQUIRE(first.shakes_hands());
        first.send(ask_and_end);
        CHECK_THAT(first.rest(), Contains("200 OK"));
        auto* session = SSL_get1_session(first.ssl());
        CHECK(SSL_SESSION_has_ticket(session) == 0);
        TlsClient second{port, {.newest = version, .session = session}};
        REQUIRE(second.shakes_hands());
        CHECK(SSL_session_reused(second.ssl()) == 0);
        SSL_SESSION_free(session);
    }
    TlsClient again{port, {.newest = TLS1_2_VERSION}};
    REQUIRE(again.shakes_hands());
    SSL_renegotiate(again.ssl());
    CHECK_FALSE(again.shakes_hands());
    // New keys alone are part of TLS 1.3, and the connection goes on.
    TlsClient keys{port};
    REQUIRE(keys.shakes_hands());
    for (int i = 0; i < 50; ++i) {
        REQUIRE(SSL_key_update(keys.ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
        keys.send(ask);
    }
    keys.send(ask_and_end);
    keys.rest();
    std::size_t answers = 0;
    for (std::size_t at = 0; (at = keys.received().find("200 OK", at)) != std::string::npos; ++at) {
        ++answers;
    }
    CHECK(answers == 51);
}

TEST_CASE("who does not finish the handshake loses the place, in the clear or drop by drop") {
    const Encrypted encrypted{[](Settings& settings) {
        settings.patience.handshake = 1s;
        settings.max_connections = 2;
    }};
    const auto& server = encrypted.server;
    std::string nothing;
    const int silent = plain_socket(server.port()), half = plain_socket(server.port());
    const std::string start_of_hello{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
    REQUIRE(::send(half, start_of_hello.data(), start_of_hello.size(), MSG_NOSIGNAL) == 11);
    read_to_end(silent, nothing);
    read_to_end(half, nothing);
    CHECK(nothing.empty());
    ::close(silent);
    ::close(half);
    CHECK(server.has_room());
    CHECK_THAT(metrics_of(server), Contains("hallpass_tls_failed_handshakes_total 2\n"));
}

TEST_CASE("plain HTTP at the port for TLS is closed in order, without an answer") {
    const Encrypted encrypted;
    const int plain = plain_socket(encrypted.server.port());
    const std::string request = ask + std::string(20'000, 'x');
    REQUIRE(::send(plain, request.data(), request.size(), MSG_NOSIGNAL) > 0);
    std::string received;
    CHECK(read_to_end(plain, received));
    CHECK(received.empty());
    ::close(plain);
    CHECK_THAT(metrics_of(encrypted.server), Contains("hallpass_tls_failed_handshakes_total 1\n"));
}

TEST_CASE("a client that has said that it is done still gets its answer; a cut one gets none") {
    const Encrypted encrypted;
    TlsClient done{encrypted.server.port()};
    REQUIRE(done.shakes_hands());
    done.send(ask);
    done.say_end();
    CHECK_THAT(done.rest(), Contains("200 OK"));
    TlsClient cut{encrypted.server.port()};
    REQUIRE(cut.shakes_hands());
    cut.send("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    cut.cut();
    CHECK(cut.rest().empty());
    TlsClient garbled{encrypted.server.port()};
    REQUIRE(garbled.shakes_hands());
    garbled.send("GET /healthz HTTP/1.1\r\n");
    const std::string noise(500, '\x17');
    REQUIRE(BIO_write(SSL_get_wbio(garbled.ssl()), noise.data(), 500) == 500);
    CHECK(garbled.rest().empty());
    CHECK(encrypted.server.get("/healthz").status == 200);
}

TEST_CASE("hostile requests over TLS are refused as in the clear, and the refusal is heard") {
    const Encrypted encrypted;
    const auto& server = encrypted.server;
    const std::string get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    const std::pair<std::string, int> heads[] = {
        {"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {get + "X: a\nY: b\r\n\r\n", 400},
        {get + "Host: b\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {get + "X: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
        {"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
         "application/json\r\nContent-Length: "
         "99999999\r\n\r\n" +
             std::string(60'000, 'a'),
         413}};
    for (const auto& [head, status] : heads) {
        INFO(head.substr(0, 100));
        TlsClient client{server.port()};
        REQUIRE(client.shakes_hands());
        client.send(head);
        CHECK_THAT(client.rest(), Contains("HTTP/1.1 " + std::to_string(status)));
        CHECK(client.was_told());
    }
    const auto pipelined = server.raw(get + "\r\n" + get + "\r\n" + ask_and_end);
    CHECK(pipelined.find("200 OK", pipelined.rfind("HTTP/1.1")) != std::string::npos);
}

TEST_CASE("a long answer comes whole, over many records") {
    TemporaryFolder pages;
    std::string page;
    for (int i = 0; page.size() < 3'000'000; ++i) page += std::to_string(i) + "\n";
    std::ofstream{pages.file("long.txt")} << page;
    const Encrypted encrypted{
        [&](Settings& settings) { settings.static_dir = pages.path().string(); }};
    CHECK(encrypted.server.get("/long.txt").body == page);
}

TEST_CASE("events over TLS: heard, ended in order by a stop, and a reader that goes is noticed") {
    Encrypted encrypted;
    auto& server = encrypted.server;
    const auto listen = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                        server.bearer("piet") + "\r\n\r\n";
    TlsClient stream{server.port()}, leaver{server.port()};
    for (auto* each : {&stream, &leaver}) {
        REQUIRE(each->shakes_hands());
        each->send(listen);
        REQUIRE(each->sees(": welcome"));
    }
    CHECK_THAT(stream.received(), Contains("Strict-Transport-Security: max-age=31536000"));
    SSL_key_update(stream.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(stream.ssl());
    Journey{server}.request_grant();
    CHECK(stream.sees("access_requested"));
    leaver.say_end();
    CHECK(leaver.rest().find("access_requested") != std::string::npos);
    CHECK(leaver.was_told());
    server.server().stop();
    stream.rest();
    CHECK(stream.was_told());
}

TEST_CASE("a stop ends waiting connections in order") {
    Encrypted encrypted;
    TlsClient waits{encrypted.server.port()};
    REQUIRE(waits.shakes_hands());
    waits.send(ask);
    REQUIRE(waits.sees("ok\n"));
    const int mute = plain_socket(encrypted.server.port());
    const auto& metrics = encrypted.server.server().application().metrics();
    while (metrics.connections() < 2) std::this_thread::yield();
    encrypted.server.server().stop();
    waits.rest();
    CHECK(waits.was_told());
    std::string nothing;
    CHECK(read_to_end(mute, nothing));
    ::close(mute);
}

TEST_CASE("a new certificate is shown to those who connect, and the others go on") {
    Encrypted encrypted;
    auto& [place, server] = encrypted;
    const auto serial_shown = [&server = server] {
        TlsClient client{server.port()};
        REQUIRE(client.shakes_hands());
        return client.serial();
    };
    const auto first = place.serial();
    TlsClient before{server.port()};
    REQUIRE(before.shakes_hands());
    place.make();
    CHECK(serial_shown() == first);
    server.server().reload();
    CHECK(serial_shown() == place.serial());
    const auto second = place.serial();
    place.make({.ends = -60s});
    server.server().reload();
    CHECK(serial_shown() == second);
    CHECK_THAT(metrics_of(server), Contains("hallpass_tls_refused_certificates_total 1\n"));
    before.send(ask_and_end);
    CHECK_THAT(before.rest(), Contains("200 OK"));
}

TEST_CASE("SIGHUP brings the new certificate to a running server", "[sqlite]") {
    TlsPlace place;
    HallpassProcess process{{"serve", "--demo", "--port", "0", "--database",
                             "sqlite:" + place.file("hallpass.db"), "--tls-key", place.key_file(),
                             "--tls-certificate", place.certificate_file()}};
    CHECK_THAT(process.line_with("listens on"), Contains("https://127.0.0.1:"));
    const auto port = process.port();
    place.make();
    process.signal(SIGHUP);
    REQUIRE_FALSE(process.line_with("the certificate was read again").empty());
    TlsClient client{port};
    REQUIRE(client.shakes_hands());
    CHECK(client.serial() == place.serial());
    write_file(place.key_file(), "nothing");
    process.signal(SIGHUP);
    CHECK_THAT(process.line_with("the certificate stays as it was"), Contains("key_malformed"));
    process.signal(SIGTERM);
    CHECK(process.finish().exit_code == 0);
}

// The server itself speaks TLS: everything else is as in the clear, and a new certificate is taken
// up.
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "encrypted.hpp"
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

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

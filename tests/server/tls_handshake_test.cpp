// What the server agrees to in the handshake of TLS, and what becomes of who does not finish it.
#include <sys/socket.h>
#include <unistd.h>

#include "encrypted.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

bool agrees(const TestServer& server, const TlsWish& wish) {
    return TlsClient{server.port(), wish}.shakes_hands();
}

}  // namespace

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

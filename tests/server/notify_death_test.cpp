// A server that is killed while it hands over a mail: the next one sends it again, with the same
// id.
#include "hallpass_catch.hpp"
#include "notify_receiver.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

std::string message_id(const std::string& text) {
    const auto at = text.find("\r\nMessage-ID: ");
    REQUIRE(at != std::string::npos);
    return text.substr(at + 14, text.find("\r\n", at + 14) - at - 14);
}

}  // namespace

TEST_CASE("a mail survives the death of its sender", "[sqlite]") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string(), R"(,"holdFirst":true)"};
    // A mail server that nobody listens at any more leaves something to tell.
    Receiver gone{"smtp", folder.path().string()};
    gone.stop();
    TestServer source{[&](Settings& settings) {
        settings.notify.mail.url = "smtp://127.0.0.1:" + std::to_string(gone.port());
        settings.notify.mail.from = "hallpass@example.com";
        settings.notify.longest_pause = 50ms;
    }};
    Journey{source}.request_grant();
    source.server().stop();
    const auto database = source.folder().file("test.db");
    const std::vector<std::string> command{HALLPASSD,
                                           "serve",
                                           "--database",
                                           "sqlite:" + database,
                                           "--key-file",
                                           source.settings().key_file,
                                           "--port",
                                           "0",
                                           "--smtp",
                                           "smtp://127.0.0.1:" + std::to_string(smtp.port()),
                                           "--smtp-ca",
                                           folder.file("cert.pem"),
                                           "--mail-from",
                                           "hallpass@example.com",
                                           "--message-timeout-ms",
                                           "1500"};
    std::string first;
    {
        ChildProcess sender{command};
        first = smtp.next("held");
        REQUIRE_FALSE(first.empty());
        sender.kill();
    }
    CHECK(member(first, "held.to") == "piet@example.nl");
    ChildProcess next{command};
    const auto again = smtp.next("mail");
    REQUIRE_FALSE(again.empty());
    CHECK(message_id(member(again, "mail.text")) == message_id(member(first, "held.text")));
    CHECK(smtp.stays_silent("mail"));
}

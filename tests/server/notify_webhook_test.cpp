// Webhooks to a real HTTPS receiver that checks them with Standard Webhooks' own library.
#include <fstream>
#include <set>

#include "hallpass_catch.hpp"
#include "notify/courier.hpp"
#include "notify_receiver.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string expects_secret = R"(,"secret":")" + secret + "\"";

/// Settings with one webhook to the receiver.
std::function<void(Settings&)> hook_to(const std::string& url, const TemporaryFolder& folder,
                                       const std::string& more = {}, bool loopback = true,
                                       const std::string& secrets = secret) {
    std::ofstream{folder.file("secret")} << secrets << "\n";
    const bool slack = more.find("slack") != std::string::npos;
    const auto text =
        "name=ops,url=" + url + (slack ? "" : ",secret=" + folder.file("secret")) + more;
    return [text, loopback, certificate = folder.file("cert.pem")](Settings& settings) {
        auto& notify = settings.notify;
        notify.webhooks = {WebhookSettings::parse(text)};
        notify.webhook_ca_file = certificate;
        if (loopback) notify.allowed_networks = {"127.0.0.0/8", "::1/128"};
        notify.poll_every = 10ms;
        notify.first_pause = 20ms;
        notify.longest_pause = 100ms;
        notify.transfer_max = 5s;
    };
}

std::string url_of(const Receiver& receiver, const std::string& host = "127.0.0.1") {
    return "https://" + host + ":" + std::to_string(receiver.port()) + "/hook";
}

bool comes_to(TestServer& server, const std::string& sql, std::int64_t wanted) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (server.number(sql) == wanted) return true;
    }
    return false;
}

constexpr const char* unsent =
    "SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM messages)";

std::string failure_of(TestServer& server) {
    std::string failure;
    server.server().application().store().read([&](Connection& store) {
        store.query("SELECT failure FROM messages", "t", {},
                    [&](Columns& row) { failure = row.optional_text().value_or(""); });
        return 0;
    });
    return failure;
}

}  // namespace

TEST_CASE("every change is told once, signed, with ids and no more") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    TestServer server{hook_to(url_of(receiver), folder)};
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto started = journey.start();
    server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet");
    std::set<std::string> ids;
    for (const std::string type : {"access_requested", "access_granted", "impersonation_started",
                                   "access_revoked", "impersonation_ended"}) {
        const auto hook = receiver.next("hook");
        INFO(hook);
        CHECK(member(hook, "hook.verified") == "true");
        CHECK(member(hook, "hook.method") == "POST");
        ids.insert(member(hook, "hook.id"));
        const auto body = member(hook, "hook.body");
        CHECK(member(body, "type") == type);
        CHECK(member(body, "data.grantId") == grant);
        CHECK(member(body, "data.subjectId") == "piet");
        CHECK(member(body, "data.agentId") == "jan");
        CHECK(member(body, "data.tenantId") == "de-akker");
        CHECK(member(body, "timestamp").ends_with("Z"));
        for (const auto* told : {"Piet", "@example", "parcel", "eyJ"}) {
            CHECK(body.find(told) == std::string::npos);
        }
        if (type == "impersonation_started") {
            CHECK(member(body, "data.sessionId") == started.text("session.id"));
            CHECK(member(body, "data.endsAt") == started.text("session.expiresAt"));
        }
    }
    CHECK(ids.size() == 5);
    CHECK(comes_to(server, unsent, 0));
    CHECK(receiver.stays_silent("hook"));
}

TEST_CASE("while secrets rotate, receivers of the old and of the new one agree") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    TestServer server{hook_to(url_of(receiver), folder, {}, true,
                              "whsec_bmV3IHNlY3JldCBvZiAyNCBieXRlcyEh\n" + secret)};
    Journey{server}.request_grant();
    const auto hook = receiver.next("hook");
    CHECK(member(hook, "hook.verified") == "true");
    CHECK(member(hook, "hook.signature").find(" v1,") != std::string::npos);
}

TEST_CASE("a failure is tried again with the same id until it is taken") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(),
                      expects_secret + R"(,"answers":[500,429,404])"};
    TestServer server{hook_to(url_of(receiver), folder)};
    Journey{server}.request_grant();
    std::set<std::string> ids, bodies;
    for (const auto* status : {"500", "429", "404", "204"}) {
        const auto hook = receiver.next("hook");
        CHECK(member(hook, "hook.status") == status);
        CHECK(member(hook, "hook.verified") == "true");
        ids.insert(member(hook, "hook.id"));
        bodies.insert(member(hook, "hook.body"));
    }
    CHECK(ids.size() == 1);
    CHECK(bodies.size() == 1);
    CHECK(comes_to(server, unsent, 0));
    CHECK(receiver.stays_silent("hook"));
}

TEST_CASE("a receiver that is gone for good gets no more of it") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret + R"(,"answers":[410])"};
    TestServer server{hook_to(url_of(receiver), folder)};
    Journey{server}.request_grant();
    REQUIRE(comes_to(server, "SELECT COUNT(*) FROM messages WHERE dead_at_unix_ms IS NOT NULL", 1));
    CHECK(failure_of(server) == "HTTP 410");
}

TEST_CASE("a redirect is not followed, and an endless answer is cut off") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(),
                      expects_secret + R"(,"answers":[302,299])"};
    TestServer server{hook_to(url_of(receiver), folder)};
    Journey{server}.request_grant();
    CHECK(member(receiver.next("hook"), "hook.status") == "302");
    const auto second = receiver.next("hook");
    CHECK(member(second, "hook.status") == "299");
    CHECK(member(second, "hook.path") == "/hook");
    CHECK(comes_to(server, unsent, 0));
    CHECK(receiver.stays_silent("hook"));
}

TEST_CASE("no private address is connected to, by whatever name") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    for (const auto* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0",
                             "2130706433", "0x7f.1"}) {
        INFO(host);
        TestServer server{hook_to(url_of(receiver, host), folder, {}, false)};
        Journey{server}.request_grant();
        REQUIRE(comes_to(server, "SELECT COUNT(*) FROM messages WHERE attempts > 0", 1));
        CHECK_FALSE(failure_of(server).empty());
    }
    CHECK(receiver.stays_silent("connection"));
    // The same name, once its network is allowed.
    TestServer server{hook_to(url_of(receiver, "localhost"), folder)};
    Journey{server}.request_grant();
    CHECK(member(receiver.next("hook"), "hook.verified") == "true");
}

TEST_CASE("a proxy of the environment does not lead around the check") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    const auto proxy = "http://127.0.0.1:" + std::to_string(receiver.port());
    REQUIRE(::setenv("https_proxy", proxy.c_str(), 1) == 0);
    {
        TestServer server{hook_to("https://192.0.2.1/hook", folder, {}, false)};
        Journey{server}.request_grant();
        CHECK(comes_to(server, "SELECT COUNT(*) FROM messages WHERE attempts > 0", 1));
    }
    ::unsetenv("https_proxy");
    CHECK(receiver.stays_silent("connection"));
}

TEST_CASE("a certificate that nobody vouches for is refused") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    const auto settings = hook_to(url_of(receiver), folder);
    TestServer server{[&](Settings& all) {
        settings(all);
        all.notify.webhook_ca_file.clear();
    }};
    Journey{server}.request_grant();
    REQUIRE(comes_to(server, "SELECT COUNT(*) FROM messages WHERE attempts > 0", 1));
    CHECK(receiver.stays_silent("hook"));
}

TEST_CASE("Slack gets a sentence in its own shape, in which no name is a mention or a link") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string()};
    TestServer server{hook_to(url_of(receiver), folder, ",format=slack,locale=nl")};
    server.server().application().store().write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE users SET name = :name WHERE id = 'jan'",
                                    {{"name", "<!channel> & Jan"}});
    });
    Journey{server}.request_grant();
    const auto hook = receiver.next("hook");
    CHECK(
        member(hook, "hook.body") ==
        R"({"text":"Toegang verzocht: &lt;!channel&gt; &amp; Jan verzoekt Piet de Boer om toegang."})");
    CHECK(member(hook, "hook.signature").empty());
}

TEST_CASE("a webhook of one tenant hears of that tenant alone") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    TestServer server{hook_to(url_of(receiver), folder, ",tenant=elders")};
    Journey journey{server};
    journey.request_grant();
    journey.request_grant("T-9", "olga", "otto", "elders");
    const auto hook = receiver.next("hook");
    CHECK(member(member(hook, "hook.body"), "data.tenantId") == "elders");
    CHECK(comes_to(server, unsent, 0));
    CHECK(receiver.stays_silent("hook"));
}

TEST_CASE("two servers on one database send each message once", "[sqlite]") {
    TemporaryFolder folder;
    Receiver receiver{"webhook", folder.path().string(), expects_secret};
    const auto settings = hook_to(url_of(receiver), folder);
    TestServer server{settings};
    const SystemClock clock;
    Settings second;
    settings(second);
    Store store{"sqlite:" + server.folder().file("test.db"), clock};
    Courier other{store,
                  clock,
                  ZoneTable::embedded(),
                  second.notify,
                  "https://example.com",
                  server.server().application().keys(),
                  "https://example.com"};
    other.start();
    Journey journey{server};
    constexpr int requests = 40;
    for (int i = 0; i < requests; ++i) journey.request_grant("T-" + std::to_string(i));
    std::set<std::string> ids;
    for (int i = 0; i < requests; ++i) ids.insert(member(receiver.next("hook"), "hook.id"));
    CHECK(ids.size() == requests);
    CHECK(comes_to(server, unsent, 0));
    CHECK(receiver.stays_silent("hook"));
    other.stop();
}

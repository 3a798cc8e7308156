// What others still need is not erased from under them, and what keeps an erasure from its end is
// told.
#include "audit/erasure_change.hpp"
#include "hallpass/time_zone.hpp"
#include "hallpass_catch.hpp"
#include "notify/telling.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

/// A session that is over, under a consent that was revoked.
void live_through(TestServer& server) {
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto session = journey.start().text("session.id");
    REQUIRE(server.post("/api/v1/support-access/support-sessions/" + session + "/end", "{}", "jan")
                .status == 200);
    REQUIRE(
        server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet").status ==
        200);
}

/// Erases all access that is over, while this entry waits to be told. @returns what is left
std::int64_t left_while_untold(Transaction& transaction, const std::string& event,
                               const std::string& table) {
    auto& store = transaction.store();
    store.execute("DELETE FROM outbox");
    store.execute("INSERT INTO outbox SELECT MAX(sequence) FROM record WHERE event = :event",
                  {{"event", event}});
    ErasureChange{transaction}.take_access_before(transaction.now(), 100);
    const auto left = store.number("SELECT COUNT(*) FROM " + table);
    store.execute("DELETE FROM outbox");
    return left;
}

}  // namespace

TEST_CASE("what somebody is yet to be told about keeps its session and its consent") {
    TestServer server;
    live_through(server);
    server.advance(48h);
    server.server().application().store().write_now([](Transaction& transaction) {
        CHECK(left_while_untold(transaction, "impersonation_ended", "sessions") == 1);
        CHECK(left_while_untold(transaction, "access_revoked", "grants") == 1);
        ErasureChange{transaction}.take_access_before(transaction.now(), 100);
        CHECK(transaction.store().number("SELECT COUNT(*) FROM grants") == 0);
        CHECK(transaction.store().number("SELECT COUNT(*) FROM sessions") == 0);
    });
}

TEST_CASE("what is told of an access whose rows are gone is told without them") {
    TestServer server;
    live_through(server);
    server.advance(48h);
    NotifySettings settings;
    settings.mail.url = "smtp://mail.example";
    server.server().application().store().write_now([&](Transaction& transaction) {
        auto& store = transaction.store();
        ErasureChange{transaction}.take_access_before(transaction.now(), 100);
        store.execute("INSERT INTO outbox SELECT sequence FROM record");
        const Telling telling{settings, ZoneTable::embedded(), "https://app.example", "issuer"};
        CHECK(telling.tell(transaction, 100) >= 5);
        CHECK(store.number("SELECT COUNT(*) FROM messages WHERE event = 'access_requested'") == 1);
        store.execute("DELETE FROM messages");
    });
}

TEST_CASE("retention that meets a changed entry stops there, and is counted where operators look") {
    TestServer server{[](Settings& settings) { settings.record_retention = 24h * 30; }};
    live_through(server);
    server.advance(24h * 31);
    auto& application = server.server().application();
    const auto counted = [&] { return application.metrics().text(0, std::nullopt); };
    CHECK_THAT(counted(), Contains("\nhallpass_sweep_faults_total 0\n"));
    application.store().write_now([](Transaction& transaction) {
        transaction.store().execute(
            "UPDATE record SET resource_type = 'changed' WHERE sequence ="
            " (SELECT MIN(sequence) FROM record WHERE ip IS NOT NULL)");
    });
    application.sweep();
    CHECK_THAT(counted(), Contains("\nhallpass_sweep_faults_total 1\n"));
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'personal_data_expired'") == 0);
}

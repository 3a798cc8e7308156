// What is erased by age, and a clock that cannot be believed.
#include "audit/retention.hpp"

#include "lived_access.hpp"
#include "two_servers.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr auto year = 24h * 365;

/// A server that keeps personal data for 30 days, and a request that was withdrawn.
struct Kept {
    TestServer server{[](Settings& settings) {
        settings.record_retention = 24h * 30;
        settings.sweep_every = 1h;
    }};

    Kept() {
        const auto grant = Journey{server}.request_grant();
        REQUIRE(server.post("/api/v1/support-access/grants/" + grant + "/withdraw", "{}", "jan")
                    .status == 200);
        REQUIRE(soon([&] { return server.server().application().store().on_duty(); }));
        sweep();
    }
    void step(std::chrono::seconds by) { server.server().application().demo_clock().advance(by); }
    void sweep() { server.server().application().sweep(); }
    bool erased() {
        return server.number("SELECT COUNT(*) FROM record WHERE event = 'personal_data_expired'") >
               0;
    }
    /// How far retention is behind the clock, after another sweep.
    std::chrono::milliseconds behind() {
        const auto& clock = server.server().application().clock();
        std::chrono::milliseconds found{};
        server.server().application().store().write_now([&](Transaction& transaction) {
            found = clock.now() - move_retention_on(transaction, 1h);
        });
        return found;
    }
};

}  // namespace

TEST_CASE("retention erases what is older than its days, and only that") {
    TestServer server{[](Settings& settings) {
        settings.record_retention = 24h * 30;
        settings.sweep_every = 24h * 4;  // retention follows such steps of the clock at once
    }};
    auto& application = server.server().application();
    lived_through(server);
    const auto old = server.number(named);
    application.sweep();
    CHECK(server.number(named) == old);
    server.advance(24h * 29);
    lived_through(server);
    const auto both = server.number(named);
    application.sweep();
    CHECK(server.number(named) == both);
    server.advance(24h * 2);
    application.sweep();
    CHECK(server.number(named) == both - old);
    CHECK(count(server, "sessions") == 1);
    CHECK(count(server, "grants") == 1);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 1);
    application.sweep();  // nothing more is due
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 1);
    server.advance(24h * 40);
    application.sweep();
    CHECK(server.number(named) == 0);
    CHECK(count(server, "sessions") + count(server, "tokens") + count(server, "receipts") == 0);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 2);
    CHECK(audit(server, {"verify"}).exit_code == 0);
    // The server goes on as before.
    lived_through(server);
}

TEST_CASE("without retention nothing is erased, however old") {
    TestServer server;
    lived_through(server);
    const auto names = server.number(named);
    server.advance(24h * 3000);
    server.server().application().sweep();
    CHECK(server.number(named) >= names);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 0);
}

TEST_CASE("a clock that was set forward by years erases nothing, nor does a start by it") {
    Kept kept;
    for (int start = 0; start < 2; ++start) {
        kept.step(70 * year);
        for (int sweep = 0; sweep < 24; ++sweep) kept.sweep();
        CHECK_FALSE(kept.erased());
        kept.server.restart();  // by a clock that is right again
        kept.sweep();
        CHECK(kept.behind() < 1min);
    }
    CHECK_FALSE(kept.erased());
}

TEST_CASE(
    "what became due while no server was running is erased ten times as fast as time passes") {
    Kept kept;
    kept.step(24h * 60);
    const int most = 31 * 24 / retention_catches_up + 1;
    for (int sweep = 0; sweep < most && !kept.erased(); ++sweep) {
        CHECK_FALSE(kept.erased());
        kept.sweep();
    }
    CHECK(kept.erased());
}

TEST_CASE(
    "retention is never ahead of the clock, and forgets a wrong one as slowly as it believes it") {
    Kept kept;
    kept.step(-year);
    CHECK(kept.behind() < 1min);
    kept.step(year);
    CHECK(kept.behind() < 1min);
    kept.step(24h);
    CHECK(kept.behind() > 13h);
    CHECK(kept.behind() > 3h);
    CHECK(kept.behind() < 1min);
}

TEST_CASE("a record from before there was such a time is judged by its newest entry at first") {
    Kept kept;
    kept.server.server().application().store().write_now([](Transaction& transaction) {
        transaction.store().execute("DELETE FROM retention");
        begin_retention(transaction.store());
    });
    kept.step(year);
    CHECK(kept.behind() > year - 12h);
}

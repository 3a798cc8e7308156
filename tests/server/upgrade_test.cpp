// A server that was left running while a newer one has started on its database.
#include "two_servers.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("a running server that finds the tables of a newer one says so, and sweeps nothing") {
    TestServer server;
    Journey{server}.request_grant();
    auto& application = server.server().application();
    application.demo_clock().advance(24h * 365);
    const auto run = [&](const char* statement) {
        application.store().write_now(
            [&](Transaction& transaction) { transaction.store().execute(statement); });
    };
    const auto pending = [&] {
        return server.number("SELECT COUNT(*) FROM grants WHERE status = 'pending'");
    };
    run("INSERT INTO schema_versions (version) VALUES (1000)");
    const auto unready = server.get("/readyz");
    CHECK(unready.status == 503);
    CHECK_THAT(unready.body, Contains("written by a newer version of hallpassd"));
    application.sweep();
    CHECK(pending() == 1);
    CHECK_THAT(application.metrics().text(0, std::nullopt),
               Contains("\nhallpass_sweep_faults_total 1\n"));
    run("DELETE FROM schema_versions WHERE version = 1000");
    CHECK(server.get("/readyz").status == 200);
    REQUIRE(soon([&] { return application.store().on_duty(); }));
    application.sweep();
    CHECK(pending() == 0);
}

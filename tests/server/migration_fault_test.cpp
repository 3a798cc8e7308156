// What somebody hears whose database refuses something: enough to mend it, and nobody's data.
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "store/migrations.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

TEST_CASE("PostgreSQL's own words are told where they name no value", "[.postgresql]") {
    const TestDatabase database{""};
    Connection connection{database.url()};
    connection.insert(TenantRow{"secret", "A tenant", "{}"});
    CHECK_THROWS_WITH(connection.insert(TenantRow{"secret", "A tenant", "{}"}),
                      "constraint: duplicate key value violates unique constraint"
                      " \"tenants_pkey\"");
    CHECK_THROWS_WITH(
        connection.number("SELECT CAST(name AS BIGINT) FROM tenants WHERE id = 'secret'"),
        "PostgreSQL refused a statement (22P02)");
    CHECK_THROWS_WITH(connection.number("SELECT nothing FROM tenants"),
                      "PostgreSQL refused a statement (42703): column \"nothing\" does not exist");
}

TEST_CASE("a start that cannot bring a file's tables up to date says what is in its way",
          "[sqlite]") {
    const TemporaryFolder folder;
    const auto url = "sqlite:" + folder.file("hallpass.db");
    {
        Connection connection{url};
        migrate(connection);
        connection.execute("DELETE FROM schema_versions WHERE version >= 16");
    }
    const auto outcome = hallpassd({"serve", "--demo", "--port", "0", "--database", url,
                                    "--key-file", folder.file("keys.json")});
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.output, Contains("hallpassd: the tables were not brought to version 16: ") &&
                                   Contains("table status_places already exists\n"));
}

// What a server's role on PostgreSQL must be allowed, and what somebody hears of it who allows
// less. All tests run as a role that owns its database and has nothing else (postgresql.sh).
#include "store/rights.hpp"

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

std::string name_of(const TestDatabase& database) {
    std::string name;
    Connection{database.url()}.query("SELECT current_database()", "t", {},
                                     [&](Columns& row) { name = row.text(); });
    return name;
}

/// Takes from everybody what owning a database brings, but the right to connect from its role.
void close_off(const TestDatabase& database) {
    const auto name = name_of(database);
    administer("ALTER DATABASE " + name + " OWNER TO postgres");
    administer("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
    administer("GRANT CONNECT ON DATABASE " + name + " TO hallpass");
}

/// The URL for a role that owns nothing.
std::string for_runner(std::string url) {
    const std::string owner = "hallpass@";
    return url.replace(url.find(owner), owner.size(), "runner@");
}

/// A whole session of somebody's, from the request to its end.
void use(TestServer& server) {
    Journey journey{server};
    journey.consent(journey.request_grant());
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    CHECK(
        server
            .post("/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                  "{}", "jan")
            .status == 200);
    server.server().application().sweep();
    CHECK(server.get("/readyz").status == 200);
}

std::string refusal(const std::string& url) {
    const SystemClock clock;
    try {
        const Store store{url, clock};
    } catch (const StoreFault& fault) {
        return fault.what();
    }
    return "";
}

/// What `hallpassd serve` says to these, with and without `--check`.
std::string said(const TemporaryFolder& folder, const std::string& url, bool check) {
    std::vector<std::string> arguments{"serve", "--demo", "--port", "0"};
    if (check) arguments.emplace_back("--check");
    for (const auto& each :
         {std::string{"--database"}, url, std::string{"--key-file"}, folder.file("keys.json")}) {
        arguments.push_back(each);
    }
    const auto outcome = hallpassd(arguments);
    CHECK(outcome.exit_code == 1);
    return outcome.output;
}

}  // namespace

TEST_CASE("the tests' role owns its database and has nothing else", "[.postgresql]") {
    const TestDatabase database{""};
    Connection connection{database.url()};
    CHECK(connection.number("SELECT COUNT(*) FROM pg_roles WHERE rolname = current_user AND"
                            " NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication"
                            " OR rolbypassrls)") == 1);
    CHECK(connection.number("SELECT COUNT(*) FROM pg_auth_members m JOIN pg_roles r"
                            " ON r.oid = m.member WHERE r.rolname = current_user") == 0);
    CHECK(missing_rights(connection).empty());
    CHECK(open_to_others(connection) == "every role may connect to it");
    connection.run("GRANT CREATE ON SCHEMA public TO PUBLIC");
    CHECK(open_to_others(connection) == "every role may make tables beside its own");
}

TEST_CASE("a schema of its own is enough for a server", "[.postgresql]") {
    const TestDatabase database{"", false};
    Connection{database.url()}.run("CREATE SCHEMA hallpass");
    close_off(database);
    TestServer server{[&](Settings& settings) { settings.database = database.url(); }};
    use(server);
    CHECK(server.number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'hallpass'") > 20);
    CHECK(server.number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'") == 0);
    Connection connection{database.url()};
    CHECK_THROWS_AS(connection.execute("DELETE FROM users WHERE id = 'piet'"), ConstraintViolation);
    CHECK(missing_rights(connection).empty());
    CHECK(open_to_others(connection).empty());
}

TEST_CASE("a role may run what another one brings up to date", "[.postgresql]") {
    const TestDatabase database{""};
    Connection owner{database.url()};
    const auto url = for_runner(database.url());
    CHECK_THAT(refusal(url), Contains("(42501): permission denied for table schema_versions"));
    owner.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO runner");
    Connection runner{url};
    CHECK(missing_rights(runner) == "its role may not read and write all tables");
    owner.run("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO runner");
    CHECK(missing_rights(runner).empty());
    TestServer server{[&](Settings& settings) { settings.database = url; }};
    use(server);
    CHECK_THROWS_AS(runner.run("ALTER TABLE users DISABLE TRIGGER removing"), StoreFault);
    owner.execute("DELETE FROM schema_versions WHERE version = :newest",
                  {{"newest", newest_schema}});
    CHECK_THAT(missing_rights(runner), Contains("another one owns them"));
    CHECK_THAT(refusal(url), Contains("the tables were not brought to version " +
                                      std::to_string(newest_schema) + ": PostgreSQL refused"));
}

TEST_CASE("who may make no tables is told so, before and at the start", "[.postgresql]") {
    const TestDatabase database{"", false};
    close_off(database);
    const TemporaryFolder folder;
    CHECK_THAT(said(folder, database.url(), true),
               Contains("REFUSED  database: its role may not make tables"));
    CHECK_THAT(said(folder, database.url(), false),
               Contains("hallpassd: the tables were not brought to version 1: PostgreSQL refused a"
                        " statement (42501): permission denied for schema public\n"));
}

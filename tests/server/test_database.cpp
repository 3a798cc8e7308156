#include "test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "hallpass_catch.hpp"
#include "store/connection.hpp"
#include "store/migrations.hpp"

namespace hallpass::server::test {
namespace {

std::string variable(const char* name) {
    const auto* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string cluster_url() { return variable("HALLPASS_TEST_POSTGRESQL"); }

/// The URL of a database, for its owner, who has no other rights (postgresql.sh).
std::string url_of(const std::string& name) {
    const std::string administrators = "postgres@/postgres";
    auto url = cluster_url();
    return url.replace(url.find(administrators), administrators.size(), "hallpass@/" + name);
}

/// A database with all tables in it, made once, which new ones are copies of.
const std::string& migrated_one() {
    static const std::string name = [] {
        const auto made = "migrated_" + std::to_string(::getpid());
        administer("CREATE DATABASE " + made + " OWNER hallpass");
        Connection connection{url_of(made)};
        migrate(connection);
        return made;
    }();
    return name;
}

}  // namespace

TestDatabase::TestDatabase(const std::string& file, bool migrated) {
    if (!on_postgresql()) {
        url_ = "sqlite:" + file;
        return;
    }
    static std::atomic<int> made{0};
    const auto& original = migrated ? migrated_one() : std::string{"template1"};
    name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    administer("CREATE DATABASE " + name_ + " OWNER hallpass TEMPLATE " + original);
    url_ = url_of(name_);
}

TestDatabase::~TestDatabase() {
    if (name_.empty()) return;
    try {
        administer("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const StoreFault&) {
        // It goes with the cluster at the latest.
    }
}

bool TestDatabase::on_postgresql() { return !cluster_url().empty(); }

void administer(const std::string& statement) { Connection{cluster_url()}.run(statement); }

std::int64_t cut_connections(const std::string& url) {
    // Of its own role: PostgreSQL's own are not its to cut.
    return Connection{url}.number(
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
        " datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()");
}

void cluster(const std::string& what, const std::string& more) {
    const auto command = "'" + variable("HALLPASS_TEST_CLUSTER") + "' " + what + " '" +
                         variable("HALLPASS_TEST_CLUSTER_FOLDER") + "' " + more;
    REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace hallpass::server::test

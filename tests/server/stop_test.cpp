// What a stop does, it does once: who only goes stops as well.
#include "hallpass_catch.hpp"
#include "kept_log.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

TEST_CASE("a server that has stopped signs nothing more, and asks its database nothing") {
    const KeptLog log;
    {
        TestServer server;
        Journey{server}.request_grant();
        server.server().stop();
        CHECK(server.number("SELECT COUNT(*) FROM checkpoints") > 0);
        // A second signature of the record would be missed now, and could not be written.
        Connection{server.settings().database}.run("DELETE FROM checkpoints");
        server.server().stop();
        server.server().application().stop();
    }
    CHECK(log.text().find("could not be signed") == std::string::npos);
}

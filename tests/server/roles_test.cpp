// Roles of one's own: configured, given in every way there is, and judged like the built-in ones.
#include <fstream>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "scim_client.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

const std::string reader = "name=inboxReader,permissions=helpdesk:view-inbox ticket:read";
const std::string promoter = "name=promoter,permissions=user:list user:set-role";

void two_roles(Settings& settings) {
    settings.roles = {reader, promoter};
    provision(settings, "elders", ",roles=user,inboxReader");
}

test::Reply give(TestServer& server, const std::string& user, const std::string& role,
                 const std::string& by = "ada") {
    return server.post("/api/v1/admin/users/" + user + "/role", R"({"role":")" + role + R"("})",
                       by);
}

}  // namespace

TEST_CASE("who may read the inbox may not act as anybody") {
    TestServer server{two_roles};
    REQUIRE(give(server, "kim", "inboxReader").status == 200);
    CHECK(server.get("/api/v1/me", "kim").text("permissions") ==
          R"(["ticket:read","helpdesk:view-inbox"])");
    Journey journey{server};
    const auto start = journey.start("kim", "piet", "bureau");
    CHECK(start.status == 403);
    CHECK(start.text("constraints").find("support:access:create") != std::string::npos);
    const auto request = server.post("/api/v1/support-access/grants",
                                     R"({"tenantId":"de-akker","targetUserId":"piet",)"
                                     R"("ticketId":"T-1","reason":"The parcel does not show"})",
                                     "kim");
    CHECK(request.status == 403);
    CHECK(server.get("/api/v1/admin/users", "kim").status == 403);
    CHECK(server.post("/api/v1/admin/users/els/ban", R"({"reason":"Abuse of access"})", "kim")
              .status == 403);
    // Staff all the same: nobody acts as them.
    CHECK(journey.start("jan", "kim", "bureau").error() == "TARGET_IS_STAFF");
    REQUIRE(give(server, "els", "inboxReader").status == 200);
    CHECK(journey.start("jan", "els", "bureau").error() == "TARGET_IS_STAFF");
}

TEST_CASE("a configured role can be given over HTTP, by an import and by an identity provider") {
    TestServer server{two_roles};
    CHECK(give(server, "els", "inboxReader").text("roles") == R"(["inboxReader"])");
    CHECK(give(server, "els", "king").status == 400);
    const ScimClient scim{server, provisioning_token("elders")};
    CHECK(scim.create("nora@elders.nl", R"(,"roles":["inboxReader"])").text("roles") ==
          R"([{"value":"inboxReader"}])");
    CHECK(scim.create("mo@elders.nl", R"(,"roles":["promoter"])").status == 403);

    const auto file = server.folder().file("more.jsonl");
    std::ofstream{file} << R"({"type":"user","id":"lin","name":"Lin","email":"lin@example.nl",)"
                           R"("roles":["inboxReader"]})";
    const auto& database = server.settings().database;
    CHECK(hallpassd({"import", file, "--database", database}).exit_code == 1);
    CHECK(hallpassd({"import", file, "--database", database, "--role", reader}).exit_code == 0);
    CHECK(server.number("SELECT COUNT(*) FROM users WHERE roles = 'inboxReader'") == 3);
}

TEST_CASE("nobody gives a role that permits more than their own, nor takes one away") {
    TestServer server{two_roles};
    REQUIRE(give(server, "kim", "promoter").status == 200);
    CHECK(give(server, "els", "helpdeskAdmin", "kim").status == 403);
    CHECK(give(server, "els", "helpdeskAgent", "kim").status == 403);
    CHECK(give(server, "els", "inboxReader", "kim").status == 403);
    CHECK(give(server, "jan", "user", "kim").status == 403);
    CHECK(give(server, "ada", "user", "kim").status == 403);
    CHECK(give(server, "els", "promoter", "kim").status == 200);
    CHECK(give(server, "els", "user", "kim").status == 200);
    CHECK(server.get("/api/v1/me", "ada").text("roles") == R"(["helpdeskAdmin"])");
}

TEST_CASE("a role that cannot be is named before anything starts", "[sqlite]") {
    const TemporaryFolder folder;
    const std::pair<std::string, std::string> cases[] = {
        {"name=reader,permissions=helpdesk:view-inbox inbox:eat",
         "--role reader: permissions: inbox:eat is not known"},
        {"name=reader,permissions=*", "--role reader: permissions: * is not known"},
        {"name=reader,permissions=", "--role reader: permissions: it needs at least one"},
        {"name=helpdeskAgent,permissions=user:ban", "--role helpdeskAgent: name: "},
        {"name=service,permissions=user:ban", "--role service: name: "},
        {"name=two words,permissions=user:ban", "--role two words: name: "},
        {"permissions=user:ban", "write name=NAME"},
    };
    for (const auto& [role, why] : cases) {
        INFO(role);
        for (const bool check : {true, false}) {
            std::vector<std::string> command{
                "serve",  "--demo", "--port",     "0",
                "--role", role,     "--database", "sqlite:" + folder.file("hallpass.db")};
            if (check) command.emplace_back("--check");
            const auto outcome = hallpassd(command);
            CHECK(outcome.exit_code == 1);
            CHECK_THAT(outcome.output, Contains(why));
            CHECK((!check || outcome.output.find("REFUSED  roles: ") != std::string::npos));
        }
    }
    const auto good = hallpassd({"serve", "--check", "--demo", "--role", reader, "--role", promoter,
                                 "--database", "sqlite:" + folder.file("hallpass.db")});
    INFO(good.output);
    CHECK(good.exit_code == 0);
    CHECK_THAT(good.output, Contains("roles: the built-in ones and 2 more"));
}

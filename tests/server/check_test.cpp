// `hallpassd serve --check` as an operator runs it: it names what cannot work and changes nothing.
#include <filesystem>
#include <fstream>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"

using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

/// A folder with a provider's secret; nothing else is there yet.
struct Place {
    TemporaryFolder folder;
    Place() { std::ofstream{folder.file("secret")} << TestServer::secret; }

    Outcome check(std::vector<std::string> more) const {
        std::vector<std::string> arguments{
            "serve",
            "--check",
            "--database",
            "sqlite:" + folder.file("hallpass.db"),
            "--identity",
            "issuer=https://idp.test,audience=hallpass,secret=" + folder.file("secret")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return hallpassd(arguments);
    }
    std::size_t files() const {
        const std::filesystem::directory_iterator all{folder.path()};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
};

}  // namespace

TEST_CASE("settings that can work are good, and the check makes nothing", "[sqlite]") {
    const Place place;
    const auto outcome = place.check({});
    INFO(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK_THAT(outcome.output, Contains("good     database: the first start makes it"));
    CHECK_THAT(outcome.output, Contains("good     keys: the first start makes it"));
    CHECK_THAT(outcome.output, Contains("good     identity providers: 1 of them"));
    CHECK_THAT(outcome.output, !Contains("REFUSED"));
    CHECK(place.files() == 1);
}

TEST_CASE("beside a running server the check says what it runs on", "[sqlite]") {
    TestServer server;
    const auto& settings = server.settings();
    const auto outcome = hallpassd({"serve", "--check", "--demo", "--database", settings.database,
                                    "--key-file", settings.key_file});
    INFO(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK_THAT(outcome.output, Contains("good     database: version "));
    CHECK_THAT(outcome.output, Contains(" signs"));
    CHECK(server.get("/readyz").status == 200);
}

TEST_CASE("each part that cannot work is named, and the others still are", "[sqlite]") {
    const Place place;
    std::ofstream{place.folder.file("broken")} << "not what it should be";
    const auto broken = place.folder.file("broken");
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"--listen", "somewhere"}, "REFUSED  address: --listen"},
        {{"--public-url", "support.example.com"}, "REFUSED  address: --public-url"},
        {{"--public-url", "https://support.example.com?x"}, "REFUSED  address: --public-url"},
        {{"--public-url", "https://me:secret@support.example.com"},
         "REFUSED  address: --public-url"},
        {{"--app-url", "https://app.example.com/#/"}, "REFUSED  address: --public-url and --app"},
        {{"--app-url", "https://app.example.com "}, "REFUSED  address: --public-url and --app"},
        {{"--audience", ""}, "REFUSED  address: --audience"},
        {{"--trusted-proxy", "10.0.0.0/33"},
         "REFUSED  address: --trusted-proxy 10.0.0.0/33: give an address or a network"},
        {{"--key-file", broken}, "REFUSED  keys: "},
        {{"--key-file", "/nonexistent/keys.json"}, "REFUSED  keys: it is not there"},
        {{"--identity", "issuer=https://other.test,audience=hallpass,jwks=" + broken},
         "REFUSED  identity providers: "},
        {{"--zones", broken}, "REFUSED  time zones: the time-zone file is not valid"},
        {{"--static", "/nonexistent"}, "REFUSED  pages: "},
        {{"--smtp", "smtp://127.0.0.1", "--mail-from", "nobody"}, "REFUSED  mail: "},
        {{"--webhook", "name=ops,url=https://ops.example.com,secret=" + broken},
         "REFUSED  webhooks: "},
        {{"--webhook-network", "everything"}, "REFUSED  webhooks: "},
    };
    for (const auto& [more, expected] : cases) {
        INFO(expected);
        const auto outcome = place.check(more);
        INFO(outcome.output);
        CHECK(outcome.exit_code == 1);
        CHECK_THAT(outcome.output, Contains(expected));
        CHECK_THAT(outcome.output, Contains("good     database: "));
    }
}

TEST_CASE("a database that is newer than the program is named", "[sqlite]") {
    TestServer server;
    server.server().application().store().write_now([](hallpass::server::Transaction& each) {
        each.store().execute("INSERT INTO schema_versions (version) VALUES (1000)");
    });
    const auto outcome =
        hallpassd({"serve", "--check", "--demo", "--database", server.settings().database,
                   "--key-file", server.settings().key_file});
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.output, Contains("REFUSED  database: it was written by a newer version"));
}

TEST_CASE("without any identity provider nobody can sign in, and the check says so", "[sqlite]") {
    const TemporaryFolder folder;
    const auto outcome =
        hallpassd({"serve", "--check", "--database", "sqlite:" + folder.file("hallpass.db")});
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.output, Contains("REFUSED  identity providers: nobody can sign in"));
}

TEST_CASE("a port that is taken is named", "[sqlite]") {
    const TestServer server;
    const TemporaryFolder folder;
    const auto port = std::to_string(server.port());
    const auto outcome = hallpassd(
        {"serve", "--demo", "--port", port, "--database", "sqlite:" + folder.file("hallpass.db")});
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.output, Contains("hallpassd: http://127.0.0.1:" + port +
                                        " cannot be listened at: Address already in use\n"));
}

TEST_CASE("a line of the settings' file that is not known is named, for every command",
          "[sqlite]") {
    const Place place;
    const auto with = [&](const std::string& lines, const std::vector<std::string>& more) {
        std::ofstream{place.folder.file("settings.toml")} << lines;
        std::vector<std::string> arguments{"--config", place.folder.file("settings.toml")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return hallpassd(arguments);
    };
    const std::string database =
        "database = \"sqlite:" + place.folder.file("hallpass.db") + "\"\n[serve]\n";
    const auto provider =
        "identity = [\"issuer=https://idp.test,audience=a,secret=" + place.folder.file("secret") +
        "\"]\n";
    const auto good = with(database + provider + "port = 0\n", {"serve", "--check"});
    INFO(good.output);
    CHECK(good.exit_code == 0);
    std::ofstream{place.folder.file("lines")} << R"({"type":"tenant","id":"a","name":"A"})";
    const std::vector<std::vector<std::string>> commands{{"serve", "--check"},
                                                         {"import", place.folder.file("lines")}};
    for (const auto& command : commands) {
        const std::pair<std::string, std::string> cases[] = {
            {database + provider + "record-retention-day = 365\n", "serve.record-retention-day"},
            {database + provider + "[serv]\nport = 0\n", "serv."},
            {"log-formt = \"json\"\n" + database + provider, "log-formt"},
        };
        for (const auto& [lines, named] : cases) {
            INFO(command.front() << " " << named);
            const auto refused = with(lines, command);
            CHECK(refused.exit_code != 0);
            CHECK_THAT(refused.output, Contains(named));
        }
    }
    CHECK_FALSE(std::filesystem::exists(place.folder.file("hallpass.db")));
}

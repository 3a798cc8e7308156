// `hallpassd keys`, run as the real program, beside a real server.
#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "key_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("keys are made, listed, rotated, exported and retired by commands") {
    const Place place;
    const auto waiting = place.kid({"generate", "--alg", "ES256"});
    auto listed = place.run({"list"}).output;
    CHECK(count(listed, "\n") == 3);
    CHECK(listed.find(waiting + "\tES256\twaiting\t") != std::string::npos);
    CHECK(count(listed, "\tsigning\t") == 1);
    CHECK(place.kid({"rotate"}) == waiting);
    listed = place.run({"list"}).output;
    CHECK(listed.find(waiting + "\tES256\tsigning\t") != std::string::npos);
    CHECK(count(listed, "\tEdDSA\tsuperseded\t") == 1);
    const auto fresh = place.kid({"rotate", "--alg", "EdDSA"});
    CHECK(fresh != waiting);
    CHECK(place.kid({"rotate", waiting}) == waiting);

    const auto jwks = place.run({"export-jwks"}).output;
    const auto parsed = KeySet::parse(jwks);
    REQUIRE(parsed.ok());
    CHECK(parsed->keys().size() == 3);
    CHECK(jwks.find("\"d\"") == std::string::npos);
    const auto output = place.folder.file("jwks.json");
    CHECK(place.run({"export-jwks", "--output", output}).exit_code == 0);
    CHECK(refused_as(place.run({"export-jwks", "--output", output}), KeyProblem::output_exists));

    CHECK(refused_as(place.run({"retire", waiting}), KeyProblem::key_signs));
    CHECK(refused_as(place.run({"retire", waiting, "--force"}), KeyProblem::key_signs));
    CHECK(refused_as(place.run({"rotate", waiting}), KeyProblem::key_signs));
    CHECK(refused_as(place.run({"retire", "nobody"}), KeyProblem::key_unknown));
    CHECK(refused_as(place.run({"rotate", "nobody"}), KeyProblem::key_unknown));
    CHECK(place.run({"retire", fresh}).exit_code == 0);
    CHECK(place.run({"list"}).output.find(fresh) == std::string::npos);
    CHECK(place.run({"rotate", "--alg", "RS256"}).exit_code != 0);
    CHECK(place.run({"generate", "--alg", "none"}).exit_code != 0);
    CHECK(place.run({}).exit_code != 0);
}

TEST_CASE("a shared secret comes from a file and goes to a file, neither open to others") {
    const Place place;
    const std::string secret(32, 's');
    const auto loose = place.write("loose", secret, 0644);
    CHECK(refused_as(place.run({"generate", "--secret-file", loose}), KeyProblem::file_insecure));
    const auto small = place.write("small", std::string(31, 's') + "\n", 0600);
    CHECK(
        refused_as(place.run({"generate", "--secret-file", small}), KeyProblem::secret_too_short));
    CHECK(refused_as(place.run({"generate", "--secret-file", place.folder.file("absent")}),
                     KeyProblem::file_unreadable));
    const auto good = place.write("good", secret + "\n", 0600);
    const auto kid = place.kid({"generate", "--secret-file", good});
    CHECK(refused_as(place.run({"generate", "--secret-file", good}), KeyProblem::key_exists));
    CHECK(place.run({"list"}).output.find(kid + "\tHS256\twaiting") != std::string::npos);
    CHECK(place.run({"export-jwks"}).output.find(kid) == std::string::npos);
    CHECK(place.run({"export-jwks", "--shared-secrets"}).exit_code != 0);

    const auto output = place.folder.file("shared.json");
    REQUIRE(place.run({"export-jwks", "--shared-secrets", "--output", output}).exit_code == 0);
    struct stat info {};
    REQUIRE(::stat(output.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600U);
    std::ifstream input{output};
    const std::string text{std::istreambuf_iterator<char>{input}, {}};
    const auto keys = KeySet::parse(text);
    REQUIRE(keys.ok());
    REQUIRE(keys->keys().size() == 1);
    CHECK(keys->keys()[0].material() == secret);
}

TEST_CASE("a key's name that reads as an option is given after two dashes, and is never drawn") {
    const Place place;
    // Its RFC 7638 thumbprint is -seayVhMDurBULrL7W-ZIR4PxYui88eSVVRqPH3WoYs.
    const auto secret = place.write("secret", "0012" + std::string(28, 's') + "\n", 0600);
    const auto kid = place.kid({"generate", "--secret-file", secret});
    REQUIRE(kid.starts_with('-'));
    CHECK(place.run({"rotate", kid}).exit_code != 0);
    CHECK(place.kid({"rotate", "--", kid}) == kid);
    CHECK_FALSE(place.kid({"rotate"}).starts_with('-'));
    CHECK(place.run({"retire", "--force", "--", kid}).exit_code == 0);
    CHECK(place.run({"list"}).output.find(kid) == std::string::npos);

    for (int drawn = 0; drawn < 1000; ++drawn) {  // one in 64 would begin so
        REQUIRE_FALSE(SigningKey::generate(Algorithm::EdDSA)->key_id().starts_with('-'));
    }
}

TEST_CASE("a running server takes up a rotation by itself, and both survive a kill") {
    const Place place;
    std::string kid;
    {
        HallpassProcess server{place.serve()};
        const auto port = server.port();
        kid = place.kid({"rotate"});
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        bool seen = false;
        while (!seen && std::chrono::steady_clock::now() < deadline) {
            seen = get_from(port, "/.well-known/jwks.json").body.find(kid) != std::string::npos;
        }
        CHECK(seen);
        server.signal(SIGHUP);  // neither ends it nor hurts
        CHECK(get_from(port, "/status/1")
                  .body.find(base64url_encode(R"({"alg":"EdDSA","kid":")" + kid).substr(0, 60)) ==
              0);
        server.signal(SIGKILL);
        CHECK(server.finish().exit_code == 128 + SIGKILL);
    }
    HallpassProcess server{place.serve()};
    CHECK(get_from(server.port(), "/.well-known/jwks.json").body.find(kid) != std::string::npos);
    CHECK(place.file().read().active().key_id() == kid);
    server.signal(SIGTERM);
    CHECK(server.finish().exit_code == 0);
}

TEST_CASE("commands at the same time lose nothing, and one that is killed leaves nothing half") {
    const Place place;
    place.kid({"rotate"});
    {
        std::vector<std::unique_ptr<HallpassProcess>> many;
        for (int i = 0; i < 6; ++i) {
            many.push_back(std::make_unique<HallpassProcess>(place.keys({"rotate"})));
        }
        for (const auto& each : many) CHECK(each->finish().exit_code == 0);
    }
    auto ring = place.file().read();
    CHECK(ring.keys().size() == 8);
    for (int i = 0; i < 20; ++i) {
        HallpassProcess process{place.keys({"rotate"})};
        // Somewhere between its start and its end.
        std::this_thread::sleep_for(std::chrono::milliseconds{i});
        process.signal(SIGKILL);
        process.finish();
        const auto after = place.file().read();
        const auto before = ring.keys().size();
        CHECK((after.keys().size() == before || after.keys().size() == before + 1));
        ring = after;
    }
    // What a crash may leave behind: a text that was not put in place, cut short.
    place.write("hall.db.keys.json.new", R"({"secret":"half)", 0600);
    const auto kid = place.kid({"rotate"});
    CHECK(place.file().read().active().key_id() == kid);
    CHECK(place.file().read().keys().size() == ring.keys().size() + 1);
}

TEST_CASE("a key with live tokens is retired by force alone") {
    const Place place;
    const auto directory = place.write("directory.jsonl",
                                       R"({"type":"tenant","id":"t","name":"T","profile":"helpdesk"}
{"type":"user","id":"piet","name":"Piet","email":"piet@example.nl"}
{"type":"user","id":"jan","name":"Jan","email":"jan@example.nl","roles":["helpdeskAgent"]}
)",
                                       0600);
    REQUIRE(hallpassd({"import", directory, "--database", place.database}).exit_code == 0);
    const auto old_kid = place.kid({"rotate"});
    place.kid({"rotate"});
    const auto now = to_unix_ms(SystemClock{}.now());
    {
        Connection store{place.database};
        SessionRow session;
        session.id = "ses_1";
        session.tenant_id = "t";
        session.subject_id = "piet";
        session.agent_id = "jan";
        session.reason = "The parcel does not show";
        session.status = "active";
        session.started_at_unix_ms = now;
        session.expires_at_unix_ms = now + 600'000;
        session.limited_by = "session_cap";
        session.exclusive_key = "piet";
        session.code_sha256 = "code";
        store.insert(session);
        TokenRow token;
        token.id = "tok_1";
        token.session_id = session.id;
        token.sha256 = "token";
        token.key_id = old_kid;
        token.status_list = 1;
        token.status_index = 412;
        token.issued_at_unix_ms = now;
        token.expires_at_unix_ms = session.expires_at_unix_ms;
        store.insert(token);
    }
    CHECK(refused_as(place.run({"retire", old_kid}), KeyProblem::key_in_use));
    CHECK(place.run({"list"}).output.find(old_kid) != std::string::npos);
    HallpassProcess server{place.serve()};
    server.port();
    CHECK(place.run({"retire", old_kid, "--force"}).exit_code == 0);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    std::int64_t ended = 0;
    Connection store{place.database};
    while (ended == 0 && std::chrono::steady_clock::now() < deadline) {
        ended = store.number(
            "SELECT COUNT(*) FROM sessions WHERE status = 'revoked' AND end_reason ="
            " 'key_retired'");
    }
    CHECK(ended == 1);
    CHECK(store.number("SELECT COUNT(*) FROM tokens WHERE revoked_at_unix_ms IS NULL") == 0);
}

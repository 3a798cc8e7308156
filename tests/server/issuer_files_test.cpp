// Identity providers whose keys are in files: read again at SIGHUP, and more than one audience of
// one provider.
#include <fstream>

#include "hallpass_catch.hpp"
#include "identity/bearer.hpp"
#include "signing/signing_key.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

const std::string first = "the-first-secret-of-more-than-32-bytes!";
const std::string second = "another-secret-of-more-than-32-bytes!!";

std::string token_of(const std::string& secret, const std::string& audience = "hallpass") {
    return TestServer::signed_jwt(
        R"({"alg":"HS256"})",
        R"({"iss":"https://second.test","exp":4000000000,"sub":"piet","aud":")" + audience + "\"}",
        secret);
}

int status(const TestServer& server, const std::string& token) {
    With with;
    with.bearer = token;
    return static_cast<int>(server.request("GET", "/api/v1/me", with).status);
}

/// A server that trusts the second provider by these settings, `FILE` being a file of its own.
struct Place {
    std::string file;
    TestServer server;

    Place(const std::string& content, const std::vector<std::string>& providers)
        : server([&](Settings& settings) {
              file = settings.key_file + ".provider";
              write(content);
              for (auto provider : providers) {
                  settings.issuers.push_back(
                      IssuerSettings::parse("issuer=https://second.test," +
                                            provider.replace(provider.find("FILE"), 4, file)));
              }
          }) {}
    void write(const std::string& content) const {
        std::ofstream{file, std::ios::trunc} << content;
    }
    void reload_with(const std::string& content) {
        write(content);
        server.server().reload();
    }
};

}  // namespace

TEST_CASE("a provider's secret is read again when that is asked for, and a broken one is not") {
    Place place{first + "\r\n", {"audience=hallpass,secret=FILE"}};
    CHECK(status(place.server, token_of(first)) == 200);
    place.write(second);
    CHECK(status(place.server, token_of(first)) == 200);
    place.server.server().reload();
    CHECK(status(place.server, token_of(first)) == 401);
    CHECK(status(place.server, token_of(second)) == 200);
    place.reload_with("too short");
    CHECK(status(place.server, token_of(second)) == 200);
    place.reload_with("");
    CHECK(status(place.server, token_of(second)) == 200);
    REQUIRE(std::remove(place.file.c_str()) == 0);
    place.server.server().reload();
    CHECK(status(place.server, token_of(second)) == 200);
    place.reload_with(first);
    CHECK(status(place.server, token_of(first)) == 200);
}

TEST_CASE("a provider's key set is read again when that is asked for, and a broken one is not") {
    const auto key = SigningKey::generate(Algorithm::EdDSA);
    const auto set = [](const SigningKey& of) {
        return R"({"keys":[)" + of.verification_jwk() + "]}";
    };
    const auto token = [](const SigningKey& of) {
        const auto input =
            base64url_encode(R"({"alg":"EdDSA","kid":")" + of.key_id() + R"("})") + "." +
            base64url_encode(
                R"({"iss":"https://second.test","aud":"hallpass","sub":"piet","exp":4000000000})");
        return input + "." + base64url_encode(of.sign(input));
    };
    Place place{set(*key), {"audience=hallpass,jwks=FILE"}};
    CHECK(status(place.server, token(*key)) == 200);
    const auto next = SigningKey::generate(Algorithm::EdDSA);
    for (const char* broken : {"{", "{}", R"({"keys":[]})"}) {
        place.reload_with(broken);
        CHECK(status(place.server, token(*key)) == 200);
    }
    place.reload_with(set(*next));
    CHECK(status(place.server, token(*key)) == 401);
    CHECK(status(place.server, token(*next)) == 200);
}

TEST_CASE("one provider may be trusted for several audiences") {
    Place place{first, {"audience=hallpass,secret=FILE", "audience=hallpass-admin,secret=FILE"}};
    CHECK(status(place.server, token_of(first)) == 200);
    CHECK(status(place.server, token_of(first, "hallpass-admin")) == 200);
    CHECK(status(place.server, token_of(first, "somebody-else")) == 401);
    CHECK(status(place.server, token_of(second, "hallpass-admin")) == 401);
}

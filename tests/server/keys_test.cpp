// The signing keys of a running server: rotation, retirement, algorithms.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "signing/es256.hpp"
#include "signing/hmac.hpp"
#include "signing/key_fault.hpp"
#include "signing/key_file.hpp"
#include "signing/live_keys.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

KeyFile key_file(const TestServer& server) { return KeyFile{server.folder().file("keys.json")}; }

/// Makes a new key sign, as `hallpassd keys rotate` does, and lets the server notice.
std::string rotate(TestServer& server, std::shared_ptr<const SigningKey> key) {
    const auto now = SystemClock{}.now();
    key_file(server).change(
        [&](const KeyRing& ring) { return ring.with(key, now).signing_with(key->key_id(), now); });
    server.server().application().follow_keys();
    return key->key_id();
}

std::string part(const std::string& token, int number) {
    std::size_t begin = 0;
    while (number-- > 0) begin = token.find('.', begin) + 1;
    return token.substr(begin, token.find('.', begin) - begin);
}

std::string member_of_header(const std::string& token, std::string_view name) {
    const auto document = json::Document::parse(*base64url_decode(part(token, 0)));
    return std::string{document->root().find(name).string().value_or("")};
}

std::string validity(const TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + "\"}");
    return reply.text("is_valid") == "true" ? "valid" : reply.text("error");
}

std::size_t published(const TestServer& server) {
    return server.get("/.well-known/jwks.json").json().root().find("keys").size();
}

}  // namespace

TEST_CASE("the kid is the thumbprint of RFC 7638, as RFC 8037 A.3 computes it") {
    const auto document = json::Document::parse(
        R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
        R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
    const auto key = SigningKey::from_kept(document->root());
    CHECK(key->key_id() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    // RFC 8037 A.4
    CHECK(base64url_encode(key->sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")) ==
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

TEST_CASE("HS256 gives what RFC 7515 A.1 gives, each time") {
    const auto secret = base64url_decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    const HmacSha256 mac{*secret};
    const std::string input =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
        "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    for (int i = 0; i < 3; ++i) {
        CHECK(base64url_encode(mac(input)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }
    CHECK(mac.verify(input, mac(input)));
    CHECK_FALSE(mac.verify(input, mac(input).substr(0, 31)));
    CHECK_FALSE(mac.verify(input + "x", mac(input)));
}

TEST_CASE("ES256 takes R and S as RFC 7515 A.3 has them, and nothing else") {
    const auto bytes = [](const char* text) { return *base64url_decode(text); };
    const auto point = '\x04' + bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU") +
                       bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    const auto key = Es256Key::from_point(point);
    const std::string input =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ";
    const auto signature = bytes(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    CHECK(key.verify(input, signature));
    CHECK_FALSE(key.verify(input + ".", signature));
    CHECK_FALSE(key.verify(input, signature.substr(0, 63)));
    CHECK_FALSE(key.verify(input, signature + '\0'));
    CHECK_FALSE(key.verify(input, std::string(64, '\0')));
    CHECK_FALSE(key.verify(input, std::string(32, '\0') + signature.substr(32)));
    CHECK_FALSE(key.verify(input, signature.substr(32) + signature.substr(0, 32)));
    CHECK_FALSE(key.verify(input, std::string(64, '\xff')));
    auto off_curve = point;
    off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
    CHECK_THROWS(Es256Key::from_point(off_curve));
    CHECK_THROWS(Es256Key::from_point(std::string(65, '\0')));
    const auto ours = Es256Key::generate();
    CHECK(Es256Key::from_pair(ours.point(), ours.scalar()).point() == ours.point());
    CHECK_THROWS(Es256Key::from_pair(point, ours.scalar()));
    CHECK(Es256Key::from_point(ours.point()).verify("text", ours.sign("text")));
}

TEST_CASE(
    "a rotation takes hold of a running server, and the old key stays until it is not needed") {
    TestServer server;
    Journey journey{server};
    const auto before = journey.start("jan", "piet", "bureau");
    const auto old_token = before.text("delegatedToken");
    const auto new_kid = rotate(server, SigningKey::generate(Algorithm::EdDSA));
    CHECK(published(server) == 2);
    CHECK(validity(server, old_token) == "valid");
    const auto after = journey.start("jan", "els", "bureau");
    CHECK(member_of_header(after.text("delegatedToken"), "kid") == new_kid);
    // The code of before the rotation is exchanged after it.
    const auto url = before.text("uiSwitchUrl");
    const auto code = url.substr(url.find("token=") + 6);
    const auto exchanged =
        server.post("/api/v1/support-access/exchange", R"({"code":")" + code + "\"}", "jan");
    CHECK(exchanged.text("token") == old_token);
    // Nor do a kill or a restart bring the old key back.
    server.restart();
    CHECK(validity(server, old_token) == "valid");
    CHECK(member_of_header(journey.start("kim", "piet", "firma").text("delegatedToken"), "kid") !=
          member_of_header(old_token, "kid"));
    server.advance(29min);
    CHECK(published(server) == 2);
    server.advance(1min);
    CHECK(validity(server, old_token) == "TOKEN_EXPIRED");
    CHECK(published(server) == 2);  // verifiers whose clock is a minute behind still need it
    server.advance(1min);
    CHECK(published(server) == 1);
}

TEST_CASE("a key that waits is published before it signs") {
    TestServer server;
    const auto waiting = SigningKey::generate(Algorithm::ES256);
    key_file(server).change(
        [&](const KeyRing& ring) { return ring.with(waiting, SystemClock{}.now()); });
    server.server().application().follow_keys();
    CHECK(server.get("/.well-known/jwks.json").body.find(waiting->key_id()) != std::string::npos);
    Journey journey{server};
    const auto token = journey.start("jan", "piet", "bureau").text("delegatedToken");
    CHECK(member_of_header(token, "alg") == "EdDSA");
}

TEST_CASE("tokens of each algorithm are issued, verified, handed over and listed") {
    for (const auto algorithm : {Algorithm::EdDSA, Algorithm::ES256, Algorithm::HS256}) {
        CAPTURE(to_string(algorithm));
        TestServer server;
        Journey journey{server};
        const auto kid = rotate(server, SigningKey::generate(algorithm));
        const auto started = journey.start("jan", "piet", "bureau");
        const auto token = started.text("delegatedToken");
        CHECK(member_of_header(token, "alg") == to_string(algorithm));
        CHECK(member_of_header(token, "kid") == kid);
        CHECK(validity(server, token) == "valid");
        CHECK(base64url_decode(part(token, 2))->size() ==
              (algorithm == Algorithm::HS256 ? 32 : 64));
        auto forged = token;
        forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
        CHECK(validity(server, forged) == "TOKEN_SIGNATURE_INVALID");
        // The same token again: the same claims under the same key.
        const auto again = server.post(
            "/api/v1/support-access/support-sessions/" + started.text("session.id") + "/token",
            "{}", "jan");
        CHECK(part(again.text("token"), 1) == part(token, 1));
        CHECK(validity(server, again.text("token")) == "valid");
        CHECK(member_of_header(server.get("/status/1").body, "kid") == kid);
    }
}

TEST_CASE("a shared secret is never published") {
    TestServer server;
    const auto kid = rotate(server, SigningKey::generate(Algorithm::HS256));
    const auto reply = server.get("/.well-known/jwks.json");
    CHECK(reply.body.find(kid) == std::string::npos);
    CHECK(reply.body.find("oct") == std::string::npos);
    CHECK(published(server) == 1);
    CHECK_THROWS_AS(SigningKey::from_secret(std::string(31, 's')), KeyFault);
}

TEST_CASE("no algorithm is taken for another one") {
    TestServer server;
    Journey journey{server};
    const auto token = journey.start("jan", "piet", "bureau").text("delegatedToken");
    const auto jwk = server.get("/.well-known/jwks.json").json();
    const auto key = jwk.root().find("keys").first();
    const auto kid = std::string{*key.find("kid").string()};
    const auto claims = *base64url_decode(part(token, 1));
    // The public key, which everybody has, as an HMAC secret: its bytes, and its text.
    for (const auto& secret : {*base64url_decode(*key.find("x").string()), key.excerpt(1000)}) {
        const auto forged = TestServer::signed_jwt(
            R"({"alg":"HS256","typ":"at+jwt","kid":")" + kid + "\"}", claims, secret);
        CHECK(validity(server, forged) == "TOKEN_SIGNATURE_INVALID");
    }
    for (const std::string alg : {"none", "None", "nOnE", "RS256", "PS256", "ES384", "HS512", ""}) {
        CAPTURE(alg);
        const auto header =
            base64url_encode(R"({"alg":")" + alg + R"(","typ":"at+jwt","kid":")" + kid + "\"}");
        CHECK(validity(server, header + "." + part(token, 1) + "." + part(token, 2)) ==
              "TOKEN_SIGNATURE_INVALID");
    }
}

TEST_CASE("retiring a key ends the sessions that live on it, at once and after a restart too") {
    for (const bool restarted : {false, true}) {
        CAPTURE(restarted);
        TestServer server;
        Journey journey{server};
        const auto started = journey.start("jan", "piet", "bureau");
        const auto token = started.text("delegatedToken");
        rotate(server, SigningKey::generate(Algorithm::EdDSA));
        const auto other = journey.start("jan", "els", "bureau").text("delegatedToken");
        key_file(server).change(
            [&](const KeyRing& ring) { return ring.without(member_of_header(token, "kid")); });
        if (restarted) {
            server.restart();
        } else {
            server.server().application().follow_keys();
        }
        CHECK(validity(server, token) == "TOKEN_SIGNATURE_INVALID");
        CHECK(validity(server, other) == "valid");
        const auto session = server.get(
            "/api/v1/support-access/support-sessions/" + started.text("session.id"), "jan");
        CHECK(session.text("status") == "revoked");
        CHECK(session.text("endReason") == "key_retired");
        CHECK(server.number("SELECT COUNT(*) FROM tokens WHERE revoked_at_unix_ms IS NULL") == 1);
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'impersonation_ended'") ==
              1);
    }
}

TEST_CASE("a key file is read again where somebody else changed it, and not for being new") {
    TemporaryFolder folder;
    LiveKeys keys{folder.file("new.json")};
    CHECK_FALSE(keys.follow());
    KeyFile{folder.file("new.json")}.change([](const KeyRing& ring) { return ring; });
    CHECK(keys.follow());
    CHECK_FALSE(keys.follow());
}

TEST_CASE("a key file that is open to others is refused, and never taken up") {
    const auto problem_of = [](const std::string& file) -> std::string {
        try {
            KeyFile{file}.open();
            return "";
        } catch (const KeyFault& fault) {
            return std::string{to_string(fault.problem())};
        }
    };
    TemporaryFolder folder;
    const auto file = folder.file("keys.json");
    CHECK(problem_of(file).empty());
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600U);
    for (const mode_t mode : {0640U, 0604U, 0660U, 0601U, 0620U}) {
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        CHECK(problem_of(file) == "file_insecure");
    }
    REQUIRE(::chmod(file.c_str(), 0400) == 0);
    CHECK(problem_of(file).empty());
    if (::geteuid() == 0) {
        REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
        CHECK(problem_of(file) == "file_insecure");
        REQUIRE(::chown(file.c_str(), 0, 0) == 0);
    }
    REQUIRE(::symlink(file.c_str(), folder.file("link").c_str()) == 0);
    CHECK(problem_of(folder.file("link")) == "file_insecure");
    REQUIRE(::symlink(folder.file("nowhere").c_str(), folder.file("dangling").c_str()) == 0);
    CHECK(problem_of(folder.file("dangling")) == "file_insecure");
    CHECK(problem_of(folder.path().string()) == "file_insecure");

    // A running server keeps the keys it has.
    TestServer server;
    Journey journey{server};
    const auto token = journey.start("jan", "piet", "bureau").text("delegatedToken");
    const auto own = server.folder().file("keys.json");
    REQUIRE(::chmod(own.c_str(), 0644) == 0);
    server.server().application().follow_keys();
    CHECK(validity(server, token) == "valid");
    REQUIRE(::chmod(own.c_str(), 0600) == 0);
    std::ofstream{own} << "{";
    server.server().application().follow_keys();
    CHECK(validity(server, token) == "valid");
    CHECK(server.get("/.well-known/jwks.json").status == 200);
}

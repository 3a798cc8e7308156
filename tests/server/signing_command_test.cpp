// Keys whose private part a program holds.
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "key_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// A signing command: a script, and the public key that goes with it.
struct Device {
    std::string script, public_jwk;
};
Device device_in(const Place& place) {
    const auto pem = place.folder.file("device.pem"), der = place.folder.file("device.der");
    const auto make = "openssl genpkey -algorithm ed25519 -out " + pem + " && openssl pkey -in " +
                      pem + " -pubout -outform DER -out " + der;
    REQUIRE(std::system(make.c_str()) == 0);
    std::ifstream input{der, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{input}, {}};
    // RFC 8410 section 4: the key is the last 32 bytes.
    const auto x = base64url_encode(std::string_view{bytes}.substr(bytes.size() - 32));
    return {place.write(
                "sign",
                "#!/bin/sh\nexec openssl pkeyutl -sign -inkey " + pem + " -rawin -in /dev/stdin\n",
                0700),
            place.write("device.jwk", R"({"kty":"OKP","crv":"Ed25519","x":")" + x + "\"}", 0600)};
}

/// The end of a command interrupts a thread of the server then, and not the test's as it reads.
class ChildrenUnheard {
  public:
    ChildrenUnheard() {
        sigset_t children;
        sigemptyset(&children);
        sigaddset(&children, SIGCHLD);
        REQUIRE(::pthread_sigmask(SIG_BLOCK, &children, &before_) == 0);
    }
    ~ChildrenUnheard() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    ChildrenUnheard(const ChildrenUnheard&) = delete;
    ChildrenUnheard& operator=(const ChildrenUnheard&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

TEST_CASE("a command signs, is checked when it is added, and sees nothing that it need not see") {
    const Place place;
    const auto device = device_in(place);
    const auto add = [&](const std::string& script) {
        return place.run({"generate", "--public-jwk", device.public_jwk, "--timeout-ms", "1000",
                          "--command", script});
    };
    const auto script = [&](const std::string& name, const std::string& body) {
        return place.write(name, "#!/bin/sh\n" + body + "\n", 0700);
    };
    CHECK(refused_as(add("sign"), KeyProblem::key_malformed));
    CHECK(refused_as(add(place.folder.file("absent")), KeyProblem::command_failed));
    CHECK(refused_as(add(script("fails", "exit 3")), KeyProblem::command_failed));
    CHECK(refused_as(add(script("lies", "head -c 64 /dev/zero")), KeyProblem::command_failed));
    CHECK(refused_as(add(script("babbles", "yes")), KeyProblem::command_failed));
    CHECK(refused_as(add(script("silent", "exec sleep 3600")), KeyProblem::command_failed));
    CHECK(refused_as(add(script("stays", device.script + "; exec >&-; exec sleep 3600")),
                     KeyProblem::command_failed));
    // What it may see: its three standard files, a PATH; not our variables, nor our secrets.
    ::setenv("HALLPASS_SECRET_OF_THE_TEST", "1", 1);
    const auto seen = place.folder.file("seen");
    CHECK(refused_as(add(script("looks", "(env; ls /proc/self/fd | wc -l) > " + seen + "; exit 1")),
                     KeyProblem::command_failed));
    std::ifstream input{seen};
    const std::string text{std::istreambuf_iterator<char>{input}, {}};
    CHECK(text.find("PATH=") != std::string::npos);
    CHECK(text.find("HALLPASS") == std::string::npos);
    CHECK(text.find("\n4\n") != std::string::npos);  // and the one that ls itself opens
    CHECK(place.run({"list"}).exit_code == 1);       // nothing of all that made a key file

    const auto added = add(device.script);
    INFO(added.output);
    REQUIRE(added.exit_code == 0);
    REQUIRE(place.run({"rotate"}).exit_code == 0);
    const auto held = place.file().read();
    CHECK(held.active().verify("text", held.active().sign("text")));
    // Longer than a pipe holds, as status lists may be.
    const std::string long_text(1'000'000, 'x');
    CHECK(held.active().verify(long_text, held.active().sign(long_text)));
    // No private part is in the file, and a device that is gone signs nothing.
    HallpassProcess server{place.serve()};
    const auto port = server.port();
    CHECK(get_from(port, "/status/1").status == 200);
    REQUIRE(::unlink(device.script.c_str()) == 0);
    CHECK_THROWS_AS(held.active().sign("text"), KeyFault);
    CHECK(get_from(port, "/status/1").status == 200);  // signed before
    CHECK(get_from(port, "/healthz").status == 200);
}

TEST_CASE("where the device is gone a start is refused, and leaves no session without its token") {
    const Place place;
    const auto device = device_in(place);
    REQUIRE(place.run({"generate", "--public-jwk", device.public_jwk, "--command", device.script})
                .exit_code == 0);
    REQUIRE(place.run({"rotate"}).exit_code == 0);
    TestServer server{
        [&](Settings& settings) { settings.key_file = place.folder.file("hall.db.keys.json"); }};
    const ChildrenUnheard unheard;
    const auto start = [&](const std::string& user) {
        return server.post("/admin/support-access/requests",
                           R"({"tenantId":"bureau","targetUserId":")" + user +
                               R"(","reason":"The parcel does not show"})",
                           "jan");
    };
    const auto started = start("piet");
    INFO(started.body);
    REQUIRE(started.status == 201);
    CHECK(UnverifiedToken::parse(started.text("delegatedToken"), {"at+jwt"}));
    REQUIRE(::unlink(device.script.c_str()) == 0);
    CHECK(start("els").status == 503);
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 1);
    CHECK(server.number("SELECT COUNT(*) FROM tokens") == 1);
}

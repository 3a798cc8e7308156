#include "signing/held_signatures.hpp"

#include "hallpass_catch.hpp"
#include "signing/signing_key.hpp"

using namespace hallpass;
using namespace hallpass::server;

TEST_CASE("a signature that held is not verified again") {
    HeldSignatures held;
    int asked = 0;
    const auto verify = [&] { return ++asked > 0; };
    CHECK(held.check("message", "signature", verify));
    CHECK(held.check("message", "signature", verify));
    CHECK(asked == 1);
    // The same bytes, divided otherwise, are another pair.
    CHECK(held.check("messages", "ignature", verify));
    CHECK(asked == 2);
}

TEST_CASE("a signature that did not hold is never taken for one that did") {
    HeldSignatures held;
    for (int time = 0; time < 3; ++time)
        CHECK_FALSE(held.check("m", "forged", [] { return false; }));
    CHECK(held.check("m", "good", [] { return true; }));
    CHECK_FALSE(held.check("m", "forged", [] { return false; }));
    CHECK_FALSE(held.check("other", "good", [] { return false; }));
}

TEST_CASE("old signatures are forgotten, new ones are not") {
    HeldSignatures held;
    const auto never = [] { return false; };
    for (std::size_t at = 0; at < 3 * HeldSignatures::kept_min; ++at) {
        REQUIRE(held.check("m", std::to_string(at), [] { return true; }));
    }
    CHECK_FALSE(held.check("m", "0", never));
    for (std::size_t back = 1; back <= HeldSignatures::kept_min; ++back) {
        CHECK(held.check("m", std::to_string(3 * HeldSignatures::kept_min - back), never));
    }
}

TEST_CASE("long messages are forgotten sooner, by what they take") {
    HeldSignatures held;
    const auto never = [] { return false; };
    const std::string message(HeldSignatures::kept_bytes / 8, 'm');
    for (std::size_t at = 0; at < 3 * 8; ++at) {
        REQUIRE(held.check(message, std::to_string(at), [] { return true; }));
    }
    CHECK_FALSE(held.check(message, "7", never));
    for (std::size_t at = 3 * 8 - 8; at < 3 * 8; ++at) {
        CHECK(held.check(message, std::to_string(at), never));
    }
}

TEST_CASE("a message is compared whole, whatever its signature has in common with another") {
    HeldSignatures held;
    const auto never = [] { return false; };
    REQUIRE(held.check("message", "signature 1", [] { return true; }));
    for (const auto* other : {"messagf", "messag", "message ", ""}) {
        CHECK_FALSE(held.check(other, "signature 1", never));
    }
    for (const auto* other : {"signature 2", "signatur", "s", "", "signature 1 "}) {
        CHECK_FALSE(held.check("message", other, never));
    }
    // Where one signature holds over two messages, each is known for itself alone.
    REQUIRE(held.check("another", "signature 1", [] { return true; }));
    CHECK(held.check("another", "signature 1", never));
    CHECK_FALSE(held.check("a third", "signature 1", never));
}

TEST_CASE("a key that remembers still refuses what was changed") {
    for (const auto algorithm : {Algorithm::EdDSA, Algorithm::ES256}) {
        const auto key = SigningKey::generate(algorithm);
        auto signature = key->sign("message");
        for (int time = 0; time < 2; ++time) CHECK(key->verify("message", signature));
        CHECK_FALSE(key->verify("massage", signature));
        signature.back() = static_cast<char>(signature.back() ^ 1);
        CHECK_FALSE(key->verify("message", signature));
        CHECK_FALSE(SigningKey::generate(algorithm)->verify("message", key->sign("message")));
    }
}

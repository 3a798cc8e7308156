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
        REQUIRE(held.check(std::to_string(at), "s", [] { return true; }));
    }
    CHECK_FALSE(held.check("0", "s", never));
    CHECK(held.check(std::to_string(3 * HeldSignatures::kept_min - 1), "s", never));
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

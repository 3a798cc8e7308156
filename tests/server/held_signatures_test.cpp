#include "signing/held_signatures.hpp"

#include <cstdint>
#include <cstring>
#include <functional>

#include "hallpass_catch.hpp"
#include "signing/signing_key.hpp"

using namespace hallpass;
using namespace hallpass::server;

namespace {

/// Other 16 bytes than these that libstdc++'s hash takes for the same: MurmurHash64A has no secret,
/// and what is changed in the first half of its state is changed back by the second.
std::string of_the_same_hash(const std::string& text) {
    constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;
    std::uint64_t inverse = factor;
    for (int step = 0; step < 6; ++step) inverse *= 2 - factor * inverse;
    const auto mixed = [](std::uint64_t value) { return value ^ value >> 47U; };
    std::uint64_t halves[2];
    std::memcpy(halves, text.data(), sizeof halves);
    for (auto& half : halves) {
        const auto added = mixed(half * factor) * factor ^ std::uint64_t{1} << 63U;
        half = mixed(added * inverse) * inverse;
    }
    return {reinterpret_cast<const char*>(halves), sizeof halves};
}

}  // namespace

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

TEST_CASE("signatures that have their hash in common are told apart") {
    const std::string one = "sixteen letters!";
    const auto other = of_the_same_hash(one);
    REQUIRE(other != one);
    REQUIRE(std::hash<std::string_view>{}(other) == std::hash<std::string_view>{}(one));
    HeldSignatures held;
    const auto never = [] { return false; };
    REQUIRE(held.check("m", one, [] { return true; }));
    CHECK_FALSE(held.check("m", other, never));
    CHECK(held.check("m", one, never));
    REQUIRE(held.check("m", other, [] { return true; }));  // and takes its place
    CHECK(held.check("m", other, never));
    CHECK_FALSE(held.check("m", one, never));
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

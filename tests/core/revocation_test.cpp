#include "hallpass/revocation.hpp"

#include "hallpass_catch.hpp"

#include <array>
#include <limits>
#include <vector>

using namespace hallpass;

namespace {
StatusList list_over(std::span<const std::uint8_t> bytes, unsigned bits) {
    auto list = StatusList::over(bytes, bits);
    REQUIRE(list.ok());
    return *list;
}
}  // namespace

TEST_CASE("revocation: the draft's example of one bit a token (section 4.1)") {
    const std::array<std::uint8_t, 2> bytes{0xB9, 0xA3};
    const int statuses[] = {1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
    const auto list = list_over(bytes, 1);
    CHECK(list.size() == 16);
    for (std::uint64_t i = 0; i < 16; ++i) CHECK(list.at(i) == statuses[i]);
    CHECK_FALSE(list.at(16));
}

TEST_CASE("revocation: the draft's example of two bits a token (section 4.1)") {
    const std::array<std::uint8_t, 3> bytes{0xC9, 0x44, 0xF9};
    const int statuses[] = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
    const auto list = list_over(bytes, 2);
    CHECK(list.size() == 12);
    for (std::uint64_t i = 0; i < 12; ++i) CHECK(list.at(i) == statuses[i]);
    CHECK_FALSE(list.at(12));
}

TEST_CASE("revocation: what a list does not reach is not there, however far") {
    const std::array<std::uint8_t, 1> bytes{0};
    for (const unsigned bits : {1U, 2U, 4U, 8U}) {
        const auto list = list_over(bytes, bits);
        CHECK(list.size() == 8 / bits);
        CHECK(list.at(list.size() - 1) == 0);
        CHECK_FALSE(list.at(list.size()));
        CHECK_FALSE(list.at(std::numeric_limits<std::uint64_t>::max()));
        CHECK_FALSE(list_over({}, bits).at(0));
    }
}

TEST_CASE("revocation: widths other than 1, 2, 4 and 8 bits are refused") {
    const std::array<std::uint8_t, 1> bytes{0};
    for (const unsigned bits : {0U, 3U, 5U, 6U, 7U, 9U, 16U, 256U}) {
        const auto list = StatusList::over(bytes, bits);
        REQUIRE_FALSE(list.ok());
        CHECK(list.error().field == "bits");
        CHECK(list.error().reason == Reason::not_one_of);
    }
}

TEST_CASE("revocation: setting one status leaves every other as it was") {
    for (const unsigned bits : {1U, 2U, 4U, 8U}) {
        std::vector<std::uint8_t> bytes(4);
        const std::uint64_t count = 32 / bits;
        std::vector<std::uint8_t> expected(count);
        std::uint8_t next = 7;
        for (int round = 0; round < 5; ++round) {
            for (std::uint64_t i = 0; i < count; ++i) {
                next = static_cast<std::uint8_t>(next * 5 + 3);
                set_status(bytes, bits, i, next);
                expected[i] = static_cast<std::uint8_t>(next & ((1U << bits) - 1));
                const auto list = list_over(bytes, bits);
                for (std::uint64_t j = 0; j < count; ++j) REQUIRE(list.at(j) == expected[j]);
            }
        }
    }
}

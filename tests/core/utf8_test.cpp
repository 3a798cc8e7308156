#include "hallpass/utf8.hpp"

#include "hallpass_catch.hpp"

#include <string>

using namespace hallpass;

namespace {
std::string encode(std::uint32_t c) {
    std::string out;
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU));
    };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | (c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | (c >> 12));
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0U | (c >> 18));
        tail(12), tail(6), tail(0);
    }
    return out;
}
}  // namespace

TEST_CASE("utf8: every code point is read back, every surrogate refused") {
    std::uint32_t wrong = 0;
    for (std::uint32_t c = 0; c < 0x110000; ++c) {
        const auto text = encode(c);
        std::string_view rest = text;
        const auto taken = take_code_point(rest);
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const bool right = surrogate ? !taken && rest == text : taken == c && rest.empty();
        if (!right) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("utf8: of all sequences of three bytes only the well-formed ones pass") {
    // Counted from RFC 3629 section 4: one, two and three byte forms that fill three bytes exactly.
    const std::uint64_t one = 128, two = 30 * 64, three = (16 * 64 * 64) - 0x800 - 0x800;
    const std::uint64_t expected = one * one * one + 2 * one * two + three;
    std::uint64_t passed = 0;
    std::string text(3, '\0');
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            for (unsigned c = 0; c < 256; ++c) {
                text[0] = static_cast<char>(a);
                text[1] = static_cast<char>(b);
                text[2] = static_cast<char>(c);
                if (count_code_points(text)) ++passed;
            }
        }
    }
    CHECK(passed == expected);
}

TEST_CASE("utf8: overlong forms, cut sequences and values beyond Unicode are refused") {
    for (const std::string_view bad :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
          "\xFE", "\xFF", "\x80", "\xBF", "\xC3", "\xE2\x82", "\xF0\x9F\x90", "\xC3\x28",
          "\xE2\x28\xA1", "\xF0\x28\x8C\xBC"}) {
        CHECK_FALSE(count_code_points(bad));
    }
}

TEST_CASE("utf8: counting") {
    CHECK(count_code_points("") == 0U);
    CHECK(count_code_points("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x84") == 4U);
    CHECK(count_code_points(std::string_view{"\0\0", 2}) == 2U);
    std::string_view nothing;
    CHECK_FALSE(take_code_point(nothing));
}

TEST_CASE("utf8: a text is well-formed as a whole or not at all") {
    for (const std::string good : {"", "a", "\x7f", "caf\xc3\xa9", "\xf4\x8f\xbf\xbf"})
        CHECK(is_utf8(good));
    for (const std::string bad :
         {"\x80", "a\xff", "caf\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}

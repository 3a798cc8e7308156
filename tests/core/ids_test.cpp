#include "hallpass/ids.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

TEST_CASE("ids: what may be one") {
    const std::string longest(128, 'x');
    const std::string just_too_long(129, 'x');
    for (const std::string_view good :
         {"a", "user_12345", "a b", "\xC3\xA9", "\xF0\x9F\x90\x84", "018f-…", "0", "a/b?c#d"}) {
        CAPTURE(good);
        CHECK(is_valid_id(good));
    }
    CHECK(is_valid_id(longest));
    CHECK_FALSE(is_valid_id(just_too_long));
}

TEST_CASE("ids: bytes are counted, not characters") {
    std::string text;
    for (int i = 0; i < 64; ++i) text += "\xC3\xA9";
    CHECK(is_valid_id(text));
    text += 'x';
    CHECK_FALSE(is_valid_id(text));
}

TEST_CASE("ids: every control character is refused wherever it stands") {
    for (unsigned c = 0; c < 0x20; ++c) {
        CAPTURE(c);
        const std::string control(1, static_cast<char>(c));
        CHECK_FALSE(is_valid_id(control));
        CHECK_FALSE(is_valid_id("a" + control + "b"));
        CHECK_FALSE(is_valid_id("ab" + control));
    }
    CHECK_FALSE(is_valid_id("a\x7F"));
    CHECK_FALSE(is_valid_id("a\xC2\x80"));  // C1 controls
    CHECK_FALSE(is_valid_id("a\xC2\x9F"));
    CHECK(is_valid_id("a\xC2\xA0"));
}

TEST_CASE("ids: outer spaces, direction marks and line ends are refused") {
    for (const std::string_view bad :
         {"", " ", " a", "a ",
          "a\xE2\x80\xAE"
          "b",
          "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x81\xA6", "\xE2\x81\xA9", "\xE2\x80\xAA",
          "\xD8\x9C", "a\xE2\x80\xA8", "a\xE2\x80\xA9"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_valid_id(bad));
    }
}

TEST_CASE("ids: malformed UTF-8 is refused") {
    for (const std::string_view bad :
         {"\x80", "a\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
        CHECK_FALSE(is_valid_id(bad));
    }
}

TEST_CASE("ids: the error names the field and the reason, and never repeats the text") {
    const auto refusal = [](std::string_view text) {
        const auto id = SubjectId::parse(text, "targetUserId");
        REQUIRE_FALSE(id.ok());
        CHECK(id.error().code == ErrorCode::VALIDATION_ERROR);
        CHECK(id.error().field == "targetUserId");
        CHECK(id.error().received.empty());
        CHECK(id.error().constraints.max == 128);
        return id.error().reason;
    };
    CHECK(refusal("") == Reason::required);
    CHECK(refusal(std::string(129, 'a')) == Reason::too_long);
    CHECK(refusal(std::string_view{"a\0b", 3}) == Reason::malformed);
    CHECK(refusal(" a") == Reason::malformed);
}

TEST_CASE("ids are opaque: compared byte by byte") {
    const auto composed = SubjectId::parse("\xC3\xA9", "x");
    const auto decomposed = SubjectId::parse("e\xCC\x81", "x");
    REQUIRE(composed.ok());
    REQUIRE(decomposed.ok());
    CHECK(*composed != *decomposed);
    CHECK(*SubjectId::parse("A", "x") != *SubjectId::parse("a", "x"));
    CHECK(*SubjectId::parse("a", "x") < *SubjectId::parse("b", "x"));
    CHECK(SubjectId::View{*composed} == SubjectId::View::trusted("\xC3\xA9"));
}

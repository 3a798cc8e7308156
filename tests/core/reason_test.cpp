#include "hallpass/reason.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {
std::string kept(std::string_view text) {
    const auto reason = AccessReason::parse(text);
    CHECK(reason.ok() == !refuse_reason(text).has_value());
    return reason ? reason->str() : "refused: " + std::string{to_string(reason.error().reason)};
}
std::string times(std::size_t count, std::string_view unit) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += unit;
    return text;
}
}  // namespace

TEST_CASE("reason: 5 to 500 code points, whatever their bytes") {
    for (const std::string_view unit : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\x84"}) {
        CAPTURE(unit);
        CHECK(kept(times(4, unit)) == "refused: too_short");
        CHECK(kept(times(5, unit)) == times(5, unit));
        CHECK(kept(times(500, unit)) == times(500, unit));
        CHECK(kept(times(501, unit)) == "refused: too_long");
    }
    CHECK(kept("") == "refused: too_short");
}

TEST_CASE("reason: the error names field and bounds and does not repeat the text") {
    const auto refusal = refuse_reason("abcd");
    REQUIRE(refusal);
    CHECK(refusal->code == ErrorCode::VALIDATION_ERROR);
    CHECK(refusal->field == "reason");
    CHECK(refusal->constraints.min == 5);
    CHECK(refusal->constraints.max == 500);
    CHECK(refusal->received.empty());
}

TEST_CASE("reason: blanks at both ends do not count") {
    CHECK(kept("  hello  ") == "hello");
    CHECK(kept("\t\r\n hello world \n") == "hello world");
    CHECK(kept("    abcd   ") == "refused: too_short");
    CHECK(kept("          ") == "refused: too_short");
    CHECK(kept(std::string(400, ' ') + times(500, "x") + std::string(400, ' ')) == times(500, "x"));
    CHECK(kept("two\nlines\tand a tab") == "two\nlines\tand a tab");
}

TEST_CASE("reason: no kind of blank makes an empty-looking reason") {
    for (const std::string_view blank :
         {"\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x8A", "\xE2\x80\x8B",
          "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE2\x81\xA0",
          "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
        CHECK(kept(times(9, blank)) == "refused: too_short");
        CHECK(kept(std::string{blank} + "hello" + std::string{blank}) == "hello");
        CHECK(kept("hello" + std::string{blank} + "you") == "hello" + std::string{blank} + "you");
    }
}

TEST_CASE("reason: every ASCII character is judged alike wherever it stands") {
    for (std::size_t at = 0; at <= 16; ++at) {
        const bool at_end = at == 0 || at == 16;
        for (char c = 0; c >= 0 && c < 127; ++c) {
            std::string text(17, 'a');
            text[at] = c;
            const bool blank = c >= '\t' && c <= '\r';
            const bool allowed = c >= ' ' || c == '\t' || c == '\n' || c == '\r';
            INFO(int{c} << " at " << at);
            CHECK(refuse_reason(text).has_value() == !(allowed || (at_end && blank)));
        }
        std::string text(17, 'a');
        text[at] = '\x7F';
        CHECK(refuse_reason(text));
        text[at] = '\x80';
        CHECK(refuse_reason(text));
        text[at] = '\xFF';
        CHECK(refuse_reason(text));
    }
}

TEST_CASE("reason: control characters and malformed text are refused, ends included") {
    for (unsigned c = 0; c < 0x20; ++c) {
        const std::string control(1, static_cast<char>(c));
        const bool text = c == '\t' || c == '\n' || c == '\r';
        CAPTURE(c);
        CHECK((kept("hello" + control + "world").rfind("refused", 0) == 0) == !text);
    }
    CHECK(kept("hello\x7Fworld") == "refused: malformed");
    CHECK(kept("hello\xC2\x85world") == "refused: malformed");
    for (const std::string_view bad : {"\x80", "\xC3", "\xED\xA0\x80", "\xF8"}) {
        CHECK(kept("hello" + std::string{bad} + "world") == "refused: malformed");
        CHECK(kept("helloworld" + std::string{bad}) == "refused: malformed");
        CHECK(kept(std::string{bad} + "helloworld") == "refused: malformed");
    }
}

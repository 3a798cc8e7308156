#include "hallpass/json.hpp"

#include "hallpass_catch.hpp"

#include <utility>

using namespace hallpass;
using json::Document;

namespace {
bool accepted(std::string_view text) { return Document::parse(text).ok(); }
Reason refusal(std::string_view text, json::ParseLimits bounds = {}) {
    const auto document = Document::parse(text, bounds);
    if (document) return Reason::none;
    CHECK(document.error().code == ErrorCode::VALIDATION_ERROR);
    CHECK(document.error().received.empty());
    return document.error().reason;
}
std::string nested(std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
}
std::string object_of(std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
        text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
    }
    return text + "}";
}
}  // namespace

TEST_CASE("json: well-formed texts of every kind") {
    for (const std::string_view good :
         {"{}", "[]", "null", "true", "false", "0", "-0", "-1.5e+3", "\"\"", " \t\r\n{ } \n",
          "[1,2,3]", R"({"a":{"b":[{}]}})", R"("\u0000\n\/\b\f\"\\")", R"("\ud83d\udc04")",
          "\"\xF0\x9F\x90\x84\""}) {
        CAPTURE(good);
        CHECK(accepted(good));
    }
}

TEST_CASE("json: what is no JSON is refused") {
    for (const std::string_view bad : {"",
                                       " ",
                                       "{",
                                       "}",
                                       "[",
                                       "[1,]",
                                       "[,1]",
                                       "{\"a\":1,}",
                                       "{,}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{a:1}",
                                       "{'a':1}",
                                       "{}{}",
                                       "{} x",
                                       "1 2",
                                       "nul",
                                       "True",
                                       "NaN",
                                       "Infinity",
                                       "-Infinity",
                                       "undefined",
                                       "+1",
                                       "01",
                                       "-",
                                       "1.",
                                       ".5",
                                       "1e",
                                       "1e+",
                                       "0x10",
                                       "\"a",
                                       "\"\t\"",
                                       "\"\n\"",
                                       "\"\\x\"",
                                       "\"\\u12\"",
                                       "\"\\u12g4\"",
                                       "// c\n{}",
                                       "{}/* c */",
                                       "/**/1",
                                       "#\n1",
                                       "{\"a\":1 \"b\":2}",
                                       "[1 2]",
                                       "\xC2\xA0{}",
                                       "\v{}",
                                       "\f{}"}) {
        CAPTURE(bad);
        CHECK(refusal(bad) == Reason::malformed);
    }
}

TEST_CASE("json: a byte order mark and other encodings are refused") {
    CHECK(refusal("\xEF\xBB\xBF{}") == Reason::malformed);
    CHECK(refusal("\xEF\xBB{}") == Reason::malformed);
    CHECK(refusal("\xFE\xFF") == Reason::malformed);
    CHECK(refusal(std::string_view{"{\0}\0", 4}) == Reason::malformed);  // UTF-16
    CHECK(refusal("{}\xEF\xBB\xBF") == Reason::malformed);
    CHECK(accepted("\"\xEF\xBB\xBF\""));  // inside text it is a character
}

TEST_CASE("json: a NUL byte never ends the text") {
    using namespace std::string_view_literals;
    for (const auto bad :
         {"{}\0"sv, "{}\0garbage"sv, "\0{}"sv, "[1,\0 2]"sv, "\"a\0b\""sv, "1\0"sv, "\0"sv}) {
        CHECK(refusal(bad) == Reason::malformed);
    }
    const auto escaped = Document::parse(R"("a\u0000b")");
    REQUIRE(escaped.ok());
    CHECK(escaped->root().string() == "a\0b"sv);
}

TEST_CASE("json: each byte by itself, wherever in a text it stands") {
    for (int byte = 1; byte < 256; ++byte) {
        CAPTURE(byte);
        const auto c = static_cast<char>(byte);
        const bool plain = byte >= ' ' && byte < 0x80 && c != '"' && c != '\\';
        for (const auto& [before, meant] : {std::pair{"", ""}, {"ab", "ab"}, {"a\\n", "a\n"}}) {
            const auto text = "\"" + (before + std::string{c}) + "z\"";
            const auto document = Document::parse(text);
            CHECK(document.ok() == plain);
            if (document) CHECK(document->root().string() == meant + std::string{c} + "z");
        }
    }
    const std::string whole = R"(["plain","a\u0062c é"])";
    CHECK(accepted(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK(refusal(std::string_view{whole}.substr(0, size)) == Reason::malformed);
    }
}

TEST_CASE("json: malformed UTF-8 and lone surrogates are refused, in names too") {
    for (const std::string_view bad :
         {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xED\xBF\xBF",
          "\xF4\x90\x80\x80", "\xFF", R"(\ud800)", R"(\udc00)", R"(\ud83d\ud83d)",
          R"(\udc04\ud83d)", R"(\ud83d\u0041)", R"(\ud83dx)", R"(\ud83d\n)"}) {
        CAPTURE(bad);
        CHECK(refusal("\"" + std::string{bad} + "\"") == Reason::malformed);
        CHECK(refusal("{\"" + std::string{bad} + "\":1}") == Reason::malformed);
    }
}

TEST_CASE("json: duplicate names are refused at every level, after unescaping") {
    for (const std::string_view bad :
         {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"\u0061":1,"a":2})",
          R"({"x":{"a":1,"b":2,"a":3}})", R"([{"a":1},{"a":1,"a":1}])", R"({"a":{},"a":[]})",
          R"({"x":[{"y":{"a":null,"a":null}}]})", R"({"a":{"a":1},"a":2})"}) {
        CAPTURE(bad);
        const auto document = Document::parse(bad);
        REQUIRE_FALSE(document.ok());
        CHECK(document.error().reason == Reason::duplicate_member);
        CHECK(document.error().field == "a");
    }
    CHECK(refusal(R"({"":1,"":2})") == Reason::duplicate_member);
    CHECK(refusal(R"({"/":1,"\/":2})") == Reason::duplicate_member);
    CHECK(refusal(R"({"\ud83d\udc04":1,"🐄":2})") == Reason::duplicate_member);
    CHECK(accepted(R"({"a":{"a":1},"b":{"a":2}})"));
    CHECK(accepted(R"({"a":1,"A":2," a":3,"a\u0000":4,"":5})"));
}

TEST_CASE("json: 32 levels pass, 33 do not") {
    CHECK(accepted(nested(32, '[', ']')));
    CHECK(refusal(nested(33, '[', ']')) == Reason::malformed);
    std::string objects = "0";
    for (int i = 0; i < 32; ++i) objects = "{\"a\":" + objects + "}";
    CHECK(accepted(objects));
    CHECK(refusal("[" + objects + "]") == Reason::malformed);
    CHECK(refusal(std::string(100000, '[')) == Reason::malformed);
    CHECK(refusal("[[]]", {.max_depth = 1}) == Reason::malformed);
    CHECK(refusal("[]", {.max_depth = 1}) == Reason::none);
}

TEST_CASE("json: 2048 members pass, 2049 do not") {
    CHECK(accepted(object_of(2048)));
    CHECK(refusal(object_of(2049)) == Reason::malformed);
}

TEST_CASE("json: the length bound is exact") {
    CHECK(refusal("[1]", {.max_bytes = 3}) == Reason::none);
    CHECK(refusal("[1] ", {.max_bytes = 3}) == Reason::too_long);
    CHECK(refusal(std::string(1024 * 1024 - 2, ' ') + "[]") == Reason::none);
    CHECK(refusal(std::string(1024 * 1024 - 1, ' ') + "[]") == Reason::too_long);
}

TEST_CASE("json: numbers keep their spelling; integers are exact") {
    const auto integer = [](std::string_view text) {
        const auto document = Document::parse(text);
        REQUIRE(document.ok());
        return document->root().integer();
    };
    const auto spelling = [](std::string_view text) {
        const auto document = Document::parse(text);
        REQUIRE(document.ok());
        return std::string{document->root().number_text().value_or("none")};
    };
    for (const std::string_view text : {"1800001800.5", "1.8e9", "0.10", "-0.0", "1e-999", "1E5",
                                        "123456789012345678901234567890", "18446744073709551615",
                                        "-9223372036854775808", "1e307"}) {
        CHECK(spelling(text) == text);
    }
    CHECK(integer("5.0") == 5);
    CHECK(integer("5e0") == 5);
    CHECK(integer("-0") == 0);
    CHECK(integer("9007199254740991") == 9007199254740991);
    CHECK_FALSE(integer("9007199254740992"));
    CHECK_FALSE(integer("5.5"));
    CHECK_FALSE(integer("18446744073709551615"));
    CHECK_FALSE(integer("18446744073709551616"));
    CHECK_FALSE(integer("true"));
    CHECK_FALSE(integer("\"5\""));
}

TEST_CASE("json: numbers beyond what a double holds are refused, whatever their spelling") {
    const std::string many_digits = "1" + std::string(400, '0');
    for (const std::string_view number :
         {"1e309", "-1e400", "1e99999999999", many_digits.c_str(), "1e308"}) {
        const std::string bad{number};
        CHECK(refusal(bad) == Reason::malformed);
        CHECK(refusal("[" + bad + "]") == Reason::malformed);
    }
    CHECK(accepted("9.99e307"));
    CHECK(accepted("0e99999999999"));
    CHECK(accepted("0.0000000001e300"));
}

TEST_CASE("json: walking a tree") {
    const auto document =
        Document::parse(R"({"n":null,"b":true,"s":"x","o":{"k":[1,"two",{}]},"e":[]})");
    REQUIRE(document.ok());
    const auto root = document->root();
    CHECK(root.is_object());
    CHECK(root.size() == 5);
    CHECK(root.find("n").is_null());
    CHECK(root.find("b").boolean() == true);
    CHECK(root.find("s").string() == "x");
    CHECK_FALSE(root.find("s").boolean());
    CHECK_FALSE(root.find("absent").present());
    CHECK_FALSE(root.find("absent").is_null());
    CHECK_FALSE(root.find("s").find("k").present());
    CHECK_FALSE(root.find("e").first().present());
    std::string names;
    for (auto member = root.first(); member; member = member.next()) names += member.name();
    CHECK(names == "nbsoe");
    const auto list = root.find("o").find("k");
    CHECK(list.is_array());
    CHECK(list.size() == 3);
    CHECK(list.first().integer() == 1);
    CHECK(list.first().name().empty());
    CHECK(list.first().next().string() == "two");
    CHECK(list.first().next().next().is_object());
    CHECK_FALSE(list.first().next().next().next().present());
    const json::Value nothing;
    CHECK_FALSE(nothing.first().present());
    CHECK_FALSE(nothing.next().present());
    CHECK(nothing.size() == 0);
    CHECK(nothing.name().empty());
    CHECK(nothing.excerpt().empty());
}

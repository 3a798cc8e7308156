#include "hallpass/json.hpp"

#include "hallpass/utf8.hpp"
#include "hallpass_catch.hpp"

#include <limits>

using namespace hallpass;

TEST_CASE("json writer: commas, nesting and every kind of value") {
    json::Writer writer;
    writer.begin_object()
        .member("text", "x")
        .member("view", std::string_view{"y"})
        .member("string", std::string{"z"})
        .member("int", 5)
        .member("long", std::numeric_limits<std::int64_t>::min())
        .member("yes", true)
        .member("no", false)
        .key("nothing")
        .null();
    writer.key("list")
        .begin_array()
        .integer(1)
        .begin_array()
        .end_array()
        .begin_object()
        .end_object();
    writer.string("a:").string("b{").string("c[").raw("[2]").end_array();
    writer.key("empty").begin_object().end_object().member("last", 0).end_object();
    CHECK(writer.text() ==
          R"({"text":"x","view":"y","string":"z","int":5,"long":-9223372036854775808,"yes":true,)"
          R"("no":false,"nothing":null,"list":[1,[],{},"a:","b{","c[",[2]],"empty":{},"last":0})");
}

TEST_CASE(
    "json writer: every ASCII character survives being read back, escaped only where needed") {
    for (unsigned c = 0; c < 0x80; ++c) {
        CAPTURE(c);
        const std::string text(1, static_cast<char>(c));
        const auto literal = json::quoted(text);
        const auto document = json::Document::parse(literal);
        REQUIRE(document.ok());
        CHECK(document->root().string() == text);
        const bool must_escape = c < 0x20 || c == '"' || c == '\\';
        CHECK((literal.size() == 3) == !must_escape);
    }
    CHECK(json::quoted("é€🐄\x7F\xE2\x80\xA8") == "\"é€🐄\x7F\xE2\x80\xA8\"");
    CHECK(json::quoted("\n\x01\x1F") == R"("\n\u0001\u001f")");
    CHECK(json::quoted("") == "\"\"");
}

TEST_CASE("json writer: an excerpt of a short value is the value") {
    const auto text = R"({"a":[1,-2.50e3,null,true,"x\"y"],"b":{}})";
    const auto document = json::Document::parse(text);
    REQUIRE(document.ok());
    CHECK(document->root().excerpt() == text);
    CHECK(document->root().excerpt(41) == text);
    CHECK(document->root().find("a").first().next().excerpt() == "-2.50e3");
}

TEST_CASE("json writer: a cut excerpt stays within its bound and stays JSON text") {
    const std::string units[] = {"x", "é", "€", "🐄", R"(\")", R"(\\)", R"(\n)", R"(\u0001)"};
    for (const auto& unit : units) {
        std::string text = "\"";
        for (int i = 0; i < 300; ++i) text += unit;
        text += '"';
        const auto document = json::Document::parse(text);
        REQUIRE(document.ok());
        for (std::size_t bound = 5; bound <= 200; ++bound) {
            const auto excerpt = document->root().excerpt(bound);
            CAPTURE(unit, bound, excerpt);
            REQUIRE(excerpt.size() <= bound);
            REQUIRE(excerpt.size() + 8 >= bound);
            const auto again = json::Document::parse(excerpt);
            REQUIRE(again.ok());
            REQUIRE(again->root().string()->ends_with("…"));
            REQUIRE(count_code_points(excerpt).has_value());
        }
    }
}

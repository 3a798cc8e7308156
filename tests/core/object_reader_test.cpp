#include "hallpass/wire.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {

/// Reads one object with `read` and tells the first error: field, reason, received.
template <class Read>
std::string reading(std::string_view text, Read read, std::string_view path = {}) {
    const auto document = json::Document::parse(text);
    REQUIRE(document.ok());
    wire::ObjectReader object{document->root(), path};
    read(object);
    const auto error = object.finish();
    CHECK(object.ok() == !error.has_value());
    if (!error) return "ok";
    CHECK(error->code == ErrorCode::VALIDATION_ERROR);
    CHECK_FALSE(error->message.empty());
    CHECK(error->received.size() <= 200);
    return error->field + " " + std::string{to_string(error->reason)} +
           (error->received.empty() ? "" : " " + error->received);
}

const auto text = [](auto& object) { object.required_string("t", 2, 4); };
const auto maybe_text = [](auto& object) { object.optional_string("t", 2, 4); };
const auto id = [](auto& object) { object.required_id("u"); };
const auto number = [](auto& object) { object.optional_integer("n", 5, 120); };
const auto flag = [](auto& object) { object.optional_boolean("b"); };
const auto moment = [](auto& object) { object.optional_instant("i"); };
const auto scope_list = [](auto& object) { object.optional_scopes("s"); };
const auto nothing = [](auto&) {};

}  // namespace

TEST_CASE("reader: only objects are read") {
    for (const std::string_view bad : {"[]", "null", "5", "\"x\"", "true", "[{\"a\":1}]"}) {
        CAPTURE(bad);
        CHECK(reading(bad, nothing) == " wrong_type");
        CHECK(reading(bad, nothing, "body.x") == "body.x wrong_type");
    }
    CHECK(reading("{}", nothing) == "ok");
}

TEST_CASE("reader: an id is what an id's own parse accepts") {
    const std::string longest(limits::id_max_bytes, 'a');
    CHECK(reading(R"({"u":"piet"})", id) == "ok");
    CHECK(reading(R"({"u":")" + longest + "\"}", id) == "ok");
    CHECK(reading(R"({"u":")" + longest + "a\"}", id).starts_with("u too_long"));
    CHECK(reading(R"({"u":""})", id) == "u too_short \"\"");
    CHECK(reading(R"({"u":"a\u0000b"})", id).starts_with("u malformed"));
    CHECK(reading("{}", id, "events[3]") == "events[3].u required");
}

TEST_CASE("reader: text is counted in code points, bounds included") {
    CHECK(reading(R"({"t":"ab"})", text) == "ok");
    CHECK(reading(R"({"t":"🐄🐄🐄🐄"})", text) == "ok");
    CHECK(reading(R"({"t":"a"})", text) == "t too_short \"a\"");
    CHECK(reading(R"({"t":""})", text) == "t too_short \"\"");
    CHECK(reading(R"({"t":"abcde"})", text) == "t too_long \"abcde\"");
    CHECK(reading("{}", text) == "t required");
    CHECK(reading(R"({"t":null})", text) == "t wrong_type null");
    for (const std::string value : {"5", "true", "[]", "{}", "[\"ab\"]"}) {
        CHECK(reading("{\"t\":" + value + "}", text) == "t wrong_type " + value);
        CHECK(reading("{\"t\":" + value + "}", maybe_text) == "t wrong_type " + value);
    }
    CHECK(reading("{}", maybe_text) == "ok");
    CHECK(reading(R"({"t":null})", maybe_text) == "ok");
    CHECK(reading(R"({"t":"a"})", maybe_text) == "t too_short \"a\"");
}

TEST_CASE("reader: integers are whole, within bounds, and no text") {
    for (const char* good : {"5", "120", "5.0", "1.2e2", "1200e-1"}) {
        CHECK(reading(std::string{"{\"n\":"} + good + "}", number) == "ok");
    }
    CHECK(reading(R"({"n":4})", number) == "n out_of_range 4");
    CHECK(reading(R"({"n":121})", number) == "n out_of_range 121");
    CHECK(reading(R"({"n":-0})", number) == "n out_of_range 0");
    for (const std::string value :
         {"5.5", "\"5\"", "true", "[5]", "1e300", "9007199254740993", "1e-5"}) {
        CHECK(reading("{\"n\":" + value + "}", number) == "n wrong_type " + value);
    }
    CHECK(reading(R"({"n":null})", number) == "ok");
    const auto document = json::Document::parse(R"({"n":3})");
    wire::ObjectReader object{document->root()};
    CHECK_FALSE(object.optional_integer("n", 5, 120));
    CHECK(object.error()->message == "n must be between 5 and 120");
    CHECK(object.error()->constraints.min == 5);
    CHECK(object.error()->constraints.max == 120);
}

TEST_CASE("reader: booleans, times and scopes") {
    CHECK(reading(R"({"b":true})", flag) == "ok");
    CHECK(reading(R"({"b":null})", flag) == "ok");
    for (const std::string value : {"1", "\"true\"", "[]"}) {
        CHECK(reading("{\"b\":" + value + "}", flag) == "b wrong_type " + value);
    }
    CHECK(reading(R"({"i":"2025-10-18T14:30:00Z"})", moment) == "ok");
    CHECK(reading(R"({"i":null})", moment) == "ok");
    CHECK(reading(R"({"i":1800000000})", moment) == "i wrong_type 1800000000");
    CHECK(reading(R"({"i":"2025-10-18"})", moment) == "i malformed \"2025-10-18\"");
    CHECK(reading(R"({"i":"2025-02-29T00:00:00Z"})", moment) ==
          "i malformed \"2025-02-29T00:00:00Z\"");
    CHECK(reading(R"({"i":"0001-01-01T00:00:00+01:00"})", moment) ==
          "i out_of_range \"0001-01-01T00:00:00+01:00\"");
    CHECK(reading(R"({"s":["b:c","a:b"]})", scope_list) == "ok");
    CHECK(reading(R"({"s":[]})", scope_list) == "ok");
    CHECK(reading(R"({"s":null})", scope_list) == "ok");
    CHECK(reading(R"({"s":"a:b"})", scope_list) == "s wrong_type \"a:b\"");
    CHECK(reading(R"({"s":{"a":"a:b"}})", scope_list) == "s wrong_type {\"a\":\"a:b\"}");
    CHECK(reading(R"({"s":["a:b",5]})", scope_list) == "s wrong_type 5");
    CHECK(reading(R"({"s":[null]})", scope_list) == "s wrong_type null");
    CHECK(reading(R"({"s":["a:*"]})", scope_list) == "s malformed \"a:*\"");
    CHECK(reading(R"({"s":[""]})", scope_list) == "s malformed \"\"");
    CHECK(reading(R"({"s":["a:b c:d"]})", scope_list) == "s malformed \"a:b c:d\"");
}

TEST_CASE("reader: values come out as they went in") {
    const auto document = json::Document::parse(
        R"({"t":"ab","n":7,"b":false,"i":"2025-10-18T14:30:00.25Z","s":["b:c","a:b"],"x":{"y":1}})");
    REQUIRE(document.ok());
    wire::ObjectReader object{document->root()};
    CHECK(object.required_string("t", 1, 9) == "ab");
    CHECK(object.optional_string("absent", 1, 9) == std::nullopt);
    CHECK(object.optional_integer("n", 0, 9) == 7);
    CHECK(object.optional_boolean("b") == false);
    CHECK(object.optional_instant("i") == from_unix_ms(1760797800250));
    CHECK(object.optional_scopes("s")->text() == "a:b b:c");
    CHECK(object.any("x").find("y").integer() == 1);
    CHECK_FALSE(object.any("z").present());
    CHECK_FALSE(object.finish());
}

TEST_CASE("reader: members nobody asked for are refused, by name") {
    CHECK(reading(R"({"t":"ab","ttl":5})", text) == "ttl unknown_member");
    CHECK(reading(R"({"T":"ab"})", maybe_text) == "T unknown_member");
    CHECK(reading(R"({"":1})", nothing) == " unknown_member");
    CHECK(reading(R"({"a":1})", nothing, "session") == "session.a unknown_member");
    CHECK(reading(R"({"t":5})", text, "session") == "session.t wrong_type 5");
    CHECK(reading("{}", text, "session") == "session.t required");
}

TEST_CASE("reader: the first error is the one that is told") {
    const auto all = [](auto& object) {
        object.optional_integer("n", 5, 120);
        object.required_string("t", 2, 4);
        object.fail(invalid("mine", Reason::mismatch, "mine"));
    };
    CHECK(reading(R"({"t":5,"n":3,"u":1})", all) == "n out_of_range 3");
    CHECK(reading(R"({"t":5,"n":5,"u":1})", all) == "t wrong_type 5");
    CHECK(reading(R"({"t":"ab","n":5,"u":1})", all) == "mine mismatch");
    CHECK(reading(R"({"t":"ab","u":1})", text) == "u unknown_member");
}

TEST_CASE("reader: a long value is shown cut, within 200 bytes") {
    const auto long_text = std::string(5000, '"');
    CHECK(reading("{\"t\":" + json::quoted(long_text) + "}", text).size() < 220);
    CHECK(reading("{\"b\":" + json::quoted(std::string(5000, 'x')) + "}", flag).size() < 220);
}

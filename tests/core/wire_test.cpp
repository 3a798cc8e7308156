#include "hallpass/wire.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

using namespace parties;

TEST_CASE("wire: the error of the contract's section 8, to the byte") {
    const Error error =
        invalid("ttlMinutes", Reason::out_of_range, "ttlMinutes must be between 5 and 120", "3",
                {.min = 5, .max = 120});
    CHECK(
        wire::error_json(error) ==
        R"({"error":"VALIDATION_ERROR","message":"ttlMinutes must be between 5 and 120","field":"ttlMinutes",)"
        R"("reason":"out_of_range","received":3,"constraints":{"min":5,"max":120}})");
    CHECK(
        wire::problem_json(error) ==
        R"({"type":"about:blank","title":"The request is not valid","status":400,)"
        R"("error":"VALIDATION_ERROR","message":"ttlMinutes must be between 5 and 120","field":"ttlMinutes",)"
        R"("reason":"out_of_range","received":3,"constraints":{"min":5,"max":120}})");
}

TEST_CASE("wire: an error's absent parts are absent members") {
    CHECK(wire::error_json(make_error(ErrorCode::FORBIDDEN, "no")) ==
          R"({"error":"FORBIDDEN","message":"no"})");
    Error error =
        make_error(ErrorCode::INSUFFICIENT_SCOPE, "less", "scopes", Reason::scope_exceeded);
    error.constraints.one_of = "a:b c:d";
    CHECK(
        wire::error_json(error) ==
        R"({"error":"INSUFFICIENT_SCOPE","message":"less","field":"scopes","reason":"scope_exceeded",)"
        R"("constraints":{"oneOf":["a:b","c:d"]}})");
    CHECK(
        wire::error_json(invalid("x", Reason::too_long, "m", {}, {.max = 0})) ==
        R"({"error":"VALIDATION_ERROR","message":"m","field":"x","reason":"too_long","constraints":{"max":0}})");
}

TEST_CASE("wire: every code writes a problem that reads back"){
#define HALLPASS_X(code, http, text)                                                        \
    {                                                                                       \
        const auto document =                                                               \
            json::Document::parse(wire::problem_json(make_error(ErrorCode::code, "a\"b"))); \
        REQUIRE(document.ok());                                                             \
        CHECK(document->root().find("error").string() == #code);                            \
        CHECK(document->root().find("status").integer() == http);                           \
        CHECK(document->root().find("title").string() == text);                             \
        CHECK(document->root().find("message").string() == "a\"b");                         \
    }
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
}

TEST_CASE("wire: scopes are an array of text") {
    json::Writer writer;
    writer.begin_array();
    wire::write(writer, ScopeView{});
    wire::write(writer, scopes("b:c a:b"));
    writer.end_array();
    CHECK(writer.text() == R"([[],["a:b","b:c"]])");
}

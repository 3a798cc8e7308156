#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "../vectors/evaluate.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {

json::Document vectors(const std::string& name) {
    std::ifstream file{std::string{HALLPASS_VECTORS} + "/" + name};
    std::stringstream text;
    text << file.rdbuf();
    auto document = json::Document::parse(text.str(), {.max_bytes = 16U << 20U});
    REQUIRE(document.ok());
    return *std::move(document);
}

/// The vector's members with what the call needs beside them.
std::string request_for(json::Value vector, std::string_view call, json::Value file) {
    json::Writer writer;
    writer.begin_object().member("call", call);
    for (auto each = vector.first(); each; each = each.next()) {
        writer.key(each.name()).raw(each.excerpt(1U << 20U));
    }
    if (call == "token") {
        const auto keys = file.find("keySets").find(vector.find("keys").string().value());
        writer.key("jwks").raw(keys.excerpt(1U << 20U));
        writer.member("issuer", file.find("issuer").string().value());
        writer.member("audience", file.find("audience").string().value());
    }
    writer.end_object();
    return std::move(writer).text();
}

/// Whether every member that is expected is in the answer; of an error: its members.
void check_answer(json::Value expected, json::Value answer) {
    REQUIRE(expected.find("ok").boolean() == answer.find("ok").boolean());
    const auto error = answer.find("error");
    for (auto each = expected.first(); each; each = each.next()) {
        const auto name = each.name();
        if (name == "ok") continue;
        const auto found = !error            ? answer.find(name)
                           : name == "code"  ? error.find("error")
                           : name == "oneOf" ? error.find("constraints").find("oneOf")
                                             : error.find(name);
        CHECK(each.excerpt(4096) == (found ? found.excerpt(4096) : "absent"));
    }
}

void check_all(const std::string& name, std::string_view list, std::string_view call) {
    const auto file = vectors(name);
    const auto all = file.root().find(list);
    std::size_t count = 0;
    for (auto vector = all.first(); vector; vector = vector.next(), ++count) {
        INFO(vector.find("name").string().value_or(""));
        const auto request = json::Document::parse(request_for(vector, call, file.root()));
        REQUIRE(request.ok());
        const auto text = vectors::evaluate(request->root());
        INFO(text);
        if (call == "subset") {
            CHECK(text == vector.find("expect").excerpt());
            continue;
        }
        const auto answer = json::Document::parse(text);
        REQUIRE(answer.ok());
        check_answer(vector.find("expect"), answer->root());
    }
    REQUIRE(count > 0);
}

}  // namespace

TEST_CASE("vectors: ends of consent") { check_all("expiry.json", "vectors", "expiry"); }
TEST_CASE("vectors: tokens, good and hostile") { check_all("tokens.json", "vectors", "token"); }
TEST_CASE("vectors: narrowing") { check_all("scopes.json", "narrow", "narrow"); }
TEST_CASE("vectors: subsets") { check_all("scopes.json", "subset", "subset"); }
TEST_CASE("vectors: starts of sessions") { check_all("sessions.json", "vectors", "session"); }

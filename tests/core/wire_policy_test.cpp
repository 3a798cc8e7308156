#include "hallpass/wire.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {
Result<Policy> read(std::string_view text) {
    const auto document = json::Document::parse(text);
    REQUIRE(document.ok());
    return wire::read_policy(document->root());
}
std::string written(const Policy& policy) {
    json::Writer writer;
    wire::write(writer, policy);
    return writer.text();
}
std::string outcome(std::string_view text) {
    const auto policy = read(text);
    if (policy) return "ok";
    CHECK(policy.error().code == ErrorCode::VALIDATION_ERROR);
    return policy.error().field + " " + std::string{to_string(policy.error().reason)} +
           (policy.error().received.empty() ? "" : " " + policy.error().received);
}
}  // namespace

TEST_CASE("wire: a profile's policy, to the byte") {
    CHECK(
        written(Policy::of(Profile::law_firm)) ==
        R"({"profile":"law_firm","consentNeeded":false,"sessionCapMinutes":120,"ttlMinMinutes":5,)"
        R"("ttlDefaultMinutes":30,"ttlMaxMinutes":120,"activePer":"user","maxGrantDays":30,"pendingForHours":168,)"
        R"("actAsEnabled":true,"readOnly":false,"neverCarried":[]})");
}

TEST_CASE("wire: every profile and a policy of overrides come back as they went") {
    for (const auto profile :
         {Profile::consent, Profile::helpdesk, Profile::support_access, Profile::law_firm}) {
        const auto text = written(Policy::of(profile));
        const auto again = read(text);
        REQUIRE(again.ok());
        CHECK(written(*again) == text);
    }
    const std::string overridden =
        R"({"profile":"support_access","consentNeeded":true,"sessionCapMinutes":240,"ttlMinMinutes":1,)"
        R"("ttlDefaultMinutes":2,"ttlMaxMinutes":239,"activePer":"user","maxGrantDays":90,"pendingForHours":720,)"
        R"("actAsEnabled":false,"readOnly":true,"neverCarried":["account:delete","billing:*"]})";
    const auto policy = read(overridden);
    REQUIRE(policy.ok());
    CHECK(written(*policy) == overridden);
}

TEST_CASE("wire: what is absent or null stays the profile's") {
    CHECK(written(*read("{}")) == written(Policy::of(Profile::consent)));
    CHECK(
        written(*read(
            R"({"profile":null,"consentNeeded":null,"sessionCapMinutes":null,"ttlMinMinutes":null,"ttlDefaultMinutes":null,)"
            R"("ttlMaxMinutes":null,"activePer":null,"maxGrantDays":null,"pendingForHours":null,"actAsEnabled":null,)"
            R"("readOnly":null,"neverCarried":null})")) == written(Policy::of(Profile::consent)));
}

TEST_CASE("wire: every member of a policy that is wrong is named") {
    CHECK(outcome(R"({"profile":"strict"})") == "profile not_one_of \"strict\"");
    CHECK(outcome(R"({"profile":5})") == "profile wrong_type 5");
    CHECK(outcome(R"({"activePer":"tenant"})") == "activePer not_one_of \"tenant\"");
    CHECK(outcome(R"({"activePer":5})") == "activePer wrong_type 5");
    for (const std::string name : {"sessionCapMinutes", "ttlMinMinutes", "ttlDefaultMinutes",
                                   "ttlMaxMinutes", "maxGrantDays", "pendingForHours"}) {
        CAPTURE(name);
        CHECK(outcome("{\"" + name + "\":\"30\"}") == name + " wrong_type \"30\"");
        CHECK(outcome("{\"" + name + "\":30.5}") == name + " wrong_type 30.5");
        CHECK(outcome("{\"" + name + "\":0}") == name + " out_of_range");
        CHECK(outcome("{\"" + name + "\":-1}") == name + " out_of_range -1");
        CHECK(outcome("{\"" + name + "\":1000000}") == name + " out_of_range");
        CHECK(outcome("{\"" + name + "\":9007199254740991}") ==
              name + " out_of_range 9007199254740991");
        CHECK(outcome("{\"" + name + "\":1e300}") == name + " wrong_type 1e300");
    }
    for (const std::string name : {"consentNeeded", "actAsEnabled", "readOnly"}) {
        CHECK(outcome("{\"" + name + "\":\"yes\"}") == name + " wrong_type \"yes\"");
        CHECK(outcome("{\"" + name + "\":1}") == name + " wrong_type 1");
    }
    CHECK(outcome(R"({"neverCarried":"billing:*"})") == "neverCarried wrong_type \"billing:*\"");
    CHECK(outcome(R"({"neverCarried":{"a":"billing:*"}})") ==
          "neverCarried wrong_type {\"a\":\"billing:*\"}");
    CHECK(outcome(R"({"neverCarried":[5]})") == "neverCarried wrong_type 5");
    CHECK(outcome(R"({"neverCarried":["billing"]})") == "neverCarried malformed \"billing\"");
    CHECK(outcome(R"({"neverCarried":["a:b c:d"]})") == "neverCarried malformed \"a:b c:d\"");
    CHECK(outcome(R"({"neverCarried":[""]})") == "neverCarried malformed \"\"");
    CHECK(outcome(R"({"neverCarried":["*"]})") == "neverCarried contradiction");
    CHECK(outcome(R"({"hideSessions":true})") == "hideSessions unknown_member");
    CHECK(outcome(R"({"ttlMaxMinutes":120})") == "ttlMaxMinutes contradiction");
    for (const std::string_view bad : {"[]", "null", "5"}) CHECK(outcome(bad) == " wrong_type");
}

#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

namespace {

constexpr Instant long_ago = from_unix_ms(min_instant_unix_ms);

std::string text_of(const Grant& grant) {
    json::Writer writer;
    writer.begin_object();
    wire::write_members(writer, grant, long_ago);
    writer.end_object();
    return std::move(writer).text();
}

void try_grant(json::Value value) {
    const auto grant = wire::read_grant(value);
    if (!grant) return expect_sound(grant.error());
    const auto document = json::Document::parse(text_of(*grant));
    expect(document.ok());
    const auto again = wire::read_grant(document->root());
    auto then = *grant;
    then.state = state_at(*grant, long_ago);
    expect(again.ok() && *again == then);
    const auto now = from_unix_s(1'800'000'000);
    (void)facts_of(*grant, now);
    (void)limits_under({now, ScopeSet{}}, *grant, now);
}

void try_policy(json::Value value) {
    const auto policy = wire::read_policy(value);
    if (!policy) return expect_sound(policy.error());
    expect(policy->ttl_min() <= policy->ttl_default() &&
           policy->ttl_default() <= policy->ttl_max());
    expect(policy->ttl_max() <= policy->session_cap());
    json::Writer writer;
    wire::write(writer, *policy);
    const auto document = json::Document::parse(writer.text());
    const auto again = wire::read_policy(document->root());
    expect(again.ok());
    json::Writer second;
    wire::write(second, *again);
    expect(second.text() == writer.text());
}

void try_body(json::Value value) {
    wire::ObjectReader body{value};
    const auto reason = body.required_string("reason", 5, 500);
    (void)body.required_string("targetUserId", 1, 128);
    const auto ttl = body.optional_integer("ttlMinutes", 5, 120);
    (void)body.optional_boolean("readOnly");
    (void)body.optional_instant("until");
    (void)body.optional_scopes("scopes");
    if (const auto error = body.finish()) return expect_sound(*error);
    expect(reason.size() >= 5 && (!ttl || (*ttl >= 5 && *ttl <= 120)));
}

}  // namespace

// A request's body, read as each of the shapes that the wire has.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = json::Document::parse(fuzz::text_of(data, size));
    if (!document) return 0;
    try_grant(document->root());
    try_policy(document->root());
    try_body(document->root());
    return 0;
}

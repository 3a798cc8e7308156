#include <algorithm>

#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;

namespace {

std::string text_of(const Policy& policy) {
    json::Writer writer;
    wire::write(writer, policy);
    return std::move(writer).text();
}

std::string text_of(const Grant& grant, Instant now) {
    json::Writer writer;
    writer.begin_object();
    wire::write_members(writer, grant, now);
    writer.end_object();
    return std::move(writer).text();
}

std::string text_in(json::Value object, const char* name) {
    return std::string{object.find(name).string().value_or("")};
}

void expect_same(const Error& error, json::Value object) {
    RC_ASSERT(text_in(object, "error") == to_string(error.code));
    RC_ASSERT(text_in(object, "message") == error.message);
    RC_ASSERT(text_in(object, "field") == error.field);
    const auto reason = error.reason == Reason::none ? "" : to_string(error.reason);
    RC_ASSERT(text_in(object, "reason") == reason);
    RC_ASSERT(object.find("received").excerpt(1U << 20U) == error.received);
    const auto constraints = object.find("constraints");
    RC_ASSERT(constraints.find("min").integer() == error.constraints.min);
    RC_ASSERT(constraints.find("max").integer() == error.constraints.max);
    std::string one_of;
    for (auto each = constraints.find("oneOf").first(); each; each = each.next()) {
        one_of += (one_of.empty() ? "" : " ") + std::string{*each.string()};
    }
    RC_ASSERT(one_of == error.constraints.one_of);
}

}  // namespace

TEST_CASE("a grant survives the wire in every state, as it stands at that time") {
    holds("grant", [] {
        auto grant = *grants();
        const auto now = *instants();
        const auto document = json::Document::parse(text_of(grant, now));
        RC_ASSERT(document.ok());
        const auto read = wire::read_grant(document->root());
        RC_ASSERT(read.ok());
        grant.state = state_at(grant, now);
        RC_ASSERT(*read == grant);
        RC_ASSERT(text_of(*read, now) == text_of(grant, now));
    });
}

TEST_CASE(
    "a grant that lacks a member, or has one of another type, is refused and the member named") {
    holds("broken grant", [] {
        const auto grant = *grants();
        const auto now = *instants();
        const auto document = json::Document::parse(text_of(grant, now));
        const auto root = document->root();
        const auto victim = *rc::gen::inRange<std::size_t>(0, root.size());
        json::Writer writer;
        writer.begin_object();
        std::string name;
        std::size_t at = 0;
        for (auto member = root.first(); member; member = member.next(), ++at) {
            writer.key(member.name());
            if (at == victim) {
                name = member.name();
                writer.raw("{\"a\":[1]}");
            } else {
                writer.raw(member.excerpt(1U << 20U));
            }
        }
        writer.end_object();
        // A state without consent writes null here and reads nothing.
        RC_PRE(name != "scopes" || root.find("grantedUntil").present());
        const auto broken = json::Document::parse(writer.text());
        const auto read = wire::read_grant(broken->root());
        RC_LOG() << writer.text();
        RC_ASSERT(!read.ok());
        RC_ASSERT(read.error().field == name);
    });
}

TEST_CASE("a policy survives the wire") {
    holds("policy", [] {
        const auto policy = *policies();
        const auto document = json::Document::parse(text_of(policy));
        RC_ASSERT(document.ok());
        const auto read = wire::read_policy(document->root());
        RC_ASSERT(read.ok());
        RC_ASSERT(text_of(*read) == text_of(policy));
        RC_ASSERT(read->never_carried() == policy.never_carried());
    });
}

TEST_CASE("overrides make a policy exactly where they are within the limits and agree") {
    holds("overrides", [] {
        using std::chrono::minutes;
        const auto profile = *rc::gen::element(Profile::consent, Profile::helpdesk,
                                               Profile::support_access, Profile::law_firm);
        const auto overrides = *policy_overrides();
        const auto base = Policy::of(profile);
        const auto cap = overrides.session_cap.value_or(base.session_cap());
        const auto least = overrides.ttl_min.value_or(base.ttl_min());
        const auto usual = overrides.ttl_default.value_or(base.ttl_default());
        const auto most = overrides.ttl_max.value_or(base.ttl_max());
        const auto grant = overrides.max_grant.value_or(base.max_grant());
        const auto pending = overrides.pending_for.value_or(base.pending_for());
        const bool sound = minutes{1} <= least && least <= usual && usual <= most && most <= cap &&
                           cap <= minutes{240} && grant >= std::chrono::days{1} &&
                           grant <= std::chrono::days{90} && pending >= std::chrono::hours{1} &&
                           pending <= std::chrono::days{30};
        const auto policy = Policy::with(profile, overrides);
        RC_ASSERT(policy.ok() == sound);
        if (!policy) {
            RC_ASSERT(policy.error().code == ErrorCode::VALIDATION_ERROR);
            RC_ASSERT(!policy.error().field.empty());
        }
    });
}

TEST_CASE("an error says the same on the wire, alone and as a problem") {
    holds("error", [] {
        const auto error = *errors();
        const auto plain = json::Document::parse(wire::error_json(error));
        RC_ASSERT(plain.ok());
        expect_same(error, plain->root());
        const auto problem = json::Document::parse(wire::problem_json(error));
        RC_ASSERT(problem.ok());
        expect_same(error, problem->root());
        RC_ASSERT(problem->root().find("status").integer() == http_status(error.code));
        RC_ASSERT(text_in(problem->root(), "title") == title(error.code));
    });
}

TEST_CASE("an instant survives RFC 3339, in every offset") {
    holds("rfc3339", [] {
        const auto instant = *instants();
        RC_ASSERT(*parse_rfc3339(format_rfc3339(instant), "at") == instant);
        // The same moment, told by a clock that is ahead of UTC.
        const std::chrono::minutes ahead{*rc::gen::inRange(0, 24 * 60)};
        RC_PRE(instant + ahead <= from_unix_ms(max_instant_unix_ms));
        auto text = format_rfc3339(instant + ahead);
        text.pop_back();
        const auto two = [](long long n) {
            return std::string(n < 10 ? "0" : "") + std::to_string(n);
        };
        text += "+" + two(ahead.count() / 60) + ":" + two(ahead.count() % 60);
        RC_ASSERT(*parse_rfc3339(text, "at") == instant);
    });
}

TEST_CASE("a date survives its text") {
    holds("date", [] {
        const date::year_month_day day{date::sys_days{date::days{*rc::gen::inRange(0, 47846)}}};
        RC_ASSERT(*parse_date(format_date(day)) == day);
    });
}

TEST_CASE("what is not an id, a reason or a date-time is refused with its field named") {
    holds("texts", [] {
        const auto text = *texts();
        const auto id = GrantId::parse(text, "grantId");
        RC_ASSERT(id.ok() == is_valid_id(text));
        if (id) RC_ASSERT(id->str() == text);
        if (!id) RC_ASSERT(id.error().field == "grantId");
        const auto reason = AccessReason::parse(text);
        RC_ASSERT(reason.ok() == !refuse_reason(text).has_value());
        if (reason) RC_ASSERT(AccessReason::parse(reason->str())->str() == reason->str());
        const auto instant = parse_rfc3339(text, "at");
        if (!instant) RC_ASSERT(instant.error().field == "at");
    });
}

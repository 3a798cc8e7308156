#include "hallpass/policy.hpp"

#include "hallpass_catch.hpp"

#include <functional>

using namespace hallpass;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {
std::string outcome(Profile profile, const PolicyOverrides& overrides) {
    const auto policy = Policy::with(profile, overrides);
    if (policy) return "ok";
    CHECK(policy.error().code == ErrorCode::VALIDATION_ERROR);
    return policy.error().field + " " + std::string{to_string(policy.error().reason)};
}
ScopePatterns patterns(std::string_view text) {
    return *ScopePatterns::parse(text, "neverCarried");
}
}  // namespace

TEST_CASE("policy: the table of the contract's section 5, cell by cell") {
    const struct {
        Profile profile;
        std::string_view name;
        bool consent;
        int cap, ttl_min, ttl_default, ttl_max;
        std::string_view per, claim;
    } rows[] = {
        {Profile::consent, "consent", true, 60, 5, 30, 60, "user", "tenantId"},
        {Profile::helpdesk, "helpdesk", true, 60, 5, 60, 60, "user", "tenantId"},
        {Profile::support_access, "support_access", false, 120, 15, 30, 120, "agent_and_user",
         "tenantId"},
        {Profile::law_firm, "law_firm", false, 120, 5, 30, 120, "user", "lawFirmId"},
    };
    CHECK(default_profile == Profile::consent);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto policy = Policy::of(row.profile);
        CHECK(parse_profile(row.name) == row.profile);
        CHECK(to_string(row.profile) == row.name);
        CHECK(policy.profile() == row.profile);
        CHECK(policy.consent_needed() == row.consent);
        CHECK(policy.session_cap() == minutes{row.cap});
        CHECK(policy.ttl_min() == minutes{row.ttl_min});
        CHECK(policy.ttl_default() == minutes{row.ttl_default});
        CHECK(policy.ttl_max() == minutes{row.ttl_max});
        CHECK(to_string(policy.active_per()) == row.per);
        CHECK(policy.tenant_claim() == row.claim);
        CHECK(policy.max_grant() == days{30});
        CHECK(policy.pending_for() == days{7});
        CHECK(policy.act_as_enabled());
        CHECK_FALSE(policy.read_only());
        CHECK(policy.never_carried().empty());
        CHECK(policy.tenant_not_found_code() == (row.claim == "lawFirmId"
                                                     ? ErrorCode::LAW_FIRM_NOT_FOUND
                                                     : ErrorCode::TENANT_NOT_FOUND));
        CHECK(outcome(row.profile, {}) == "ok");
    }
    CHECK_FALSE(parse_profile("Consent"));
    CHECK_FALSE(parse_profile(""));
    CHECK_FALSE(parse_active_per("agent"));
    CHECK(parse_active_per("agent_and_user") == ActivePer::agent_and_user);
}

TEST_CASE("policy: every override is taken over, alone and together") {
    PolicyOverrides all;
    all.consent_needed = false;
    all.session_cap = minutes{200};
    all.ttl_min = minutes{7};
    all.ttl_default = minutes{70};
    all.ttl_max = minutes{180};
    all.active_per = ActivePer::agent_and_user;
    all.max_grant = days{60};
    all.pending_for = hours{5};
    all.act_as_enabled = false;
    all.read_only = true;
    all.never_carried = patterns("billing:* account:delete");
    const auto policy = Policy::with(Profile::consent, all);
    REQUIRE(policy.ok());
    CHECK_FALSE(policy->consent_needed());
    CHECK(policy->session_cap() == minutes{200});
    CHECK(policy->ttl_min() == minutes{7});
    CHECK(policy->ttl_default() == minutes{70});
    CHECK(policy->ttl_max() == minutes{180});
    CHECK(policy->active_per() == ActivePer::agent_and_user);
    CHECK(policy->max_grant() == days{60});
    CHECK(policy->pending_for() == hours{5});
    CHECK_FALSE(policy->act_as_enabled());
    CHECK(policy->read_only());
    CHECK(policy->never_carried().text() == "account:delete billing:*");
    CHECK(policy->tenant_claim() == "tenantId");
}

TEST_CASE("policy: hard limits at, below and above") {
    const auto with = [](auto member, auto value) {
        PolicyOverrides overrides;
        // Room for every other value, so that only the limit itself can be broken.
        overrides.session_cap = minutes{240};
        overrides.ttl_min = minutes{1};
        overrides.ttl_max = minutes{240};
        overrides.*member = value;
        return outcome(Profile::consent, overrides);
    };
    using O = PolicyOverrides;
    CHECK(with(&O::session_cap, minutes{240}) == "ok");
    CHECK(with(&O::session_cap, minutes{241}) == "sessionCapMinutes out_of_range");
    CHECK(with(&O::session_cap, minutes{0}) == "sessionCapMinutes out_of_range");
    CHECK(with(&O::session_cap, minutes{-1}) == "sessionCapMinutes out_of_range");
    CHECK(with(&O::ttl_min, minutes{1}) == "ok");
    CHECK(with(&O::ttl_min, minutes{0}) == "ttlMinMinutes out_of_range");
    CHECK(with(&O::ttl_default, minutes{1}) == "ok");
    CHECK(with(&O::ttl_default, minutes{0}) == "ttlDefaultMinutes out_of_range");
    CHECK(with(&O::ttl_default, minutes{240}) == "ok");
    CHECK(with(&O::ttl_default, minutes{241}) == "ttlDefaultMinutes out_of_range");
    CHECK(with(&O::ttl_max, minutes{240}) == "ok");
    CHECK(with(&O::ttl_max, minutes{241}) == "ttlMaxMinutes out_of_range");
    CHECK(with(&O::max_grant, days{1}) == "ok");
    CHECK(with(&O::max_grant, days{0}) == "maxGrantDays out_of_range");
    CHECK(with(&O::max_grant, days{-30}) == "maxGrantDays out_of_range");
    CHECK(with(&O::max_grant, days{90}) == "ok");
    CHECK(with(&O::max_grant, days{91}) == "maxGrantDays out_of_range");
    CHECK(with(&O::pending_for, hours{1}) == "ok");
    CHECK(with(&O::pending_for, hours{0}) == "pendingForHours out_of_range");
    CHECK(with(&O::pending_for, hours{720}) == "ok");
    CHECK(with(&O::pending_for, hours{721}) == "pendingForHours out_of_range");
}

TEST_CASE("policy: the refusal carries the limits") {
    PolicyOverrides overrides;
    overrides.pending_for = hours{721};
    const auto policy = Policy::with(Profile::consent, overrides);
    REQUIRE_FALSE(policy.ok());
    CHECK(policy.error().constraints.min == 1);
    CHECK(policy.error().constraints.max == 720);
}

TEST_CASE("policy: contradictions name the field") {
    const auto times = [](std::optional<int> cap, std::optional<int> min,
                          std::optional<int> standard, std::optional<int> max) {
        const auto as_minutes = [](std::optional<int> value) {
            return value ? std::optional{minutes{*value}} : std::nullopt;
        };
        PolicyOverrides overrides;
        overrides.session_cap = as_minutes(cap);
        overrides.ttl_min = as_minutes(min);
        overrides.ttl_default = as_minutes(standard);
        overrides.ttl_max = as_minutes(max);
        return outcome(Profile::consent, overrides);  // 60, 5, 30, 60
    };
    CHECK(times({}, 30, {}, {}) == "ok");
    CHECK(times({}, 31, {}, {}) == "ttlDefaultMinutes contradiction");
    CHECK(times({}, 61, {}, {}) == "ttlMinMinutes contradiction");
    CHECK(times({}, {}, 5, {}) == "ok");
    CHECK(times({}, {}, 4, {}) == "ttlDefaultMinutes contradiction");
    CHECK(times({}, {}, 60, {}) == "ok");
    CHECK(times({}, {}, 61, {}) == "ttlDefaultMinutes contradiction");
    CHECK(times({}, {}, {}, 30) == "ok");
    CHECK(times({}, {}, {}, 29) == "ttlDefaultMinutes contradiction");
    CHECK(times({}, {}, {}, 61) == "ttlMaxMinutes contradiction");
    CHECK(times(59, {}, {}, {}) == "ttlMaxMinutes contradiction");
    CHECK(times(61, {}, {}, 61) == "ok");
    CHECK(times({}, 60, 60, 60) == "ok");
    CHECK(times(1, 1, 1, 1) == "ok");
}

TEST_CASE("policy: only a wildcard for everything contradicts act-as itself") {
    const auto never = [](std::string_view text) {
        PolicyOverrides overrides;
        overrides.never_carried = patterns(text);
        return outcome(Profile::consent, overrides);
    };
    CHECK(never("*") == "neverCarried contradiction");
    CHECK(never("billing:* *") == "neverCarried contradiction");
    CHECK(never("billing:*") == "ok");
    CHECK(never("x:*") == "ok");
    CHECK(never("x:x") == "ok");
    CHECK(never("") == "ok");
}

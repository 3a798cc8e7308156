#include "hallpass/policy.hpp"

#include "wire_names.hpp"

namespace hallpass {
namespace {

using std::chrono::minutes;

struct ProfileRow {
    bool consent_needed;
    int session_cap_min, ttl_min_min, ttl_default_min, ttl_max_min;
    ActivePer active_per;
    std::string_view tenant_claim;
    int max_grant_days, pending_for_days;
};

constexpr ProfileRow profile_rows[] = {
#define HALLPASS_X(name, consent, cap, ttl_min, ttl_default, ttl_max, per, claim, grant, pending) \
    {consent, cap, ttl_min, ttl_default, ttl_max, ActivePer::per, claim, grant, pending},
    HALLPASS_PROFILES(HALLPASS_X)
#undef HALLPASS_X
};
constexpr char profile_names[] =
#define HALLPASS_X(name, ...) HALLPASS_NAME(name)
    HALLPASS_PROFILES(HALLPASS_X);
#undef HALLPASS_X
constexpr char active_per_names[] =
#define HALLPASS_X(value) HALLPASS_NAME(value)
    HALLPASS_ACTIVE_PER(HALLPASS_X);
#undef HALLPASS_X

const ProfileRow& row(Profile profile) { return profile_rows[static_cast<std::size_t>(profile)]; }

struct Bound {
    const char* field;
    std::int64_t value, min, max;
};
struct Order {
    const char* field;
    minutes low, high;
    const char* message;
};

template <class T>
void take(T& value, const std::optional<T>& override_value) {
    if (override_value) value = *override_value;
}

}  // namespace

std::string_view to_string(Profile profile) { return name_in(profile_names, profile); }
std::optional<Profile> parse_profile(std::string_view text) {
    return value_in<Profile>(profile_names, text);
}
std::string_view to_string(ActivePer active_per) { return name_in(active_per_names, active_per); }
std::optional<ActivePer> parse_active_per(std::string_view text) {
    return value_in<ActivePer>(active_per_names, text);
}

Policy Policy::of(Profile profile) {
    const auto& values = row(profile);
    Policy policy;
    policy.profile_ = profile;
    policy.consent_needed_ = values.consent_needed;
    policy.session_cap_ = minutes{values.session_cap_min};
    policy.ttl_min_ = minutes{values.ttl_min_min};
    policy.ttl_default_ = minutes{values.ttl_default_min};
    policy.ttl_max_ = minutes{values.ttl_max_min};
    policy.active_per_ = values.active_per;
    policy.max_grant_ = std::chrono::days{values.max_grant_days};
    policy.pending_for_ = std::chrono::days{values.pending_for_days};
    return policy;
}

Result<Policy> Policy::with(Profile profile, const PolicyOverrides& overrides) {
    auto policy = of(profile);
    take(policy.consent_needed_, overrides.consent_needed);
    take(policy.session_cap_, overrides.session_cap);
    take(policy.ttl_min_, overrides.ttl_min);
    take(policy.ttl_default_, overrides.ttl_default);
    take(policy.ttl_max_, overrides.ttl_max);
    take(policy.active_per_, overrides.active_per);
    take(policy.max_grant_, overrides.max_grant);
    take(policy.pending_for_, overrides.pending_for);
    take(policy.act_as_enabled_, overrides.act_as_enabled);
    take(policy.read_only_, overrides.read_only);
    take(policy.never_carried_, overrides.never_carried);
    if (auto checked = policy.check(); !checked) return std::move(checked).refusal();
    return policy;
}

Result<Done> Policy::check() const {
    using namespace limits;
    constexpr auto cap = session_cap_ceiling.count();
    const Bound bounds[] = {
        {"sessionCapMinutes", session_cap_.count(), ttl_floor.count(), cap},
        {"ttlMinMinutes", ttl_min_.count(), ttl_floor.count(), cap},
        {"ttlDefaultMinutes", ttl_default_.count(), ttl_floor.count(), cap},
        {"ttlMaxMinutes", ttl_max_.count(), ttl_floor.count(), cap},
        {"maxGrantDays", max_grant_.count(), 1, grant_ceiling.count()},
        {"pendingForHours", pending_for_.count(), pending_floor.count(),
         std::chrono::duration_cast<std::chrono::hours>(pending_ceiling).count()},
    };
    for (const auto& [field, value, min, max] : bounds) {
        if (value >= min && value <= max) continue;
        return invalid(field, Reason::out_of_range,
                       std::string{field} + " is outside the hard limits", {},
                       {.min = min, .max = max});
    }
    const Order orders[] = {
        {"ttlMinMinutes", ttl_min_, ttl_max_, "ttlMinMinutes must not exceed ttlMaxMinutes"},
        {"ttlDefaultMinutes", ttl_min_, ttl_default_,
         "ttlDefaultMinutes must not be below ttlMinMinutes"},
        {"ttlDefaultMinutes", ttl_default_, ttl_max_,
         "ttlDefaultMinutes must not exceed ttlMaxMinutes"},
        {"ttlMaxMinutes", ttl_max_, session_cap_,
         "ttlMaxMinutes must not exceed sessionCapMinutes"},
    };
    for (const auto& order : orders) {
        if (order.low > order.high) {
            return invalid(order.field, Reason::contradiction, order.message);
        }
    }
    // Only the pattern "*" begins with an asterisk, and it sorts before every other one.
    if (never_carried_.text().starts_with('*')) {
        return invalid(
            "neverCarried", Reason::contradiction,
            "never carrying any scope means no access at all; set actAsEnabled to false");
    }
    return Done{};
}

std::string_view Policy::tenant_claim() const { return row(profile_).tenant_claim; }

ErrorCode Policy::tenant_not_found_code() const {
    return tenant_claim() == "lawFirmId" ? ErrorCode::LAW_FIRM_NOT_FOUND
                                         : ErrorCode::TENANT_NOT_FOUND;
}

}  // namespace hallpass

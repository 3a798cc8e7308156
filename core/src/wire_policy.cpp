#include "hallpass/wire.hpp"

namespace hallpass::wire {
namespace {

template <class Unit>
std::optional<Unit> optional_amount(ObjectReader& object, std::string_view name) {
    // The hard limits are the policy's to check; this bound only keeps arithmetic safe.
    constexpr std::int64_t most = 1'000'000;
    const auto amount = object.optional_integer(name, 0, most);
    if (!amount) return std::nullopt;
    return Unit{static_cast<typename Unit::rep>(*amount)};
}

std::optional<ScopePatterns> optional_patterns(ObjectReader& object, const char* name) {
    const auto list = object.any(name);
    if (!list || list.is_null()) return std::nullopt;
    std::string text;
    for (auto each = list.first(); each && list.is_array(); each = each.next()) {
        const auto pattern = each.string();
        // A space would make two patterns of one element, or none.
        if (!pattern || pattern->empty() || pattern->find(' ') != std::string_view::npos) {
            object.fail(invalid(name, pattern ? Reason::malformed : Reason::wrong_type,
                                "each of these must be one scope pattern", each.excerpt()));
            return std::nullopt;
        }
        text += *pattern;
        text += ' ';
    }
    auto patterns = ScopePatterns::parse(text, name);
    if (list.is_array() && patterns) return *std::move(patterns);
    object.fail(patterns ? invalid(name, Reason::wrong_type, "this must be an array of patterns",
                                   list.excerpt())
                         : std::move(patterns).refusal());
    return std::nullopt;
}

PolicyOverrides read_overrides(ObjectReader& object) {
    using std::chrono::minutes;
    PolicyOverrides overrides;
    overrides.consent_needed = object.optional_boolean("consentNeeded");
    overrides.session_cap = optional_amount<minutes>(object, "sessionCapMinutes");
    overrides.ttl_min = optional_amount<minutes>(object, "ttlMinMinutes");
    overrides.ttl_default = optional_amount<minutes>(object, "ttlDefaultMinutes");
    overrides.ttl_max = optional_amount<minutes>(object, "ttlMaxMinutes");
    overrides.max_grant = optional_amount<std::chrono::days>(object, "maxGrantDays");
    overrides.pending_for = optional_amount<std::chrono::hours>(object, "pendingForHours");
    overrides.act_as_enabled = object.optional_boolean("actAsEnabled");
    overrides.read_only = object.optional_boolean("readOnly");
    if (const auto text = object.optional_string("activePer", 1, 32)) {
        overrides.active_per = parse_active_per(*text);
        if (!overrides.active_per) {
            object.fail(invalid("activePer", Reason::not_one_of,
                                "activePer must be user or agent_and_user", json::quoted(*text)));
        }
    }
    overrides.never_carried = optional_patterns(object, "neverCarried");
    return overrides;
}

}  // namespace

void write(json::Writer& writer, const Policy& policy) {
    writer.begin_object()
        .member("profile", to_string(policy.profile()))
        .member("consentNeeded", policy.consent_needed())
        .member("sessionCapMinutes", std::int64_t{policy.session_cap().count()})
        .member("ttlMinMinutes", std::int64_t{policy.ttl_min().count()})
        .member("ttlDefaultMinutes", std::int64_t{policy.ttl_default().count()})
        .member("ttlMaxMinutes", std::int64_t{policy.ttl_max().count()})
        .member("activePer", to_string(policy.active_per()))
        .member("maxGrantDays", std::int64_t{policy.max_grant().count()})
        .member("pendingForHours", std::int64_t{policy.pending_for().count()})
        .member("actAsEnabled", policy.act_as_enabled())
        .member("readOnly", policy.read_only())
        .key("neverCarried");
    write(writer, ScopeView::trusted(policy.never_carried().text()));
    writer.end_object();
}

Result<Policy> read_policy(json::Value value) {
    if (!value.is_object())
        return invalid({}, Reason::wrong_type, "a policy must be a JSON object");
    ObjectReader object{value};
    const auto name = object.optional_string("profile", 1, 32);
    const auto profile = name ? parse_profile(*name) : default_profile;
    if (!profile) {
        object.fail(invalid("profile", Reason::not_one_of,
                            "choose consent, helpdesk, support_access or law_firm",
                            json::quoted(*name)));
    }
    const auto overrides = read_overrides(object);
    if (auto error = object.finish()) return error;
    return Policy::with(*profile, overrides);
}

}  // namespace hallpass::wire

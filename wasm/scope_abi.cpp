#include <optional>
#include <vector>

#include "exchange.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/policy.hpp"
#include "slots.hpp"
#include "tables.hpp"

namespace hallpass::abi {
namespace {

Slots<ScopeSet> scope_sets;
Slots<Policy> policies;
const Policy fallback = Policy::of(default_profile);

/// Overrides as JavaScript lays them out, NaN where one is not given.
struct FlatPolicy {
    double consent_needed, session_cap_minutes, ttl_min_minutes, ttl_default_minutes,
        ttl_max_minutes, per_agent_and_user, max_grant_days, pending_for_hours, act_as_enabled,
        read_only;
};

std::optional<bool> flag(double value) {
    if (value != value) return std::nullopt;
    return value != 0;
}
/// A whole number of units, 0 to 1,000,000, which the caller has checked.
template <class Unit>
std::optional<Unit> amount(double value) {
    if (value != value) return std::nullopt;
    return Unit{static_cast<std::int32_t>(value)};
}

}  // namespace

ScopeView scopes_of(std::int32_t handle) {
    const auto* set = scope_sets.find(handle);
    return set == nullptr ? ScopeView{} : set->view();
}

const Policy& policy_of(std::int32_t handle) {
    const auto* policy = policies.find(handle);
    return policy == nullptr ? fallback : *policy;
}

/// Input: scopes separated by spaces. @returns a handle, or `refused`; words 2, 3: canonical text.
HP_EXPORT(hp_scopes) std::int32_t hp_scopes(std::uint32_t size) {
    auto set = ScopeSet::parse(input_text(size), "scopes");
    if (!set) return refuse(set.error());
    const auto handle = scope_sets.add(*std::move(set));
    give(2, scope_sets.find(handle)->text());
    return handle;
}
HP_EXPORT(hp_scopes_free) void hp_scopes_free(std::int32_t handle) { scope_sets.release(handle); }

/// @returns 1 where every scope of `mine` is in `theirs`, else 0.
HP_EXPORT(hp_scopes_subset)
std::int32_t hp_scopes_subset(std::int32_t mine, std::int32_t theirs) {
    return scopes_of(mine).is_subset_of(scopes_of(theirs)) ? 1 : 0;
}

/// `requested` is -1 where nothing was asked for by name; input: the never-carried patterns.
/// @returns 0 and the narrowed scopes in words 0 and 1, or `refused`
HP_EXPORT(hp_scopes_narrow)
std::int32_t hp_scopes_narrow(std::int32_t available, std::int32_t requested,
                              std::int32_t read_only, std::uint32_t size) {
    const auto never_carried = ScopePatterns::parse(input_text(size), "neverCarried");
    if (!never_carried) return refuse(never_carried.error());
    Narrowing narrowing{scopes_of(available), std::nullopt, &*never_carried, read_only == 1};
    if (requested >= 0) narrowing.requested = scopes_of(requested);
    auto narrowed = narrow(narrowing);
    if (!narrowed) return refuse(narrowed.error());
    give_owned(narrowed->text());
    return 0;
}

/// Input: FlatPolicy, then the never-carried patterns (`patterns_size` -1: not given).
/// @returns a handle, or `refused`
HP_EXPORT(hp_policy) std::int32_t hp_policy(std::uint32_t profile, std::int32_t patterns_size) {
    const auto& flat = *reinterpret_cast<const FlatPolicy*>(input());
    PolicyOverrides overrides;
    overrides.consent_needed = flag(flat.consent_needed);
    overrides.session_cap = amount<std::chrono::minutes>(flat.session_cap_minutes);
    overrides.ttl_min = amount<std::chrono::minutes>(flat.ttl_min_minutes);
    overrides.ttl_default = amount<std::chrono::minutes>(flat.ttl_default_minutes);
    overrides.ttl_max = amount<std::chrono::minutes>(flat.ttl_max_minutes);
    if (const auto value = flag(flat.per_agent_and_user)) {
        overrides.active_per = *value ? ActivePer::agent_and_user : ActivePer::user;
    }
    overrides.max_grant = amount<std::chrono::days>(flat.max_grant_days);
    overrides.pending_for = amount<std::chrono::hours>(flat.pending_for_hours);
    overrides.act_as_enabled = flag(flat.act_as_enabled);
    overrides.read_only = flag(flat.read_only);
    if (patterns_size >= 0) {
        const auto text = input_text(sizeof flat + static_cast<std::uint32_t>(patterns_size));
        auto patterns = ScopePatterns::parse(text.substr(sizeof flat), "neverCarried");
        if (!patterns) return refuse(patterns.error());
        overrides.never_carried = *std::move(patterns);
    }
    auto policy = Policy::with(static_cast<Profile>(profile), overrides);
    if (!policy) return refuse(policy.error());
    return policies.add(*std::move(policy));
}
HP_EXPORT(hp_policy_free) void hp_policy_free(std::int32_t handle) { policies.release(handle); }

/// Input: built-in role names separated by spaces. @returns their permissions as bits.
HP_EXPORT(hp_permissions) std::uint32_t hp_permissions(std::uint32_t size) {
    PermissionSet permissions;
    auto rest = input_text(size);
    while (!rest.empty()) {
        const auto end = rest.find(' ');
        permissions = permissions | built_in_permissions(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return permissions.bits();
}

}  // namespace hallpass::abi

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "hallpass/limits.hpp"
#include "hallpass/result.hpp"
#include "hallpass/scope.hpp"

namespace hallpass {

/// How many sessions may be active at once.
#define HALLPASS_ACTIVE_PER(X) X(user) X(agent_and_user)
enum class ActivePer : std::uint8_t {
#define HALLPASS_X(value) value,
    HALLPASS_ACTIVE_PER(HALLPASS_X)
#undef HALLPASS_X
};

/// The one table of profiles (contract, section 5):
/// X(name, consent needed, session cap, ttl min, ttl default, ttl max [minutes], active per,
///   tenant claim, maximum grant [days], pending for [days])
#define HALLPASS_PROFILES(X)                                                      \
    X(consent, true, 60, 5, 30, 60, user, "tenantId", 30, 7)                      \
    X(helpdesk, true, 60, 5, 60, 60, user, "tenantId", 30, 7)                     \
    X(support_access, false, 120, 15, 30, 120, agent_and_user, "tenantId", 30, 7) \
    X(law_firm, false, 120, 5, 30, 120, user, "lawFirmId", 30, 7)

enum class Profile : std::uint8_t {
#define HALLPASS_X(name, ...) name,
    HALLPASS_PROFILES(HALLPASS_X)
#undef HALLPASS_X
};
inline constexpr Profile default_profile = Profile::consent;

std::string_view to_string(Profile profile);
std::optional<Profile> parse_profile(std::string_view text);
std::string_view to_string(ActivePer active_per);
std::optional<ActivePer> parse_active_per(std::string_view text);

/// What a tenant may set for itself, each within the hard limits of limits.hpp.
struct PolicyOverrides {
    std::optional<bool> consent_needed{};
    std::optional<std::chrono::minutes> session_cap{};
    std::optional<std::chrono::minutes> ttl_min{}, ttl_default{}, ttl_max{};
    std::optional<ActivePer> active_per{};
    std::optional<std::chrono::days> max_grant{};
    std::optional<std::chrono::hours> pending_for{};
    std::optional<bool> act_as_enabled{};
    std::optional<bool> read_only{};
    std::optional<ScopePatterns> never_carried{};
};

/// The rules in force for one tenant. Can only be made consistent, by `of` or `with`.
class Policy {
  public:
    /// A profile as it stands in the table.
    static Policy of(Profile profile);
    /// A profile with overrides.
    /// @errors VALIDATION_ERROR with the field's wire name: out_of_range or contradiction (for
    ///         example a ttlDefault outside ttlMin..ttlMax, or a ttlMax above sessionCap)
    static Result<Policy> with(Profile profile, const PolicyOverrides& overrides);

    Profile profile() const { return profile_; }
    bool consent_needed() const { return consent_needed_; }
    std::chrono::minutes session_cap() const { return session_cap_; }
    std::chrono::minutes ttl_min() const { return ttl_min_; }
    std::chrono::minutes ttl_default() const { return ttl_default_; }
    std::chrono::minutes ttl_max() const { return ttl_max_; }
    ActivePer active_per() const { return active_per_; }
    /// The tenant's member name in `ctx`, in requests and in sessions: tenantId or lawFirmId.
    std::string_view tenant_claim() const;
    std::chrono::days max_grant() const { return max_grant_; }
    std::chrono::hours pending_for() const { return pending_for_; }
    bool act_as_enabled() const { return act_as_enabled_; }
    bool read_only() const { return read_only_; }
    const ScopePatterns& never_carried() const { return never_carried_; }
    /// TENANT_NOT_FOUND, or LAW_FIRM_NOT_FOUND where the profile speaks of law firms.
    ErrorCode tenant_not_found_code() const;

  private:
    Policy() = default;
    Result<Done> check() const;
    Profile profile_{};
    bool consent_needed_ = true;
    std::chrono::minutes session_cap_{}, ttl_min_{}, ttl_default_{}, ttl_max_{};
    ActivePer active_per_{};
    std::chrono::days max_grant_{};
    std::chrono::hours pending_for_{};
    bool act_as_enabled_ = true;
    bool read_only_ = false;
    ScopePatterns never_carried_;
};

}  // namespace hallpass

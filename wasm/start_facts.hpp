#pragma once

#include <cstdint>

/// How JavaScript lays out the facts of a start in the input buffer: plain numbers, and texts by
/// the addresses where they begin and end. js/src/core/start.ts writes exactly this.
namespace hallpass::abi {

struct TextAt {
    std::uint32_t begin;
    std::uint32_t end;
    /// A text that is not there begins after it ends.
    bool absent() const { return begin > end; }
};

/// Without its id: a plan names its grant by place.
struct FlatGrant {
    double granted_until_ms;  ///< NaN: never granted
    TextAt agent, ticket;
    std::uint32_t status;
    std::int32_t scopes;  ///< handle; -1: not narrowed
};
static_assert(sizeof(FlatGrant) == 32);

struct FlatSession {
    double expires_at_ms;
    TextAt agent, subject;
};
static_assert(sizeof(FlatSession) == 24);

struct FlatStart {
    TextAt agent, tenant, subject, reason, ticket;
    std::uint32_t agent_permissions;
    std::uint32_t flags;
    std::int32_t policy;
    std::int32_t subject_scopes;
    std::int32_t scopes;  ///< handle; -1: none asked for by name
    std::int32_t ttl_minutes;
    std::uint32_t grant_count;
    std::uint32_t session_count;
};
static_assert(sizeof(FlatStart) == 72);

enum class StartFlag : std::uint32_t {
    agent_known = 1,
    agent_in_tenant = 2,
    agent_banned = 4,
    agent_acting_as = 8,
    tenant_exists = 16,
    subject_exists = 32,
    subject_staff = 64,
    subject_banned = 128,
    subject_opted_out = 256,
    read_only = 512,
    ttl_given = 1024,
};

}  // namespace hallpass::abi

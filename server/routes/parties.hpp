#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/directory.hpp"
#include "access/grants.hpp"
#include "hallpass/session.hpp"
#include "hallpass/wire.hpp"
#include "http/call.hpp"

namespace hallpass::server {

/// The tenant that a body names, by either of its names.
struct NamedTenant {
    std::string id;
    bool as_law_firm = false;
    std::optional<Tenant> found;  ///< nothing: there is none
    /// The policy that judges: the tenant's, or the default of the name that was used.
    Policy policy() const;
};
/// Reads `tenantId` or `lawFirmId`, one of which must be there. A tenant that the caller has
/// nothing to do with is not found, exactly as one that does not exist.
NamedTenant read_tenant(wire::ObjectReader& body, const Call& call, Connection& store);

/// Both sides of an access, as the directory knows them now. Keeps alive what the core's facts
/// point into.
class Parties {
  public:
    Parties(const Call& call, Connection& store, const NamedTenant& tenant,
            const std::string& subject_id);
    AgentFacts agent() const;
    SubjectFacts subject() const;
    /// The subject, where they exist in the tenant.
    const std::optional<UserRow>& subject_row() const { return subject_; }

  private:
    const Call& call_;
    bool in_tenant_ = false;
    std::string subject_id_;
    std::optional<UserRow> subject_;
    std::optional<ScopeSet> scopes_;
};

/// Whether the caller works for the tenant with the right to see everything in it.
bool oversees(const Call& call, Connection& store, const std::string& tenant_id);

/// An id in a body, checked; nothing where it is absent or null.
std::optional<std::string> read_optional_id(wire::ObjectReader& body, std::string_view name);

}  // namespace hallpass::server

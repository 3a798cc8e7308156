#pragma once

#include <optional>

#include "hallpass/grant.hpp"

/// Conditions that a request for access and the start of a session share, so that both answer
/// alike.
namespace hallpass {

Refusal refuse_agent(const AgentFacts& agent);
Refusal refuse_tenant(bool known_to_agent, const Policy& policy);
Refusal refuse_subject(const AgentFacts& agent, const SubjectFacts& subject, TenantId::View tenant,
                       const Policy& policy);

/// Consent may end after now and at most the policy's maximum from now.
Result<Done> check_until(Instant until, Instant now, const Policy& policy);

Refusal act_as_disabled();
Refusal tenant_not_found(const Policy& policy);
Refusal target_banned();

}  // namespace hallpass

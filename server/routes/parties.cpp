#include "routes/parties.hpp"

#include "application.hpp"

namespace hallpass::server {

Policy NamedTenant::policy() const {
    if (found) return found->policy;
    return Policy::of(as_law_firm ? Profile::law_firm : default_profile);
}

std::optional<std::string> read_optional_id(wire::ObjectReader& body, std::string_view name) {
    const auto value = body.any(name);
    if (!value || value.is_null()) return std::nullopt;
    return body.required_id(name);
}

NamedTenant read_tenant(wire::ObjectReader& body, const Call& call, Connection& store) {
    NamedTenant tenant;
    const bool law_firm = body.any("lawFirmId").present();
    if (law_firm && body.any("tenantId").present()) {
        body.fail(
            invalid("lawFirmId", Reason::contradiction, "send lawFirmId or tenantId, not both"));
        return tenant;
    }
    tenant.as_law_firm = law_firm;
    tenant.id = body.required_id(law_firm ? "lawFirmId" : "tenantId");
    const auto& caller = call.identity.user;
    if (body.ok() && caller && works_for(store, *caller, tenant.id)) {
        tenant.found = find_tenant(store, tenant.id);
    }
    return tenant;
}

Parties::Parties(const Call& call, Connection& store, const NamedTenant& tenant,
                 const std::string& subject_id)
    : call_(call), subject_id_(subject_id) {
    if (!tenant.found) return;
    in_tenant_ = true;
    scopes_ = membership_scopes(store, tenant.id, subject_id);
    if (scopes_) subject_ = find_user(store, subject_id);
}

AgentFacts Parties::agent() const {
    return {AgentId::View::trusted(call_.identity.user_id()), call_.identity.caller(),
            call_.identity.known(), in_tenant_};
}

SubjectFacts Parties::subject() const {
    if (subject_) return subject_facts(*subject_, scopes_, call_.application.roles(), call_.now);
    SubjectFacts unknown{SubjectId::View::trusted(subject_id_), {}};
    unknown.exists_in_tenant = false;
    return unknown;
}

bool oversees(const Call& call, Connection& store, const std::string& tenant_id) {
    return call.identity.admin() && works_for(store, *call.identity.user, tenant_id);
}

}  // namespace hallpass::server

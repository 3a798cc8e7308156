#include "hallpass/wire.hpp"

namespace hallpass::wire {
namespace {

void write_time(json::Writer& writer, std::string_view name, Instant instant) {
    writer.member(name, format_rfc3339(instant));
}

void write_nullable(json::Writer& writer, std::string_view name,
                    const std::optional<ScopeSet>& scopes) {
    writer.key(name);
    if (scopes) {
        write(writer, *scopes);
    } else {
        writer.null();
    }
}

template <class IdType>
void write_nullable(json::Writer& writer, std::string_view name, const std::optional<IdType>& id) {
    writer.key(name);
    if (id) {
        writer.string(id->str());
    } else {
        writer.null();
    }
}

void write_consent(json::Writer& writer, const Granted& granted) {
    write_time(writer, "grantedAt", granted.granted_at);
    write_time(writer, "grantedUntil", granted.granted_until);
    write_nullable(writer, "scopes", granted.scopes);
}

void write_consent(json::Writer& writer, const std::optional<Granted>& granted) {
    if (granted) {
        write_consent(writer, *granted);
    } else {
        writer.key("scopes").null();
    }
}

struct StateWriter {
    json::Writer& writer;
    void operator()(const Pending& state) const {
        write_consent(writer, std::nullopt);
        write_time(writer, "pendingUntil", state.pending_until);
    }
    void operator()(const Granted& state) const { write_consent(writer, state); }
    void operator()(const Declined& state) const {
        write_consent(writer, std::nullopt);
        write_time(writer, "declinedAt", state.declined_at);
    }
    void operator()(const Revoked& state) const {
        write_consent(writer, state.was);
        write_time(writer, "revokedAt", state.revoked_at);
        writer.member("revokedBy", to_string(state.revoked_by));
    }
    void operator()(const Expired& state) const {
        write_consent(writer, state.was);
        write_time(writer, "expiredAt", state.expired_at);
    }
};

/// Reads the state's own members; `object` keeps the first error.
class StateReader {
  public:
    explicit StateReader(ObjectReader& object) : object_(object) {}

    GrantState read(GrantStatus status) {
        switch (status) {
            case GrantStatus::pending: return Pending{time("pendingUntil")};
            case GrantStatus::granted: return consent();
            case GrantStatus::declined: return Declined{time("declinedAt")};
            case GrantStatus::revoked: return Revoked{time("revokedAt"), party(), past_consent()};
            case GrantStatus::expired: return Expired{time("expiredAt"), past_consent()};
        }
        return Pending{};
    }

  private:
    Instant time(const char* name) {
        const auto instant = object_.optional_instant(name);
        if (!instant) {
            object_.fail(invalid(name, Reason::required, "a grant in this state needs this time"));
        }
        return instant.value_or(Instant{});
    }
    Granted consent() {
        const auto at = time("grantedAt");
        const auto until = time("grantedUntil");
        return Granted{at, until, object_.optional_scopes("scopes")};
    }
    std::optional<Granted> past_consent() {
        const auto at = object_.optional_instant("grantedAt");
        const auto until = object_.optional_instant("grantedUntil");
        auto scopes = object_.optional_scopes("scopes");
        if (!at && !until) return std::nullopt;
        if (!at || !until) {
            object_.fail(invalid("grantedUntil", Reason::required,
                                 "grantedAt and grantedUntil are given together"));
            return std::nullopt;
        }
        return Granted{*at, *until, std::move(scopes)};
    }
    RevokedBy party() {
        const auto text = object_.required_string("revokedBy", 1, 16);
        const auto parsed = parse_revoked_by(text);
        if (!parsed) {
            object_.fail(
                invalid("revokedBy", Reason::not_one_of, "revokedBy is user, agent or system"));
        }
        return parsed.value_or(RevokedBy::system);
    }
    ObjectReader& object_;
};

template <class IdType>
std::optional<IdType> optional_id(ObjectReader& object, const char* name) {
    const auto value = object.any(name);
    if (!value || value.is_null()) return std::nullopt;
    const auto text = value.string();
    if (!text) {
        object.fail(invalid(name, Reason::wrong_type, "an id must be text", value.excerpt()));
        return std::nullopt;
    }
    auto id = IdType::parse(*text, name);
    if (!id) {
        object.fail(id.error());
        return std::nullopt;
    }
    return *std::move(id);
}

template <class IdType>
IdType required_id(ObjectReader& object, const char* name) {
    auto id = optional_id<IdType>(object, name);
    if (!id) object.fail(invalid(name, Reason::required, "this id is needed"));
    return std::move(id).value_or(IdType::trusted({}));
}

std::optional<AccessReason> optional_reason(ObjectReader& object) {
    const auto value = object.any("reason");
    if (!value || value.is_null()) return std::nullopt;
    const auto text = value.string();
    if (!text) {
        object.fail(
            invalid("reason", Reason::wrong_type, "a reason must be text", value.excerpt()));
        return std::nullopt;
    }
    auto reason = AccessReason::parse(*text);
    if (!reason) {
        object.fail(reason.error());
        return std::nullopt;
    }
    return *std::move(reason);
}

}  // namespace

void write_members(json::Writer& writer, const Grant& grant, Instant now) {
    const auto state = state_at(grant, now);
    writer.member("id", grant.id.str())
        .member("tenantId", grant.tenant.str())
        .member("subjectId", grant.subject.str());
    write_nullable(writer, "agentId", grant.agent);
    write_nullable(writer, "ticketId", grant.ticket);
    if (grant.reason) writer.member("reason", grant.reason->str());
    writer.member("status", to_string(status_at(grant, now)));
    write_nullable(writer, "requestedScopes", grant.requested_scopes);
    write_time(writer, "createdAt", grant.created_at);
    std::visit(StateWriter{writer}, state);
}

Result<Grant> read_grant(json::Value value) {
    if (!value.is_object()) return invalid({}, Reason::wrong_type, "a grant must be a JSON object");
    ObjectReader object{value};
    auto id = required_id<GrantId>(object, "id");
    auto tenant = required_id<TenantId>(object, "tenantId");
    auto subject = required_id<SubjectId>(object, "subjectId");
    auto agent = optional_id<AgentId>(object, "agentId");
    auto ticket = optional_id<TicketId>(object, "ticketId");
    auto reason = optional_reason(object);
    auto requested = object.optional_scopes("requestedScopes");
    const auto created = object.optional_instant("createdAt");
    if (!created)
        object.fail(invalid("createdAt", Reason::required, "a grant has a creation time"));
    const auto status = parse_grant_status(object.required_string("status", 1, 16));
    if (!status)
        object.fail(invalid("status", Reason::not_one_of, "status is not a grant's status"));
    auto state = StateReader{object}.read(status.value_or(GrantStatus::pending));
    if (const auto& error = object.error()) return *error;
    return Grant{std::move(id),        std::move(tenant), std::move(subject),
                 std::move(agent),     std::move(ticket), std::move(reason),
                 std::move(requested), *created,          std::move(state)};
}

}  // namespace hallpass::wire

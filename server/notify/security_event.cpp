#include "notify/security_event.hpp"

#include "hallpass/json.hpp"
#include "hallpass/session.hpp"
#include "hallpass/token.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view event_types = "https://schemas.openid.net/secevent/caep/event-type/";

std::optional<std::string_view> event_type_of(const Notice& notice) {
    const auto event = parse_audit_event(notice.entry.event);
    if (!notice.session || !event) return std::nullopt;
    if (*event == AuditEvent::impersonation_started) return "session-established";
    const bool ran_out = notice.session->status == to_string(SessionStatus::expired);
    if (*event == AuditEvent::impersonation_ended && !ran_out) return "session-revoked";
    return std::nullopt;
}

/// OpenID CAEP 1.0, section 2.
std::string_view initiator_of(const RecordRow& entry) {
    if (!entry.actor_id) return "system";
    const bool party = entry.actor_id == entry.subject_id || entry.actor_id == entry.agent_id;
    return party ? "user" : "admin";
}

void write_opaque(json::Writer& writer, std::string_view member, const std::string& id) {
    writer.key(member).begin_object().member("format", "opaque").member("id", id).end_object();
}

/// A complex subject (OpenID Shared Signals Framework 1.0, section 3.2; RFC 9493).
void write_subject(json::Writer& writer, const SessionRow& session, const std::string& issuer) {
    writer.key("sub_id").begin_object().member("format", "complex");
    write_opaque(writer, "session", session.id);
    writer.key("user").begin_object().member("format", "iss_sub").member("iss", issuer);
    writer.member("sub", session.subject_id).end_object();
    write_opaque(writer, "tenant", session.tenant_id);
    writer.end_object();
}

}  // namespace

std::optional<std::string> security_event_claims(const Notice& notice,
                                                 const SecurityEventNames& names, Instant now) {
    const auto type = event_type_of(notice);
    if (!type) return std::nullopt;
    json::Writer writer;
    writer.begin_object().member("iss", names.issuer).member("jti", names.id);
    writer.member("iat", to_unix_s(now)).member("aud", names.audience);
    write_subject(writer, *notice.session, names.issuer);
    writer.key("events").begin_object();
    writer.key(std::string{event_types} + std::string{*type}).begin_object();
    writer.member("event_timestamp", to_unix_s(from_unix_ms(notice.entry.at_unix_ms)));
    writer.member("initiating_entity", initiator_of(notice.entry));
    return std::move(writer.end_object().end_object().end_object()).text();
}

bool signs_security_events(const KeyRing& ring) { return ring.active().published(); }

std::optional<std::string> signed_security_event(const KeyRing& ring, std::string_view claims) {
    if (!signs_security_events(ring)) return std::nullopt;
    const auto& key = ring.active();
    json::Writer header;
    header.begin_object().member("alg", to_string(key.algorithm())).member("kid", key.key_id());
    header.member("typ", "secevent+jwt").end_object();
    auto input = base64url_encode(header.text()) + "." + base64url_encode(claims);
    const auto signature = key.sign(input);
    return with_signature(std::move(input), signature);
}

}  // namespace hallpass::server

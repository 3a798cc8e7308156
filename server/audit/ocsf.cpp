#include "audit/ocsf.hpp"

#include <algorithm>
#include <iterator>

#include "access/record_entries.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/json.hpp"

namespace hallpass::server {
namespace {

enum class Class : std::int64_t {
    account_change = 3001,
    authentication = 3002,
    user_access = 3005,
    api_activity = 6003
};
constexpr std::int64_t classes_in_category = 1000, types_in_class = 100;
constexpr std::int64_t other = 99, informational = 1;

struct Kind {
    Class of_class;
    std::int64_t activity;
    const char* name;  ///< nullptr: the event's own
};

struct Mapping {
    AuditEvent event;
    Kind kind;
};
constexpr Mapping mappings[] = {
    {AuditEvent::access_requested, {Class::user_access, other, nullptr}},
    {AuditEvent::access_granted, {Class::user_access, 1, "Assign Privileges"}},
    {AuditEvent::access_declined, {Class::user_access, other, nullptr}},
    {AuditEvent::access_amended, {Class::user_access, other, nullptr}},
    {AuditEvent::access_revoked, {Class::user_access, 2, "Revoke Privileges"}},
    {AuditEvent::access_expired, {Class::user_access, 2, "Revoke Privileges"}},
    {AuditEvent::user_role_changed, {Class::user_access, other, nullptr}},
    {AuditEvent::impersonation_started, {Class::authentication, 1, "Logon"}},
    {AuditEvent::impersonation_ended, {Class::authentication, 2, "Logoff"}},
    {AuditEvent::sessions_revoked, {Class::authentication, 2, "Logoff"}},
    {AuditEvent::token_issued, {Class::authentication, other, nullptr}},
    {AuditEvent::token_rejected, {Class::authentication, other, nullptr}},
    {AuditEvent::user_banned, {Class::account_change, 5, "Disable"}},
    {AuditEvent::user_unbanned, {Class::account_change, 2, "Enable"}},
};

/// What a method does, in API Activity's words.
Kind api_activity(const std::optional<std::string>& method) {
    const auto is = [&](std::initializer_list<std::string_view> names) {
        return method && std::find(names.begin(), names.end(), *method) != names.end();
    };
    if (is({"GET", "HEAD", "OPTIONS"})) return {Class::api_activity, 2, "Read"};
    if (is({"POST"})) return {Class::api_activity, 1, "Create"};
    if (is({"PUT", "PATCH"})) return {Class::api_activity, 3, "Update"};
    if (is({"DELETE"})) return {Class::api_activity, 4, "Delete"};
    return {Class::api_activity, other, nullptr};
}

Kind kind_of(const RecordRow& entry) {
    const auto event = parse_audit_event(entry.event);
    const auto* found =
        std::find_if(std::begin(mappings), std::end(mappings),
                     [&](const Mapping& each) { return event && each.event == *event; });
    if (found != std::end(mappings)) return found->kind;
    // Entries of the directory's own, beside the core's.
    if (entry.event == event_user_deactivated) return {Class::account_change, 5, "Disable"};
    if (entry.event == event_user_activated) return {Class::account_change, 2, "Enable"};
    if (entry.event == event_user_provisioned) return {Class::account_change, other, nullptr};
    return api_activity(entry.method);
}

const char* class_name(Class of_class) {
    switch (of_class) {
        case Class::account_change: return "Account Change";
        case Class::authentication: return "Authentication";
        case Class::user_access: return "User Access Management";
        case Class::api_activity: break;
    }
    return "API Activity";
}

void write_kind(json::Writer& writer, const RecordRow& entry, const Kind& kind) {
    const auto class_uid = static_cast<std::int64_t>(kind.of_class);
    const bool iam = kind.of_class != Class::api_activity;
    writer.member("activity_id", kind.activity);
    writer.member("activity_name", kind.name == nullptr ? entry.event : kind.name);
    writer.member("category_uid", class_uid / classes_in_category);
    writer.member("category_name", iam ? "Identity & Access Management" : "Application Activity");
    writer.member("class_uid", class_uid).member("class_name", class_name(kind.of_class));
    writer.member("type_uid", class_uid * types_in_class + kind.activity);
    writer.member("severity_id", informational).member("severity", "Informational");
    const bool success = entry.outcome == "success";
    writer.member("status_id", success ? 1 : 2).member("status", success ? "Success" : "Failure");
}

void write_metadata(json::Writer& writer, const RecordRow& entry) {
    writer.key("metadata").begin_object().member("version", ocsf_version);
    writer.key("product").begin_object().member("name", "Hallpass");
    writer.member("vendor_name", "Hallpass").member("version", HALLPASS_VERSION).end_object();
    writer.member("event_code", entry.event).member("sequence", entry.sequence);
    writer.member("uid", std::to_string(entry.sequence));
    write_optional(writer, "tenant_uid", entry.tenant_id);
    write_optional(writer, "correlation_uid", entry.session_id ? entry.session_id : entry.grant_id);
    writer.end_object();
}

void write_user(json::Writer& writer, const std::optional<std::string>& id, const char* otherwise) {
    writer.key("user").begin_object();
    if (id) {
        writer.member("uid", *id);
    } else {
        writer.member("name", otherwise);
    }
    writer.end_object();
}

/// Who did it; the server itself where nobody did.
void write_actor(json::Writer& writer, const RecordRow& entry) {
    writer.key("actor").begin_object();
    if (entry.actor_id) {
        write_user(writer, entry.actor_id, "");
    } else {
        writer.member("app_name", "Hallpass");
    }
    if (entry.session_id) {
        writer.key("session").begin_object().member("uid", *entry.session_id).end_object();
    }
    writer.end_object();
}

void write_origin(json::Writer& writer, const RecordRow& entry) {
    writer.key("src_endpoint").begin_object();
    if (entry.ip) {
        writer.member("ip", *entry.ip);
    } else {
        writer.member("name", "unknown");
    }
    writer.end_object();
    if (!entry.method && !entry.user_agent) return;
    writer.key("http_request").begin_object();
    write_optional(writer, "http_method", entry.method);
    write_optional(writer, "user_agent", entry.user_agent);
    writer.end_object();
}

/// The members of the entry's class alone. An agent's access is a privilege in the user's account.
void write_particulars(json::Writer& writer, const RecordRow& entry, Class of_class) {
    switch (of_class) {
        case Class::api_activity:
            writer.key("api").begin_object().member("operation", entry.event).end_object();
            writer.key("resources").begin_array().begin_object();
            writer.member("type", entry.resource_type.value_or("account"));
            writer.member("uid", entry.resource_id.value_or(entry.subject_id.value_or("unknown")));
            writer.end_object().end_array();
            return;
        case Class::user_access:
            write_user(writer, entry.agent_id ? entry.agent_id : entry.subject_id, "any agent");
            writer.key("privileges").begin_array().string("act-as").end_array();
            writer.key("resource").begin_object().member("type", "account");
            writer.member("uid", entry.subject_id.value_or("unknown")).end_object();
            return;
        case Class::authentication:
            writer.key("service").begin_object().member("name", "Hallpass").end_object();
            write_user(writer, entry.subject_id, "unknown");
            return;
        case Class::account_change: write_user(writer, entry.subject_id, "unknown");
    }
}

}  // namespace

std::string ocsf_line(const RecordRow& entry) {
    const auto kind = kind_of(entry);
    json::Writer writer;
    writer.begin_object();
    write_kind(writer, entry, kind);
    writer.member("time", entry.at_unix_ms);
    if (entry.duration_ms) writer.member("duration", *entry.duration_ms);
    write_metadata(writer, entry);
    write_actor(writer, entry);
    write_origin(writer, entry);
    write_particulars(writer, entry, kind.of_class);
    // What OCSF has no place for.
    writer.key("unmapped").begin_object();
    write_optional(writer, "subject_id", entry.subject_id);
    write_optional(writer, "agent_id", entry.agent_id);
    write_optional(writer, "ticket_id", entry.ticket_id);
    write_optional(writer, "grant_id", entry.grant_id);
    return std::move(writer.end_object().end_object()).text();
}

}  // namespace hallpass::server

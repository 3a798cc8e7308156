#include "access/record_entries.hpp"

#include "access/directory.hpp"
#include "hallpass/time.hpp"

namespace hallpass::server {
namespace {

void write_optional(json::Writer& writer, const char* name,
                    const std::optional<std::string>& text) {
    if (text) writer.member(name, *text);
}

void write_person(json::Writer& writer, Connection& store, const char* id_name,
                  const char* name_name, const std::optional<std::string>& id) {
    writer.key(id_name);
    if (!id) {
        writer.null().key(name_name).null();
        return;
    }
    writer.string(*id).key(name_name);
    const auto name = name_of(store, *id);
    if (name) {
        writer.string(*name);
    } else {
        writer.null();
    }
}

}  // namespace

void write_entry(json::Writer& writer, Connection& store, const RecordRow& row, bool with_origin) {
    writer.begin_object().member("sequence", row.sequence);
    writer.member("at", format_rfc3339(from_unix_ms(row.at_unix_ms))).member("event", row.event);
    write_person(writer, store, "actorId", "actorName", row.actor_id);
    write_person(writer, store, "subjectId", "subjectName", row.subject_id);
    write_optional(writer, "agentId", row.agent_id);
    write_optional(writer, "tenantId", row.tenant_id);
    write_optional(writer, "ticketId", row.ticket_id);
    write_optional(writer, "grantId", row.grant_id);
    write_optional(writer, "sessionId", row.session_id);
    if (with_origin) {
        write_optional(writer, "ip", row.ip);
        write_optional(writer, "userAgent", row.user_agent);
    }
    write_optional(writer, "method", row.method);
    write_optional(writer, "resourceType", row.resource_type);
    write_optional(writer, "resourceId", row.resource_id);
    writer.member("outcome", row.outcome);
    if (row.duration_ms) writer.member("durationMs", *row.duration_ms);
    writer.key("metadata").raw(row.metadata).end_object();
}

}  // namespace hallpass::server

#include "access/record_entries.hpp"

#include "access/directory.hpp"
#include "hallpass/time.hpp"

namespace hallpass::server {
namespace {

void write_person(json::Writer& writer, Connection& store, const char* id_name,
                  const char* name_name, const std::optional<std::string>& id) {
    writer.key(id_name);
    if (!id) {
        writer.null().key(name_name).null();
        return;
    }
    writer.string(*id);
    write_nullable(writer, name_name, name_of(store, *id));
}

}  // namespace

RecordRow entry_of(std::string_view event, const Origin& origin) {
    RecordRow entry;
    entry.event = event;
    entry.actor_id = origin.actor_id;
    entry.ip = origin.ip;
    entry.user_agent = origin.user_agent;
    return entry;
}

LiveEvent event_of(const RecordRow& entry) {
    LiveEvent event;
    event.sequence = entry.sequence;
    event.name = entry.event;
    event.tenant_id = entry.tenant_id.value_or("");
    event.subject_id = entry.subject_id.value_or("");
    event.agent_id = entry.agent_id;
    event.session_id = entry.session_id;
    return event;
}

void announce(Transaction& transaction, RecordRow entry, std::string data) {
    auto event = event_of(entry);
    event.data = std::move(data);
    transaction.record_and_publish(std::move(entry), std::move(event));
}

void record_new_standing(Transaction& transaction, RecordRow entry) {
    LiveEvent event;
    event.close_streams_of = entry.subject_id;
    event.sequence = transaction.record(std::move(entry));
    transaction.publish(std::move(event));
}

void write_optional(json::Writer& writer, std::string_view name,
                    const std::optional<std::string>& text) {
    if (text) writer.member(name, *text);
}

void write_nullable(json::Writer& writer, std::string_view name,
                    const std::optional<std::string>& text) {
    writer.key(name);
    if (text) {
        writer.string(*text);
    } else {
        writer.null();
    }
}

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

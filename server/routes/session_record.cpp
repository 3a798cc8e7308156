#include <algorithm>

#include "application.hpp"
#include "identity/login.hpp"
#include "routes/parties.hpp"
#include "routes/record_access.hpp"
#include "routes/routes.hpp"
#include "routes/session_access.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t events_max = 500;
constexpr std::int64_t duration_max_ms = 86'400'000;
constexpr std::size_t event_name_max = 64;  // as one of ours
constexpr std::size_t details_max = 4096;   // bytes of JSON

Result<Answer> read_log(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    if (auto live = check_live(call); !live) return live.error();
    const auto session = visible_session(call, store, call.path("id"));
    if (!session) return session.error();
    const bool overseer =
        call.identity.known() && !call.identity.acting && oversees(call, store, session->tenant_id);
    return record_page(store, "session_id = :session", {{"session", session->id}}, *page,
                       [overseer](const RecordRow&) { return overseer; });
}

struct ReportedEvent {
    std::optional<std::string> id;
    RecordRow entry;
};

/// Whether a host may call an event of its own so: words of `a` to `z`, `0` to `9` and `_`, each
/// begun by a letter, with at least one dot between them. No name of ours has one.
bool custom_name(std::string_view name) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    bool begins = true, dotted = false;
    for (const char c : name) {
        if (begins ? !letter(c) : !letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '.') {
            return false;
        }
        begins = c == '.';
        dotted = dotted || begins;
    }
    return dotted && !begins;
}

/// What happened: a host's own event, or what the method tells.
void read_kind(wire::ObjectReader& reader, const std::string& path, RecordRow& entry) {
    const auto event = reader.optional_string("event", 1, event_name_max);
    if (!event) {
        entry.method = reader.required_string("method", 1, 32);
        entry.resource_type = reader.required_string("resourceType", 1, 128);
        entry.event = to_string(access_event_for(*entry.method));
        return;
    }
    if (!custom_name(*event)) {
        reader.fail(invalid(path + ".event", Reason::malformed,
                            "name events of your own in lower case and with a dot, as "
                            "invoice.exported"));
    }
    entry.event = *event;
    entry.method = reader.optional_string("method", 1, 32);
    entry.resource_type = reader.optional_string("resourceType", 1, 128);
}

void read_outcome(wire::ObjectReader& reader, const std::string& path, RecordRow& entry,
                  std::optional<std::int64_t> status) {
    const auto outcome = reader.optional_string("outcome", 1, 16);
    if (outcome && *outcome != "success" && *outcome != "failure") {
        reader.fail(invalid(path + ".outcome", Reason::malformed, "say success or failure"));
    }
    if (outcome) {
        entry.outcome = *outcome;
    } else if (status && *status >= 400) {
        entry.outcome = "failure";
    }
}

/// What the host wants kept with the event, as JSON; "" for nothing.
std::string read_details(wire::ObjectReader& reader, const std::string& path) {
    const auto details = reader.any("details");
    if (!details || details.is_null()) return {};
    auto text = details.excerpt(details_max + 1);
    if (!details.is_object()) {
        reader.fail(invalid(path + ".details", Reason::wrong_type, "details must be an object"));
    } else if (text.size() > details_max) {
        reader.fail(invalid(path + ".details", Reason::too_long,
                            "details may take 4096 bytes at most", {}, {0, details_max, {}}));
    }
    return text;
}

/// PostgreSQL has no text with a NUL in it; so that both databases answer alike, none is taken.
void refuse_nul(wire::ObjectReader& reader, const std::string& field,
                const std::optional<std::string>& text) {
    if (text && text->find('\0') != text->npos) {
        reader.fail(invalid(field, Reason::malformed, "leave the NUL out"));
    }
}

Result<ReportedEvent> read_event(json::Value value, const std::string& path,
                                 const SessionRow& session, const Origin& origin) {
    wire::ObjectReader reader{value, path};
    ReportedEvent event{std::optional<std::string>{reader.optional_string("id", 1, 128)},
                        entry_about(session, AuditEvent::resource_read, origin)};
    auto& entry = event.entry;
    // Whoever reports it: what happens in a session is done by its agent.
    entry.actor_id = session.agent_id;
    const auto at = reader.optional_instant("at");
    read_kind(reader, path, entry);
    entry.resource_id = reader.optional_string("resourceId", 0, 256);
    const auto request_path = reader.optional_string("path", 0, 2048);
    const auto status = reader.optional_integer("status", 100, 599);
    entry.duration_ms = reader.optional_integer("durationMs", 0, duration_max_ms);
    read_outcome(reader, path, entry, status);
    const auto details = read_details(reader, path);
    refuse_nul(reader, path + ".id", event.id);
    refuse_nul(reader, path + ".method", entry.method);
    refuse_nul(reader, path + ".resourceType", entry.resource_type);
    refuse_nul(reader, path + ".resourceId", entry.resource_id);
    if (auto error = reader.finish()) return *error;

    json::Writer metadata;
    metadata.begin_object();
    if (request_path) metadata.member("path", *request_path);
    if (status) metadata.member("status", *status);
    if (at) metadata.member("reportedAt", format_rfc3339(*at));
    if (!details.empty()) metadata.key("details").raw(details);
    entry.metadata = std::move(metadata.end_object()).text();
    return event;
}

/// Whether the event is new; remembers it.
bool first_time(Connection& store, const std::string& session_id, const ReportedEvent& event) {
    if (!event.id) return true;
    return store.execute(
               "INSERT INTO reported_events (session_id, event_id) VALUES (:session, :id)"
               " ON CONFLICT DO NOTHING",
               {{"session", session_id}, {"id", *event.id}}) == 1;
}

Result<SessionRow> session_to_report_on(const Call& call, Connection& store) {
    if (!call.identity.service) return visible_session(call, store, call.path("id"));
    auto row = find_session(store, call.path("id"));
    if (row) return *std::move(row);
    return make_error(ErrorCode::SESSION_NOT_FOUND, "there is no such session; check the id");
}

/// An act-as token may report what happened just before its session ended: a batch comes later than
/// the requests in it. The record says when it arrived.
Instant reports_close_at(const SessionRow& session) {
    constexpr std::chrono::minutes late{15};
    return from_unix_ms(session.ended_at_unix_ms.value_or(session.expires_at_unix_ms)) + late;
}

Result<Answer> report(const Call& call, Transaction& transaction) {
    auto& store = transaction.store();
    const auto session = session_to_report_on(call, store);
    if (!session) return session.error();
    if (call.identity.acting && call.now >= reports_close_at(*session)) {
        return make_error(ErrorCode::TOKEN_EXPIRED, "the session is long over");
    }
    wire::ObjectReader body{call.body()};
    const auto list = body.any("events");
    if (!list.is_array()) {
        body.fail(invalid("events", list ? Reason::wrong_type : Reason::required,
                          "events must be an array of events"));
    } else if (list.size() > events_max) {
        body.fail(invalid("events", Reason::too_long, "send at most 500 events at once", {},
                          {0, events_max, {}}));
    }
    if (auto error = body.finish()) return *error;
    std::int64_t accepted = 0;
    int index = 0;
    for (auto value = list.first(); value; value = value.next()) {
        auto event =
            read_event(value, "events[" + std::to_string(index++) + "]", *session, call.origin());
        if (!event) return std::move(event).error();
        if (!first_time(store, session->id, *event)) continue;
        transaction.record(std::move(event->entry));
        ++accepted;
    }
    json::Writer writer;
    writer.begin_object().member("accepted", accepted).end_object();
    return Answer::json(202, std::move(writer).text());
}

}  // namespace

std::vector<Route> session_record_routes() {
    constexpr const char* log = "/api/v1/support-access/support-sessions/{id}/audit-logs";
    return {
        {Method::get, log, Who::person_or_act_as, BodyKind::none, read_log},
        {Method::post, log, Who::act_as_or_service, BodyKind::json, report, 1024 * 1024},
    };
}

}  // namespace hallpass::server

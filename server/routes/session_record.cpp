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

Result<Answer> read_log(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    if (auto live = check_live(call); !live) return live.error();
    const auto session = visible_session(call, store, call.path("id"));
    if (!session) return session.error();
    const bool overseer =
        call.identity.known() && !call.identity.acting && oversees(call, store, session->tenant_id);
    return record_page(store, "session_id = :session", {{"session", session->id}}, *page, overseer);
}

struct ReportedEvent {
    std::optional<std::string> id;
    RecordRow entry;
};

Result<ReportedEvent> read_event(json::Value value, const std::string& path,
                                 const SessionRow& session, const Origin& origin) {
    wire::ObjectReader reader{value, path};
    const auto id = std::optional<std::string>{reader.optional_string("id", 1, 128)};
    const auto at = reader.optional_instant("at");
    const std::string method{reader.required_string("method", 1, 32)};
    const std::string type{reader.required_string("resourceType", 1, 128)};
    const auto resource_id =
        std::optional<std::string>{reader.optional_string("resourceId", 0, 256)};
    const auto request_path = std::optional<std::string>{reader.optional_string("path", 0, 2048)};
    const auto status = reader.optional_integer("status", 100, 599);
    const auto duration = reader.optional_integer("durationMs", 0, duration_max_ms);
    if (auto error = reader.finish()) return *error;

    ReportedEvent event{id, entry_about(session, access_event_for(method), origin)};
    // Whoever reports it: what happens in a session is done by its agent.
    event.entry.actor_id = session.agent_id;
    event.entry.method = method;
    event.entry.resource_type = type;
    event.entry.resource_id = resource_id;
    event.entry.duration_ms = duration;
    if (status && *status >= 400) event.entry.outcome = "failure";
    json::Writer metadata;
    metadata.begin_object();
    if (request_path) metadata.member("path", *request_path);
    if (status) metadata.member("status", *status);
    if (at) metadata.member("reportedAt", format_rfc3339(*at));
    event.entry.metadata = std::move(metadata.end_object()).text();
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

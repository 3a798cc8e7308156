#include "application.hpp"
#include "hallpass/wire.hpp"
#include "notify/inbox.hpp"
#include "notify/notice.hpp"
#include "routes/page.hpp"
#include "routes/routes.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

std::optional<std::int64_t> sequence_in(std::string_view id) {
    const auto sequence = whole_number<std::int64_t>(id);
    return sequence && *sequence > 0 ? sequence : std::nullopt;
}

void write_notification(json::Writer& writer, const Call& call, Connection& store,
                        const RecordRow& entry) {
    const auto& reader = *call.identity.user;
    const auto notice = notice_of(store, entry);
    const auto audience = entry.subject_id == reader.id ? Audience::subject : Audience::agent;
    const auto phrase = phrase_for(notice, audience);
    if (!phrase) throw StoreFault("a notification has no words");
    const auto content =
        told(notice, *phrase, language_of(reader.locale), call.application.zones());
    writer.begin_object().member("id", std::to_string(entry.sequence));
    writer.member("event", entry.event);
    writer.member("at", format_rfc3339(from_unix_ms(entry.at_unix_ms))).key("readAt");
    if (const auto at = read_at(store, reader.id, entry.sequence)) {
        writer.string(format_rfc3339(*at));
    } else {
        writer.null();
    }
    writer.member("title", content.title).member("text", content.text);
    const auto id = [&](const char* name, const std::optional<std::string>& value) {
        if (value) writer.member(name, *value);
    };
    id("tenantId", entry.tenant_id);
    id("ticketId", entry.ticket_id);
    id("grantId", entry.grant_id);
    id("sessionId", entry.session_id);
    if (const auto end = end_of(notice)) writer.member("endsAt", format_rfc3339(*end));
    writer.end_object();
}

Result<Answer> my_notifications(const Call& call, Connection& store) {
    const auto page = Page::of(call, {"unread"});
    if (!page) return page.error();
    const auto unread = call.query("unread").value_or("false");
    if (unread != "true" && unread != "false") {
        return invalid("unread", Reason::not_one_of, "unread is true or false");
    }
    std::optional<std::int64_t> before;
    if (page->after) before = page->after->first;
    const auto rows =
        notifications_of(store, call.identity.user_id(), before, unread == "true", page->limit + 1);
    return Answer::json(200,
                        page_json(
                            rows, *page,
                            [&](json::Writer& writer, const RecordRow& row) {
                                write_notification(writer, call, store, row);
                            },
                            [](const RecordRow& row) { return Page::cursor(row.sequence, ""); }));
}

Result<Answer> mark_one_read(const Call& call, Transaction& transaction) {
    if (auto query = only_query(call, {}); !query) return query.error();
    wire::ObjectReader body{call.body()};
    if (auto error = body.finish()) return *error;
    const auto sequence = sequence_in(call.path("id"));
    if (!sequence || mark_read(transaction, call.identity.user_id(), *sequence) == 0) {
        return make_error(ErrorCode::NOT_FOUND, "there is no such notification; check the id");
    }
    return Answer::empty(204);
}

Result<Answer> mark_many_read(const Call& call, Transaction& transaction) {
    if (auto query = only_query(call, {}); !query) return query.error();
    wire::ObjectReader body{call.body()};
    const auto through = sequence_in(body.required_string("through", 1, 20));
    if (body.ok() && !through) {
        body.fail(invalid("through", Reason::malformed, "use the id of a notification"));
    }
    if (auto error = body.finish()) return *error;
    mark_read_through(transaction, call.identity.user_id(), *through);
    return Answer::empty(204);
}

}  // namespace

std::vector<Route> notification_routes() {
    return {
        {Method::get, "/api/v1/me/notifications", Who::person, BodyKind::none, my_notifications},
        {Method::post, "/api/v1/me/notifications/read", Who::person, BodyKind::json,
         mark_many_read},
        {Method::post, "/api/v1/me/notifications/{id}/read", Who::person, BodyKind::json,
         mark_one_read},
    };
}

}  // namespace hallpass::server

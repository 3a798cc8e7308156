#include "application.hpp"
#include "hallpass/wire.hpp"
#include "notify/messages.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

/// Which dead letters the caller may see: those about tenants that they are an admin of.
std::string overseen_by(const UserRow& caller, Binds& binds) {
    if (!caller.all_tenants) binds.emplace_back("caller", caller.id);
    return in_tenants_of(caller);
}

Result<Done> require_admin(const Call& call) {
    if (call.identity.admin()) return Done{};
    return make_error(ErrorCode::FORBIDDEN, "only an administrator may do this");
}

// What a message says is its reader's alone; an admin sees that it did not arrive, and why.
void write_dead_letter(json::Writer& writer, const MessageRow& row) {
    writer.begin_object().member("id", row.id).member("channel", row.channel);
    writer.member("event", row.event).member("tenantId", row.tenant_id);
    if (!row.target.empty()) writer.member("userId", row.target);
    writer.member("createdAt", format_rfc3339(from_unix_ms(row.created_at_unix_ms)));
    writer.member("deadAt", format_rfc3339(from_unix_ms(row.dead_at_unix_ms.value_or(0))));
    writer.member("attempts", row.attempts).member("failure", row.failure.value_or(""));
    writer.end_object();
}

Result<Answer> list_dead_letters(const Call& call, Connection& store) {
    if (auto admin = require_admin(call); !admin) return admin.error();
    const auto page = Page::of(call);
    if (!page) return page.error();
    Binds binds{{"most", page->limit + 1},
                {"at", page->after ? page->after->first : std::int64_t{0}},
                {"id", page->after ? page->after->second : std::string{}}};
    const auto seen = overseen_by(*call.identity.user, binds);
    const auto rows = store.select<MessageRow>(
        "WHERE dead_at_unix_ms IS NOT NULL AND " + seen +
            " AND (dead_at_unix_ms > :at OR (dead_at_unix_ms = :at AND id > :id))"
            " ORDER BY dead_at_unix_ms, id LIMIT :most",
        binds);
    return Answer::json(200, page_json(rows, *page, write_dead_letter, [](const MessageRow& row) {
                            return Page::cursor(row.dead_at_unix_ms.value_or(0), row.id);
                        }));
}

Result<Answer> requeue(const Call& call, Transaction& transaction) {
    if (auto query = only_query(call, {}); !query) return query.error();
    if (auto admin = require_admin(call); !admin) return admin.error();
    wire::ObjectReader body{call.body()};
    if (auto error = body.finish()) return *error;
    auto& store = transaction.store();
    Binds binds{{"id", call.path("id")}};
    const auto seen = overseen_by(*call.identity.user, binds);
    const auto letter =
        store.find<MessageRow>("WHERE id = :id AND dead_at_unix_ms IS NOT NULL AND " + seen, binds);
    if (!letter || !requeue_dead_letter(transaction, letter->id)) {
        return make_error(ErrorCode::NOT_FOUND, "there is no such dead letter; check the id");
    }
    return Answer::empty(204);
}

}  // namespace

std::vector<Route> dead_letter_routes() {
    return {
        {Method::get, "/api/v1/admin/dead-letters", Who::person, BodyKind::none, list_dead_letters},
        {Method::post, "/api/v1/admin/dead-letters/{id}/requeue", Who::person, BodyKind::json,
         requeue},
    };
}

}  // namespace hallpass::server

#include "receipts/receipts.hpp"

#include "application.hpp"
#include "routes/page.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

Answer not_found() {
    return Answer::problem(
        make_error(ErrorCode::NOT_FOUND, "there is no such receipt; check the id"));
}

void write_receipt(json::Writer& writer, const ReceiptRow& row) {
    writer.begin_object().member("id", row.id).member("grantId", row.grant_id);
    writer.member("event", row.event);
    writer.member("at", format_rfc3339(from_unix_ms(row.created_at_unix_ms)));
    writer.member("keyId", row.key_id).end_object();
}

Result<Answer> my_receipts(const Call& call, Connection& store) {
    const auto page = Page::of(call, {"grantId"});
    if (!page) return page.error();
    std::string where = "WHERE subject_id = :subject";
    Binds binds{{"subject", call.identity.user_id()}, {"most", page->limit + 1}};
    if (const auto grant = call.query("grantId")) {
        where += " AND grant_id = :grant";
        binds.emplace_back("grant", *grant);
    }
    if (page->after) {
        where +=
            " AND (created_at_unix_ms < :after OR (created_at_unix_ms = :after AND id < :last))";
        binds.emplace_back("after", page->after->first);
        binds.emplace_back("last", page->after->second);
    }
    const auto rows = store.select<ReceiptRow>(
        where + " ORDER BY created_at_unix_ms DESC, id DESC LIMIT :most", binds);
    return Answer::json(200, page_json(rows, *page, write_receipt, [](const ReceiptRow& row) {
                            return Page::cursor(row.created_at_unix_ms, row.id);
                        }));
}

/// The receipt itself, for its user alone.
Result<Answer> my_receipt(const Call& call, Connection& store) {
    if (auto query = only_query(call, {}); !query) return query.error();
    const auto row =
        store.find<ReceiptRow>("WHERE id = :id AND subject_id = :subject",
                               {{"id", call.path("id")}, {"subject", call.identity.user_id()}});
    if (!row) return not_found();
    Answer answer;
    answer.content_type = "application/" + std::string{receipt_type};
    answer.body = row->jws;
    answer.with("Content-Disposition",
                "attachment; filename=\"hallpass-receipt-" + row->id + ".jwt\"");
    return answer.with("Cache-Control", "no-store");
}

Result<Answer> receipt_keys(const Call& call, Connection& store) {
    auto answer = Answer::json(200, call.application.receipts().published(store));
    answer.content_type = "application/jwk-set+json";
    answer.with("Cache-Control", "public, max-age=60").with("Access-Control-Allow-Origin", "*");
    return answer;
}

}  // namespace

std::vector<Route> receipt_routes() {
    std::vector<Route> routes{
        {Method::get, "/api/v1/me/receipts", Who::person, BodyKind::none, my_receipts},
        {Method::get, "/api/v1/me/receipts/{id}", Who::person, BodyKind::none, my_receipt},
        {Method::get, "/.well-known/receipt-keys.json", Who::anyone, BodyKind::none, receipt_keys},
    };
    routes.back().ignores_credentials = true;
    return routes;
}

}  // namespace hallpass::server

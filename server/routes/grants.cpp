#include <algorithm>

#include "access/sessions.hpp"
#include "access/settlement.hpp"
#include "application.hpp"
#include "random.hpp"
#include "routes/consent_end.hpp"
#include "routes/grant_access.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

std::vector<OpenGrant> open_grants_on(const std::vector<GrantRow>& rows, Instant now) {
    std::vector<OpenGrant> open;
    for (const auto& row : rows) {
        OpenGrant grant{std::nullopt, std::nullopt, status_at(to_grant(row), now)};
        if (row.agent_id) grant.agent = AgentId::View::trusted(*row.agent_id);
        if (row.ticket_id) grant.ticket = TicketId::View::trusted(*row.ticket_id);
        open.push_back(grant);
    }
    return open;
}

std::vector<GrantRow> open_rows(Connection& store, const std::string& tenant_id,
                                const std::string& subject_id) {
    return store.select<GrantRow>(
        "WHERE subject_id = :subject AND tenant_id = :tenant AND status IN ('pending', 'granted')",
        {{"subject", subject_id}, {"tenant", tenant_id}});
}

Result<Answer> request_grant(const Call& call, Transaction& transaction) {
    auto& store = transaction.store();
    wire::ObjectReader body{call.body()};
    const auto tenant = read_tenant(body, call, store);
    const auto subject_id = body.required_id("targetUserId");
    const auto ticket_id = body.required_id("ticketId");
    const auto reason = body.required_string("reason", 0, 10'000);
    auto scopes = body.optional_scopes("scopes");
    if (auto error = body.finish()) return *error;

    const Parties parties{call, store, tenant, subject_id};
    if (tenant.found) settle_subject(transaction, tenant.id, subject_id);
    const auto rows = open_rows(store, tenant.id, subject_id);
    const auto grant = request_access(
        parties.agent(), parties.subject(), open_grants_on(rows, call.now), tenant.policy(),
        {GrantId::trusted(random_id("gr_")), TenantId::trusted(tenant.id),
         TicketId::trusted(ticket_id), reason, std::move(scopes)},
        call.now);
    if (!grant) return grant.error();
    auto& allowances = call.application.allowances();
    if (auto limited = allowances.request(tenant.id, subject_id, call.now)) {
        return *std::move(limited);
    }
    const auto row = to_row(*grant);
    try {
        store.insert(row);
    } catch (const ConstraintViolation&) {
        return make_error(ErrorCode::OPEN_REQUEST_EXISTS,
                          "there is an open request or grant already; wait for its answer");
    }
    announce(transaction, row, entry_about(row, AuditEvent::access_requested, call.origin()));
    return grant_answer(201, store, row, call.now);
}

Result<Answer> open_standing(const Call& call, Transaction& transaction) {
    auto& store = transaction.store();
    wire::ObjectReader body{call.body()};
    const auto tenant = read_tenant(body, call, store);
    const auto wish = ConsentWish::read(body);
    const auto shown = ShownWording::read(body);
    if (auto error = body.finish()) return *error;

    const auto& user = *call.identity.user;
    auto scopes = membership_scopes(store, tenant.id, user.id);
    if (!tenant.found || !scopes) {
        return make_error(tenant.policy().tenant_not_found_code(),
                          "you do not belong to such a tenant; check the id");
    }
    scopes = consentable(call, *scopes);
    const auto end = consent_end(call, wish, user.time_zone, tenant.policy());
    if (!end) return end.error();
    settle_subject(transaction, tenant.id, user.id);
    const auto rows = open_rows(store, tenant.id, user.id);
    const auto grant = open_standing_access(
        subject_facts(user, scopes, call.application.roles(), call.now),
        open_grants_on(rows, call.now), tenant.policy(),
        {GrantId::trusted(random_id("gr_")), TenantId::trusted(tenant.id),
         SubjectId::trusted(user.id), end->until, consented(call, wish, *scopes, tenant.policy())},
        call.now);
    if (!grant) return grant.error();
    auto row = to_row(*grant);
    row.time_zone = end->time_zone;
    row.tzdata_version = call.application.zones().version();
    try {
        store.insert(row);
    } catch (const ConstraintViolation&) {
        return make_error(ErrorCode::OPEN_REQUEST_EXISTS, "standing access is open already");
    }
    auto entry = entry_about(row, AuditEvent::access_granted, call.origin());
    auto receipt = call.application.receipts().give(transaction, row, AuditEvent::access_granted,
                                                    call.origin(), shown);
    if (!receipt) return receipt.error();
    entry.metadata = *std::move(receipt);
    announce(transaction, row, std::move(entry));
    return grant_answer(201, store, row, call.now);
}

Result<Answer> list_grants(const Call& call, Connection& store) {
    const auto page = Page::of(call, {"ticketId", "subjectId", "status"});
    if (!page) return page.error();
    if (const auto status = call.query("status"); status && !parse_grant_status(*status)) {
        return invalid("status", Reason::not_one_of, "this is not a status of a grant");
    }
    auto rows = visible_grants(
        call, store, *page,
        {call.query("ticketId"), call.query("subjectId"), call.query("status"), std::nullopt});
    return grants_page(rows, *page, store, call.now);
}

Result<Answer> get_grant(const Call& call, Connection& store) {
    const auto row = visible_grant(call, store, call.path("id"));
    if (!row) return row.error();
    return grant_answer(200, store, *row, call.now);
}

}  // namespace

std::vector<Route> grant_routes() {
    constexpr const char* all = "/api/v1/support-access/grants";
    std::vector<Route> routes{
        {Method::post, all, Who::person_or_act_as, BodyKind::json, request_grant},
        {Method::get, all, Who::person, BodyKind::none, list_grants},
        {Method::post, "/api/v1/support-access/grants/standing", Who::person, BodyKind::json,
         open_standing},
        {Method::get, "/api/v1/support-access/grants/{id}", Who::person, BodyKind::none, get_grant},
    };
    for (const auto& route : grant_change_routes()) routes.push_back(route);
    return routes;
}

}  // namespace hallpass::server

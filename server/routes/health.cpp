#include "application.hpp"
#include "notify/courier.hpp"
#include "routes/page.hpp"
#include "routes/routes.hpp"
#include "store/migrations.hpp"

namespace hallpass::server {
namespace {

Answer text(std::string body) {
    Answer answer;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = std::move(body);
    return answer;
}

Result<Answer> alive(const Call&) { return text("ok\n"); }

/// Ready only where the store answers and is this version's, the writer can commit and other
/// servers are heard; a fault gives 503 by itself.
Result<Answer> ready(const Call& call, Transaction& transaction) {
    if (!call.application.store().hears()) {
        return make_error(ErrorCode::SERVICE_UNAVAILABLE,
                          "changes of other servers are not heard right now; try again shortly");
    }
    if (is_too_new(transaction.store())) {
        return make_error(ErrorCode::SERVICE_UNAVAILABLE,
                          std::string{schema_too_new} + "; bring this server up to date");
    }
    // Changes nothing and is written all the same: without a page to write, a full disk would not
    // show.
    transaction.store().execute("UPDATE schema_versions SET version = version WHERE version = 1");
    return text("ready\n");
}

/// How much is going on is for who runs the whole: a service, or an admin of every tenant.
Result<Answer> metrics(const Call& call, Connection& store) {
    if (auto query = only_query(call, {}); !query) return query.error();
    const auto& identity = call.identity;
    if (!identity.service && !(identity.admin() && identity.user->all_tenants)) {
        return make_error(ErrorCode::FORBIDDEN, "only a service or an admin of every tenant may",
                          {}, Reason::missing_permission);
    }
    auto answer = text(call.application.metrics().text(call.application.events().size(),
                                                       call.application.certificate_end()) +
                       call.application.courier().metrics_text(store));
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
}

}  // namespace

std::vector<Route> health_routes() {
    Route living{Method::get, "/healthz", Who::anyone, BodyKind::none, alive};
    Route prepared{Method::get, "/readyz", Who::anyone, BodyKind::none, ready};
    living.ignores_credentials = prepared.ignores_credentials = true;
    return {living,
            prepared,
            {Method::get, "/metrics", Who::person_or_service, BodyKind::none, metrics}};
}

}  // namespace hallpass::server

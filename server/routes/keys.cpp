#include "application.hpp"
#include "http/client_address.hpp"
#include "http/entity_tag.hpp"
#include "routes/page.hpp"
#include "routes/routes.hpp"
#include "signing/published_keys.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

Result<Answer> jwks(const Call& call, Connection& store) {
    const auto ring = call.application.keys().ring();
    auto answer = Answer::json(200, verification_jwks(published_keys(store, *ring, call.now)));
    answer.content_type = "application/jwk-set+json";
    answer.with("Cache-Control", "public, max-age=60").with("Access-Control-Allow-Origin", "*");
    return answer;
}

Result<Answer> status_list(const Call& call, Connection&) {
    const auto number = whole_number<std::int64_t>(call.path("list"));
    const auto published =
        number && *number > 0 ? call.application.status_lists().at_now(*number) : std::nullopt;
    if (!published) return make_error(ErrorCode::NOT_FOUND, "there is no such status list");
    const auto& list = **published;
    const bool known = names_entity_tag(call.request().header("If-None-Match"), list.etag);
    auto answer = known ? Answer::empty(304) : Answer::json(200, list.token);
    if (answer.status == 200) answer.content_type = "application/statuslist+jwt";
    answer.with("ETag", list.etag).with("Cache-Control", "no-cache");
    // For verifiers in browsers (Token Status List, section 8.1); there is nothing here to guard.
    answer.with("Access-Control-Allow-Origin", "*");
    return answer;
}

Result<std::shared_ptr<Subscription>> token_status_events(const Call& call, Connection&) {
    if (auto query = only_query(call, {}); !query) return query.error();
    return call.application.revocations().open(call.request().header("Last-Event-ID"),
                                               network_of(call.request().client_address));
}

}  // namespace

std::vector<Route> key_routes() {
    std::vector<Route> routes{
        {Method::get, "/.well-known/jwks.json", Who::anyone, BodyKind::none, jwks},
        {Method::get, "/status/{list}", Who::anyone, BodyKind::none, status_list},
        {Method::get, "/api/v1/token-status/events", Who::anyone, BodyKind::none,
         token_status_events},
    };
    for (auto& route : routes) route.ignores_credentials = true;
    return routes;
}

}  // namespace hallpass::server

#include "application.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

Result<Answer> document(const Call& call) {
    auto answer = Answer::json(200, call.application.openapi_document());
    answer.content_type = "application/vnd.oai.openapi+json";
    answer.with("Cache-Control", "public, max-age=300");
    return answer;
}

}  // namespace

std::vector<Route> openapi_routes() {
    Route route{Method::get, "/openapi.json", Who::anyone, BodyKind::none, document};
    route.ignores_credentials = true;
    return {route};
}

}  // namespace hallpass::server

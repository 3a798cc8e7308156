#include "openapi/document.hpp"

#include "application.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

Result<Answer> document(const Call& call, Connection&) {
    auto answer = Answer::json(200, openapi_json(call.application.router().routes(),
                                                 call.application.settings().public_url));
    answer.content_type = "application/vnd.oai.openapi+json";
    answer.with("Cache-Control", "public, max-age=300");
    return answer;
}

}  // namespace

std::vector<Route> openapi_routes() {
    return {{Method::get, "/openapi.json", Who::anyone, BodyKind::none, document}};
}

}  // namespace hallpass::server

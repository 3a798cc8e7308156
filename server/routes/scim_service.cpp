// What SCIM clients may ask about the server itself (RFC 7644 section 4).
#include "application.hpp"
#include "routes/routes.hpp"
#include "scim/documents.hpp"
#include "scim/refusal.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

std::string scim_url(const Call& call) {
    return call.application.settings().public_url + std::string{scim_base};
}

/// RFC 7644 section 4: these lists are not searched.
ScimCheck unfiltered(const Call& call) {
    if (!call.query("filter")) return std::nullopt;
    return ScimRefusal{403, "", "this list is not searched; leave the filter out"};
}

Answer one_of_them(std::string body) {
    if (body.empty()) return scim_refused({404, "", "there is no such resource"});
    return scim_answer(200, std::move(body));
}

Result<Answer> service_config(const Call& call, Connection&) {
    return scim_answer(200, scim_service_config(scim_url(call)));
}

Result<Answer> resource_types(const Call& call, Connection&) {
    if (auto refused = unfiltered(call)) return scim_refused(*refused);
    return scim_answer(200, scim_resource_types(scim_url(call)));
}

Result<Answer> resource_type(const Call& call, Connection&) {
    return one_of_them(call.path("id") == "User" ? scim_resource_type(scim_url(call)) : "");
}

Result<Answer> schemas(const Call& call, Connection&) {
    if (auto refused = unfiltered(call)) return scim_refused(*refused);
    return scim_answer(200, scim_schemas(scim_url(call)));
}

Result<Answer> schema(const Call& call, Connection&) {
    return one_of_them(scim_schema(scim_url(call), call.path("id")));
}

}  // namespace

std::vector<Route> scim_service_routes() {
    constexpr auto who = Who::provisioner;
    std::vector<Route> routes{
        {Method::get, "/scim/v2/ServiceProviderConfig", who, BodyKind::none, service_config},
        {Method::get, "/scim/v2/ResourceTypes", who, BodyKind::none, resource_types},
        {Method::get, "/scim/v2/ResourceTypes/{id}", who, BodyKind::none, resource_type},
        {Method::get, "/scim/v2/Schemas", who, BodyKind::none, schemas},
        {Method::get, "/scim/v2/Schemas/{id}", who, BodyKind::none, schema},
    };
    for (auto& route : routes) route.refusal = scim_problem;
    return routes;
}

}  // namespace hallpass::server

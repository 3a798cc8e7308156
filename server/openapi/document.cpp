#include "openapi/document.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "hallpass/json.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

std::string method_name(Method method) {
    const auto name = boost::beast::http::to_string(method);
    return without_case({name.data(), name.size()});
}

void write_schema(json::Writer& writer, std::string_view name) {
    if (!name.ends_with("[]")) return write_reference(writer, "schemas", name);
    name.remove_suffix(2);
    writer.begin_object().member("type", "object").key("required").begin_array();
    writer.string("items").string("nextCursor").end_array().key("properties").begin_object();
    writer.key("items").begin_object().member("type", "array").key("items");
    write_reference(writer, "schemas", name);
    writer.end_object().key("nextCursor").raw(R"({"type":["string","null"]})");
    writer.end_object().end_object();
}

/// Which credentials open a route; none of them where anybody may call.
void write_security(json::Writer& writer, Who who) {
    struct Scheme {
        const char* name;
        bool opens;
    };
    const bool person =
        who == Who::person || who == Who::person_or_act_as || who == Who::person_or_service;
    const Scheme schemes[] = {
        {"bearer", person},
        {"cookie", person},
        {"actAs", who == Who::person_or_act_as || who == Who::act_as_or_service},
        {"service", who == Who::act_as_or_service || who == Who::person_or_service},
        {"provisioning", who == Who::provisioner},
    };
    writer.key("security").begin_array();
    for (const auto& scheme : schemes) {
        if (!scheme.opens) continue;
        writer.begin_object().key(scheme.name).begin_array().end_array().end_object();
    }
    writer.end_array();
}

void write_parameters(json::Writer& writer, const Route& route, const Operation& operation) {
    writer.key("parameters").begin_array();
    for (auto rest = route.pattern; rest.find('{') != std::string_view::npos;) {
        rest.remove_prefix(rest.find('{') + 1);
        writer.begin_object().member("name", rest.substr(0, rest.find('}'))).member("in", "path");
        writer.member("required", true).key("schema").raw(R"({"type":"string"})").end_object();
    }
    for (auto names = operation.query; !names.empty();) {
        write_reference(writer, "parameters", take_until(names, ' '));
    }
    if (keeps_answers(route)) write_reference(writer, "parameters", "idempotencyKey");
    writer.end_array();
}

void write_request(json::Writer& writer, const Route& route, const Operation& operation) {
    if (operation.request.empty()) return;
    const char* media = "application/json";
    if (route.body == BodyKind::form) media = "application/x-www-form-urlencoded";
    if (route.body == BodyKind::scim) media = "application/scim+json";
    writer.key("requestBody").begin_object();
    write_content(writer, media, [&] { write_schema(writer, operation.request); });
    writer.end_object();
}

void write_success(json::Writer& writer, const Operation& operation) {
    writer.key(std::to_string(operation.status)).begin_object();
    writer.member("description", operation.response.empty() ? "done" : "the answer");
    if (!operation.response.empty()) {
        write_content(writer, operation.media, [&] { write_schema(writer, operation.response); });
    }
    writer.end_object();
}

void write_responses(json::Writer& writer, const Route& route, const Operation& operation,
                     bool demo) {
    const bool scim = route.who == Who::provisioner;
    writer.key("responses").begin_object();
    write_success(writer, operation);
    if (operation.also != 0) {
        writer.key(std::to_string(operation.also));
        if (operation.also < 400) {
            writer.begin_object().member("description", "not changed since").end_object();
        } else {
            write_reference(writer, "responses", "ScimProblem");
        }
    }
    write_refusals(writer, refusals_of(route, operation, demo), scim);
    writer.end_object();
}

void write_operation(json::Writer& writer, const Route& route, const Operation& operation,
                     bool demo) {
    writer.begin_object().member("operationId", operation.id);
    writer.member("summary", operation.summary);
    write_security(writer, route.who);
    write_parameters(writer, route, operation);
    write_request(writer, route, operation);
    write_responses(writer, route, operation, demo);
    writer.end_object();
}

void write_paths(json::Writer& writer, std::span<const Route> routes) {
    const bool demo = std::any_of(routes.begin(), routes.end(),
                                  [](const Route& route) { return route.demo_only; });
    writer.key("paths").begin_object();
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const auto path = routes[i].pattern;
        const auto same = [&](const Route& each) { return each.pattern == path; };
        const auto before = routes.first(i);
        if (std::any_of(before.begin(), before.end(), same)) continue;
        writer.key(path).begin_object();
        for (const auto& route : routes.subspan(i)) {
            const auto* operation = same(route) ? operation_of(route) : nullptr;
            if (operation == nullptr) continue;
            writer.key(operation->method);
            write_operation(writer, route, *operation, demo);
        }
        writer.end_object();
    }
    writer.end_object();
}

constexpr std::string_view security_schemes = R"json({
"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT","description":"A JWT of a configured issuer."},
"cookie":{"type":"apiKey","in":"cookie","name":"hallpass_session","description":"What POST /api/v1/session gives; changes must come from the server's own pages."},
"actAs":{"type":"http","scheme":"bearer","bearerFormat":"JWT","description":"An act-as token; it opens its own session alone."},
"service":{"type":"http","scheme":"bearer","bearerFormat":"JWT","description":"A JWT of a configured issuer with the role service."},
"provisioning":{"type":"http","scheme":"bearer","description":"The provisioning token of one tenant's identity provider; it opens nothing else."}})json";

// What is refused before anybody knows that SCIM was meant is worded as everywhere.
constexpr std::string_view scim_problem_response =
    R"json({"description":"Refused; nothing was changed (RFC 7644 section 3.12).","content":{
"application/scim+json":{"schema":{"$ref":"#/components/schemas/ScimProblem"}},
"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}})json";

}  // namespace

const Operation* operation_of(const Route& route) {
    const auto all = operations();
    const auto method = method_name(route.method);
    const auto found = std::find_if(all.begin(), all.end(), [&](const Operation& each) {
        return each.method == method && each.path == route.pattern;
    });
    return found == all.end() ? nullptr : &*found;
}

void write_reference(json::Writer& writer, const char* kind, std::string_view name) {
    writer.begin_object();
    writer.member("$ref", "#/components/" + std::string{kind} + "/" + std::string{name});
    writer.end_object();
}

void write_content(json::Writer& writer, std::string_view media,
                   const std::function<void()>& schema) {
    writer.key("content").begin_object();
    while (!media.empty()) {
        writer.key(take_until(media, ' ')).begin_object().key("schema");
        schema();
        writer.end_object();
    }
    writer.end_object();
}

std::string openapi_json(std::span<const Route> routes, const std::string& server_url) {
    json::Writer writer;
    writer.begin_object().member("openapi", "3.1.0").key("info").begin_object();
    writer.member("title", "Hallpass").member("version", HALLPASS_VERSION);
    writer.member("summary", "Consent-based act-as access").end_object();
    writer.key("servers").begin_array().begin_object().member("url", server_url);
    writer.end_object().end_array();
    write_paths(writer, routes);
    writer.key("components").begin_object().key("schemas");
    json::Writer enums;
    enums.begin_object();
    write_enum_schemas(enums);
    // Both are objects: the braces between them go.
    auto schemas = std::move(enums.end_object()).text();
    schemas.back() = ',';
    schemas.append(component_schemas().substr(1));
    writer.raw(schemas).key("parameters").raw(component_parameters());
    writer.key("securitySchemes").raw(security_schemes).key("responses").begin_object();
    write_problem_responses(writer);
    writer.key("ScimProblem").raw(scim_problem_response).end_object();
    return std::move(writer.end_object().end_object()).text();
}

}  // namespace hallpass::server

#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "http/call.hpp"
#include "openapi/refusals.hpp"

namespace hallpass::server {

/// What the table of routes does not say about an endpoint.
struct Operation {
    std::string_view method, path, id, summary;
    std::string_view query;     ///< names in `components/parameters`, separated by spaces
    std::string_view request;   ///< a schema's name; a form's fields where the route takes a form
    int status;                 ///< when all is well
    std::string_view response;  ///< a schema's name; `X[]` for a page of X; empty for no body
    Refusals refusals{};        ///< the handler's own; the route's are known from the route
    std::string_view media = "application/json";  ///< several are separated by spaces
    int also = 0;  ///< another status: 304, or a refusal that no code of ours stands for
};
std::span<const Operation> operations();
/// nullptr where nothing tells of that route.
const Operation* operation_of(const Route& route);

/// All that an operation may be refused with.
/// @param demo whether the server runs under --demo, which is particular about its address
Refusals refusals_of(const Route& route, const Operation& operation, bool demo);
/// Whether a repeated request (Idempotency-Key) is answered as the first was.
bool keeps_answers(const Route& route);
/// A reference to one of `components/KIND`.
void write_reference(json::Writer& writer, const char* kind, std::string_view name);
/// The member `content`.
/// @param media one or several, separated by spaces
/// @param schema writes what all of them hold
void write_content(json::Writer& writer, std::string_view media,
                   const std::function<void()>& schema);
/// One response for each status, with the codes that come with it.
void write_refusals(json::Writer& writer, const Refusals& refusals, bool in_scim);
/// `components/responses`, by code.
void write_problem_responses(json::Writer& writer);

/// The hand-written part of `components`, without the braces around it; every list of words in it
/// refers to one of `enum_schemas`.
std::string_view component_schemas();
std::string_view component_parameters();
/// The core's lists as schemas: statuses, presets, codes, events.
void write_enum_schemas(json::Writer& writer);

/// The OpenAPI 3.1 document of these routes. Paths, methods, credentials and kinds of bodies are
/// the routes' own; a route without an Operation is left out, which a test does not let pass.
std::string openapi_json(std::span<const Route> routes, const std::string& server_url);

}  // namespace hallpass::server

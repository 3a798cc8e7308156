// What an operation may be refused with, and how the document says so.
#include "openapi/refusals.hpp"

#include <algorithm>
#include <array>

#include "hallpass/json.hpp"
#include "openapi/document.hpp"

namespace hallpass::server {
namespace {

using enum ErrorCode;

constexpr std::array all_codes{
#define HALLPASS_X(code, status, title) code,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};
constexpr int statuses_of_codes[] = {
#define HALLPASS_X(code, status, title) status,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};
static_assert(all_codes.size() <= 64, "a set of codes is 64 bits");
static_assert(std::is_sorted(std::begin(statuses_of_codes), std::end(statuses_of_codes)),
              "codes of one status stand together");

/// What is refused before it is known what the request is for, and wherever something breaks.
constexpr Refusals anywhere{VALIDATION_ERROR,  REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE,
                            HEADERS_TOO_LARGE, INTERNAL_ERROR,  SERVICE_UNAVAILABLE};

/// What a person's credential may be refused with before the handler is asked (Dispatch).
Refusals refusals_of_gate(const Route& route) {
    Refusals refusals{FORBIDDEN, AGENT_BANNED, TOKEN_REVOKED};
    // An act-as token that another provider gave: where ours opens the route, its handler judges.
    if (route.who != Who::person_or_act_as || is_safe(route.method)) {
        refusals |= {NESTED_IMPERSONATION};
    }
    return refusals;
}

void write_problem(json::Writer& writer, const std::vector<ErrorCode>& codes) {
    std::string described;
    for (const auto code : codes) {
        if (!described.empty()) described += ", or: ";
        described += title(code);
    }
    writer.begin_object().member("description", described);
    write_content(writer, "application/problem+json", [&] {
        writer.begin_object().member("$ref", "#/components/schemas/Problem").key("properties");
        writer.begin_object().key("error").begin_object().key("enum").begin_array();
        for (const auto code : codes) writer.string(to_string(code));
        writer.end_array().end_object().end_object().end_object();
    });
    writer.end_object();
}

void write_status(json::Writer& writer, const std::vector<ErrorCode>& codes, bool in_scim) {
    writer.key(std::to_string(http_status(codes.front())));
    if (in_scim) return write_reference(writer, "responses", "ScimProblem");
    if (codes.size() == 1) return write_reference(writer, "responses", to_string(codes.front()));
    write_problem(writer, codes);
}

}  // namespace

bool keeps_answers(const Route& route) {
    return route.method == Method::post && !route.gives_secrets && !route.ignores_credentials &&
           route.who != Who::provisioner && std::holds_alternative<WriteHandler>(route.handler);
}

Refusals refusals_of(const Route& route, const Operation& operation, bool demo) {
    auto refusals = anywhere | operation.refusals;
    if (demo) refusals |= {FORBIDDEN};  // at an address that is not its own
    if (route.body != BodyKind::none) refusals |= {UNSUPPORTED_MEDIA_TYPE};
    if (route.ignores_credentials) return refusals;
    refusals |= {UNAUTHORIZED, RATE_LIMITED};
    if (route.who == Who::provisioner) return refusals;
    refusals |= {KEYS_UNAVAILABLE};
    if (keeps_answers(route)) refusals |= {IDEMPOTENCY_KEY_REUSED};
    if (route.who != Who::anyone) return refusals | refusals_of_gate(route);
    if (!is_safe(route.method)) refusals |= {FORBIDDEN};  // with the cookie, from another page
    return refusals;
}

void write_refusals(json::Writer& writer, const Refusals& refusals, bool in_scim) {
    std::vector<ErrorCode> codes;
    const auto flush = [&] {
        if (!codes.empty()) write_status(writer, codes, in_scim);
        codes.clear();
    };
    for (const auto code : all_codes) {  // in the order of their statuses
        if (!refusals.has(code)) continue;
        if (!codes.empty() && http_status(codes.front()) != http_status(code)) flush();
        codes.push_back(code);
    }
    flush();
}

void write_problem_responses(json::Writer& writer) {
    for (const auto code : all_codes) {
        writer.key(to_string(code));
        write_problem(writer, {code});
    }
}

}  // namespace hallpass::server

#include "scim/refusal.hpp"

#include "hallpass/json.hpp"
#include "scim/words.hpp"

namespace hallpass::server {

ScimRefusal scim_invalid(std::string_view type, std::string detail) {
    return {400, type, std::move(detail)};
}

Answer scim_answer(unsigned status, std::string body) {
    return {status, "application/scim+json", std::move(body), {}, {}, {}};
}

Answer scim_refused(const ScimRefusal& refusal) {
    json::Writer writer;
    writer.begin_object().key("schemas").begin_array().string(scim_error_message).end_array();
    writer.member("status", std::to_string(refusal.status));
    if (!refusal.type.empty()) writer.member("scimType", refusal.type);
    writer.member("detail", refusal.detail).end_object();
    return scim_answer(refusal.status, std::move(writer).text());
}

Answer scim_problem(const Error& error) {
    auto answer = Answer::problem(error);
    auto worded = scim_refused({answer.status,
                                error.code == ErrorCode::VALIDATION_ERROR ? "invalidSyntax" : "",
                                error.message});
    worded.headers = std::move(answer.headers);
    return worded;
}

}  // namespace hallpass::server

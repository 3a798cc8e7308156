#include "hallpass/error.hpp"

#include <array>

namespace hallpass {
namespace {

struct CodeInfo {
    std::string_view name;
    int status;
    std::string_view title;
};

constexpr std::array code_infos{
#define HALLPASS_X(code, status, title) CodeInfo{#code, status, title},
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};

constexpr std::string_view reason_names[] = {
#define HALLPASS_X(reason) #reason,
    HALLPASS_ERROR_REASONS(HALLPASS_X)
#undef HALLPASS_X
};

const CodeInfo& info(ErrorCode code) { return code_infos[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view to_string(ErrorCode code) { return info(code).name; }
std::string_view to_string(Reason reason) { return reason_names[static_cast<std::size_t>(reason)]; }
int http_status(ErrorCode code) { return info(code).status; }
std::string_view title(ErrorCode code) { return info(code).title; }

Error make_error(ErrorCode code, std::string message, std::string field, Reason reason) {
    return Error{code, reason, std::move(message), std::move(field), {}, {}};
}

Error invalid(std::string field, Reason reason, std::string message, std::string received,
              Constraints constraints) {
    return Error{ErrorCode::VALIDATION_ERROR, reason, std::move(message), std::move(field),
                 std::move(received), std::move(constraints)};
}

}  // namespace hallpass

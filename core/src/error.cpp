#include "hallpass/error.hpp"

namespace hallpass {
namespace {

// One array for each column: the Wasm module carries only those that it asks for.
constexpr std::string_view code_names[] = {
#define HALLPASS_X(code, status, title) #code,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};
constexpr int statuses[] = {
#define HALLPASS_X(code, status, title) status,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};
constexpr std::string_view titles[] = {
#define HALLPASS_X(code, status, title) title,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};

constexpr std::string_view reason_names[] = {
#define HALLPASS_X(reason) #reason,
    HALLPASS_ERROR_REASONS(HALLPASS_X)
#undef HALLPASS_X
};

constexpr std::size_t at(ErrorCode code) { return static_cast<std::size_t>(code); }

}  // namespace

std::string_view to_string(ErrorCode code) { return code_names[at(code)]; }
std::string_view to_string(Reason reason) { return reason_names[static_cast<std::size_t>(reason)]; }
int http_status(ErrorCode code) { return statuses[at(code)]; }
std::string_view title(ErrorCode code) { return titles[at(code)]; }

// Refusals are rare: what makes them is kept out of the way of what decides.
[[gnu::cold, gnu::noinline]] Error make_error(ErrorCode code, std::string_view message,
                                              std::string_view field, Reason reason) {
    return Error{code, reason, std::string{message}, std::string{field}, {}, {}};
}

[[gnu::cold, gnu::noinline]] Error invalid(std::string_view field, Reason reason,
                                           std::string_view message, std::string received,
                                           Constraints constraints) {
    auto error = make_error(ErrorCode::VALIDATION_ERROR, message, field, reason);
    error.received = std::move(received);
    error.constraints = std::move(constraints);
    return error;
}

}  // namespace hallpass

#include "hallpass/error.hpp"

#include "wire_names.hpp"

namespace hallpass {
namespace {

// One array for each column: the Wasm module carries only those that it asks for.
constexpr char code_names[] =
#define HALLPASS_X(code, status, title) HALLPASS_NAME(code)
    HALLPASS_ERROR_CODES(HALLPASS_X);
#undef HALLPASS_X
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

constexpr char reason_names[] =
#define HALLPASS_X(reason) HALLPASS_NAME(reason)
    HALLPASS_ERROR_REASONS(HALLPASS_X);
#undef HALLPASS_X

constexpr std::size_t at(ErrorCode code) { return static_cast<std::size_t>(code); }

}  // namespace

std::string_view to_string(ErrorCode code) { return name_in(code_names, code); }
std::string_view to_string(Reason reason) { return name_in(reason_names, reason); }
int http_status(ErrorCode code) { return statuses[at(code)]; }
std::string_view title(ErrorCode code) { return titles[at(code)]; }

// Refusals are rare: what makes them is kept out of the way of what decides.
[[gnu::cold, gnu::noinline]] Refusal::Refusal(Error error) : error_(new Error{std::move(error)}) {}

[[gnu::cold, gnu::noinline]] Refusal::Refusal(const Refusal& other)
    : error_(other ? new Error{*other} : nullptr) {}

[[gnu::cold, gnu::noinline]] void Refusal::discard() noexcept { delete error_; }

[[gnu::cold, gnu::noinline]] Refusal make_error(ErrorCode code, std::string_view message,
                                                std::string_view field, Reason reason) {
    return Refusal{new Error{code, reason, std::string{message}, std::string{field}, {}, {}}};
}

[[gnu::cold, gnu::noinline]] Refusal invalid(std::string_view field, Reason reason,
                                             std::string_view message) {
    return make_error(ErrorCode::VALIDATION_ERROR, message, field, reason);
}

[[gnu::cold, gnu::noinline]] Refusal invalid(std::string_view field, Reason reason,
                                             std::string_view message, std::string_view received,
                                             const Constraints& constraints) {
    auto refusal = invalid(field, reason, message);
    refusal->received = received;
    refusal->constraints = constraints;
    return refusal;
}

}  // namespace hallpass

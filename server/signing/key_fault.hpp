#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hallpass::server {

/// What can be wrong with keys, certificates and their files, as `hallpassd keys` and the log name
/// it.
// clang-format off
#define HALLPASS_KEY_PROBLEMS(X)                                                         \
    X(file_unreadable) X(file_insecure) X(file_malformed) X(file_unwritable)             \
    X(key_unknown) X(key_exists) X(key_signs) X(key_in_use) X(key_malformed)             \
    X(algorithm_refused) X(secret_too_short) X(command_failed) X(output_exists)        \
    X(record_key_differs) X(certificate_malformed) X(certificate_differs)              \
    X(certificate_expired) X(certificate_not_yet_valid) X(certificate_refused)
// clang-format on

enum class KeyProblem : std::uint8_t {
#define HALLPASS_X(problem) problem,
    HALLPASS_KEY_PROBLEMS(HALLPASS_X)
#undef HALLPASS_X
};

/// Never holds key material or the output of a signing command.
class KeyFault : public std::runtime_error {
  public:
    KeyFault(KeyProblem problem, const std::string& message)
        : std::runtime_error(message), problem_(problem) {}
    KeyProblem problem() const { return problem_; }

  private:
    KeyProblem problem_;
};

constexpr std::string_view to_string(KeyProblem problem) {
    constexpr std::string_view names[] = {
#define HALLPASS_X(name) #name,
        HALLPASS_KEY_PROBLEMS(HALLPASS_X)
#undef HALLPASS_X
    };
    return names[static_cast<std::size_t>(problem)];
}

}  // namespace hallpass::server

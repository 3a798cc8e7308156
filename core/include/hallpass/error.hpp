#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hallpass {

/// The one list of error codes: X(code, HTTP status, title).
/// C++, HTTP (RFC 9457 `title` and `status`) and the generated TypeScript all come from here.
/// `LAW_FIRM_NOT_FOUND` stands for `TENANT_NOT_FOUND` in profiles whose tenant claim is
/// `lawFirmId`.
// clang-format off
#define HALLPASS_ERROR_CODES(X)                                                        \
    X(VALIDATION_ERROR, 400, "The request is not valid")                               \
    X(UNAUTHORIZED, 401, "No valid credential was given")                              \
    X(TOKEN_MALFORMED, 401, "The act-as token is malformed")                           \
    X(TOKEN_SIGNATURE_INVALID, 401, "The act-as token's signature does not hold")      \
    X(TOKEN_EXPIRED, 401, "The act-as token has expired")                              \
    X(TOKEN_NOT_YET_VALID, 401, "The act-as token is not valid yet")                   \
    X(TOKEN_REVOKED, 401, "The act-as session was ended")                              \
    X(TOKEN_CLAIM_INVALID, 401, "A claim of the act-as token is not acceptable")       \
    X(FORBIDDEN, 403, "Not allowed")                                                   \
    X(CONSENT_REQUIRED, 403, "The user has not given access")                          \
    X(NESTED_IMPERSONATION, 403, "An act-as token cannot start another session")       \
    X(TARGET_IS_STAFF, 403, "Staff accounts cannot be acted for")                      \
    X(TARGET_BANNED, 403, "The user is banned")                                        \
    X(AGENT_BANNED, 403, "The agent is banned")                                        \
    X(INSUFFICIENT_SCOPE, 403, "A scope that is needed is missing")                    \
    X(ACT_AS_DISABLED, 403, "Acting as users is switched off for this tenant")         \
    X(USER_OPTED_OUT, 403, "The user does not accept access requests")                 \
    X(LAW_FIRM_NOT_FOUND, 404, "Law firm not found")                                   \
    X(TENANT_NOT_FOUND, 404, "Tenant not found")                                       \
    X(USER_NOT_FOUND, 404, "User not found")                                           \
    X(GRANT_NOT_FOUND, 404, "Grant not found")                                         \
    X(SESSION_NOT_FOUND, 404, "Session not found")                                     \
    X(NOT_FOUND, 404, "There is nothing at this address")                              \
    X(METHOD_NOT_ALLOWED, 405, "This method is not supported here")                    \
    X(REQUEST_TIMEOUT, 408, "The request took too long to arrive")                     \
    X(ACTIVE_SESSION_EXISTS, 409, "Another session is active")                         \
    X(OPEN_REQUEST_EXISTS, 409, "There is an open request or grant already")           \
    X(GRANT_NOT_PENDING, 409, "The request is no longer waiting for an answer")        \
    X(GRANT_NOT_ACTIVE, 409, "The grant is not in force")                              \
    X(SESSION_ENDED, 409, "The session has ended")                                     \
    X(IDEMPOTENCY_KEY_REUSED, 409, "The Idempotency-Key was used for another request") \
    X(PAYLOAD_TOO_LARGE, 413, "The request body is too large")                         \
    X(UNSUPPORTED_MEDIA_TYPE, 415, "The content type is not supported")                \
    X(RATE_LIMITED, 429, "Too many requests")                                          \
    X(HEADERS_TOO_LARGE, 431, "The request headers are too large")                     \
    X(INTERNAL_ERROR, 500, "Something went wrong on our side")                         \
    X(SERVICE_UNAVAILABLE, 503, "The service cannot answer right now")                 \
    X(KEYS_UNAVAILABLE, 503, "The verification keys cannot be fetched")                \
    X(REVOCATION_UNAVAILABLE, 503, "The revocation list cannot be fetched")
// clang-format on

enum class ErrorCode : std::uint8_t {
#define HALLPASS_X(code, status, title) code,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};

/// Why, more finely than the code: the wire's optional `reason` member, stable like the codes.
// clang-format off
#define HALLPASS_ERROR_REASONS(X)                                                               \
    X(none)                                                                                     \
    X(required) X(wrong_type) X(malformed) X(unknown_member) X(duplicate_member) X(too_short)   \
        X(too_long) X(out_of_range) X(not_one_of) X(contradiction) X(unknown_time_zone)         \
            X(date_in_past) X(date_skipped) X(until_in_past) X(until_too_late)                  \
                X(self_impersonation) X(missing_permission) X(not_yours) X(not_due) X(no_grant) \
                    X(grant_pending) X(grant_declined) X(grant_revoked) X(grant_expired)        \
                        X(other_ticket) X(scope_exceeded) X(scope_never_carried) X(read_only)   \
                            X(unknown_key) X(algorithm) X(unsupported_header) X(encoding)       \
                                X(mismatch)
// clang-format on

enum class Reason : std::uint8_t {
#define HALLPASS_X(reason) reason,
    HALLPASS_ERROR_REASONS(HALLPASS_X)
#undef HALLPASS_X
};

/// What a rejected value had to satisfy; only the parts that apply are set.
struct Constraints {
    std::optional<std::int64_t> min{};
    std::optional<std::int64_t> max{};
    std::string
        one_of{};  ///< allowed or offending values, space-separated; empty if not applicable
};

/// A refusal. Never holds token text, keys or personal data beyond what the caller sent itself.
struct [[nodiscard]] Error {
    ErrorCode code;
    Reason reason = Reason::none;
    std::string message;  ///< one English sentence that says what to do next
    std::string field;    ///< the request's member, or the claim's name; empty if not applicable
    std::string
        received;  ///< JSON text of the rejected value, at most 200 bytes; empty if withheld
    Constraints constraints;
};

// Where the compiler can be told, a refusal comes back in a register although it has a destructor.
#if defined(__clang__)
#define HALLPASS_TRIVIAL_ABI __attribute__((trivial_abi))
#else
#define HALLPASS_TRIVIAL_ABI
#endif

/// An Error, or none where nothing stands against what was asked. One pointer, as what may be
/// refused is mostly not: only a refusal pays for what it says.
class HALLPASS_TRIVIAL_ABI [[nodiscard]] Refusal {
  public:
    Refusal() = default;
    Refusal(std::nullopt_t) {}
    Refusal(Error error);
    Refusal(const Refusal& other);
    Refusal(Refusal&& other) noexcept : error_(std::exchange(other.error_, nullptr)) {}
    Refusal& operator=(Refusal other) noexcept {
        std::swap(error_, other.error_);
        return *this;
    }
    ~Refusal() {
        if (has_value()) discard();
    }

    /// Unless told that refusals are the exception, compilers take a pointer that is looked at for
    /// one that is set, and what follows a few such checks for code that is hardly ever run.
    bool has_value() const noexcept { return __builtin_expect(error_ != nullptr, 0) != 0; }
    explicit operator bool() const noexcept { return has_value(); }
    /// The error; where there is none this is a bug and aborts.
    const Error& operator*() const { return *held(); }
    Error& operator*() { return *held(); }
    const Error* operator->() const { return held(); }
    Error* operator->() { return held(); }
    operator const Error&() const { return *held(); }

  private:
    friend Refusal make_error(ErrorCode, std::string_view, std::string_view, Reason);
    explicit Refusal(Error* owned) : error_(owned) {}
    Error* held() const {
        if (error_ == nullptr) std::abort();
        return error_;
    }
    void discard() noexcept;
    Error* error_ = nullptr;
};

/// @returns the code's wire name, for example "VALIDATION_ERROR".
std::string_view to_string(ErrorCode code);
/// @returns the reason's wire name, for example "too_short"; "none" for Reason::none.
std::string_view to_string(Reason reason);
/// @returns the HTTP status (RFC 9110) that goes with the code.
int http_status(ErrorCode code);
/// @returns the short English title (RFC 9457 section 3.1.3).
std::string_view title(ErrorCode code);

/// Builds an error without constraints.
Refusal make_error(ErrorCode code, std::string_view message, std::string_view field = {},
                   Reason reason = Reason::none);
/// Builds a VALIDATION_ERROR for `field`.
Refusal invalid(std::string_view field, Reason reason, std::string_view message);
/// The same with what was received (JSON text) and what it had to satisfy.
Refusal invalid(std::string_view field, Reason reason, std::string_view message,
                std::string_view received, const Constraints& constraints = {});

}  // namespace hallpass

#include "hallpass/error.hpp"

#include "hallpass/result.hpp"
#include "hallpass_catch.hpp"

#include <set>

using namespace hallpass;

namespace {
// Contract, section 8, written out a second time on purpose.
constexpr struct {
    ErrorCode code;
    std::string_view name;
    int status;
} contract_codes[] = {
    {ErrorCode::VALIDATION_ERROR, "VALIDATION_ERROR", 400},
    {ErrorCode::UNAUTHORIZED, "UNAUTHORIZED", 401},
    {ErrorCode::TOKEN_MALFORMED, "TOKEN_MALFORMED", 401},
    {ErrorCode::TOKEN_SIGNATURE_INVALID, "TOKEN_SIGNATURE_INVALID", 401},
    {ErrorCode::TOKEN_EXPIRED, "TOKEN_EXPIRED", 401},
    {ErrorCode::TOKEN_NOT_YET_VALID, "TOKEN_NOT_YET_VALID", 401},
    {ErrorCode::TOKEN_REVOKED, "TOKEN_REVOKED", 401},
    {ErrorCode::TOKEN_CLAIM_INVALID, "TOKEN_CLAIM_INVALID", 401},
    {ErrorCode::FORBIDDEN, "FORBIDDEN", 403},
    {ErrorCode::CONSENT_REQUIRED, "CONSENT_REQUIRED", 403},
    {ErrorCode::NESTED_IMPERSONATION, "NESTED_IMPERSONATION", 403},
    {ErrorCode::TARGET_IS_STAFF, "TARGET_IS_STAFF", 403},
    {ErrorCode::TARGET_BANNED, "TARGET_BANNED", 403},
    {ErrorCode::AGENT_BANNED, "AGENT_BANNED", 403},
    {ErrorCode::INSUFFICIENT_SCOPE, "INSUFFICIENT_SCOPE", 403},
    {ErrorCode::ACT_AS_DISABLED, "ACT_AS_DISABLED", 403},
    {ErrorCode::LAW_FIRM_NOT_FOUND, "LAW_FIRM_NOT_FOUND", 404},
    {ErrorCode::TENANT_NOT_FOUND, "TENANT_NOT_FOUND", 404},
    {ErrorCode::USER_NOT_FOUND, "USER_NOT_FOUND", 404},
    {ErrorCode::GRANT_NOT_FOUND, "GRANT_NOT_FOUND", 404},
    {ErrorCode::SESSION_NOT_FOUND, "SESSION_NOT_FOUND", 404},
    {ErrorCode::ACTIVE_SESSION_EXISTS, "ACTIVE_SESSION_EXISTS", 409},
    {ErrorCode::OPEN_REQUEST_EXISTS, "OPEN_REQUEST_EXISTS", 409},
    {ErrorCode::GRANT_NOT_PENDING, "GRANT_NOT_PENDING", 409},
    {ErrorCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", 413},
    {ErrorCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", 415},
    {ErrorCode::RATE_LIMITED, "RATE_LIMITED", 429},
};
}  // namespace

TEST_CASE("error codes carry the contract's names and statuses") {
    for (const auto& each : contract_codes) {
        CAPTURE(each.name);
        CHECK(to_string(each.code) == each.name);
        CHECK(http_status(each.code) == each.status);
        CHECK_FALSE(title(each.code).empty());
    }
}

TEST_CASE("every code and every reason has its own name, and every status is an error") {
    std::set<std::string_view> names, titles;
    std::size_t count = 0;
#define HALLPASS_X(code, status, text)          \
    names.insert(to_string(ErrorCode::code));   \
    titles.insert(title(ErrorCode::code));      \
    CHECK(to_string(ErrorCode::code) == #code); \
    CHECK(http_status(ErrorCode::code) >= 400); \
    CHECK(http_status(ErrorCode::code) <= 599); \
    ++count;
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
    CHECK(names.size() == count);
    CHECK(titles.size() == count);

    std::set<std::string_view> reasons;
    std::size_t reason_count = 0;
#define HALLPASS_X(reason)                       \
    reasons.insert(to_string(Reason::reason));   \
    CHECK(to_string(Reason::reason) == #reason); \
    ++reason_count;
    HALLPASS_ERROR_REASONS(HALLPASS_X)
#undef HALLPASS_X
    CHECK(reasons.size() == reason_count);
}

TEST_CASE("errors are built with exactly what they were given") {
    const Error plain = make_error(ErrorCode::FORBIDDEN, "no");
    CHECK(plain.reason == Reason::none);
    CHECK(plain.message == "no");
    CHECK(plain.field.empty());
    CHECK(plain.received.empty());
    CHECK_FALSE(plain.constraints.min);
    CHECK_FALSE(plain.constraints.max);

    const Error refused =
        invalid("ttlMinutes", Reason::out_of_range, "too short", "3", {.min = 5, .max = 120});
    CHECK(refused.code == ErrorCode::VALIDATION_ERROR);
    CHECK(refused.field == "ttlMinutes");
    CHECK(refused.received == "3");
    CHECK(refused.constraints.min == 5);
    CHECK(refused.constraints.max == 120);
}

TEST_CASE("a result holds its value or its error") {
    const Result<int> good = 7;
    const Result<int> bad = make_error(ErrorCode::NOT_FOUND, "none");
    REQUIRE(good.ok());
    CHECK(*good == 7);
    CHECK_FALSE(bad.ok());
    CHECK_FALSE(static_cast<bool>(bad));
    CHECK(bad.error().code == ErrorCode::NOT_FOUND);
}

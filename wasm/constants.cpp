// Prints the core's tables as JSON, for wasm/generate-constants.mjs. Reads headers alone.

#include <cstdio>

#include "hallpass/audit.hpp"
#include "hallpass/error.hpp"
#include "hallpass/expiry.hpp"
#include "hallpass/grant.hpp"
#include "hallpass/limits.hpp"
#include "hallpass/merkle.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/policy.hpp"
#include "hallpass/session.hpp"
#include "hallpass/token.hpp"

namespace {

const char* separator = "";

void begin(const char* name, char bracket) {
    std::printf("%s\n\"%s\": %c", separator, name, bracket);
    separator = "";
}
void end(char bracket) {
    std::printf("%c", bracket);
    separator = ",";
}
void name(const char* text) {
    std::printf("%s\"%s\"", separator, text);
    separator = ",";
}
void number(const char* key, long long value) {
    std::printf("%s\"%s\": %lld", separator, key, value);
    separator = ",";
}

void error_codes() {
    begin("errorCodes", '[');
#define HALLPASS_X(code, status, title)                                     \
    std::printf("%s[\"%s\", %d, \"%s\"]", separator, #code, status, title); \
    separator = ",\n";
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
    end(']');
}

void lists_of_names() {
#define HALLPASS_X(value) name(#value);
#define HALLPASS_LIST(key, list) \
    begin(key, '[');             \
    list(HALLPASS_X) end(']');
    HALLPASS_LIST("reasons", HALLPASS_ERROR_REASONS)
    HALLPASS_LIST("expiryPresets", HALLPASS_EXPIRY_PRESETS)
    HALLPASS_LIST("grantStatuses", HALLPASS_GRANT_STATUSES)
    HALLPASS_LIST("revokedBy", HALLPASS_REVOKED_BY)
    HALLPASS_LIST("sessionStatuses", HALLPASS_SESSION_STATUSES)
    HALLPASS_LIST("limitedBy", HALLPASS_LIMITED_BY)
    HALLPASS_LIST("activePer", HALLPASS_ACTIVE_PER)
    HALLPASS_LIST("auditEvents", HALLPASS_AUDIT_EVENTS)
    HALLPASS_LIST("algorithms", HALLPASS_ALGORITHMS)
    HALLPASS_LIST("proofVerdicts", HALLPASS_PROOF_VERDICTS)
#undef HALLPASS_X
#define HALLPASS_X(id, wire_name) name(wire_name);
    HALLPASS_LIST("permissions", HALLPASS_PERMISSIONS)
#undef HALLPASS_X
}

void profiles() {
    begin("profiles", '[');
#define HALLPASS_X(profile, consent, cap, ttl_min, ttl_default, ttl_max, active, claim, days,     \
                   pend)                                                                          \
    std::printf("%s[\"%s\", %s, %d, %d, %d, %d, \"%s\", \"%s\", %d, %d]", separator, #profile,    \
                (consent) ? "true" : "false", cap, ttl_min, ttl_default, ttl_max, #active, claim, \
                days, pend);                                                                      \
    separator = ",\n";
    HALLPASS_PROFILES(HALLPASS_X)
#undef HALLPASS_X
    end(']');
}

void bounds() {
    namespace limits = hallpass::limits;
    begin("limits", '{');
    number("idMaxBytes", limits::id_max_bytes);
    number("reasonMinChars", limits::reason_min_chars);
    number("reasonMaxChars", limits::reason_max_chars);
    number("scopeMaxBytes", limits::scope_max_bytes);
    number("scopesMaxCount", limits::scopes_max_count);
    number("tokenMaxBytes", limits::token_max_bytes);
    number("jsonMaxDepth", limits::json_max_depth);
    number("hmacKeyMinBytes", limits::hmac_key_min_bytes);
    number("clockSkewMaxSeconds", limits::clock_skew_max.count());
    number("ttlFloorMinutes", limits::ttl_floor.count());
    number("sessionCapCeilingMinutes", limits::session_cap_ceiling.count());
    number("grantCeilingDays", limits::grant_ceiling.count());
    number("pendingFloorHours", limits::pending_floor.count());
    number("pendingCeilingDays", limits::pending_ceiling.count());
    end('}');
}

}  // namespace

int main() {
    std::printf("{");
    error_codes();
    lists_of_names();
    profiles();
    bounds();
    std::printf("\n}\n");
}

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hallpass {

/// The record's event names (contract, section 10), and those of what is done to the record itself;
/// hosts may add custom ones beside these.
// clang-format off
#define HALLPASS_AUDIT_EVENTS(X)                                                               \
    X(access_requested)                                                                        \
    X(access_granted) X(access_declined) X(access_revoked) X(access_amended) X(access_expired) \
        X(impersonation_started) X(impersonation_ended) X(token_issued) X(token_rejected)      \
            X(user_role_changed) X(user_banned) X(user_unbanned) X(sessions_revoked)           \
                X(resource_read) X(resource_write)                                             \
                    X(personal_data_erased) X(personal_data_expired) X(record_key_changed)
// clang-format on

enum class AuditEvent : std::uint8_t {
#define HALLPASS_X(event) event,
    HALLPASS_AUDIT_EVENTS(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(AuditEvent event);
std::optional<AuditEvent> parse_audit_event(std::string_view text);

/// Whether an HTTP method reads or writes: GET, HEAD and OPTIONS read, all else writes (RFC 9110
/// section 9.2.1, safe methods).
AuditEvent access_event_for(std::string_view http_method);

}  // namespace hallpass

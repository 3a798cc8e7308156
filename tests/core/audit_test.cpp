#include "hallpass/audit.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

TEST_CASE("audit: the contract's event names, in its order, both ways") {
    const std::string_view names[] = {
        "access_requested",      "access_granted",       "access_declined",
        "access_revoked",        "access_amended",       "access_expired",
        "impersonation_started", "impersonation_ended",  "token_issued",
        "token_rejected",        "user_role_changed",    "user_banned",
        "user_unbanned",         "sessions_revoked",     "resource_read",
        "resource_write",        "personal_data_erased", "personal_data_expired",
        "record_key_changed"};
    std::size_t index = 0;
    for (const auto name : names) {
        CAPTURE(name);
        const auto event = parse_audit_event(name);
        REQUIRE(event);
        CHECK(static_cast<std::size_t>(*event) == index++);
        CHECK(to_string(*event) == name);
    }
    CHECK(static_cast<std::size_t>(AuditEvent::record_key_changed) + 1 == std::size(names));
    CHECK_FALSE(parse_audit_event(""));
    CHECK_FALSE(parse_audit_event("Access_requested"));
    CHECK_FALSE(parse_audit_event("access_requested "));
}

TEST_CASE("audit: only methods known to be safe count as reading") {
    for (const std::string_view method : {"GET", "HEAD", "OPTIONS"}) {
        CHECK(access_event_for(method) == AuditEvent::resource_read);
    }
    for (const std::string_view method :
         {"POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "get", "", "QUERY", "GET "}) {
        CHECK(access_event_for(method) == AuditEvent::resource_write);
    }
}

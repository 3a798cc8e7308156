#include "hallpass/audit.hpp"

#include "wire_names.hpp"

namespace hallpass {
namespace {
constexpr char event_names[] =
#define HALLPASS_X(event) HALLPASS_NAME(event)
    HALLPASS_AUDIT_EVENTS(HALLPASS_X);
#undef HALLPASS_X
}  // namespace

std::string_view to_string(AuditEvent event) { return name_in(event_names, event); }
std::optional<AuditEvent> parse_audit_event(std::string_view text) {
    return value_in<AuditEvent>(event_names, text);
}

AuditEvent access_event_for(std::string_view http_method) {
    const bool safe = http_method == "GET" || http_method == "HEAD" || http_method == "OPTIONS";
    return safe ? AuditEvent::resource_read : AuditEvent::resource_write;
}

}  // namespace hallpass

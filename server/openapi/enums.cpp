// The core's lists, read where they are written: nothing here is typed a second time.
#include "hallpass/audit.hpp"
#include "hallpass/error.hpp"
#include "hallpass/expiry.hpp"
#include "hallpass/grant.hpp"
#include "hallpass/json.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/policy.hpp"
#include "hallpass/session.hpp"
#include "openapi/document.hpp"

namespace hallpass::server {

void write_enum_schemas(json::Writer& writer) {
    const auto begin = [&](const char* name) {
        writer.key(name).begin_object().member("type", "string").key("enum").begin_array();
    };
    const auto end = [&] { writer.end_array().end_object(); };
#define HALLPASS_LIST(name, list) \
    begin(name);                  \
    list(HALLPASS_X);             \
    end();

#define HALLPASS_X(value) writer.string(#value);
    HALLPASS_LIST("ErrorReason", HALLPASS_ERROR_REASONS)
    HALLPASS_LIST("ExpiryPreset", HALLPASS_EXPIRY_PRESETS)
    HALLPASS_LIST("GrantStatus", HALLPASS_GRANT_STATUSES)
    HALLPASS_LIST("RevokedBy", HALLPASS_REVOKED_BY)
    HALLPASS_LIST("SessionStatus", HALLPASS_SESSION_STATUSES)
    HALLPASS_LIST("LimitedBy", HALLPASS_LIMITED_BY)
    HALLPASS_LIST("RecordEvent", HALLPASS_AUDIT_EVENTS)
#undef HALLPASS_X
#define HALLPASS_X(code, status, title) writer.string(#code);
    HALLPASS_LIST("ErrorCode", HALLPASS_ERROR_CODES)
#undef HALLPASS_X
#define HALLPASS_X(id, wire_name) writer.string(wire_name);
    HALLPASS_LIST("Permission", HALLPASS_PERMISSIONS)
#undef HALLPASS_X
#define HALLPASS_X(profile, ...) writer.string(#profile);
    HALLPASS_LIST("Profile", HALLPASS_PROFILES)
#undef HALLPASS_X
#undef HALLPASS_LIST
}

}  // namespace hallpass::server

#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

// Any text, wherever text from outside is taken: ids, reasons, names in lists, base64url.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = text_of(data, size);
    const auto id = SessionId::parse(text, "sessionId");
    expect(id.ok() == is_valid_id(text));
    if (!id) expect_sound(id.error());
    const auto reason = AccessReason::parse(text);
    expect(reason.ok() == !refuse_reason(text).has_value());
    if (reason) {
        expect(AccessReason::parse(reason->str())->str() == reason->str());
        expect(json::Document::parse(json::quoted(reason->str()))->root().string() ==
               reason->str());
    } else {
        expect_sound(reason.error());
    }
    if (const auto bytes = base64url_decode(text)) expect(base64url_encode(*bytes) == text);
    expect(base64url_decode(base64url_encode(text)) == text);
    if (const auto code = parse_profile(text)) expect(to_string(*code) == text);
    if (const auto preset = parse_expiry_preset(text)) expect(to_string(*preset) == text);
    if (const auto permission = parse_permission(text)) expect(to_string(*permission) == text);
    if (const auto event = parse_audit_event(text)) expect(to_string(*event) == text);
    Roles roles;
    if (roles.add(text, {"user:list"}).ok()) expect(roles.known(text));
    return 0;
}

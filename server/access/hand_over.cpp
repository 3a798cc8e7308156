#include "access/hand_over.hpp"

#include <algorithm>

#include "access/directory.hpp"
#include "access/sessions.hpp"
#include "application.hpp"
#include "digest.hpp"
#include "random.hpp"

namespace hallpass::server {

std::string kept_code(std::string_view code) {
    constexpr std::size_t secret_chars = 43;
    const auto time = code.substr(0, id_time_chars);
    // Nothing else that a caller may send gets into a statement as it is.
    const bool timed = code.size() == id_time_chars + secret_chars &&
                       std::all_of(time.begin(), time.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'v');
                       });
    return (timed ? std::string{time} : std::string{}) + sha256_text(code);
}

std::string secret_members(const Application& application, const std::string& code,
                           const std::optional<std::string>& text) {
    json::Writer writer;
    writer.begin_object();
    // A key that was retired since cannot sign again: then the session alone is told.
    if (text) {
        writer.member("delegatedToken", *text);
        writer.member("uiSwitchUrl", application.settings().app_url + "/switch-user?token=" + code);
    } else {
        writer.key("delegatedToken").null().key("uiSwitchUrl").null();
    }
    const auto object = std::move(writer.end_object()).text();
    return "," + object.substr(1, object.size() - 2);
}

std::string secret_members(Application& application, Connection& store,
                           const std::string& token_id) {
    const auto token = store.find<TokenRow>("WHERE id = :id", {{"id", token_id}});
    const auto session = token ? find_session(store, token->session_id) : std::nullopt;
    const auto tenant = session ? find_tenant(store, session->tenant_id) : std::nullopt;
    if (!tenant) throw StoreFault("an issued token's session is gone");
    return secret_members(
        application, application.tokens().hand_over_code(session->id),
        application.tokens().text_of(*token, *session, tenant->policy.tenant_claim()));
}

}  // namespace hallpass::server

#include "routes/login_start.hpp"

#include "application.hpp"
#include "digest.hpp"
#include "identity/login.hpp"
#include "random.hpp"

namespace hallpass::server {

constexpr std::size_t cookie_max_bytes = 3000;

Result<Answer> start_login(const Call& call, Transaction& transaction, const std::string& user_id) {
    const auto& confines = call.identity.credential.confines;
    const auto secret = cookie_of_login(random_secret(), confines);
    // Browsers keep cookies of 4096 bytes with all that belongs to them (RFC 6265 section 6.1).
    if (secret.size() > cookie_max_bytes) {
        return make_error(ErrorCode::FORBIDDEN,
                          "the token carries too many roles or scopes for a cookie");
    }
    const auto lifetime = call.application.settings().login_lifetime;
    const auto origin = call.origin();
    LoginRow login;
    login.id = random_id("log_");
    login.secret_sha256 = sha256_text(secret);
    login.user_id = user_id;
    login.created_at_unix_ms = to_unix_ms(call.now);
    login.expires_at_unix_ms = to_unix_ms(call.now + lifetime);
    login.ip = origin.ip.value_or("");
    login.user_agent = origin.user_agent.value_or("");
    transaction.store().insert(login);
    json::Writer writer;
    writer.begin_object().member("userId", user_id);
    writer.member("expiresAt", format_rfc3339(from_unix_ms(login.expires_at_unix_ms)));
    auto answer = Answer::json(200, std::move(writer.end_object()).text());
    answer.with("Set-Cookie", set_login_cookie(secret, std::chrono::seconds{lifetime}.count(),
                                               call.application.secure_cookies()));
    return answer;
}

}  // namespace hallpass::server

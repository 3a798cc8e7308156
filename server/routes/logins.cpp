#include "application.hpp"
#include "digest.hpp"
#include "hallpass/wire.hpp"
#include "identity/login.hpp"
#include "routes/login_start.hpp"
#include "routes/managed_users.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

Result<Answer> sign_in(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    if (auto error = body.finish()) return *error;
    const auto& credential = call.identity.credential;
    if (credential.kind != Credential::Kind::bearer || credential.acting_as) {
        return make_error(ErrorCode::UNAUTHORIZED, "sign in with a bearer token");
    }
    return start_login(call, transaction, call.identity.user_id());
}

/// Signing out always works; what is over already stays over.
Result<Answer> sign_out(const Call& call, Transaction& transaction) {
    std::string user_id;
    const Binds binds{{"secret", call.identity.credential.login_sha256}};
    transaction.store().query("SELECT user_id FROM logins WHERE secret_sha256 = :secret", "t",
                              binds, [&](Columns& row) { user_id = row.text(); });
    if (!user_id.empty()) {
        transaction.store().execute("DELETE FROM logins WHERE secret_sha256 = :secret", binds);
        // On record, as that is what other servers hear of: the user's streams end there too.
        auto origin = call.origin();
        origin.actor_id = user_id;
        record_ended_logins(transaction, user_id, 1, origin);
    }
    auto answer = Answer::empty(204);
    answer.with("Set-Cookie", set_login_cookie("", 0, call.application.secure_cookies()));
    return answer;
}

}  // namespace

std::vector<Route> login_routes() {
    Route in{Method::post, "/api/v1/session", Who::person, BodyKind::json, sign_in};
    in.tries_credentials = in.gives_secrets = true;
    const Route out{Method::delete_, "/api/v1/session", Who::anyone, BodyKind::none, sign_out};
    return {in, out};
}

}  // namespace hallpass::server

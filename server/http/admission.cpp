// Who may call a route at all: the credential's part in it, and the page's that sends a cookie
// along.
#include "http/dispatch.hpp"
#include "identity/login.hpp"

namespace hallpass::server {

Result<Done> Dispatch::check_cookie_origin() const {
    const auto& request = exchange_.request;
    const bool harmless =
        exchange_.credential.kind != Credential::Kind::login || is_safe(request.method);
    // Signing in needs no credential and sets one: it too must come from our own pages.
    const bool by_browser =
        exchange_.route->demo_only && !is_safe(request.method) &&
        (!request.header("Origin").empty() || !request.header("Sec-Fetch-Site").empty());
    if (harmless && !by_browser) return Done{};
    if (from_own_pages(request, application_.public_origin())) return Done{};
    return make_error(ErrorCode::FORBIDDEN,
                      "with the cookie, changes must come from the server's own pages");
}

Result<Done> Dispatch::check_who(const Identity& identity) const {
    const auto who = exchange_.route->who;
    const auto kind = identity.credential.kind;
    if (who == Who::anyone) return Done{};
    if (kind == Credential::Kind::none) {
        return make_error(ErrorCode::UNAUTHORIZED, "sign in first");
    }
    if (kind == Credential::Kind::act_as &&
        (who == Who::person_or_act_as || who == Who::act_as_or_service)) {
        return Done{};
    }
    // Nor does a provider's own act-as token consent or read. A start refuses it in its own order.
    if (identity.credential.acting_as &&
        (who != Who::person_or_act_as || is_safe(exchange_.request.method))) {
        return make_error(ErrorCode::NESTED_IMPERSONATION,
                          "this needs your own login, not an act-as token");
    }
    if (identity.service) {
        if (who == Who::act_as_or_service || who == Who::person_or_service) return Done{};
        return make_error(ErrorCode::FORBIDDEN, "a service may not do this");
    }
    if (!identity.known()) {
        return make_error(ErrorCode::UNAUTHORIZED, "your account is not known here");
    }
    if (identity.banned) {
        return identity.agent() ? make_error(ErrorCode::AGENT_BANNED,
                                             "your account is banned; ask an administrator")
                                : make_error(ErrorCode::FORBIDDEN,
                                             "your account is banned; ask an administrator");
    }
    if (who == Who::act_as_or_service) {
        return make_error(ErrorCode::FORBIDDEN, "this is for services and act-as tokens");
    }
    return Done{};
}

Result<Identity> Dispatch::admit(Connection& store, Instant now) const {
    if (exchange_.route->who == Who::anyone &&
        exchange_.credential.kind != Credential::Kind::bearer) {
        // Whoever may call needs no look-up, and a stale cookie must not keep them from signing in.
        Identity nobody;
        nobody.credential.kind = exchange_.credential.kind;
        nobody.credential.login_sha256 = exchange_.credential.login_sha256;
        return nobody;
    }
    if (exchange_.credential.kind == Credential::Kind::provisioner) {
        Identity provider;  // no person, and in no directory
        provider.credential = exchange_.credential;
        return provider;
    }
    auto identity = identify(store, exchange_.credential, application_.roles(), now);
    if (!identity) return identity;
    if (auto allowed = check_who(*identity); !allowed) return std::move(allowed).error();
    return identity;
}

}  // namespace hallpass::server

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/hub.hpp"
#include "hallpass/json.hpp"
#include "http/answer.hpp"
#include "http/request.hpp"
#include "identity/identity.hpp"
#include "signing/act_as_tokens.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

class Application;
struct Route;

using Parameters = std::map<std::string, std::string, std::less<>>;

/// One request on its way through the server, up to where the store comes in.
struct Exchange {
    Request request;
    const Route* route = nullptr;
    Parameters path;   ///< what the pattern's `{name}` parts matched, decoded
    Parameters query;  ///< or, with a form body, its fields
    std::optional<json::Document> body;
    Credential credential;
    std::optional<ActAsTokens::Checked> presented;  ///< the token to judge, where it was foreseen
};

/// What a handler sees.
struct Call {
    Application& application;
    const Exchange& exchange;
    Identity identity;
    Instant now;

    const Request& request() const { return exchange.request; }
    const std::string& path(std::string_view name) const {
        return exchange.path.find(name)->second;
    }
    /// The query parameter or form field; nothing where it is not there.
    std::optional<std::string> query(std::string_view name) const;
    /// The JSON body; `{}` where the request had none.
    json::Value body() const { return exchange.body->root(); }
    Origin origin() const { return identity.origin(exchange.request); }
};

/// Who may call a route at all; the rest is the handler's.
enum class Who {
    anyone,
    person,            ///< their own login
    person_or_act_as,  ///< or an act-as token
    act_as_or_service,
    person_or_service,
    provisioner,  ///< an identity provider with its provisioning token, and nobody else
};
enum class BodyKind { none, json, form, scim };

/// Of what is the same for everybody and whatever becomes of the store.
using PlainHandler = Result<Answer> (*)(const Call&);
using ReadHandler = Result<Answer> (*)(const Call&, Connection&);
using WriteHandler = Result<Answer> (*)(const Call&, Transaction&);
/// What a handler is likely to look up, so that it can be asked for beforehand;
/// nothing where that is not known. Called on the request's own thread, what it returns on the
/// handler's. What it found out for that stays with the request.
using Foresight = std::function<void(Connection&)> (*)(const Application&, Exchange&);
/// Opens a stream instead of giving an answer.
using StreamHandler = Result<std::shared_ptr<Subscription>> (*)(const Call&, Connection&);

inline bool is_safe(Method method) { return method == Method::get || method == Method::head; }

/// One row of the table of routes.
struct Route {
    Method method;
    std::string_view pattern;  ///< "/api/v1/me", with `{name}` for one segment
    Who who;
    BodyKind body;
    std::variant<PlainHandler, ReadHandler, WriteHandler, StreamHandler> handler;
    std::size_t body_max_bytes = 64 * 1024;
    bool tries_credentials = false;  ///< rate-limited by address
    bool gives_secrets = false;      ///< its answers are never kept for an Idempotency-Key
    bool demo_only = false;
    bool ignores_credentials = false;  ///< the same for everybody, whatever they bring along
    Answer (*refusal)(const Error&) = Answer::problem;  ///< how its refusals are worded
    Foresight foresight = nullptr;
    bool always_heard = false;  ///< it can only end an access: no allowance may stand in its way
};

}  // namespace hallpass::server

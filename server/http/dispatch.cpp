#include "http/dispatch.hpp"

#include <spdlog/spdlog.h>

#include "ascii.hpp"
#include "hallpass/ids.hpp"
#include "http/faults.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

std::string media_type_of(const Request& request) {
    auto type = request.header("Content-Type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    return without_case(type);
}

Error internal_fault() {
    return make_error(ErrorCode::INTERNAL_ERROR,
                      "something went wrong on our side; try again later");
}

/// Whether a body of that type may be sent where this kind is wanted.
bool takes(BodyKind kind, std::string_view type) {
    if (kind == BodyKind::form) return type == "application/x-www-form-urlencoded";
    // RFC 7644 section 3.1 names its own; identity providers send either.
    return type == "application/json" ||
           (kind == BodyKind::scim && type == "application/scim+json");
}

}  // namespace

std::optional<std::string> Call::query(std::string_view name) const {
    const auto found = exchange.query.find(name);
    if (found == exchange.query.end()) return std::nullopt;
    return found->second;
}

void Dispatch::run() {
    try {
        if (auto prepared = prepare(); !prepared) return answer(refusal(prepared.error()));
        const auto& handler = exchange_.route->handler;
        if (const auto* plain = std::get_if<PlainHandler>(&handler)) return tell(*plain);
        if (const auto* reads = std::get_if<ReadHandler>(&handler)) return read(*reads);
        if (const auto* writes = std::get_if<WriteHandler>(&handler)) return write(*writes);
        aside(&Dispatch::open_stream, *std::get_if<StreamHandler>(&handler));
    } catch (const std::exception& fault) {
        fail(fault);
    }
}

Answer Dispatch::refusal(const Error& error) const {
    const auto* route = exchange_.route;
    return route == nullptr ? Answer::problem(error) : route->refusal(error);
}

Result<Done> Dispatch::prepare() {
    auto& request = exchange_.request;
    auto match = application_.router_.find(request.method, request.path);
    exchange_.route = match.route;
    exchange_.path = std::move(match.path);
    auto query = parse_pairs(request.query);
    if (!query) return std::move(query).error();
    for (auto& [name, value] : *query) exchange_.query.emplace(name, std::move(value));

    if (exchange_.route->ignores_credentials) return read_body();
    auto credential = exchange_.route->who == Who::provisioner
                          ? provisioning_credential(request, application_.provisioners())
                          : credential_of(request, application_.issuers(), application_.tokens(),
                                          application_.clock().now());
    if (!credential) return std::move(credential).error();
    exchange_.credential = *std::move(credential);
    // Who has no credential at all learns nothing about what a body should look like.
    if (exchange_.route->who != Who::anyone &&
        exchange_.credential.kind == Credential::Kind::none) {
        return make_error(ErrorCode::UNAUTHORIZED, "sign in first");
    }
    if (auto origin = check_cookie_origin(); !origin) return origin;
    return read_body();
}

Result<Done> Dispatch::read_body() {
    const auto& request = exchange_.request;
    const auto kind = exchange_.route->body;
    const auto type = media_type_of(request);
    const bool empty = request.body.empty() && type.empty();
    if (kind == BodyKind::none) return Done{};
    const auto* wanted =
        kind == BodyKind::form ? "application/x-www-form-urlencoded" : "application/json";
    if (!empty && !takes(kind, type)) {
        return make_error(ErrorCode::UNSUPPORTED_MEDIA_TYPE,
                          std::string{"send the body as "} + wanted, "Content-Type");
    }
    if (kind == BodyKind::form) {
        // A token in an address ends up in logs and histories (RFC 7662 section 4, RFC 7009
        // section 2.1): what belongs into the form is not taken from elsewhere.
        if (!exchange_.query.empty()) {
            const auto& name = exchange_.query.begin()->first;
            return invalid(is_valid_id(name) ? name : "query", Reason::unknown_member,
                           "send this as a form field, not in the address");
        }
        auto fields = parse_pairs(request.body);
        if (!fields) return std::move(fields).error();
        for (auto& [name, value] : *fields) exchange_.query.emplace(name, std::move(value));
        return Done{};
    }
    auto document = json::Document::parse(empty ? "{}" : request.body);
    if (!document) return std::move(document).error();
    exchange_.body.emplace(*std::move(document));
    return Done{};
}

std::function<void(Connection&)> Dispatch::foreseen() {
    const auto foresight = exchange_.route->foresight;
    if (foresight == nullptr || !application_.store().gathers()) return nullptr;
    auto look_up = foresight(application_, exchange_);
    if (!look_up) return nullptr;
    return [self = shared_from_this(), look_up = std::move(look_up)](Connection& store) {
        static_cast<void>(self->admit(store, self->application_.clock().now()));
        look_up(store);
    };
}

Answer Dispatch::answer_from(Connection& store, ReadHandler handler) const {
    const auto now = application_.clock().now();
    auto identity = admit(store, now);
    if (!identity) return refusal(identity.error());
    const Call call{application_, exchange_, *std::move(identity), now};
    auto result = handler(call, store);
    return result ? *std::move(result) : refusal(result.error());
}

void Dispatch::tell(PlainHandler handler) {
    auto result = handler({application_, exchange_, {}, application_.clock().now()});
    answer(result ? *std::move(result) : refusal(result.error()));
}

void Dispatch::read(ReadHandler handler) {
    if (auto look_up = foreseen()) {
        auto self = shared_from_this();
        return application_.store().read_with_others(
            {std::move(look_up),
             [self, handler](Connection& store) {
                 self->answer(self->answer_from(store, handler));
             },
             [self](const std::exception& fault) { self->fail(fault); }});
    }
    // What is asked for all the time is found by its keys, at once where the database is a file;
    // and what verifiers need does not wait behind one caller's long lists.
    const auto& route = *exchange_.route;
    const bool quick = route.foresight != nullptr || route.ignores_credentials;
    if (quick && !application_.store().shared()) return read_alone(handler);
    aside(&Dispatch::read_alone, handler);
}

void Dispatch::read_alone(ReadHandler handler) {
    answer(
        application_.store().read([&](Connection& store) { return answer_from(store, handler); }));
}

template <class Handler>
void Dispatch::aside(void (Dispatch::*work)(Handler), Handler handler) {
    application_.workers().run([self = shared_from_this(), work, handler] {
        try {
            // The server stops, and waits for all that were before it.
            if (self->application_.workers().hurried()) {
                return self->answer(self->refusal(service_fault()));
            }
            (*self.*work)(handler);
        } catch (const std::exception& fault) {
            self->fail(fault);
        }
    });
}

void Dispatch::open_stream(StreamHandler handler) {
    const auto now = application_.clock().now();
    auto opened =
        application_.store().read([&](Connection& store) -> Result<std::shared_ptr<Subscription>> {
            auto identity = admit(store, now);
            if (!identity) return std::move(identity).error();
            const Call call{application_, exchange_, *std::move(identity), now};
            return handler(call, store);
        });
    if (!opened) return answer(refusal(opened.error()));
    respond_({Answer{200, "text/event-stream", "", {}, {}, {}}, *std::move(opened)});
}

void Dispatch::write(WriteHandler handler) {
    auto self = shared_from_this();
    application_.store().write(
        {[self, handler](Transaction& transaction) { return self->change(handler, transaction); },
         [self](bool durable) {
             self->answer(durable ? std::move(self->pending_) : self->refusal(service_fault()));
         },
         foreseen()});
}

bool Dispatch::change(WriteHandler handler, Transaction& transaction) {
    try {
        auto identity = admit(transaction.store(), transaction.now());
        if (!identity) {
            pending_ = refusal(identity.error());
            return false;
        }
        const Call call{application_, exchange_, *std::move(identity), transaction.now()};
        if (auto limited = application_.allowances().change(call)) {
            pending_ = *std::move(limited);
            return false;
        }
        auto result = change_once(handler, call, transaction);
        // What refuses, in whatever words, changes nothing.
        const bool changed = result.ok() && result->status < 400;
        pending_ = result ? *std::move(result) : refusal(result.error());
        return changed;
    } catch (const StoreFault& fault) {
        spdlog::error("a change met a fault of the store: {}", fault.what());
        pending_ = refusal(service_fault());
    } catch (const KeyFault& fault) {
        spdlog::error("a change could not be signed: {}", fault.what());
        pending_ = refusal(service_fault());
    } catch (const std::exception& fault) {
        spdlog::error("a change met a fault: {}", fault.what());
        pending_ = refusal(internal_fault());
    }
    return false;
}

void Dispatch::answer(Answer answer) {
    if (answer.status == 401) {
        // Wrong credentials use up the address's allowance; right ones do not and are never held
        // up.
        if (auto limited = application_.count_attempt(exchange_.request.client_address,
                                                      exchange_.route->refusal)) {
            answer = *std::move(limited);
        }
    }
    respond_({std::move(answer), nullptr});
}

void Dispatch::fail(const std::exception& fault) {
    spdlog::error("a request met a fault: {}", fault.what());
    const bool passing = dynamic_cast<const StoreFault*>(&fault) != nullptr ||
                         dynamic_cast<const KeyFault*>(&fault) != nullptr;
    respond_({passing ? refusal(service_fault()) : refusal(internal_fault()), nullptr});
}

}  // namespace hallpass::server

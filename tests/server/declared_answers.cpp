#include "declared_answers.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "hallpass/error.hpp"
#include "openapi/document.hpp"

namespace hallpass::server::test {
namespace {

std::mutex found_mutex;
std::string found;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

constexpr ErrorCode codes[] = {
#define HALLPASS_X(code, status, title) ErrorCode::code,
    HALLPASS_ERROR_CODES(HALLPASS_X)
#undef HALLPASS_X
};

bool refuses(const Refusals& refusals, const Reply& reply, bool scim) {
    return std::any_of(std::begin(codes), std::end(codes), [&](ErrorCode code) {
        // SCIM's refusals have no code of ours, and the answer to HEAD has no body.
        const bool named = scim || reply.body.empty() || reply.error() == to_string(code);
        return refusals.has(code) && http_status(code) == reply.status && named;
    });
}

bool declares(const Route& route, const Operation& operation, bool demo, const Reply& reply) {
    const bool scim = route.who == Who::provisioner;
    if (reply.status == operation.status || reply.status == operation.also) return true;
    return refuses(refusals_of(route, operation, demo), reply, scim);
}

}  // namespace

void hold_against_document(const Application& application, std::string_view method,
                           std::string_view target, const Reply& reply) {
    const auto verb = boost::beast::http::string_to_verb({method.data(), method.size()});
    const auto path = target.substr(0, target.find('?'));
    const auto match = application.router().find(verb, path);
    if (match.route == nullptr) return;  // no operation: pages, other methods, nothing at all
    const auto* operation = operation_of(*match.route);
    const bool demo = application.settings().demo;
    if (operation != nullptr && declares(*match.route, *operation, demo, reply)) return;
    const std::lock_guard lock{found_mutex};
    found += std::string{method} + ' ' + std::string{match.route->pattern} + " answered " +
             std::to_string(reply.status) + ' ' + reply.error() + '\n';
}

std::string undeclared_answers() {
    const std::lock_guard lock{found_mutex};
    return std::exchange(found, {});
}

}  // namespace hallpass::server::test

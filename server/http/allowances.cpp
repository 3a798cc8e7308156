#include "http/allowances.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "http/call.hpp"
#include "identity/provisioners.hpp"

namespace hallpass::server {
namespace {

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<double> seconds_in(std::string_view unit) {
    if (unit == "s") return 1;
    if (unit == "m") return 60;
    if (unit == "h") return 3'600;
    return std::nullopt;
}

/// No id has a control character in it.
std::string target(const std::string& tenant_id, const std::string& subject_id) {
    return tenant_id + '\n' + subject_id;
}

std::optional<Answer> refusal(const char* message, std::chrono::seconds wait,
                              Answer (*worded)(const Error&) = Answer::problem) {
    if (wait.count() == 0) return std::nullopt;
    return Answer::too_many(message, wait, worded);
}

}  // namespace

Allowance Allowance::unlimited() { return {std::numeric_limits<double>::infinity(), 1}; }

Allowance Allowance::parse(const std::string& text) {
    constexpr double least = 0.01, most = 1e6;
    if (text == "unlimited") return unlimited();
    const std::string_view all = text;
    const auto plus = std::min(all.find('+'), all.size()),
               slash = std::min(all.find('/'), all.size());
    if (plus < slash && slash < all.size()) {
        const auto burst = number_in(all.substr(0, plus));
        const auto count = number_in(all.substr(plus + 1, slash - plus - 1));
        const auto unit = seconds_in(all.substr(slash + 1));
        if (burst && count && unit && *burst >= 1 && *burst <= most && *count >= least &&
            *count <= most) {
            return {*burst, *count / *unit};
        }
    }
    throw std::runtime_error(
        "an allowance is BURST+COUNT/s, /m or /h, like 20+6/h, or unlimited: " + text);
}

Allowances::Allowances(const AllowanceSettings& settings)
    : changes_(settings.changes.burst, settings.changes.per_second),
      service_changes_(settings.service_changes.burst, settings.service_changes.per_second),
      requests_(settings.requests.burst, settings.requests.per_second),
      starts_(settings.starts.burst, settings.starts.per_second) {}

std::optional<Answer> Allowances::change(const Call& call) {
    const auto& route = *call.exchange.route;
    const auto& caller = call.identity;
    const auto* provisioner = caller.credential.provisioner;
    // Who is nobody is counted by address, where there is something to guess.
    const bool known = provisioner != nullptr || !caller.user_id().empty();
    if (is_safe(route.method) || route.always_heard || !known) return std::nullopt;
    const auto key = provisioner != nullptr ? provisioner->actor_id() : caller.key_owner();
    const bool service = provisioner != nullptr || caller.service;
    return refusal("you have changed too much too quickly; wait and try again",
                   (service ? service_changes_ : changes_).take(key, call.now), route.refusal);
}

std::optional<Answer> Allowances::request(const std::string& tenant_id,
                                          const std::string& subject_id, Instant now) {
    return refusal("this user was asked too often; wait for their answers",
                   requests_.take(target(tenant_id, subject_id), now));
}

std::optional<Answer> Allowances::start(const std::string& tenant_id, const std::string& subject_id,
                                        Instant now) {
    return refusal("too many sessions about this user were started; wait and try again",
                   starts_.take(target(tenant_id, subject_id), now));
}

}  // namespace hallpass::server

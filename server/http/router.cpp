#include "http/router.hpp"

#include <algorithm>

#include "split.hpp"

namespace hallpass::server {
namespace {

bool matches(std::string_view pattern, std::string_view path, Parameters& parameters) {
    while (!pattern.empty()) {
        const auto wanted = take_until(pattern, '/');
        const auto given = take_until(path, '/');
        if (!wanted.starts_with('{')) {
            if (wanted != given) return false;
            continue;
        }
        auto value = percent_decode(given);
        if (!value || value->empty()) return false;
        parameters[std::string{wanted.substr(1, wanted.size() - 2)}] = *std::move(value);
    }
    return true;
}

// An empty last segment is a segment too: "/a/" is not "/a".
std::ptrdiff_t slashes_of(std::string_view path) {
    return std::count(path.begin(), path.end(), '/');
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const auto& route : routes_) {
        const std::string_view pattern{route.pattern};
        shapes_.push_back({slashes_of(pattern), pattern.substr(0, pattern.find('{'))});
    }
}

Router::Match Router::find(Method method, std::string_view path) const {
    const auto wanted = method == Method::head ? Method::get : method;
    Match match;
    const auto slashes = slashes_of(path);
    for (std::size_t at = 0; at < routes_.size(); ++at) {
        if (shapes_[at].slashes != slashes || !path.starts_with(shapes_[at].start)) continue;
        const auto& route = routes_[at];
        Parameters parameters;
        if (!matches(route.pattern, path, parameters)) continue;
        if (route.method == wanted) return {&route, std::move(parameters), {}};
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += std::string{boost::beast::http::to_string(route.method)};
        if (route.method == Method::get) match.allow += ", HEAD";
    }
    return match;
}

}  // namespace hallpass::server

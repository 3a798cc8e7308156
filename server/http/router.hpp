#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/call.hpp"

namespace hallpass::server {

/// The table of routes; everything about methods and paths is derived from it.
class Router {
  public:
    explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

    struct Match {
        const Route* route = nullptr;
        Parameters path;
        std::string allow;  ///< with no route: the methods that the path has; empty: unknown path
    };
    /// @param path percent-encoded, without the query
    Match find(Method method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace hallpass::server

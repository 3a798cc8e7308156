#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/call.hpp"

namespace hallpass::server {

/// The table of routes; everything about methods and paths is derived from it.
class Router {
  public:
    explicit Router(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr;
        Parameters path;
        std::string allow;  ///< with no route: the methods that the path has; empty: unknown path
    };
    /// @param path percent-encoded, without the query
    Match find(Method method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    /// What a path must have to be one of the route's, told at a glance.
    struct Shape {
        std::ptrdiff_t slashes;
        std::string_view start;  ///< of the pattern, up to its first parameter
    };
    std::vector<Route> routes_;
    std::vector<Shape> shapes_;
};

}  // namespace hallpass::server

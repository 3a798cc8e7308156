#pragma once

#include <cstdint>
#include <vector>

#include "store/connection.hpp"

namespace hallpass::server {

/// Draws tokens' places in the status lists, at random. For the writer's thread alone.
class StatusPlaces {
  public:
    struct Place {
        std::int64_t list, index;
    };
    /// A place that no token ever had.
    Place assign(Connection& connection);
    /// Draws beforehand for one `assign`, and asks what that will (Connection::foresee).
    void foresee(Connection& connection);

  private:
    std::int64_t draw();
    std::int64_t newest_ = 1;          ///< list, as far as is known
    std::vector<std::int64_t> drawn_;  ///< and asked about, the latest at the end
};

}  // namespace hallpass::server

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "clock.hpp"
#include "signing/key_ring.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// The Token Status Lists (draft-ietf-oauth-status-list) that tell edges which tokens are over.
/// Only tokens of live sessions are marked valid; everything else, indices never issued included,
/// is marked invalid, so that the list tells nothing about how many tokens there ever were.
class StatusLists {
  public:
    static constexpr std::int64_t capacity = 1 << 17;  ///< tokens a list has room for

    struct Place {
        std::int64_t list, index;
    };
    /// A random place that no token ever had.
    static Place assign(Connection& connection);

    StatusLists(Store& store, const KeyRing& keys, const Clock& clock, std::string base_uri)
        : store_(store), keys_(keys), clock_(clock), base_uri_(std::move(base_uri)) {}

    struct Published {
        std::string token;  ///< compact JWS, `application/statuslist+jwt`
        std::string etag;
    };
    /// The list as it is at this moment; nothing where there is no such list.
    /// @throws StoreFault
    std::optional<std::shared_ptr<const Published>> at_now(std::int64_t list);

  private:
    struct Kept {
        std::int64_t change_number = 0;
        Instant made_at{}, holds_until{};
        std::shared_ptr<const Published> published;
    };
    std::string sign(std::int64_t list, const std::string& compressed, Instant now) const;

    Store& store_;
    const KeyRing& keys_;
    const Clock& clock_;
    std::string base_uri_;
    std::mutex mutex_;
    std::map<std::int64_t, Kept> kept_;
};

}  // namespace hallpass::server

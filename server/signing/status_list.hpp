#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "clock.hpp"
#include "signing/live_keys.hpp"
#include "store/store.hpp"

namespace hallpass::server {

/// The Token Status Lists (draft-ietf-oauth-status-list) that tell edges which tokens were ended
/// before their time. All others, indices never issued included, are marked valid (section 13.3 of
/// the draft): the list tells neither how many tokens there are nor when one was issued, and a new
/// token needs no newer list.
class StatusLists {
  public:
    static constexpr std::int64_t capacity = 1 << 20;  ///< tokens a list has room for
    /// A verifier whose clock is behind must not see an ended token come back before it has run out
    /// there.
    static constexpr std::chrono::hours told_after_expiry{24};

    StatusLists(Store& store, const LiveKeys& keys, const Clock& clock, std::string base_uri)
        : store_(store), keys_(keys), clock_(clock), base_uri_(std::move(base_uri)) {}

    struct Published {
        std::string token;  ///< compact JWS, `application/statuslist+jwt`
        std::string etag;
    };
    /// The list as it is at this moment; nothing where there is no such list.
    /// @throws StoreFault, KeyFault
    std::optional<std::shared_ptr<const Published>> at_now(std::int64_t list);

    /// The byte array of a list in which these indices are marked invalid, compressed (sections 4.1
    /// and 4.2: one bit each, zlib at its highest level).
    static std::string compressed(const std::vector<std::uint64_t>& revoked);

  private:
    struct Kept {
        std::int64_t change_number = 0;
        Instant signed_at{};
        std::string key_id;
        std::vector<std::uint64_t> revoked;
        std::shared_ptr<const Published> published;
    };
    bool young(const Kept& kept, const KeyRing& ring, Instant now) const;
    /// The indices marked invalid, in order; nothing where there is no such list.
    std::optional<std::vector<std::uint64_t>> revoked_in(std::int64_t list, Instant now);
    std::string sign(std::int64_t list, const std::string& compressed, const SigningKey& key,
                     Instant now) const;

    Store& store_;
    const LiveKeys& keys_;
    const Clock& clock_;
    std::string base_uri_;
    std::mutex mutex_;
    std::map<std::int64_t, Kept> kept_;
};

}  // namespace hallpass::server

#include "signing/status_list.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "digest.hpp"
#include "hallpass/json.hpp"
#include "hallpass/revocation.hpp"

namespace hallpass::server {
namespace {

/// How long a list is given before it is signed anew. All servers do so at the same times.
using Window = std::chrono::duration<std::int64_t, std::ratio<300>>;
constexpr std::chrono::seconds signed_for{900};
/// As much as servers' clocks may be apart. Edges take no list from more than a minute ahead.
constexpr std::chrono::seconds clocks_apart{30};
constexpr std::int64_t ttl_s = 5;

Instant window_of(Instant now) { return std::chrono::floor<Window>(now); }

/// When the list counts as issued: with its newest revocation, or when the window began.
/// INVARIANT: all servers of one database say the same, as an edge takes no list that is older than
/// the one it has; whichever of them it asks, it must not be left without one.
Instant issued_at(Store& store, std::int64_t list, Instant now) {
    const auto window = window_of(now);
    const auto newest = store.read([&](Connection& connection) {
        return connection.number(
            "SELECT COALESCE(MAX(revoked_at_unix_ms), 0) FROM tokens WHERE status_list = :list"
            " AND revoked_at_unix_ms >= :window AND revoked_at_unix_ms < expires_at_unix_ms",
            {{"list", list}, {"window", to_unix_ms(window)}});
    });
    return std::min(std::max(window, from_unix_ms(newest)), now + clocks_apart);
}

}  // namespace

std::string StatusLists::compressed(const std::vector<std::uint64_t>& revoked) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(capacity) / 8, 0);
    for (const auto index : revoked) {
        set_status(bytes, 1, index, static_cast<std::uint8_t>(TokenStatus::invalid));
    }
    auto size = compressBound(static_cast<uLong>(bytes.size()));
    std::string compressed(size, '\0');
    const int result = compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, bytes.data(),
                                 static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
    if (result != Z_OK) throw std::runtime_error("a status list could not be compressed");
    compressed.resize(size);
    return compressed;
}

bool StatusLists::young(const Kept& kept, const KeyRing& ring, Instant now) const {
    return now >= kept.signed_at && now < kept.signed_at + Window{1} &&
           kept.key_id == ring.active().key_id();
}

std::optional<std::vector<std::uint64_t>> StatusLists::revoked_in(std::int64_t list, Instant now) {
    std::optional<std::vector<std::uint64_t>> revoked;
    store_.read([&](Connection& connection) {
        // The first list is there before its first token.
        const bool exists =
            list == 1 || connection.number("SELECT COUNT(*) FROM status_lists WHERE list = :list",
                                           {{"list", list}}) != 0;
        if (!exists) return;
        revoked.emplace();
        connection.query(
            "SELECT status_index FROM tokens WHERE status_list = :list"
            " AND expires_at_unix_ms > :since AND revoked_at_unix_ms IS NOT NULL"
            " AND revoked_at_unix_ms < expires_at_unix_ms",
            "n", {{"list", list}, {"since", to_unix_ms(now - told_after_expiry)}},
            [&](Columns& row) { revoked->push_back(static_cast<std::uint64_t>(row.number())); });
    });
    if (revoked) std::sort(revoked->begin(), revoked->end());
    return revoked;
}

std::optional<std::shared_ptr<const StatusLists::Published>> StatusLists::at_now(
    std::int64_t list) {
    const auto now = clock_.now();
    const auto ring = keys_.ring();
    // Read before the rows, so that a commit in between only makes the list be built once more.
    const auto change_number = store_.change_number();
    const std::lock_guard lock{mutex_};
    const auto known = kept_.find(list);
    const bool holds = known != kept_.end() && young(known->second, *ring, now);
    if (holds && known->second.change_number == change_number) return known->second.published;

    auto revoked = revoked_in(list, now);
    if (!revoked) return std::nullopt;
    if (holds && known->second.revoked == *revoked) {
        // What changed was something else: edges need not fetch it again.
        known->second.change_number = change_number;
        return known->second.published;
    }
    auto published = std::make_shared<Published>();
    // Asked for only now: what is ended meanwhile makes this list too new, never the next one too
    // old.
    const auto issued = issued_at(store_, list, now);
    published->token = sign(list, compressed(*revoked), ring->active(), issued);
    published->etag = '"' + sha256_text(published->token) + '"';
    kept_[list] = {change_number, window_of(now), ring->active().key_id(), *std::move(revoked),
                   published};
    return published;
}

std::string StatusLists::sign(std::int64_t list, const std::string& compressed,
                              const SigningKey& key, Instant now) const {
    json::Writer header;
    header.begin_object().member("alg", to_string(key.algorithm())).member("kid", key.key_id());
    header.member("typ", "statuslist+jwt").end_object();
    json::Writer claims;
    claims.begin_object().member("sub", base_uri_ + std::to_string(list));
    claims.member("iat", to_unix_s(now)).member("exp", to_unix_s(now + signed_for));
    claims.member("ttl", ttl_s).key("status_list").begin_object().member("bits", 1);
    claims.member("lst", base64url_encode(compressed)).end_object().end_object();
    auto input = base64url_encode(header.text()) + "." + base64url_encode(claims.text());
    const auto signature = key.sign(input);
    return with_signature(std::move(input), signature);
}

}  // namespace hallpass::server

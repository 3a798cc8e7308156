#include "signing/status_list.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "digest.hpp"
#include "hallpass/json.hpp"
#include "hallpass/revocation.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

// Half full at most, so that a free index is found in two tries on average.
constexpr std::int64_t issued_max = StatusLists::capacity / 2;
constexpr std::chrono::seconds resign_after{300};
constexpr std::chrono::seconds signed_for{3600};
constexpr std::int64_t ttl_s = 5;

std::string compress(const std::vector<std::uint8_t>& bytes) {
    auto size = compressBound(static_cast<uLong>(bytes.size()));
    std::string compressed(size, '\0');
    const int result = compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, bytes.data(),
                                 static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
    if (result != Z_OK) throw std::runtime_error("a status list could not be compressed");
    compressed.resize(size);
    return compressed;
}

}  // namespace

StatusLists::Place StatusLists::assign(Connection& connection) {
    auto list = connection.number("SELECT COALESCE(MAX(list), 0) FROM status_lists");
    const auto issued =
        connection.number("SELECT issued FROM status_lists WHERE list = :list", {{"list", list}});
    if (list == 0 || issued >= issued_max) {
        ++list;
        connection.execute("INSERT INTO status_lists (list, issued) VALUES (:list, 0)",
                           {{"list", list}});
    }
    connection.execute("UPDATE status_lists SET issued = issued + 1 WHERE list = :list",
                       {{"list", list}});
    for (;;) {
        const std::int64_t index = random_below(static_cast<std::uint32_t>(capacity));
        const auto taken = connection.number(
            "SELECT COUNT(*) FROM tokens WHERE status_list = :list AND status_index = :at",
            {{"list", list}, {"at", index}});
        if (taken == 0) return {list, index};
    }
}

std::optional<std::shared_ptr<const StatusLists::Published>> StatusLists::at_now(
    std::int64_t list) {
    const auto now = clock_.now();
    // Read before the rows, so that a commit in between only makes the list be built once more.
    const auto change_number = store_.change_number();
    const std::lock_guard lock{mutex_};
    const auto kept = kept_.find(list);
    if (kept != kept_.end() && kept->second.change_number == change_number &&
        now >= kept->second.made_at && now < kept->second.holds_until) {
        return kept->second.published;
    }

    std::vector<std::uint8_t> bits(static_cast<std::size_t>(capacity) / 8, 0xff);
    auto holds_until = now + resign_after;
    bool exists = false;
    store_.read([&](Connection& connection) {
        exists = list == 1 || connection.number("SELECT COUNT(*) FROM status_lists WHERE list = :l",
                                                {{"l", list}}) != 0;
        connection.query(
            "SELECT t.status_index, s.expires_at_unix_ms FROM tokens t"
            " JOIN sessions s ON s.id = t.session_id WHERE t.status_list = :list"
            " AND t.expires_at_unix_ms > :now AND t.revoked_at_unix_ms IS NULL"
            " AND s.status = 'active' AND s.expires_at_unix_ms > :now",
            "nn", {{"list", list}, {"now", to_unix_ms(now)}}, [&](Columns& row) {
                set_status(bits, 1, static_cast<std::uint64_t>(row.number()), 0);
                holds_until = std::min(holds_until, from_unix_ms(row.number()));
            });
    });
    if (!exists) return std::nullopt;

    auto published = std::make_shared<Published>();
    published->token = sign(list, compress(bits), now);
    published->etag = '"' + sha256_text(published->token) + '"';
    kept_[list] = {change_number, now, holds_until, published};
    return published;
}

std::string StatusLists::sign(std::int64_t list, const std::string& compressed, Instant now) const {
    const auto& key = keys_.active();
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

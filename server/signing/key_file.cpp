#include "signing/key_file.hpp"

#include <sys/stat.h>

#include "clock.hpp"
#include "random.hpp"
#include "signing/jwk.hpp"
#include "signing/key_fault.hpp"
#include "signing/private_file.hpp"

namespace hallpass::server {
namespace {

KeyFault malformed(const std::string& why) {
    return {KeyProblem::file_malformed, "the key file " + why};
}

std::optional<Instant> time_in(json::Value key, std::string_view name) {
    const auto text = key.find(name).string();
    if (!text) return std::nullopt;
    const auto instant = parse_rfc3339(*text, name);
    if (!instant) throw malformed("holds a malformed time");
    return *instant;
}

HeldKey held_key(json::Value value) {
    const auto use = parse_key_use(value.find("status").string().value_or(""));
    if (!use) throw malformed("holds a key whose status is not known");
    return {SigningKey::from_kept(value), *use, time_in(value, "createdAt").value_or(Instant{}),
            time_in(value, "supersededAt")};
}

KeyRing key_ring(const std::string& text) {
    const auto document = json::Document::parse(text);
    if (!document) throw malformed("is not valid JSON");
    std::vector<HeldKey> keys;
    for (auto key = document->root().find("keys").first(); key; key = key.next()) {
        keys.push_back(held_key(key));
    }
    const auto root = document->root();
    return {
        std::move(keys), jwk_bytes(root, "secret", KeyRing::secret_bytes),
        root.find("receiptSecret") ? jwk_bytes(root, "receiptSecret", KeyRing::secret_bytes) : ""};
}

/// Files of version 0.1.0: a list of Ed25519 keys alone, of which the first signs.
std::optional<KeyRing> parsed_without_status(const std::string& text, Instant now) {
    const auto document = json::Document::parse(text);
    if (!document || document->root().find("secret")) return std::nullopt;
    std::vector<HeldKey> keys;
    for (auto key = document->root().find("keys").first(); key; key = key.next()) {
        if (key.find("status")) return std::nullopt;
        const bool signs = keys.empty();
        keys.push_back({SigningKey::from_kept(key), signs ? KeyUse::signing : KeyUse::superseded,
                        now, signs ? std::nullopt : std::optional{now}});
    }
    return KeyRing{std::move(keys), random_bytes(KeyRing::secret_bytes)};
}

}  // namespace

KeyRing KeyFile::open() const {
    const PrivateFileLock lock{file_};
    struct stat info {};
    // A link counts as there: it is refused when it is read, not written over.
    if (::lstat(file_.c_str(), &info) != 0 && errno == ENOENT) {
        auto ring = KeyRing::fresh(SystemClock{}.now());
        write(ring);
        return ring;
    }
    const auto text = read_private_file(file_);
    if (auto ring = parsed_without_status(text, SystemClock{}.now())) {
        write(*ring);
        return *std::move(ring);
    }
    return key_ring(text);
}

KeyRing KeyFile::read() const { return key_ring(read_private_file(file_)); }

KeyRing KeyFile::change(const std::function<KeyRing(const KeyRing&)>& change) const {
    const PrivateFileLock lock{file_};
    auto ring = change(read());
    write(ring);
    return ring;
}

void KeyFile::write(const KeyRing& ring) const {
    json::Writer writer;
    writer.begin_object().member("secret", base64url_encode(ring.secret()));
    if (!ring.receipt_secret().empty()) {
        writer.member("receiptSecret", base64url_encode(ring.receipt_secret()));
    }
    writer.key("keys").begin_array();
    for (const auto& held : ring.keys()) {
        writer.begin_object();
        held.key->write_kept(writer);
        writer.member("status", to_string(held.use));
        writer.member("createdAt", format_rfc3339(held.created_at));
        if (held.superseded_at) {
            writer.member("supersededAt", format_rfc3339(*held.superseded_at));
        }
        writer.end_object();
    }
    writer.end_array().end_object();
    write_private_file(file_, std::move(writer).text() + "\n");
}

KeyFile::State KeyFile::state() const {
    struct stat info {};
    if (::lstat(file_.c_str(), &info) != 0) return {};
    return {info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
            static_cast<std::int64_t>(info.st_ctim.tv_nsec)};
}

}  // namespace hallpass::server

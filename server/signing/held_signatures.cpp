#include "signing/held_signatures.hpp"

#include "digest.hpp"

namespace hallpass::server {
namespace {

// The length first, so that no other division of the same bytes gives the same digest.
std::string digest_of(std::string_view message, std::string_view signature) {
    auto bytes = std::to_string(message.size()) + ":";
    bytes.reserve(bytes.size() + message.size() + signature.size());
    bytes += message;
    bytes += signature;
    return sha256(bytes);
}

}  // namespace

bool HeldSignatures::check(std::string_view message, std::string_view signature,
                           const std::function<bool()>& verify) {
    auto digest = digest_of(message, signature);
    if (known(digest)) return true;
    if (!verify()) return false;
    keep(std::move(digest));
    return true;
}

bool HeldSignatures::known(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    return newer_.contains(digest) || older_.contains(digest);
}

void HeldSignatures::keep(std::string digest) {
    const std::lock_guard lock{mutex_};
    newer_.insert(std::move(digest));
    if (newer_.size() < kept_min) return;
    older_ = std::move(newer_);
    newer_.clear();
}

}  // namespace hallpass::server

#include "signing/held_signatures.hpp"

#include <utility>

#include "digest.hpp"

namespace hallpass::server {

bool HeldSignatures::known(std::size_t place, std::string_view message,
                           std::string_view signature) const {
    const std::lock_guard lock{mutex_};
    for (const auto* held : {&newer_, &older_}) {
        const auto found = held->find(place);
        // Whoever knows a message must not find its signature out by how long this takes.
        if (found != held->end() && found->second.message == message &&
            equal_constant_time(found->second.signature, signature)) {
            return true;
        }
    }
    return false;
}

void HeldSignatures::keep(std::size_t place, std::string_view message, std::string_view signature) {
    const std::lock_guard lock{mutex_};
    newer_.insert_or_assign(place, Held{std::string{message}, std::string{signature}});
    newer_bytes_ += message.size();
    if (newer_.size() < kept_min && newer_bytes_ < kept_bytes) return;
    older_ = std::exchange(newer_, {});
    newer_bytes_ = 0;
}

}  // namespace hallpass::server

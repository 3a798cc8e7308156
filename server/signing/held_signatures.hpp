#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hallpass::server {

/// The signatures of one key that were found good before: a token that is presented again costs a
/// look-up instead of a verification. Those that did not hold are checked anew each time. Safe from
/// any thread; the newest are kept, between `kept_min` and twice as many, or fewer where their
/// messages come to more than `kept_bytes`.
class HeldSignatures {
  public:
    static constexpr std::size_t kept_min = 4096;
    static constexpr std::size_t kept_bytes = std::size_t{4} * 1024 * 1024;

    /// @param verify asked where this signature over this message was not found good lately
    template <class Verify>
    bool check(std::string_view message, std::string_view signature, const Verify& verify) {
        // Says only where to look: what is found there is compared whole.
        const auto place = std::hash<std::string_view>{}(signature);
        if (known(place, message, signature)) return true;
        if (!verify()) return false;
        keep(place, message, signature);
        return true;
    }

  private:
    struct Held {
        std::string message, signature;
    };
    using ByPlace = std::unordered_map<std::size_t, Held>;

    bool known(std::size_t place, std::string_view message, std::string_view signature) const;
    void keep(std::size_t place, std::string_view message, std::string_view signature);

    mutable std::mutex mutex_;
    ByPlace newer_, older_;  // a full one becomes the older one, which is forgotten then
    std::size_t newer_bytes_ = 0;
};

}  // namespace hallpass::server

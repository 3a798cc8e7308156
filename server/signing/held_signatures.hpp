#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace hallpass::server {

/// The signatures of one key that were found good before: a token that is presented again costs a
/// hash instead of a verification. Those that did not hold are checked anew each time. Safe from
/// any thread; the newest are kept, between `kept_min` and twice as many.
class HeldSignatures {
  public:
    static constexpr std::size_t kept_min = 4096;

    /// @param verify asked where this signature over this message was not found good lately
    bool check(std::string_view message, std::string_view signature,
               const std::function<bool()>& verify);

  private:
    bool known(const std::string& digest);
    void keep(std::string digest);

    std::mutex mutex_;
    // By SHA-256 of both; a full set becomes the older one, which is forgotten then.
    std::unordered_set<std::string> newer_, older_;
};

}  // namespace hallpass::server

#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hallpass::server {

/// What was found out about some texts, looked up by the whole text: no two can be taken for one
/// another. The newest are kept, between `kept_min` and twice as many, none of them longer than
/// `text_max_bytes`. Safe from any thread.
template <class Value>
class KnownTexts {
  public:
    static constexpr std::size_t kept_min = 1024, text_max_bytes = 2048;

    std::optional<Value> find(std::string_view text) const {
        const std::lock_guard lock{mutex_};
        for (const auto* values : {&newer_, &older_}) {
            if (const auto found = values->find(text); found != values->end()) return found->second;
        }
        return std::nullopt;
    }

    void keep(std::string_view text, Value value) {
        if (text.size() > text_max_bytes) return;
        const std::lock_guard lock{mutex_};
        newer_.insert_or_assign(std::string{text}, std::move(value));
        if (newer_.size() < kept_min) return;
        older_ = std::exchange(newer_, {});
    }

    std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return newer_.size() + older_.size();
    }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Values = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    mutable std::mutex mutex_;
    Values newer_, older_;  // a full one becomes the older one, which is forgotten then
};

}  // namespace hallpass::server

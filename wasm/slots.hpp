#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace hallpass::abi {

/// Objects that callers know by number. Numbers of released objects are used again.
template <class T>
class Slots {
  public:
    std::int32_t add(T object) {
        auto held = std::make_unique<T>(std::move(object));
        if (free_.empty()) {
            objects_.push_back(std::move(held));
            return static_cast<std::int32_t>(objects_.size()) - 1;
        }
        const auto number = free_.back();
        free_.pop_back();
        objects_[static_cast<std::size_t>(number)] = std::move(held);
        return number;
    }
    /// The object, or null where the number stands for none.
    T* find(std::int32_t number) const {
        const auto at = static_cast<std::size_t>(number);
        return number >= 0 && at < objects_.size() ? objects_[at].get() : nullptr;
    }
    void release(std::int32_t number) {
        if (find(number) == nullptr) return;
        objects_[static_cast<std::size_t>(number)].reset();
        free_.push_back(number);
    }

  private:
    std::vector<std::unique_ptr<T>> objects_;
    std::vector<std::int32_t> free_;
};

}  // namespace hallpass::abi

#include "slots.hpp"

namespace hallpass::abi {

std::int32_t SlotTable::add(void* object) {
    if (free_.empty()) {
        objects_.push_back(object);
        return static_cast<std::int32_t>(objects_.size()) - 1;
    }
    const auto number = free_.back();
    free_.pop_back();
    objects_[static_cast<std::size_t>(number)] = object;
    return number;
}

void* SlotTable::find(std::int32_t number) const {
    const auto at = static_cast<std::size_t>(number);
    return number >= 0 && at < objects_.size() ? objects_[at] : nullptr;
}

void* SlotTable::take(std::int32_t number) {
    auto* object = find(number);
    if (object == nullptr) return nullptr;
    objects_[static_cast<std::size_t>(number)] = nullptr;
    free_.push_back(number);
    return object;
}

}  // namespace hallpass::abi

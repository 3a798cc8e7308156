#include "slots.hpp"

namespace hallpass::abi {

std::int32_t SlotTable::add(void* object) {
    if (free_ == none) {
        places_.push_back({object, none});
        return static_cast<std::int32_t>(places_.size()) - 1;
    }
    const auto number = free_;
    auto& place = places_[static_cast<std::size_t>(number)];
    free_ = place.next_free;
    place.object = object;
    return number;
}

void* SlotTable::find(std::int32_t number) const {
    const auto at = static_cast<std::size_t>(number);
    return number >= 0 && at < places_.size() ? places_[at].object : nullptr;
}

void* SlotTable::take(std::int32_t number) {
    auto* object = find(number);
    if (object == nullptr) return nullptr;
    places_[static_cast<std::size_t>(number)] = {nullptr, free_};
    free_ = number;
    return object;
}

}  // namespace hallpass::abi

#include "named_values.hpp"

#include <algorithm>

#include "split.hpp"

namespace hallpass::server {

bool read_named_values(std::string_view text, std::span<const NamedValue> members) {
    std::string* current = nullptr;
    while (!text.empty()) {
        const auto part = take_until(text, ',');
        const auto named =
            std::find_if(members.begin(), members.end(),
                         [&](const NamedValue& member) { return part.starts_with(member.name); });
        if (named != members.end()) {
            current = named->values == nullptr ? named->value : &named->values->emplace_back();
            *current = part.substr(named->name.size());
        } else if (current != nullptr) {
            *current += ',' + std::string{part};
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace hallpass::server

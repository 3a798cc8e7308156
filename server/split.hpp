#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace hallpass::server {

/// What stands before the first `end`, all of the text where there is none. `text` loses both.
inline std::string_view take_until(std::string_view& text, char end) {
    const auto taken = text.substr(0, text.find(end));
    text.remove_prefix(std::min(text.size(), taken.size() + 1));
    return taken;
}

/// The words between spaces, however many of these stand together.
inline std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        if (const auto word = take_until(text, ' '); !word.empty()) words.push_back(word);
    }
    return words;
}

}  // namespace hallpass::server

#include "notify/phrases.hpp"

#include <iterator>
#include <utility>

#include "notify/dutch.hpp"
#include "notify/english.hpp"

namespace hallpass::server {
namespace {

constexpr Phrase phrases[] = {
#define HALLPASS_X(phrase) Phrase::phrase,
    HALLPASS_PHRASES(HALLPASS_X)
#undef HALLPASS_X
};
static_assert(english_words.size() == std::size(phrases) &&
              dutch_words.size() == std::size(phrases));

}  // namespace

Wording wording(Phrase phrase, Language language) {
    const auto& words = language == Language::nl ? dutch_words : english_words;
    return words[static_cast<std::size_t>(phrase)];
}

Labels labels(Language language) {
    return language == Language::nl ? dutch_labels : english_labels;
}

std::string filled(std::string_view words, const Particulars& particulars) {
    const std::pair<std::string_view, const std::string*> places[] = {
        {"{agent}", &particulars.agent},
        {"{user}", &particulars.user},
        {"{until}", &particulars.until},
        {"{through}", &particulars.through}};
    std::string text;
    while (!words.empty()) {
        std::size_t taken = 1;
        const std::string* value = nullptr;
        for (const auto& [place, particular] : places) {
            if (!words.starts_with(place)) continue;
            taken = place.size();
            value = particular;
        }
        if (value != nullptr) {
            text += *value;
        } else {
            text += words.front();
        }
        words.remove_prefix(taken);
    }
    return text;
}

}  // namespace hallpass::server

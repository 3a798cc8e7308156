#include "http/entity_tag.hpp"

#include <algorithm>

#include "digest.hpp"

namespace hallpass::server {

std::string entity_tag(std::string_view bytes) { return '"' + sha256_text(bytes) + '"'; }

bool names_entity_tag(std::string_view if_none_match, std::string_view tag) {
    if (if_none_match == "*") return true;
    const auto opaque = [](std::string_view each) {
        return each.starts_with("W/") ? each.substr(2) : each;
    };
    const auto wanted = opaque(tag);
    // A comma may be inside of a tag: they are taken one by one.
    for (auto rest = if_none_match;;) {
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t,")));
        rest = opaque(rest);
        const auto end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
        if (end == std::string_view::npos) return false;
        if (rest.substr(0, end + 1) == wanted) return true;
        rest.remove_prefix(end + 1);
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t")));
        if (!rest.starts_with(',')) return false;
    }
}

void leave_out_known(Answer& answer, const Request& request) {
    const auto tag = std::find_if(answer.headers.begin(), answer.headers.end(),
                                  [](const auto& header) { return header.first == "ETag"; });
    if (tag == answer.headers.end()) return;
    if (!names_entity_tag(request.header("If-None-Match"), tag->second)) return;
    answer.status = 304;
    answer.content_type.clear();
    answer.body.clear();
}

}  // namespace hallpass::server

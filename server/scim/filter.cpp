#include "scim/filter.hpp"

#include "ascii.hpp"
#include "hallpass/json.hpp"
#include "scim/attributes.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t filter_max_bytes = 1024;

std::optional<ScimFilter::By> filtered_attribute(std::string name) {
    const auto schema = without_case(scim_user_schema) + ":";
    if (name.starts_with(schema)) name.erase(0, schema.size());
    if (name == "id") return ScimFilter::By::id;
    if (name == "username") return ScimFilter::By::user_name;
    if (name == "externalid") return ScimFilter::By::external_id;
    return std::nullopt;
}

}  // namespace

std::optional<ScimFilter> scim_filter(std::string_view text) {
    if (text.size() > filter_max_bytes) return std::nullopt;
    const auto end = text.find(' ');
    if (end == std::string_view::npos) return std::nullopt;
    const auto by = filtered_attribute(without_case(text.substr(0, end)));
    text.remove_prefix(end + 1);
    if (!by || without_case(text.substr(0, 3)) != "eq ") return std::nullopt;
    text.remove_prefix(3);
    // A literal and nothing after it: the parser lets no other text pass.
    const auto literal = json::Document::parse(text);
    const auto value = literal ? literal->root().string() : std::nullopt;
    // No id has a NUL in it, and PostgreSQL knows no text that has.
    if (!value || value->find('\0') != value->npos) return std::nullopt;
    return ScimFilter{*by, std::string{*value}};
}

}  // namespace hallpass::server

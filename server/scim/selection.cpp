#include "scim/selection.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "scim/attributes.hpp"
#include "scim/words.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

// A value as it was read: an excerpt that nothing is cut of.
std::string text_of(json::Value value) { return value.excerpt(std::string::npos); }

}  // namespace

ScimCheck ScimSelection::read(const std::optional<std::string>& attributes,
                              const std::optional<std::string>& excluded,
                              ScimSelection& selection) {
    const bool only = attributes && !attributes->empty(), without = excluded && !excluded->empty();
    if (only && without) {
        return scim_invalid("invalidValue", "attributes and excludedAttributes exclude each other");
    }
    if (!only && !without) return std::nullopt;
    selection.kind_ = only ? Kind::only : Kind::without;
    std::string_view rest = only ? *attributes : *excluded;
    while (!rest.empty()) selection.names_.push_back(name_of(take_until(rest, ',')));
    return std::nullopt;
}

ScimSelection::Name ScimSelection::name_of(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    const auto lowered = without_case(text);
    if (const auto own = within_scim_schema(scim_hallpass_schema, lowered)) {
        return {without_case(scim_hallpass_schema), std::string{*own}};
    }
    const auto name = within_scim_schema(scim_user_schema, lowered).value_or(lowered);
    const auto dot = std::min(name.find('.'), name.size());
    return {std::string{name.substr(0, dot)},
            std::string{name.substr(std::min(dot + 1, name.size()))}};
}

ScimSelection::Share ScimSelection::share_of(std::string_view base) const {
    if (kind_ == Kind::everything || base == "id" || base == "schemas") return Share::whole;
    bool named = false, in_part = false;
    for (const auto& name : names_) {
        if (name.base != base) continue;
        (name.part.empty() ? named : in_part) = true;
    }
    if (named) return kind_ == Kind::only ? Share::whole : Share::none;
    if (in_part) return Share::parts;
    return kind_ == Kind::only ? Share::none : Share::whole;
}

bool ScimSelection::shows(std::string_view base, std::string_view part) const {
    const bool named = std::any_of(names_.begin(), names_.end(), [&](const Name& name) {
        return name.base == base && name.part == part;
    });
    return named == (kind_ == Kind::only);
}

bool ScimSelection::shows_part_of(json::Value value, std::string_view base) const {
    if (value.is_array()) {
        auto each = value.first();
        while (each && !shows_part_of(each, base)) each = each.next();
        return each.present();
    }
    auto part = value.first();
    while (part && !shows(base, without_case(part.name()))) part = part.next();
    return part.present();
}

void ScimSelection::write_parts(json::Writer& writer, json::Value value,
                                std::string_view base) const {
    if (value.is_array()) {
        writer.begin_array();
        for (auto each = value.first(); each; each = each.next()) write_parts(writer, each, base);
        writer.end_array();
        return;
    }
    writer.begin_object();
    for (auto each = value.first(); each; each = each.next()) {
        if (!shows(base, without_case(each.name()))) continue;
        writer.key(each.name()).raw(text_of(each));
    }
    writer.end_object();
}

std::string ScimSelection::of(std::string resource) const {
    if (kind_ == Kind::everything) return resource;
    const auto document = json::Document::parse(resource);
    if (!document) return resource;
    json::Writer writer;
    writer.begin_object();
    for (auto each = document->root().first(); each; each = each.next()) {
        const auto base = without_case(each.name());
        const bool has_parts = each.is_object() || each.first().is_object();
        auto share = share_of(base);
        // A part of what has none leads nowhere.
        if (share == Share::parts && !has_parts) {
            share = kind_ == Kind::only ? Share::none : Share::whole;
        }
        // What is left without a part is left out (RFC 7643 section 2.5).
        if (share == Share::parts && !shows_part_of(each, base)) share = Share::none;
        if (share == Share::none) continue;
        writer.key(each.name());
        if (share == Share::whole) writer.raw(text_of(each));
        if (share == Share::parts) write_parts(writer, each, base);
    }
    return std::move(writer.end_object()).text();
}

}  // namespace hallpass::server

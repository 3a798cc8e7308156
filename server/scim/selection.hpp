#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/json.hpp"
#include "scim/refusal.hpp"

namespace hallpass::server {

/// Which attributes of a resource a client wants to see (RFC 7644 section 3.9). What is always
/// returned (`id`, `schemas`) cannot be left out; names that lead nowhere are passed over.
class ScimSelection {
  public:
    /// All of it.
    ScimSelection() = default;
    /// Reads the query parameters `attributes` and `excludedAttributes`: names with commas between
    /// them, in any case, with or without their schema, `name.familyName` for a part.
    /// An empty one is as good as none. @returns why not, where both are given
    static ScimCheck read(const std::optional<std::string>& attributes,
                          const std::optional<std::string>& excluded, ScimSelection& selection);

    /// @param resource JSON text of an object
    /// @returns JSON text with what was selected of it
    std::string of(std::string resource) const;

  private:
    enum class Kind { everything, only, without };
    enum class Share { none, parts, whole };
    struct Name {
        std::string base, part;  ///< in lower case; `part` empty for all of it
    };
    static Name name_of(std::string_view text);
    Share share_of(std::string_view base) const;
    bool shows(std::string_view base, std::string_view part) const;
    bool shows_part_of(json::Value value, std::string_view base) const;
    void write_parts(json::Writer& writer, json::Value value, std::string_view base) const;

    Kind kind_ = Kind::everything;
    std::vector<Name> names_;
};

}  // namespace hallpass::server

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/limits.hpp"
#include "hallpass/result.hpp"

/// Strict JSON (RFC 8259, and I-JSON where it is stricter) as everything here reads and writes it.
/// The tokens are nlohmann_json's; this adds what its reader lets through: duplicate member names
/// (after unescaping), a byte order mark, depth. The tree is a flat array, cheap to build and to
/// drop.
namespace hallpass::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// One value as a Document keeps it; Value is how it is read.
struct Node {
    Kind kind = Kind::null;
    bool flag = false;
    std::string_view name;    ///< where its parent is an object
    std::string_view text;    ///< of a string, or a number as spelt
    std::uint32_t count = 0;  ///< of elements or members; the first one is the very next node
    std::uint32_t next = 0;   ///< how many nodes further on its next sibling is; 0: it is the last
};

/// A handle to one value; valid while its Document lives. A default-made Value is absent.
class Value {
  public:
    Value() = default;
    /// Whether there is a value at all (`find` of a missing member gives an absent one).
    bool present() const { return node_ != nullptr; }
    explicit operator bool() const { return present(); }

    Kind kind() const;
    bool is_null() const { return present() && kind() == Kind::null; }
    bool is_object() const { return present() && kind() == Kind::object; }
    bool is_array() const { return present() && kind() == Kind::array; }

    std::optional<bool> boolean() const;
    /// The decoded UTF-8 text.
    std::optional<std::string_view> string() const;
    /// Whether it is a string, and this one.
    bool is_string(std::string_view text) const;
    /// The number where it is an integer within ±2^53 (I-JSON, RFC 7493 section 2.2), also spelt as
    /// `5.0` or `5e0`.
    std::optional<std::int64_t> integer() const;
    /// The number as spelt in the source.
    std::optional<std::string_view> number_text() const;

    /// The member with that name; absent where there is none or this is not an object.
    Value find(std::string_view name) const;
    /// The first element or member, and from there the next one; absent at the end.
    Value first() const;
    Value next() const;
    /// This value's member name, where its parent is an object.
    std::string_view name() const;
    std::size_t size() const;

    /// JSON text of this value, cut to `max_bytes` at a character boundary.
    std::string excerpt(std::size_t max_bytes = 200) const;

  private:
    friend class Builder;
    friend class Document;
    explicit Value(const Node* node) : node_(node) {}
    const Node* node_ = nullptr;
};

struct ParseLimits {
    std::size_t max_bytes = 1024 * 1024;
    std::size_t max_depth = limits::json_max_depth;  ///< at most that
};

/// A parsed text that owns its values. Movable; Values stay good.
class Document {
  public:
    Document() = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    Document(Document&&) = default;
    Document& operator=(Document&&) = default;
    ~Document() = default;

    /// @errors VALIDATION_ERROR: malformed (syntax, UTF-8, lone surrogate, BOM, trailing text,
    /// depth),
    ///         duplicate_member (`field` names it), too_long
    static Result<Document> parse(std::string_view text, ParseLimits parse_limits = {});
    Value root() const;

  private:
    friend class Builder;
    std::vector<Node> nodes_;
    std::unique_ptr<char[]> texts_;  // of names, strings and numbers, one after the other
};

/// Writes compact JSON in the order of the calls. It keeps commas right; the caller keeps
/// begin/end pairs right. Text is escaped as RFC 8259 section 7 requires and no further.
class Writer {
  public:
    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);
    Writer& string(std::string_view utf8);
    Writer& integer(std::int64_t value);
    Writer& boolean(bool value);
    Writer& null();
    /// Inserts text that is one JSON value already.
    Writer& raw(std::string_view json_text);

    Writer& member(std::string_view name, std::string_view value) {
        return key(name).string(value);
    }
    Writer& member(std::string_view name, const char* value) { return key(name).string(value); }
    Writer& member(std::string_view name, const std::string& value) {
        return key(name).string(value);
    }
    Writer& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }
    Writer& member(std::string_view name, int value) { return key(name).integer(value); }
    Writer& member(std::string_view name, bool value) { return key(name).boolean(value); }

    const std::string& text() const& { return text_; }
    std::string text() && { return std::move(text_); }

  private:
    void separate();
    std::string text_;
};

/// JSON string literal of `utf8`, quotes included.
std::string quoted(std::string_view utf8);

}  // namespace hallpass::json

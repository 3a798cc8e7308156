#include <algorithm>
#include <array>
#include <memory>

#include <nlohmann/json.hpp>

#include "decimal.hpp"
#include "hallpass/json.hpp"

namespace hallpass::json {
namespace {

constexpr std::uint32_t max_members = 2048;
// Numbers from 1e308 up are refused by their text, so that no floating-point library is asked.
constexpr std::int32_t max_number_point = 308;

/// Where the lexer writes a token's text: into the document, behind what that keeps already.
class TokenText {
  public:
    using value_type = char;
    void begin(char* room) { start_ = end_ = room; }
    void clear() { end_ = start_; }
    void push_back(char byte) { *end_++ = byte; }
    /// What was written, to stay: the next text goes behind it.
    std::string_view keep() {
        const auto bytes = size();
        return {std::exchange(start_, end_), bytes};
    }
    /// With a zero byte behind it.
    const char* data() {
        *end_ = '\0';
        return start_;
    }
    std::size_t size() const { return static_cast<std::size_t>(end_ - start_); }

  private:
    friend class LexerInput;
    char* start_ = nullptr;
    char* end_ = nullptr;
};

/// Which characters stand for themselves within a text, of those that are one byte.
constexpr std::array<bool, 256> is_plain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = ' '; c <= '~'; ++c) plain[c] = c != '"' && c != '\\';
    return plain;
}();

/// Hands the lexer a text.
class LexerInput {
  public:
    using char_type = char;
    explicit LexerInput(std::string_view text)
        : next_(text.data()), end_(text.data() + text.size()) {}
    std::char_traits<char>::int_type get_character() {
        if (next_ == end_) return std::char_traits<char>::eof();
        return std::char_traits<char>::to_int_type(*next_++);
    }
    /// Takes what is plain, up to the first byte that is not.
    void take_plain(TokenText& text) {
        const auto* from = next_;
        const auto* const end = end_;
        auto* to = text.end_;
        for (; from != end && is_plain[static_cast<unsigned char>(*from)]; ++from) *to++ = *from;
        next_ = from;
        text.end_ = to;
    }

  private:
    const char* next_;
    const char* end_;
};

/// All that the lexer asks of the JSON type that it reads for.
struct LexerTypes {
    using string_t = TokenText;
    using number_integer_t = std::int64_t;
    using number_unsigned_t = std::uint64_t;
    using number_float_t = double;
};

using Lexer = nlohmann::detail::lexer<LexerTypes, LexerInput>;

}  // namespace
}  // namespace hallpass::json

// For messages that nobody is shown the lexer keeps all that it reads, and counts lines and places.
// Here it takes the bytes alone: these are its own functions without that. At the beginning of a
// text it is spared the characters that it would add one by one.
template <>
hallpass::json::Lexer::char_int_type hallpass::json::Lexer::get() {
    if (next_unget) {
        next_unget = false;
    } else {
        current = ia.get_character();
    }
    return current;
}
template <>
void hallpass::json::Lexer::unget() {
    next_unget = true;
}
template <>
void hallpass::json::Lexer::reset() noexcept {
    token_buffer.clear();
    if (current == '"') ia.take_plain(token_buffer);
}
// Where no places are counted it asks at each token. Document::parse refuses byte order marks.
template <>
bool hallpass::json::Lexer::skip_bom() {
    return true;
}
// It is not told to take comments, so it never asks.
template <>
bool hallpass::json::Lexer::scan_comment() {
    return false;
}

namespace hallpass::json {

/// Reads nlohmann_json's tokens and fills a Document. Its parser is left out: that composes English
/// sentences and exceptions which nobody is shown, a tenth of the Wasm module.
class Builder {
  public:
    Builder(Document& document, std::string_view text, std::size_t max_depth)
        : document_(document), max_depth_(max_depth), lexer_(LexerInput{text}) {
        // INVARIANT: unescaped, no text is longer than in the source, so all have room, with a zero
        // byte behind the last.
        document_.texts_.reset(new char[text.size() + 1]);
        lexer_.get_string().begin(document_.texts_.get());
        document_.nodes_.reserve(20);
    }

    /// Reads the whole text; false where it is not one JSON value, or refused.
    bool read() {
        for (auto token = lexer_.scan();;) {
            if (token == Token::begin_object || token == Token::begin_array) {
                if (!open(token == Token::begin_object ? Kind::object : Kind::array)) return false;
                token = lexer_.scan();
                if (token != closing_token()) {
                    if (in_object() && !member_name(token)) return false;
                    continue;
                }
            } else {
                if (!scalar(token)) return false;
                token = lexer_.scan();
            }
            while (depth_ > 0 && token == closing_token()) {
                --depth_;
                token = lexer_.scan();
            }
            if (depth_ == 0) return token == Token::end_of_input;
            if (token != Token::value_separator) return false;
            token = lexer_.scan();
            if (in_object() && !member_name(token)) return false;
        }
    }

    const std::optional<std::string>& duplicate() const { return duplicate_; }
    bool too_deep() const { return too_deep_; }

  private:
    using Token = Lexer::token_type;

    /// A container that is not closed yet, and its latest child, by their places.
    struct Open {
        std::uint32_t container, child;
    };

    Open& innermost() { return open_[depth_ - 1]; }
    Node& container() { return document_.nodes_[innermost().container]; }
    bool in_object() { return container().kind == Kind::object; }
    Token closing_token() { return in_object() ? Token::end_object : Token::end_array; }

    /// Takes a name and its colon; `token` is then what follows them.
    bool member_name(Token& token) {
        if (token != Token::value_string || !key(lexer_.get_string().keep())) return false;
        if (lexer_.scan() != Token::name_separator) return false;
        token = lexer_.scan();
        return true;
    }
    bool scalar(Token token) {
        switch (token) {
            case Token::literal_null: value(Kind::null); return true;
            case Token::literal_true: value(Kind::boolean)->flag = true; return true;
            case Token::literal_false: value(Kind::boolean)->flag = false; return true;
            case Token::value_integer:
            case Token::value_unsigned:
            case Token::value_float: return number(lexer_.get_string().keep());
            case Token::value_string:
                value(Kind::string)->text = lexer_.get_string().keep();
                return true;
            default: return false;
        }
    }
    bool number(std::string_view spelling) {
        // Nearly all are whole and short, and that is seen at once. The lexer's own kind of number
        // tells nothing: it comes from conversions that WebAssembly goes without.
        const bool short_and_whole = spelling.size() <= std::size_t{max_number_point} &&
                                     spelling.find_first_of(".eE") == std::string_view::npos;
        if (!short_and_whole && Decimal::of(spelling).point > max_number_point) return false;
        if (spelling == "-0") spelling.remove_prefix(1);
        value(Kind::number)->text = spelling;
        return true;
    }
    bool key(std::string_view name) {
        const auto& object = container();
        if (object.count >= max_members) return false;
        if (Value{&object}.find(name)) {
            duplicate_ = std::string{name};
            return false;
        }
        name_ = name;
        return true;
    }
    Node* value(Kind kind) {
        const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
        if (depth_ > 0) {
            auto& child = innermost().child;
            if (container().count++ > 0) document_.nodes_[child].next = index - child;
            child = index;
        }
        auto& node = document_.nodes_.emplace_back();
        node.kind = kind;
        node.name = std::exchange(name_, {});
        return &node;
    }
    bool open(Kind kind) {
        if (depth_ >= std::min(max_depth_, limits::json_max_depth)) {
            too_deep_ = true;
            return false;
        }
        value(kind);
        open_[depth_++] = {static_cast<std::uint32_t>(document_.nodes_.size() - 1), 0};
        return true;
    }

    Document& document_;
    std::size_t max_depth_;
    Lexer lexer_;
    Open open_[limits::json_max_depth];
    std::size_t depth_ = 0;
    std::string_view name_;  // of the next value
    std::optional<std::string> duplicate_;
    bool too_deep_ = false;
};

Result<Document> Document::parse(std::string_view text, ParseLimits parse_limits) {
    if (text.size() > parse_limits.max_bytes) {
        return invalid({}, Reason::too_long, "the JSON text is too long", {},
                       {.max = static_cast<std::int64_t>(parse_limits.max_bytes)});
    }
    // nlohmann_json skips a byte order mark; RFC 8259 section 8.1 lets us refuse it.
    if (text.starts_with("\xEF\xBB\xBF")) {
        return invalid({}, Reason::malformed,
                       "the JSON text must not begin with a byte order mark");
    }
    // nlohmann_json takes a NUL byte for the end of the text and would ignore what follows it.
    if (text.find('\0') != std::string_view::npos) {
        return invalid({}, Reason::malformed, "the JSON text must not contain a NUL byte");
    }
    Document document;
    Builder builder{document, text, parse_limits.max_depth};
    if (builder.read()) return document;
    if (builder.duplicate()) {
        return invalid(*builder.duplicate(), Reason::duplicate_member,
                       "a JSON member occurs twice; each name may be given once");
    }
    if (builder.too_deep()) {
        return invalid({}, Reason::malformed, "the JSON text is nested too deeply", {},
                       {.max = static_cast<std::int64_t>(parse_limits.max_depth)});
    }
    return invalid({}, Reason::malformed, "the text is not well-formed JSON");
}

Value Document::root() const { return nodes_.empty() ? Value{} : Value{nodes_.data()}; }

}  // namespace hallpass::json

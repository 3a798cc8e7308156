#include "hallpass/json.hpp"

#include <algorithm>

#include "decimal.hpp"
#include "json_lexer.hpp"

namespace hallpass::json {
namespace {

constexpr std::uint32_t max_members = 2048;
// RFC 7493 section 2.2: beyond this, doubles no longer tell neighbouring integers apart.
constexpr std::int64_t max_exact_integer = (std::int64_t{1} << 53) - 1;
// Numbers from 1e308 up are refused by their text, so that no floating-point library is asked.
constexpr std::int32_t max_number_point = 308;

/// Most names differ in their length or their first letter: the rest is seldom looked at.
bool is_named(const Node& member, std::string_view name) {
    return member.name.size() == name.size() &&
           (name.empty() || member.name.front() == name.front()) && member.name == name;
}

}  // namespace

/// Reads a text's tokens and fills a Document.
class Builder {
  public:
    Builder(Document& document, std::size_t max_depth)
        : document_(document),
          max_depth_(max_depth),
          lexer_(document.text_.data(), &document.text_.back()) {
        document_.nodes_.reserve(32);
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
        if (token != Token::string || !key(lexer_.text())) return false;
        if (lexer_.scan() != Token::name_separator) return false;
        token = lexer_.scan();
        return true;
    }
    bool scalar(Token token) {
        switch (token) {
            case Token::literal_null: value(Kind::null); return true;
            case Token::literal_true: value(Kind::boolean)->flag = true; return true;
            case Token::literal_false: value(Kind::boolean)->flag = false; return true;
            case Token::number: return number(lexer_.text());
            case Token::string: value(Kind::string)->text = lexer_.text(); return true;
            default: return false;
        }
    }
    bool number(std::string_view spelling) {
        const auto decimal = Decimal::of(spelling);
        if (decimal.point > max_number_point) return false;
        value(Kind::number)->text = spelling == "-0" ? "0" : spelling;
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
    Document document;
    document.text_.reserve(text.size() + 1);
    document.text_.assign(text.begin(), text.end());
    document.text_.push_back('\0');
    Builder builder{document, parse_limits.max_depth};
    if (builder.read()) return document;
    // RFC 8259 section 8.1 lets us refuse it.
    if (text.starts_with("\xEF\xBB\xBF")) {
        return invalid({}, Reason::malformed,
                       "the JSON text must not begin with a byte order mark");
    }
    if (text.find('\0') != std::string_view::npos) {
        return invalid({}, Reason::malformed, "the JSON text must not contain a NUL byte");
    }
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

Kind Value::kind() const { return present() ? node_->kind : Kind::null; }

std::optional<bool> Value::boolean() const {
    if (kind() != Kind::boolean) return std::nullopt;
    return node_->flag;
}

std::optional<std::string_view> Value::string() const {
    if (kind() != Kind::string) return std::nullopt;
    return node_->text;
}

bool Value::is_string(std::string_view text) const {
    return kind() == Kind::string && node_->text == text;
}

std::optional<std::string_view> Value::number_text() const {
    if (kind() != Kind::number) return std::nullopt;
    return node_->text;
}

std::optional<std::int64_t> Value::integer() const {
    const auto text = number_text();
    if (!text) return std::nullopt;
    return Decimal::of(*text).integer(max_exact_integer);
}

Value Value::find(std::string_view name) const {
    if (!is_object()) return {};
    const auto* member = node_ + 1;
    for (auto left = node_->count; left > 0; --left, member += member->next) {
        if (is_named(*member, name)) return Value{member};
    }
    return {};
}

Value Value::first() const { return size() == 0 ? Value{} : Value{node_ + 1}; }

Value Value::next() const {
    return present() && node_->next != 0 ? Value{node_ + node_->next} : Value{};
}

std::string_view Value::name() const { return present() ? node_->name : std::string_view{}; }

std::size_t Value::size() const { return present() ? node_->count : 0; }

}  // namespace hallpass::json

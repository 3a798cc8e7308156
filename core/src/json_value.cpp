#include "decimal.hpp"
#include "hallpass/json.hpp"

namespace hallpass::json {

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
    // RFC 7493 section 2.2: beyond this, doubles no longer tell neighbouring integers apart.
    constexpr std::int64_t max_exact_integer = (std::int64_t{1} << 53) - 1;
    const auto text = number_text();
    if (!text) return std::nullopt;
    return Decimal::of(*text).integer(max_exact_integer);
}

Value Value::find(std::string_view name) const {
    if (!is_object() || size() == 0) return {};
    for (const auto* node = node_ + 1;; node += node->next) {
        // Most names that are not it differ in length or in their last letter.
        const auto other = node->name;
        const bool alike =
            other.size() == name.size() && (name.empty() || other.back() == name.back());
        if (alike && other == name) return Value{node};
        if (node->next == 0) return {};
    }
}

Value Value::first() const { return size() == 0 ? Value{} : Value{node_ + 1}; }

Value Value::next() const {
    return present() && node_->next != 0 ? Value{node_ + node_->next} : Value{};
}

std::string_view Value::name() const { return present() ? node_->name : std::string_view{}; }

std::size_t Value::size() const { return present() ? node_->count : 0; }

}  // namespace hallpass::json

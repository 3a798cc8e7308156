#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallpass::server {

/// One value for one `:name` of a statement. SQL text never holds values.
class Bound {
  public:
    Bound(std::string_view name, std::string_view value) : name_(name), own_(value) {}
    Bound(std::string_view name, std::string value) : name_(name), own_(std::move(value)) {}
    Bound(std::string_view name, const char* value) : name_(name), own_(value) {}
    Bound(std::string_view name, std::int64_t value)
        : name_(name), is_text_(false), number_(value) {}
    Bound(std::string_view name, int value) : name_(name), is_text_(false), number_(value) {}
    Bound(std::string_view name, bool value) : name_(name), is_text_(false), number_(value) {}
    template <class T>
    Bound(std::string_view name, const std::optional<T>& value)
        : Bound(value ? Bound(name, *value) : Bound(name, T{})) {
        is_null_ = !value;
    }
    /// The same without a copy of a text, which must be there for as long as this is used.
    template <class T>
    static Bound borrowing(std::string_view name, const T& value) {
        return Bound(name, value);
    }
    static Bound borrowing(std::string_view, std::string&&) = delete;
    static Bound borrowing(std::string_view, std::optional<std::string>&&) = delete;
    static Bound borrowing(std::string_view name, const std::string& value) {
        Bound bound{name, std::string_view{}};
        bound.borrowed_ = &value;
        return bound;
    }
    static Bound borrowing(std::string_view name, const std::optional<std::string>& value) {
        Bound bound{name, std::string_view{}};
        bound.is_null_ = !value;
        if (value) bound.borrowed_ = &*value;
        return bound;
    }

    const std::string& name() const { return name_; }
    bool is_text() const { return is_text_; }
    bool is_null() const { return is_null_; }
    /// Of a text; empty for NULL.
    const std::string& characters() const { return borrowed_ == nullptr ? own_ : *borrowed_; }
    /// Of a number; 0 for NULL.
    std::int64_t number() const { return number_; }
    /// The value as text, nothing for NULL.
    std::optional<std::string> text() const {
        if (is_null_) return std::nullopt;
        return is_text_ ? characters() : std::to_string(number_);
    }

  private:
    std::string name_;
    bool is_text_ = true, is_null_ = false;
    std::string own_;
    const std::string* borrowed_ = nullptr;
    std::int64_t number_ = 0;
};
using Binds = std::vector<Bound>;

/// One column of one row on its way out of a statement.
struct Cell {
    bool is_null = false;
    std::string text;
    long long number = 0;
};

/// The columns of one row, in the order in which they were asked for.
class Columns {
  public:
    explicit Columns(std::vector<Cell>& cells) : cells_(cells) {}
    std::string text() { return std::move(cells_[next_++].text); }
    std::int64_t number() { return cells_[next_++].number; }
    std::optional<std::string> optional_text() {
        if (cells_[next_].is_null) return ++next_, std::nullopt;
        return text();
    }
    std::optional<std::int64_t> optional_number() {
        if (cells_[next_].is_null) return ++next_, std::nullopt;
        return number();
    }

    void into(std::string& value) { value = text(); }
    void into(std::int64_t& value) { value = number(); }
    void into(bool& value) { value = number() != 0; }
    void into(std::optional<std::string>& value) { value = optional_text(); }
    void into(std::optional<std::int64_t>& value) { value = optional_number(); }

  private:
    std::vector<Cell>& cells_;
    std::size_t next_ = 0;
};

/// What kind each selected column is: 't' text, 'n' number.
using Shape = std::string_view;

}  // namespace hallpass::server

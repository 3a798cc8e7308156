#pragma once

#include <cstdlib>
#include <utility>
#include <variant>

#include "hallpass/error.hpp"

namespace hallpass {

/// A value or the Error that explains why there is none. The core never throws.
/// Check `ok()` first: `value()` of a failure and `error()` of a success are bugs and abort.
/// @code
///   auto zone = zones.find("Europe/Amsterdam");
///   if (!zone) return zone.error();
///   use(*zone);
/// @endcode
template <class T>
class [[nodiscard]] Result {
  public:
    Result(const T& value) : state_(std::in_place_index<0>, value) {}
    Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}
    /// A value made in its place, to be filled in.
    explicit Result(std::in_place_t) : state_(std::in_place_index<0>) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    const T& value() const& { return get<0>(state_); }
    T& value() & { return get<0>(state_); }
    T&& value() && { return std::move(get<0>(state_)); }
    const Error& error() const& { return get<1>(state_); }
    Error&& error() && { return std::move(get<1>(state_)); }

    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

  private:
    template <std::size_t I, class V>
    static auto& get(V& state) {
        auto* held = std::get_if<I>(&state);
        if (held == nullptr) std::abort();
        return *held;
    }
    std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};

}  // namespace hallpass

#pragma once

#include <cstdlib>
#include <optional>
#include <utility>

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
    Result(const T& value) : value_(value) {}
    Result(T&& value) : value_(std::move(value)) {}
    /// A value made in its place, to be filled in.
    explicit Result(std::in_place_t) : value_(std::in_place) {}
    Result(Error error) : refusal_(std::move(error)) {}
    /// @pre `refusal` is one
    Result(Refusal refusal) : refusal_(std::move(refusal)) {}

    bool ok() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return ok(); }

    const T& value() const& { return held(value_); }
    T& value() & { return held(value_); }
    T&& value() && { return std::move(held(value_)); }
    const Error& error() const& { return *refusal_; }
    Error&& error() && { return std::move(*refusal_); }
    /// The refusal, to be handed on as it is.
    Refusal refusal() && { return std::move(refusal_); }

    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

  private:
    template <class Value>
    static auto& held(Value& value) {
        if (!value) std::abort();
        return *value;
    }
    std::optional<T> value_;
    Refusal refusal_;
};

/// Success without a value.
struct Done {};

template <>
class HALLPASS_TRIVIAL_ABI [[nodiscard]] Result<Done> {
  public:
    Result(Done) {}
    Result(Error error) : refusal_(std::move(error)) {}
    /// Success where there is nothing in it.
    Result(Refusal refusal) : refusal_(std::move(refusal)) {}

    bool ok() const noexcept { return !refusal_; }
    explicit operator bool() const noexcept { return ok(); }
    const Error& error() const& { return *refusal_; }
    Error&& error() && { return std::move(*refusal_); }
    /// The refusal, to be handed on as it is.
    Refusal refusal() && { return std::move(refusal_); }

  private:
    Refusal refusal_;
};

}  // namespace hallpass

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hallpass/error.hpp"
#include "hallpass/result.hpp"
#include "hallpass/time.hpp"

#define HP_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

/// How callers and the core hand values to each other: one input buffer that the caller writes, one
/// set of result fields that it reads. Both are reused by the next call.
namespace hallpass::abi {

using Address = std::uint32_t;  ///< of a byte in the module's memory

/// What a call that may refuse returns in place of a value or handle; `refusal` then holds the why.
inline constexpr std::int32_t refused = -1;

/// Numbers and texts that a call gives back beside its return value. Texts are an address and a
/// size, valid until the next call that may allocate.
struct Fields {
    double number[8];
    std::uint32_t word[32];
};
extern Fields fields;

template <class T>
Address address_of(const T* object) {
    return static_cast<Address>(reinterpret_cast<std::uintptr_t>(object));
}

/// The input buffer's first `size` bytes, as the caller wrote them.
const char* input();
inline std::string_view input_text(std::uint32_t size) { return {input(), size}; }

/// Puts a text's address and size into two words.
void give(std::size_t first_word, std::string_view text);
/// Keeps `text` alive until the next call and gives it as words 0 and 1.
void give_owned(std::string text);

/// Keeps the refusal as JSON (wire::error_json) for words 0 and 1 and returns `refused`.
std::int32_t refuse(const Error& error);
/// The same for calls that return a number.
double refuse_number(const Error& error);

/// A time that JavaScript passed, fractions dropped towards the past; nothing where it is not
/// finite or beyond the core's range.
std::optional<Instant> instant_of(double unix_ms);
/// Why instant_of gave nothing.
Refusal no_instant(double unix_ms, std::string_view field);
/// A time that JavaScript passed: finite and within the core's range; fractions are dropped towards
/// the past.
/// @errors VALIDATION_ERROR with `field`: wrong_type or out_of_range
Result<Instant> read_instant(double unix_ms, std::string_view field);
inline double unix_ms(Instant instant) { return static_cast<double>(to_unix_ms(instant)); }

}  // namespace hallpass::abi

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hallpass/hallpass.hpp"

/// libFuzzer's entry point; every fuzzer defines it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace hallpass::fuzz {

/// The input as text. Not NUL-terminated: reading past its end is caught.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string_view{}
                     : std::string_view{reinterpret_cast<const char*>(data), size};
}

/// What must hold for every input; the fuzzer reports where it does not.
inline void expect(bool holds) {
    if (!holds) __builtin_trap();
}

/// Every refusal names a code that HTTP knows and says what to do, in bounded space.
inline void expect_sound(const Error& error) {
    expect(http_status(error.code) >= 400 && !error.message.empty());
    expect(error.received.size() <= 200);
    expect(json::Document::parse(wire::error_json(error)).ok());
}

}  // namespace hallpass::fuzz

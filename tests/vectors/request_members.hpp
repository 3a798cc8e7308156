#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hallpass/wire.hpp"

namespace hallpass::vectors {

inline std::string_view text(json::Value object, std::string_view name) {
    return object.find(name).string().value_or(std::string_view{});
}
inline std::optional<std::string_view> optional_text(json::Value object, std::string_view name) {
    return object.find(name).string();
}
inline std::int64_t integer(json::Value object, std::string_view name, std::int64_t fallback = 0) {
    return object.find(name).integer().value_or(fallback);
}
inline bool flag(json::Value object, std::string_view name) {
    return object.find(name).boolean().value_or(false);
}
inline Instant instant(json::Value object, std::string_view name) {
    return from_unix_ms(integer(object, name));
}

/// An answer that is a refusal.
inline std::string failure(const Error& error) {
    json::Writer writer;
    writer.begin_object()
        .member("ok", false)
        .key("error")
        .raw(wire::error_json(error))
        .end_object();
    return std::move(writer).text();
}

std::string evaluate_session(json::Value request);  ///< plan_session
std::string evaluate_token(json::Value request);    ///< from the token's text to its live session

}  // namespace hallpass::vectors

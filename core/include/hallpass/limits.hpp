#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of the core in one place; the TypeScript constants are generated from here.
namespace hallpass::limits {

inline constexpr std::size_t id_max_bytes = 128;
inline constexpr std::size_t reason_min_chars = 5;    ///< Unicode code points, after trimming
inline constexpr std::size_t reason_max_chars = 500;  ///< Unicode code points, after trimming
inline constexpr std::size_t scope_max_bytes = 96;    ///< one `resource:action`
inline constexpr std::size_t scopes_max_count = 64;   ///< scopes in one set
inline constexpr std::size_t scope_patterns_max_count = 64;
inline constexpr std::size_t token_max_bytes = 16 * 1024;
inline constexpr std::size_t json_max_depth = 32;
inline constexpr std::size_t hmac_key_min_bytes = 32;  ///< RFC 7518 section 3.2, for HS256
inline constexpr std::chrono::seconds clock_skew_max{60};

/// Hard limits that no tenant's override can leave (contract, section 5).
inline constexpr std::chrono::minutes ttl_floor{1};
inline constexpr std::chrono::minutes session_cap_ceiling{240};
inline constexpr std::chrono::days grant_ceiling{90};
inline constexpr std::chrono::hours pending_floor{1};
inline constexpr std::chrono::days pending_ceiling{30};

}  // namespace hallpass::limits

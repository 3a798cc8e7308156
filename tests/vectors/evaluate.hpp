#pragma once

#include <string>

#include "hallpass/json.hpp"

/// Asks the core what a request says and spells the answer as JSON. tests/wasm/evaluate.mjs does
/// the same through WebAssembly, and the two must agree to the byte.
namespace hallpass::vectors {

/// @param request an object with `call`: expiry, remaining, status, narrow, subset, reason, session
/// or
///        token, and that call's members
std::string evaluate(json::Value request);

}  // namespace hallpass::vectors

#pragma once

#include <cstdint>

#include "hallpass/policy.hpp"
#include "hallpass/scope.hpp"

/// Texts that callers pass again and again, parsed once and known by number.
namespace hallpass::abi {

/// The scopes behind a handle of hp_scopes; none for -1 or a released one.
ScopeView scopes_of(std::int32_t handle);
/// The policy behind a handle of hp_policy; the default profile's for an unknown one.
const Policy& policy_of(std::int32_t handle);

}  // namespace hallpass::abi

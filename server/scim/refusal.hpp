#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/answer.hpp"

namespace hallpass::server {

/// Why a SCIM request is refused (RFC 7644 section 3.12).
struct ScimRefusal {
    unsigned status = 400;
    std::string_view type;  ///< `scimType`; empty where the status says it all
    std::string detail;     ///< one English sentence; nothing of what was sent is in it
};
/// Nothing where all is well.
using ScimCheck = std::optional<ScimRefusal>;

/// @returns 400 with that `scimType`
ScimRefusal scim_invalid(std::string_view type, std::string detail);

Answer scim_answer(unsigned status, std::string body);
Answer scim_refused(const ScimRefusal& refusal);
/// A refusal of the server's own in SCIM's form, with the headers that go with it.
Answer scim_problem(const Error& error);

}  // namespace hallpass::server

#pragma once

#include <string>

#include "store/rows.hpp"

namespace hallpass::server {

/// The version of the Open Cybersecurity Schema Framework that `ocsf_line` writes.
inline constexpr const char* ocsf_version = "1.2.0";

/// An entry of the record as an OCSF event, one line of JSON without its line end: API Activity
/// (6003) for what was read and written, Authentication (3002) for sessions and tokens, User Access
/// Management (3005) for consent and roles, Account Change (3001) for bans. What is none of these
/// is API Activity, `Other`.
std::string ocsf_line(const RecordRow& entry);

}  // namespace hallpass::server

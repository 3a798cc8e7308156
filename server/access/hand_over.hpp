#pragma once

#include <optional>
#include <string>

#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

class Application;

/// What is kept of a hand-over code: its hash, behind the time that it begins with, so that new
/// ones lie side by side in the index.
std::string kept_code(std::string_view code);
/// `,"delegatedToken":"…","uiSwitchUrl":"…"` of a token that was just issued.
std::string secret_members(const Application& application, const std::string& code,
                           const std::optional<std::string>& text);
/// The same of one that was issued before: signed again, never read from the store, because
/// neither is kept there.
std::string secret_members(Application& application, Connection& store,
                           const std::string& token_id);

}  // namespace hallpass::server

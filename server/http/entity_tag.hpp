#pragma once

#include <string>
#include <string_view>

#include "http/answer.hpp"
#include "http/request.hpp"

namespace hallpass::server {

/// The strong entity tag of these bytes. Of what is in a file, and not of its time: a build may
/// give all that it makes the same time.
std::string entity_tag(std::string_view bytes);

/// Whether If-None-Match names the entity tag: weakly compared, in a list, or `*` (RFC 9110,
/// section 13.1.2). A field that is not well-formed names nothing from where it goes wrong.
bool names_entity_tag(std::string_view if_none_match, std::string_view tag);

/// Makes a 304 of an answer whose ETag the request names. Its headers stay: they replace those that
/// the client kept (RFC 9111, section 4.3.4).
void leave_out_known(Answer& answer, const Request& request);

}  // namespace hallpass::server

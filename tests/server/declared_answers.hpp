#pragma once

#include <string>

#include "test_server.hpp"

namespace hallpass::server::test {

/// Holds an answer against what the server's OpenAPI document says of that operation. For any
/// thread: what the document does not tell of is kept until it is asked for.
void hold_against_document(const Application& application, std::string_view method,
                           std::string_view target, const Reply& reply);

/// What was found so far, which is forgotten with that; "" where all was declared.
std::string undeclared_answers();

}  // namespace hallpass::server::test

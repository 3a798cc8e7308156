#pragma once

#include <string>
#include <vector>

namespace hallpass::server {

/// An SQL text's places for values as PostgreSQL writes them, `$1` and so on.
struct NumberedStatement {
    std::string sql;
    std::vector<std::string> names;  ///< whose value each place takes
};
NumberedStatement numbered(const std::string& sql);

}  // namespace hallpass::server

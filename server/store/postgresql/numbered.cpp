#include "store/postgresql/numbered.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace hallpass::server {
namespace {

bool names_value(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

NumberedStatement numbered(const std::string& sql) {
    NumberedStatement result;
    bool quoted = false;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at++];
        quoted = quoted != (c == '\'');
        const bool cast = c == ':' && at < sql.size() && sql[at] == ':';
        if (cast) {
            result.sql += "::";
            ++at;
            continue;
        }
        if (quoted || c != ':' || at == sql.size() || !names_value(sql[at])) {
            result.sql += c;
            continue;
        }
        std::string name;
        while (at < sql.size() && names_value(sql[at])) name += sql[at++];
        auto place = std::find(result.names.begin(), result.names.end(), name);
        if (place == result.names.end()) {
            place = result.names.insert(result.names.end(), std::move(name));
        }
        result.sql += "$" + std::to_string(place - result.names.begin() + 1);
    }
    return result;
}

}  // namespace hallpass::server

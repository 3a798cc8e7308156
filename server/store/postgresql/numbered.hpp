#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hallpass::server {

/// An SQL text's places for values as PostgreSQL writes them, `$1` and so on.
struct NumberedStatement {
    std::string sql;
    std::vector<std::string> names;  ///< whose value each place takes
};
/// @param sign what stands before the numbers
NumberedStatement numbered(const std::string& sql, const std::string& sign = "$");

/// One query that asks `sql` once for each row of values. Each place takes an array, and each row
/// of the answer begins with the number of the row of values that it answers, from 1.
/// @param is_text of each value, in the order of `numbered(sql).names`, whether it is a text
NumberedStatement asked_at_once(const std::string& sql, const std::vector<bool>& is_text);
/// One statement for many of the insertion `sql`, "INSERT INTO … VALUES (:a,:b)", whose places take
/// arrays as well.
NumberedStatement inserted_at_once(const std::string& sql, const std::vector<bool>& is_text);
/// An array in PostgreSQL's binary form, which takes it apart in half the time of one in words.
/// @param values of texts, or of whole numbers, as text; nothing for NULL
/// @throws StoreFault where one that is to be a number is none
std::string array_bytes(const std::vector<const std::optional<std::string>*>& values, bool is_text);

}  // namespace hallpass::server

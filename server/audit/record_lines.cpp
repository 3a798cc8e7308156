#include "audit/record_lines.hpp"

#include <stdexcept>

#include "hallpass/json.hpp"
#include "hallpass/time.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view time_column = "at_unix_ms";

/// A column's name on the wire: `session_id` is `sessionId`; the time is RFC 3339 text there.
std::string wire_name(std::string_view column) {
    if (column == time_column) return "at";
    std::string name;
    bool upper = false;
    for (const char c : column) {
        if (c == '_') {
            upper = true;
            continue;
        }
        name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return name;
}

std::string time_text(const RecordRow& entry) {
    if (entry.at_unix_ms < min_instant_unix_ms || entry.at_unix_ms > max_instant_unix_ms) {
        throw std::runtime_error("entry " + std::to_string(entry.sequence) +
                                 " has a time that no calendar has; run audit verify");
    }
    return format_rfc3339(from_unix_ms(entry.at_unix_ms));
}

bool read_into(json::Value value, std::string& member) {
    const auto text = value.string();
    if (text) member = *text;
    return text.has_value();
}
bool read_into(json::Value value, std::int64_t& member) {
    const auto number = value.integer();
    if (number) member = *number;
    return number.has_value();
}
template <class T>
bool read_into(json::Value value, std::optional<T>& member) {
    return !value || read_into(value, member.emplace());
}

/// Whether a spreadsheet would take the text for a formula (OWASP, CSV injection).
bool looks_like_formula(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return false;
    return text[0] == '\t' || text[0] == '\r' || text[0] == '\n' ||
           std::string_view{"=+-@"}.find(text[first]) != std::string_view::npos;
}

void add_cell(std::string& line, std::int64_t value) { line += std::to_string(value); }
void add_cell(std::string& line, const std::string& text) {
    line += looks_like_formula(text) ? "\"'" : "\"";
    for (const char c : text) {
        line += c;
        if (c == '"') line += '"';
    }
    line += '"';
}
template <class T>
void add_cell(std::string& line, const std::optional<T>& value) {
    if (value) add_cell(line, *value);
}

void add_member(json::Writer& writer, const std::string& name, const std::string& text) {
    writer.member(name, text);
}
void add_member(json::Writer& writer, const std::string& name, std::int64_t number) {
    writer.member(name, number);
}
template <class T>
void add_member(json::Writer& writer, const std::string& name, const std::optional<T>& value) {
    if (value) add_member(writer, name, *value);
}

}  // namespace

std::string json_line(const RecordRow& entry) {
    json::Writer writer;
    writer.begin_object();
    RecordRow::each(entry, [&](const char* column, const auto& value) {
        if (column == time_column) {
            writer.member("at", time_text(entry));
        } else {
            add_member(writer, wire_name(column), value);
        }
    });
    return std::move(writer.end_object()).text();
}

std::optional<RecordRow> read_json_line(std::string_view line) {
    const auto document = json::Document::parse(line);
    if (!document || !document->root().is_object()) return std::nullopt;
    RecordRow entry;
    bool read = true;
    RecordRow::each(entry, [&](const char* column, auto& member) {
        const auto value = document->root().find(wire_name(column));
        if (column != time_column) {
            read = read && read_into(value, member);
            return;
        }
        const auto text = value.string();
        const auto at = parse_rfc3339(text.value_or(""), "at");
        if (at) entry.at_unix_ms = to_unix_ms(*at);
        read = read && at.ok();
    });
    // One spelling alone: otherwise a changed byte could go unnoticed.
    if (!read || json_line(entry) != line) return std::nullopt;
    return entry;
}

std::string csv_header() {
    std::string line;
    const RecordRow none;
    RecordRow::each(none, [&](const char* column, const auto&) {
        if (!line.empty()) line += ',';
        line += wire_name(column);
    });
    return line + "\r\n";
}

std::string csv_line(const RecordRow& entry) {
    std::string line;
    RecordRow::each(entry, [&](const char* column, const auto& value) {
        if (!line.empty()) line += ',';
        if (column == time_column) {
            line += time_text(entry);
        } else {
            add_cell(line, value);
        }
    });
    return line + "\r\n";
}

std::optional<std::string_view> LineReader::next() {
    if (fault_ != nullptr) return std::nullopt;
    input_.getline(line_.data(), static_cast<std::streamsize>(line_.size()));
    const auto taken = static_cast<std::size_t>(input_.gcount());
    if (input_.bad()) {
        fault_ = "the file cannot be read to its end";
    } else if (input_.eof()) {
        if (taken > 0) fault_ = "the last line has no end: the file was cut off";
    } else if (input_.fail()) {
        fault_ = "a line is longer than any entry";
    } else {
        return std::string_view{line_}.substr(0, taken - 1);
    }
    return std::nullopt;
}

}  // namespace hallpass::server

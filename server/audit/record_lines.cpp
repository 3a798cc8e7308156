#include "audit/record_lines.hpp"

#include <charconv>
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

/// Where a JSON string that begins at `at` ends; npos where it does not.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') return at;
        if (text[at] == '\\') ++at;
    }
    return text.npos;
}

/// Takes a JSON object off the front, as far as its braces tell; nothing where none ends.
std::optional<std::string_view> take_object(std::string_view& text) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            at = end_of_string(text, at);
            if (at == text.npos) return std::nullopt;
        } else if (text[at] == '{') {
            ++depth;
        } else if (text[at] == '}' && --depth == 0) {
            const auto object = text.substr(0, at + 1);
            text.remove_prefix(at + 1);
            return object;
        }
        if (depth == 0) return std::nullopt;
    }
    return std::nullopt;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

constexpr std::string_view part_starts[] = {R"(,"people":)", R"(,"origin":)", R"(,"details":)"};
static_assert(std::size(part_starts) == leaf_parts.size());

/// The leaf's commitments are its last members, in the order of the parts.
std::optional<std::array<std::string_view, leaf_parts.size()>> commitments_in(
    std::string_view leaf) {
    std::array<std::string_view, leaf_parts.size()> commitments;
    if (!leaf.ends_with('}')) return std::nullopt;
    leaf.remove_suffix(1);
    for (auto at = leaf_parts.size(); at-- > 0;) {
        const auto start = part_starts[at];
        const auto size = start.size() + hash_chars + 2;
        if (leaf.size() < size) return std::nullopt;
        auto member = leaf.substr(leaf.size() - size);
        if (!take(member, start) || !take(member, "\"") || !member.ends_with('"')) {
            return std::nullopt;
        }
        commitments[at] = member.substr(0, hash_chars);
        leaf.remove_suffix(size);
    }
    return commitments;
}

std::optional<std::int64_t> sequence_in(std::string_view leaf) {
    std::int64_t sequence = 0;
    if (!take(leaf, R"({"sequence":)")) return std::nullopt;
    const auto [end, error] = std::from_chars(leaf.data(), leaf.data() + leaf.size(), sequence);
    if (error != std::errc{}) return std::nullopt;
    leaf.remove_prefix(static_cast<std::size_t>(end - leaf.data()));
    return leaf.starts_with(R"(,"atUnixMs":)") ? std::optional{sequence} : std::nullopt;
}

/// The leaf's third member, behind two numbers.
std::string_view event_in(std::string_view leaf) {
    constexpr std::string_view start = R"(,"event":")";
    const auto at = leaf.find(start);
    if (at == leaf.npos) return {};
    leaf.remove_prefix(at + start.size());
    return leaf.substr(0, leaf.find('"'));
}

constexpr bool in_csv(std::string_view column) { return column != "seals" && column != "nodes"; }

}  // namespace

std::string json_line(const RecordRow& entry) {
    json::Writer writer;
    writer.begin_object().key("leaf").raw(leaf_text(entry));
    for (const auto part : leaf_parts) {
        const auto text = part_text(entry, part);
        if (text) writer.key(to_string(part)).raw(*text);
    }
    return std::move(writer.member("hash", entry.hash).end_object()).text();
}

std::optional<ExportedEntry> read_json_line(std::string_view line) {
    if (!take(line, R"({"leaf":)")) return std::nullopt;
    const auto leaf = take_object(line);
    if (!leaf) return std::nullopt;
    const auto sequence = sequence_in(*leaf);
    const auto commitments = commitments_in(*leaf);
    if (!sequence || !commitments) return std::nullopt;
    bool as_committed = true;
    int erased = 0;
    std::string_view details;
    for (std::size_t at = 0; at < leaf_parts.size(); ++at) {
        if (!take(line, part_starts[at])) {
            ++erased;
            continue;
        }
        const auto text = take_object(line);
        if (!text) return std::nullopt;
        if (leaf_parts[at] == LeafPart::details) details = *text;
        as_committed = as_committed && commitment_of(*text) == (*commitments)[at];
    }
    if (!take(line, R"(,"hash":")") || line.size() != hash_chars + 2 || !line.ends_with("\"}")) {
        return std::nullopt;
    }
    ExportedEntry entry{*sequence,       {},     line.substr(0, hash_chars), erased,
                        event_in(*leaf), details};
    if (as_committed) entry.computed = merkle::leaf_hash(tree_sha256, *leaf);
    return entry;
}

std::string checkpoint_line(std::string_view note) {
    json::Writer writer;
    writer.begin_object().member("checkpoint", note);
    return std::move(writer.end_object()).text();
}

std::optional<std::string> read_checkpoint_line(std::string_view line) {
    if (!line.starts_with(R"({"checkpoint":)")) return std::nullopt;
    const auto document = json::Document::parse(line);
    const auto note = document ? document->root().find("checkpoint").string() : std::nullopt;
    if (!note || checkpoint_line(*note) != line) return std::nullopt;
    return std::string{*note};
}

std::string csv_header() {
    std::string line;
    const RecordRow none;
    RecordRow::each(none, [&](const char* column, const auto&) {
        if (!in_csv(column)) return;
        if (!line.empty()) line += ',';
        line += wire_name(column);
    });
    return line + "\r\n";
}

std::string csv_line(const RecordRow& entry) {
    std::string line;
    RecordRow::each(entry, [&](const char* column, const auto& value) {
        if (!in_csv(column)) return;
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

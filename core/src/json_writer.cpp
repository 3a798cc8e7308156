#include <algorithm>

#include "digits.hpp"
#include "hallpass/json.hpp"

namespace hallpass::json {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; }

void append_quoted(std::string& out, std::string_view utf8) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    while (!utf8.empty()) {
        std::size_t plain = 0;
        while (plain < utf8.size() && !needs_escape(utf8[plain])) ++plain;
        out.append(utf8.data(), plain);
        utf8.remove_prefix(plain);
        if (utf8.empty()) break;
        const auto byte = static_cast<unsigned char>(utf8.front());
        utf8.remove_prefix(1);
        out += '\\';
        if (byte >= ' ') {
            out += static_cast<char>(byte);
        } else if (byte == '\n') {
            out += 'n';
        } else {
            out += "u00";
            out += hex[byte >> 4];
            out += hex[byte & 15U];
        }
    }
    out += '"';
}

void write_value(Writer& writer, Value value) {
    switch (value.kind()) {
        case Kind::null: writer.null(); break;
        case Kind::boolean: writer.boolean(*value.boolean()); break;
        case Kind::number: writer.raw(*value.number_text()); break;
        case Kind::string: writer.string(*value.string()); break;
        case Kind::array:
            writer.begin_array();
            for (auto item = value.first(); item; item = item.next()) write_value(writer, item);
            writer.end_array();
            break;
        case Kind::object:
            writer.begin_object();
            for (auto item = value.first(); item; item = item.next()) {
                writer.key(item.name());
                write_value(writer, item);
            }
            writer.end_object();
            break;
    }
}

}  // namespace

void Writer::separate() {
    if (text_.empty()) return;
    const char last = text_.back();
    if (last != '{' && last != '[' && last != ':') text_ += ',';
}

Writer& Writer::begin_object() {
    separate();
    text_ += '{';
    return *this;
}
Writer& Writer::end_object() {
    text_ += '}';
    return *this;
}
Writer& Writer::begin_array() {
    separate();
    text_ += '[';
    return *this;
}
Writer& Writer::end_array() {
    text_ += ']';
    return *this;
}
Writer& Writer::key(std::string_view name) {
    string(name);
    text_ += ':';
    return *this;
}
Writer& Writer::string(std::string_view utf8) {
    separate();
    append_quoted(text_, utf8);
    return *this;
}
Writer& Writer::integer(std::int64_t value) {
    separate();
    append_number(text_, value);
    return *this;
}
Writer& Writer::boolean(bool value) { return raw(value ? "true" : "false"); }
Writer& Writer::null() { return raw("null"); }
Writer& Writer::raw(std::string_view json_text) {
    separate();
    text_ += json_text;
    return *this;
}

std::string quoted(std::string_view utf8) {
    std::string out;
    append_quoted(out, utf8);
    return out;
}

std::string Value::excerpt(std::size_t max_bytes) const {
    if (!present()) return {};
    Writer writer;
    write_value(writer, *this);
    auto text = std::move(writer).text();
    if (text.size() <= max_bytes) return text;
    // What is cut is no JSON value any more: give its beginning as a string, quotes and the sign of
    // the cut included in the bound.
    constexpr std::string_view cut_sign = "…";
    const auto room = max_bytes - std::min(max_bytes, cut_sign.size() + 2);
    std::size_t end = 0;
    for (std::size_t cost = 0; end < text.size(); ++end) {
        cost += text[end] == '"' || text[end] == '\\' ? 2 : 1;
        if (cost > room) break;
    }
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return json::quoted(text.substr(0, end) + std::string{cut_sign});
}

}  // namespace hallpass::json

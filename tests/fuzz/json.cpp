#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

namespace {

/// Writes a value as it was read, and looks every member up by its name.
void copy(json::Writer& writer, json::Value value) {
    if (value.is_array()) {
        writer.begin_array();
        for (auto each = value.first(); each; each = each.next()) copy(writer, each);
        writer.end_array();
    } else if (value.is_object()) {
        writer.begin_object();
        for (auto each = value.first(); each; each = each.next()) {
            expect(value.find(each.name()).present());
            copy(writer.key(each.name()), each);
        }
        writer.end_object();
    } else if (const auto text = value.string()) {
        writer.string(*text);
    } else if (const auto number = value.number_text()) {
        writer.raw(*number);
        if (const auto integer = value.integer()) {
            expect(*integer > -(std::int64_t{1} << 53) && *integer < std::int64_t{1} << 53);
        }
        (void)NumericDate::parse(*number);
    } else if (const auto flag = value.boolean()) {
        writer.boolean(*flag);
    } else {
        expect(value.is_null());
        writer.null();
    }
}

}  // namespace

// A JSON text: what is accepted must be written and read back as the same.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = json::Document::parse(text_of(data, size));
    if (!document) {
        expect_sound(document.error());
        return 0;
    }
    json::Writer writer;
    copy(writer, document->root());
    const auto again = json::Document::parse(writer.text());
    expect(again.ok());
    json::Writer second;
    copy(second, again->root());
    expect(second.text() == writer.text());
    const auto excerpt = document->root().excerpt();
    expect(excerpt.size() <= 200 && json::Document::parse(excerpt).ok());
    return 0;
}

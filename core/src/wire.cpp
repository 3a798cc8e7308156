#include "hallpass/wire.hpp"

namespace hallpass::wire {
namespace {

void write_error_members(json::Writer& writer, const Error& error) {
    writer.member("error", to_string(error.code)).member("message", error.message);
    if (!error.field.empty()) writer.member("field", error.field);
    if (error.reason != Reason::none) writer.member("reason", to_string(error.reason));
    if (!error.received.empty()) writer.key("received").raw(error.received);
    const auto& constraints = error.constraints;
    if (!constraints.min && !constraints.max && constraints.one_of.empty()) return;
    writer.key("constraints").begin_object();
    if (constraints.min) writer.member("min", *constraints.min);
    if (constraints.max) writer.member("max", *constraints.max);
    if (!constraints.one_of.empty()) {
        writer.key("oneOf");
        write(writer, ScopeView::trusted(constraints.one_of));
    }
    writer.end_object();
}

}  // namespace

void write(json::Writer& writer, const Error& error) {
    writer.begin_object();
    write_error_members(writer, error);
    writer.end_object();
}

std::string error_json(const Error& error) {
    json::Writer writer;
    write(writer, error);
    return std::move(writer).text();
}

std::string problem_json(const Error& error) {
    json::Writer writer;
    writer.begin_object()
        .member("type", "about:blank")
        .member("title", title(error.code))
        .member("status", http_status(error.code));
    write_error_members(writer, error);
    writer.end_object();
    return std::move(writer).text();
}

void write(json::Writer& writer, ScopeView scopes) {
    writer.begin_array();
    for (const auto scope : scopes.list()) writer.string(scope);
    writer.end_array();
}

}  // namespace hallpass::wire

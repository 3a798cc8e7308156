#include "routes/record_access.hpp"

#include "access/record_entries.hpp"

namespace hallpass::server {

Answer record_page(Connection& store, const std::string& where, Binds binds, const Page& page,
                   const std::function<bool(const RecordRow&)>& with_origin) {
    binds.emplace_back("most", page.limit + 1);
    binds.emplace_back("after", page.after ? page.after->first : std::int64_t{0});
    const auto rows = store.select<RecordRow>(
        "WHERE " + where + " AND sequence > :after ORDER BY sequence LIMIT :most", binds);
    return Answer::json(200,
                        page_json(
                            rows, page,
                            [&](json::Writer& writer, const RecordRow& row) {
                                write_entry(writer, store, row, with_origin(row));
                            },
                            [](const RecordRow& row) { return Page::cursor(row.sequence, ""); }));
}

}  // namespace hallpass::server

#include "audit/heads.hpp"

#include <spdlog/spdlog.h>

#include "audit/record_tree.hpp"

namespace hallpass::server {
namespace {

std::string kept_note(Connection& store, std::uint64_t size) {
    std::string note;
    store.query("SELECT note FROM checkpoints WHERE size = :size", "t",
                {{"size", static_cast<std::int64_t>(size)}},
                [&](Columns& columns) { note = columns.text(); });
    return note;
}

}  // namespace

std::string RecordHeads::sign(Transaction& transaction) const {
    auto& store = transaction.store();
    const auto size = read_tree_size(store);
    auto note = kept_note(store, size);
    const bool ours = open_checkpoint(note, &key_.verifier()).has_value();
    if (ours) return note;
    const merkle::Head head{size, read_frontier(store, size).root()};
    // What another key signed stays what it is: evidence. This one is handed out alone.
    const bool signed_before = !note.empty();
    note = key_.sign(checkpoint_text(key_.verifier().name(), head));
    if (signed_before) return note;
    store.execute("INSERT INTO checkpoints (size, note, at_unix_ms) VALUES (:size, :note, :now)",
                  {{"size", static_cast<std::int64_t>(size)},
                   {"note", note},
                   {"now", to_unix_ms(transaction.now())}});
    return note;
}

void RecordHeads::keep_up() {
    try {
        const bool grew = store_.read([](Connection& store) {
            const auto size = read_tree_size(store);
            return size > 0 && kept_note(store, size).empty();
        });
        if (grew) store_.write_now([&](Transaction& transaction) { sign(transaction); });
    } catch (const std::exception& fault) {
        spdlog::error("the record's head could not be signed: {}", fault.what());
    }
}

}  // namespace hallpass::server

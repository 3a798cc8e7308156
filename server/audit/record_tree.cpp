#include "audit/record_tree.hpp"

namespace hallpass::server {

std::string nodes_text(std::span<const merkle::Hash> nodes) {
    std::string text;
    for (const auto& node : nodes) text += hash_text(node);
    return text;
}

merkle::Hash read_node(Connection& store, merkle::Place place) {
    std::string text;
    store.query("SELECT hash, nodes FROM record WHERE sequence = :sequence", "tt",
                {{"sequence", sequence_of(place)}}, [&](Columns& columns) {
                    text = columns.text();
                    text += columns.text();
                });
    const auto at = place.level * hash_chars;
    const auto hash = at < text.size() ? hash_of_text(std::string_view{text}.substr(at, hash_chars))
                                       : std::nullopt;
    if (!hash) {
        throw StoreFault("entry " + std::to_string(sequence_of(place)) +
                         " does not hold its part of the record's tree; run audit verify");
    }
    return *hash;
}

merkle::Frontier read_frontier(Connection& store, std::uint64_t size) {
    std::vector<merkle::Hash> peaks;
    for (const auto& place : merkle::places_of(0, size)) peaks.push_back(read_node(store, place));
    return *merkle::Frontier::of(tree_sha256, size, std::move(peaks));
}

std::uint64_t read_tree_size(Connection& store) {
    return static_cast<std::uint64_t>(
        store.number("SELECT COALESCE(MAX(sequence), 0) FROM record"));
}

RecordTree::Last RecordTree::last_of(Connection& store) {
    Last last;
    store.look_up("record", "SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1",
                  "nt", {}, [&](Columns& columns) {
                      last.size = static_cast<std::uint64_t>(columns.number());
                      last.hash = columns.text();
                  });
    return last;
}

void RecordTree::catch_up(Connection& store) {
    auto [size, hash] = last_of(store);
    if (size != frontier_.size() || hash != last_hash_) {
        frontier_ = read_frontier(store, size);
        last_hash_ = std::move(hash);
    }
    sure_ = true;
}

void RecordTree::append(Connection& store, RecordRow& entry) {
    if (!sure_) catch_up(store);
    sure_ = false;  // until the entry is stored
    entry.sequence = static_cast<std::int64_t>(frontier_.size()) + 1;
    seal(entry);
    entry.nodes = nodes_text(frontier_.append(*hash_of_text(entry.hash)));
    last_hash_ = entry.hash;
    store.insert(entry);
    sure_ = true;
}

}  // namespace hallpass::server

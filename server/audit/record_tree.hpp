#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/leaf.hpp"
#include "store/connection.hpp"

namespace hallpass::server {

// Where the tree is stored: the leaf's hash stands in its entry, and each inner node in the entry
// that made it whole, so that appending writes nothing but the entry. A tree of n leaves has as
// many inner nodes, so an entry holds one on average.

/// Nodes as one text, as an entry stores them.
std::string nodes_text(std::span<const merkle::Hash> nodes);

/// The entry that holds a node.
inline std::int64_t sequence_of(merkle::Place place) {
    return static_cast<std::int64_t>(place.whole_at());
}
/// @throws StoreFault where the record does not hold the node
merkle::Hash read_node(Connection& store, merkle::Place place);
/// The tree of the first `size` entries. @throws StoreFault where they are not all there
merkle::Frontier read_frontier(Connection& store, std::uint64_t size);
/// How many entries there are.
std::uint64_t read_tree_size(Connection& store);

/// The writer's end of the tree. What it has in mind is compared with the record once in each
/// transaction; inside one, nobody else writes.
class RecordTree {
  public:
    /// The next transaction may find that others have written, or that our own was undone.
    void doubt() { sure_ = false; }
    /// Asks for what the first `append` of a transaction looks up (Connection::foresee).
    static void foresee(Connection& store) { last_of(store); }
    /// Gives the entry its sequence and its place in the tree; its time must be set.
    /// @throws StoreFault where the record does not hold its own tree
    void append(Connection& store, RecordRow& entry);

  private:
    struct Last {
        std::uint64_t size = 0;
        std::string hash;
    };
    static Last last_of(Connection& store);
    void catch_up(Connection& store);
    merkle::Frontier frontier_{tree_sha256};
    std::string last_hash_;
    bool sure_ = false;
};

}  // namespace hallpass::server

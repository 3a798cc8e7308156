#pragma once

#include <cstdint>
#include <vector>

#include "store/transaction.hpp"

namespace hallpass::server {

/// Gives tokens their places in the status lists: at random, and each place once for good. Some
/// hundreds are taken at a time, in the transaction that uses the first of them; which of a list's
/// places are taken is one row of bits or a few. (A unique index over random places would be a page
/// more of each start, the largest single part of what one writes.) What is left when the process
/// or its connection ends, or when its transaction is undone, is no token's. For the writer's
/// thread alone.
class StatusPlaces {
  public:
    struct Place {
        std::int64_t list, index;
    };
    /// A place that no token ever had. @throws StoreFault
    Place assign(Transaction& transaction);

  private:
    void drop_what_was_undone(const TransactionGroup& group);
    void take_more(Transaction& transaction);

    std::int64_t list_ = 0;
    std::vector<std::int64_t> free_;  ///< taken, and no token's yet
    TransactionGroup taken_in_;
    bool taken_for_good_ = false;  ///< whether that group was committed
};

}  // namespace hallpass::server

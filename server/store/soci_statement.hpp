#pragma once

#include <soci/soci.h>

#include <deque>
#include <string>
#include <vector>

#include "store/prepared.hpp"

namespace hallpass::server {

/// A statement by SOCI, and the places for its values, which SOCI is told of once: made anew for
/// each run, they cost half as much again as the database's own work.
class SociStatement : public Prepared {
  public:
    /// @param binds the names and kinds that every run must have
    /// @throws soci::soci_error
    SociStatement(soci::session& session, const std::string& sql, Shape shape, const Binds& binds);
    bool fits(Shape shape, const Binds& binds) const override;
    std::int64_t execute(const Binds& binds) override;
    void fetch(const Binds& binds, const std::function<void(Columns&)>& row) override;

  private:
    /// Stays where it is for as long as the statement is prepared.
    struct Place {
        bool is_text;
        std::string text;
        long long number = 0;
        soci::indicator indicator = soci::i_ok;
    };
    void set(const Binds& binds);

    std::vector<std::string> names_;
    std::string shape_;
    std::deque<Place> in_, out_;
    soci::statement statement_;  // goes first, as it refers to the places
};

}  // namespace hallpass::server

#include "store/soci_statement.hpp"

#include <utility>

namespace hallpass::server {

SociStatement::SociStatement(soci::session& session, const std::string& sql, Shape shape,
                             const Binds& binds)
    : shape_(shape), statement_(session) {
    statement_.alloc();
    statement_.prepare(sql);
    for (const auto& bound : binds) {
        const auto& name = names_.emplace_back(bound.name());
        auto& place = in_.emplace_back(Place{bound.is_text(), {}});
        if (place.is_text) {
            statement_.exchange(soci::use(std::as_const(place.text), place.indicator, name));
        } else {
            statement_.exchange(soci::use(std::as_const(place.number), place.indicator, name));
        }
    }
    for (const char kind : shape_) {
        auto& place = out_.emplace_back(Place{kind == 't', {}});
        if (place.is_text) {
            statement_.exchange(soci::into(place.text, place.indicator));
        } else {
            statement_.exchange(soci::into(place.number, place.indicator));
        }
    }
    statement_.define_and_bind();
}

bool SociStatement::fits(Shape shape, const Binds& binds) const {
    if (shape != shape_ || binds.size() != names_.size()) return false;
    for (std::size_t at = 0; at < binds.size(); ++at) {
        if (binds[at].is_text() != in_[at].is_text) return false;
        if (names_[at] != binds[at].name()) return false;
    }
    return true;
}

void SociStatement::set(const Binds& binds) {
    for (std::size_t at = 0; at < binds.size(); ++at) {
        auto& place = in_[at];
        place.indicator = binds[at].is_null() ? soci::i_null : soci::i_ok;
        place.text = binds[at].characters();
        place.number = binds[at].number();
    }
}

std::int64_t SociStatement::execute(const Binds& binds) {
    set(binds);
    statement_.execute(true);
    return statement_.get_affected_rows();
}

void SociStatement::fetch(const Binds& binds, const std::function<void(Columns&)>& row) {
    set(binds);
    statement_.execute(false);
    std::vector<Cell> cells(out_.size());
    while (statement_.fetch()) {
        for (std::size_t at = 0; at < cells.size(); ++at) {
            auto& place = out_[at];
            // Where there is NULL, SOCI leaves what the last row had there.
            const bool is_null = place.indicator == soci::i_null;
            cells[at] =
                is_null ? Cell{true, {}, 0} : Cell{false, std::move(place.text), place.number};
        }
        Columns columns{cells};
        row(columns);
    }
}

}  // namespace hallpass::server

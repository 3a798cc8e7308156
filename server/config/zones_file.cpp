#include "config/zones_file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hallpass::server {

ConfiguredZones::ConfiguredZones(const std::string& file) {
    if (file.empty()) return;
    std::ifstream input{file, std::ios::binary};
    if (!input) throw std::runtime_error("the time-zone file cannot be read");
    bytes_.assign(std::istreambuf_iterator<char>{input}, {});
    auto table =
        ZoneTable::parse({reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()});
    if (!table) throw std::runtime_error("the time-zone file is not valid");
    own_ = *std::move(table);
}

}  // namespace hallpass::server

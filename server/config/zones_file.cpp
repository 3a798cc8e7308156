#include "config/zones_file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "hallpass/time_zone.hpp"

namespace hallpass::server {

std::string read_zones_file(const std::string& file) {
    if (file.empty()) return {};
    std::ifstream input{file, std::ios::binary};
    if (!input) throw std::runtime_error("the time-zone file cannot be read");
    std::string bytes{std::istreambuf_iterator<char>{input}, {}};
    if (!ZoneTable::parse({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})) {
        throw std::runtime_error("the time-zone file is not valid");
    }
    return bytes;
}

}  // namespace hallpass::server

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "http/answer.hpp"

namespace hallpass::server {

/// Pages from a folder, and nothing outside it.
class StaticFiles {
  public:
    /// @param folder "" for no pages
    /// @throws std::runtime_error where it is not a folder
    explicit StaticFiles(const std::string& folder);

    /// The file at that path (percent-encoded): itself, with `.html`, or its `index.html`.
    /// Hidden files are never given.
    std::optional<Answer> find(std::string_view path) const;

  private:
    std::filesystem::path root_;
};

}  // namespace hallpass::server

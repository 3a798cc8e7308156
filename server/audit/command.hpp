#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/note.hpp"
#include "audit/selection.hpp"
#include "audit/tree_check.hpp"
#include "config/settings.hpp"
#include "receipts/receipt_check.hpp"

namespace CLI {
class App;
}

namespace hallpass::server {

/// `hallpassd audit verify`, `export`, `verify-receipt`, `rekey` and `erase`.
struct AuditCommand {
    enum class Kind { verify, export_entries, verify_receipt, rekey, erase };
    enum class Format { json_lines, csv, ocsf };
    Kind kind = Kind::verify;
    std::string file;      ///< verify: an export to check instead of the database
    bool excerpt = false;  ///< verify: the file holds chosen entries
    std::optional<RecordHead> expected_head;
    std::string checkpoint_file;     ///< verify: a signed head that was kept elsewhere
    std::vector<NoteKey> verifiers;  ///< verify: who may have signed heads
    Selection selection;             ///< export
    Format format = Format::json_lines;
    std::string output;  ///< export: empty for standard output
    ReceiptCheck receipt;
    std::string erase_user_id;                         ///< erase: everything about one user …
    std::optional<std::int64_t> erase_before_unix_ms;  ///< … or what is older
};

/// Adds the sub-command with its options.
CLI::App* add_audit_command(CLI::App& app, AuditCommand& command);

/// Exit codes of `audit verify`.
inline constexpr int audit_holds = 0;
inline constexpr int audit_unreadable = 1;
inline constexpr int audit_broken = 2;
/// Exit code of `audit erase` where something is still needed: nothing was erased.
inline constexpr int erasure_refused = 2;

/// Runs it. What was found goes to standard output, faults to standard error.
/// @param settings which database, and where its keys are
/// @returns the exit code
/// @throws std::runtime_error, StoreFault where something cannot be read or written
int run_audit(const AuditCommand& command, const Settings& settings);

/// `audit erase`, as run_audit.
int run_erasure(const AuditCommand& command, const Settings& settings);

}  // namespace hallpass::server

#pragma once

#include <string>
#include <string_view>

#include "hallpass/result.hpp"

namespace CLI {
class App;
}

namespace hallpass::server {

/// `hallpassd audit verify-receipt`: a consent receipt against the keys that its server publishes.
struct ReceiptCheck {
    std::string file;  ///< the receipt as it was downloaded
    std::string keys;  ///< a JWKS: a file, or an https URL (http on this machine)
};

CLI::App* add_receipt_check(CLI::App& audit, ReceiptCheck& check);

/// Says whether the receipt holds, and what it says.
/// @returns the exit code: 0, or 2 where it does not hold
/// @throws std::runtime_error where a file or the keys cannot be read
int run_receipt_check(const ReceiptCheck& check);

/// The claims of a receipt as JSON text, where its form, its type and its signature hold. Only
/// EdDSA counts, and only `typ` `consent-receipt+jwt`: an act-as token is no receipt.
/// @errors TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID, TOKEN_CLAIM_INVALID; VALIDATION_ERROR for keys
///         that cannot be used
Result<std::string> verified_receipt(std::string_view receipt, std::string_view jwks);

}  // namespace hallpass::server

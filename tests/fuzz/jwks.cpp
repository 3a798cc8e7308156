#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

// A JSON Web Key Set, as it is fetched from an issuer.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto set = KeySet::parse(text_of(data, size));
    if (!set) {
        expect_sound(set.error());
        return 0;
    }
    for (const auto& key : set->keys()) {
        switch (key.algorithm()) {
            case Algorithm::EdDSA: expect(key.material().size() == 32); break;
            case Algorithm::ES256:
                expect(key.material().size() == 65 && key.material().front() == '\4');
                break;
            case Algorithm::HS256: expect(key.material().size() >= 32); break;
        }
        expect(key.key_id().empty() || is_valid_id(key.key_id()));
    }
    return 0;
}

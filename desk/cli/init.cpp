#include <iostream>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"

namespace desk::cli {

int init(const Common& common) {
    if (auto made = Desk::init(common.data); !made) return complain(made.error());
    std::cout << "A desk is made in " << common.data.string() << ". Keep its keys.json safe: no backup, no old requests.\n"
              << "Next: desk publish CONTENT --data " << common.data.string() << '\n';
    return exit_ok;
}

}  // namespace desk::cli

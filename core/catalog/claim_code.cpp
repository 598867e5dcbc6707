#include "core/catalog/claim_code.hpp"

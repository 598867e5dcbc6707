#include "core/catalog/receipt.hpp"

#include "core/catalog/decimal.hpp"

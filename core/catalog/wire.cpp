#include "core/catalog/wire.hpp"

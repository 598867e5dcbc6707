#include "core/catalog/catalog.hpp"

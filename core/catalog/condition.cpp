#include "core/catalog/condition.hpp"

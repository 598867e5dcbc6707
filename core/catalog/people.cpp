#include "core/catalog/people.hpp"

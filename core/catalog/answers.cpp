#include "core/catalog/answers.hpp"

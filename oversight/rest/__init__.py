"""What every address of REST does alike: errors, pages, filters, versions, keys, limits, scopes."""

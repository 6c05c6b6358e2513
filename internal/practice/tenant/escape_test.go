package tenant_test

import "strings"

// escape writes the blanks of a query as addresses have them.
func escape(query string) string { return strings.ReplaceAll(query, " ", "%20") }

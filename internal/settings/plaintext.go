package settings

import (
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// PlainText is what r has, in UTF-8 without a byte order mark. What Windows PowerShell
// 5.1 writes with > or Out-File is UTF-16, and what an editor there saves as UTF-8 begins
// with a mark: a password would be a wrong one with that, and JSON or YAML not be read.
// Half a character is U+FFFD.
func PlainText(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}

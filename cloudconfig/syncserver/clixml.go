package syncserver

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// PowerShell writes its streams as XML where it takes whoever started it for another
// PowerShell ([MS-PSRP] 2.2.5.1). Of that the errors are of use.

const clixmlMark = "#< CLIXML"

// plainErrors gives the words of a standard error stream, whichever way they came. XML
// that was cut is read as far as it goes.
func plainErrors(text string) string {
	before, document, is := strings.Cut(text, clixmlMark)
	if !is {
		return text
	}
	var out strings.Builder
	out.WriteString(before)
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.Token()
		if err != nil {
			return out.String()
		}
		start, is := token.(xml.StartElement)
		if !is || start.Name.Local != "S" || len(start.Attr) != 1 || start.Attr[0].Value != "Error" {
			continue
		}
		if chars, err := d.Token(); err == nil {
			if words, is := chars.(xml.CharData); is {
				out.WriteString(unescaped(string(words)))
			}
		}
	}
}

var escaped = regexp.MustCompile(`(?:_x[0-9A-Fa-f]{4}_)+`)

// unescaped undoes _xHHHH_, by which UTF-16 units stand that XML cannot hold.
func unescaped(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(run string) string {
		var units []uint16
		for ; run != ""; run = run[len("_xHHHH_"):] {
			n, _ := strconv.ParseUint(run[2:6], 16, 16) // four hexadecimal digits
			units = append(units, uint16(n))
		}
		return string(utf16.Decode(units))
	})
}

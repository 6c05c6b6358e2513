package syncserver

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// decodeText reads what Windows programs write: UTF-8 with or without byte order
// mark, or UTF-16, which Windows PowerShell's > writes. UTF-16 without a mark is
// told by the zero of its first character, which is ASCII in all that is read
// here.
func decodeText(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return string(b[3:])
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return fromUTF16(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return fromUTF16(b[2:], binary.BigEndian)
	case len(b) >= 2 && b[0] != 0 && b[1] == 0:
		return fromUTF16(b, binary.LittleEndian)
	case len(b) >= 2 && b[0] == 0 && b[1] != 0:
		return fromUTF16(b, binary.BigEndian)
	}
	return string(b)
}

func fromUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return string(utf16.Decode(units))
}

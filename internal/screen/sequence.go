package screen

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	esc = 0x1b
	bel = 0x07
)

// take shows what p begins with, and says how many bytes that was: 0 where more
// has to come first.
func (s *Screen) take(p []byte) int {
	switch c := p[0]; {
	case c == esc:
		return s.escape(p)
	case c < ' ' || c == 0x7f:
		s.control(c)
		return 1
	case !utf8.FullRune(p):
		return 0
	}
	r, n := utf8.DecodeRune(p)
	if r == utf8.RuneError {
		s.unknown(p[:n])
	}
	s.print(r)
	return n
}

func (s *Screen) control(c byte) {
	switch c {
	case '\r':
		s.x = 0
	case '\n':
		s.feed()
	case '\b':
		s.x = max(0, min(s.x, s.w-1)-1)
	case '\t':
		s.x = min(s.x/8*8+8, s.w-1)
	case bel:
	default:
		s.unknown([]byte{c})
	}
}

// escape is a sequence: CSI (ECMA-48, 5.4), OSC (8.3.89), or one of two bytes.
func (s *Screen) escape(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	switch p[1] {
	case '[':
		return s.csi(p)
	case ']':
		return s.osc(p)
	case '=', '>': // the keypad
	default:
		s.unknown(p[:2])
	}
	return 2
}

// csi is ESC [, parameters, and a last byte that says what to do.
func (s *Screen) csi(p []byte) int {
	end := 2
	for end < len(p) && p[end] < 0x40 {
		end++
	}
	if end == len(p) {
		return 0
	}
	params, private := strings.CutPrefix(string(p[2:end]), "?")
	switch {
	case private:
		s.mode(p[:end+1], params, p[end])
	default:
		s.act(p[:end+1], numbers(params), p[end])
	}
	return end + 1
}

// numbers are the parameters; one that is left out is 0.
func numbers(params string) (out []int) {
	for one := range strings.SplitSeq(params, ";") {
		n, _ := strconv.Atoi(one) // what is no number stands for the default, which 0 does
		out = append(out, n)
	}
	return out
}

// act does what the last byte of a sequence says.
func (s *Screen) act(whole []byte, n []int, last byte) {
	count := max(1, n[0])
	switch last {
	case 'A':
		s.y = max(0, s.y-count)
	case 'B':
		s.y = min(s.h-1, s.y+count)
	case 'C':
		s.x = min(s.w-1, s.x+count)
	case 'D':
		s.x = max(0, s.x-count)
	case 'G':
		s.x = min(s.w, count) - 1
	case 'H':
		column := 1
		if len(n) > 1 {
			column = max(1, n[1])
		}
		s.y, s.x = min(s.h, count)-1, min(s.w, column)-1
	case 'J':
		s.erase(whole, n[0])
	case 'K':
		s.eraseRow(whole, n[0])
	case 'm':
		s.paint(whole, n)
	default:
		s.unknown(whole)
	}
}

// erase is ED: from the cursor on, up to the cursor, or all.
func (s *Screen) erase(whole []byte, what int) {
	from, to := 0, s.h
	switch what {
	case 0:
		s.wipe(s.y, s.x, s.w)
		from = s.y + 1
	case 1:
		s.wipe(s.y, 0, s.x+1)
		to = s.y
	case 2:
	default:
		s.unknown(whole)
	}
	for y := from; y < to; y++ {
		s.wipe(y, 0, s.w)
	}
}

// eraseRow is EL: from the cursor on, up to the cursor, or all.
func (s *Screen) eraseRow(whole []byte, what int) {
	switch what {
	case 0:
		s.wipe(s.y, s.x, s.w)
	case 1:
		s.wipe(s.y, 0, s.x+1)
	case 2:
		s.wipe(s.y, 0, s.w)
	default:
		s.unknown(whole)
	}
}

// mode sets or resets what xterm calls private modes.
func (s *Screen) mode(whole []byte, params string, last byte) {
	on := last == 'h'
	switch {
	case !on && last != 'l':
		s.unknown(whole)
	case params == "25":
		s.hidden = !on
	case params == "1049":
		s.alternate(on)
	case params == "2004" || params == "1002" || params == "1003" || params == "1006": // pasting, the mouse
	default:
		s.unknown(whole)
	}
}

// alternate shows a screen of the program's own, or the one below it again.
func (s *Screen) alternate(on bool) {
	switch {
	case on && s.under == nil:
		s.under, s.ux, s.uy = s.rows, s.x, s.y
		s.rows = s.blank()
	case !on && s.under != nil:
		s.rows, s.x, s.y = s.under, min(s.ux, s.w-1), min(s.uy, s.h-1)
		s.under = nil
	}
}

// osc is ESC ], a number, and a text that BEL or ESC \ ends.
func (s *Screen) osc(p []byte) int {
	end, n := bytes.IndexByte(p, bel), 1
	if st := bytes.Index(p, []byte{esc, '\\'}); st >= 0 && (end < 0 || st < end) {
		end, n = st, 2
	}
	if end < 0 {
		return 0
	}
	number, text, _ := strings.Cut(string(p[2:end]), ";")
	switch number {
	case "8":
		_, s.pen.Link, _ = strings.Cut(text, ";")
	case "0", "2", "52": // the window's title, the clipboard
	default:
		s.unknown(p[:end+n])
	}
	return end + n
}

// paint is SGR (ECMA-48, 8.3.117).
func (s *Screen) paint(whole []byte, n []int) {
	for _, what := range n {
		switch {
		case what == 0:
			s.pen = Style{Link: s.pen.Link}
		case what == 1:
			s.pen.Bold = true
		case what == 2:
			s.pen.Faint = true
		case what == 4:
			s.pen.Underlined = true
		case what == 7:
			s.pen.Reverse = true
		case what == 22:
			s.pen.Bold, s.pen.Faint = false, false
		case what == 24:
			s.pen.Underlined = false
		case what == 27:
			s.pen.Reverse = false
		case what >= 30 && what <= 37:
			s.pen.Colour = what - 30 + 1
		case what >= 90 && what <= 97:
			s.pen.Colour = what - 90 + 9
		case what == 39:
			s.pen.Colour = 0
		default:
			s.unknown(whole)
		}
	}
}

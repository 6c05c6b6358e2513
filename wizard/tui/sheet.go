package tui

// sheet is prose that is laid out once for each width: errors of an undo, or a
// descriptor's ACEs, can be thousands of lines, and each key asks several times.
type sheet struct {
	text  prose
	w     int
	laid  []string
	urls  []string
	known bool
}

func (s *sheet) lines(f frame) []string {
	if s.laid == nil || s.w != f.w {
		s.w, s.laid = f.w, s.text.lines(f)
	}
	return s.laid
}

func (s *sheet) links() []string {
	if !s.known {
		s.urls, s.known = s.text.links(), true
	}
	return s.urls
}

package main

import (
	"fmt"
	"regexp"
	"strings"
)

// roff is a page in the man macros, as man(7) describes them: what both groff and
// mandoc read. Text is given as it is to be read; what roff would take for its own
// is escaped here and nowhere else.
type roff struct{ strings.Builder }

// heading begins the page, which belongs to section 1. The last two words stand
// below and above each printed page.
func (r *roff) heading(name, date string) {
	fmt.Fprintf(r, ".TH %s 1 %s writeback \"User Commands\"\n", strings.ToUpper(escape(name)), date)
	r.WriteString(".nh\n.ad l\n") // commands and flags are not broken, nor stretched
}

func (r *roff) section(title string) { fmt.Fprintf(r, ".SH %s\n", strings.ToUpper(title)) }

// item is a term and what there is to say of it. The term is roff already.
func (r *roff) item(term, text string) {
	fmt.Fprintf(r, ".TP\n%s\n%s\n", term, lines(running(text)))
}

// verbatim shows lines as they are, indented by one step. What stands above them
// ends a paragraph, unless it is a heading.
func (r *roff) verbatim(text []string) {
	r.WriteString(".RS 4\n.nf\n")
	for _, line := range text {
		r.WriteString(guard(literal(line)) + "\n")
	}
	r.WriteString(".fi\n.RE\n")
}

// termed is a line of a list: two spaces, a term, two or more spaces, its text.
// more is a line that goes on with it.
var (
	termed = regexp.MustCompile(`^  (\S+(?: \S+)*) {2,}(\S.*)$`)
	more   = regexp.MustCompile(`^ {4,}\S`)
)

// prose shows a text of the program's help: paragraphs with empty lines between
// them, lists with their terms in a column, and commands, which are indented.
func (r *roff) prose(text string) {
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		all := strings.Split(strings.Trim(paragraph, "\n"), "\n")
		for len(all) > 0 && !strings.HasPrefix(all[0], " ") && !strings.HasPrefix(all[0], "\t") {
			n := 1
			for n < len(all) && !strings.HasPrefix(all[n], " ") && !strings.HasPrefix(all[n], "\t") {
				n++
			}
			if i > 0 {
				r.WriteString(".PP\n")
			}
			r.WriteString(lines(running(strings.TrimLeft(strings.Join(all[:n], "\n"), "# "))) + "\n")
			all = all[n:]
		}
		if len(all) > 0 {
			r.list(all)
		}
	}
}

// list shows indented lines: as terms where all of them are such, and else as
// they are.
func (r *roff) list(all []string) {
	var terms, texts []string
	for _, line := range all {
		switch m := termed.FindStringSubmatch(line); {
		case m != nil:
			terms, texts = append(terms, m[1]), append(texts, m[2])
		case len(terms) > 0 && more.MatchString(line):
			texts[len(texts)-1] += "\n" + strings.TrimSpace(line)
		default:
			for n, line := range all {
				all[n] = strings.TrimSpace(line)
			}
			r.WriteString(".PP\n")
			r.verbatim(all)
			return
		}
	}
	for n, term := range terms {
		r.item(bold(term), texts[n])
	}
}

// special are the characters that roff takes for something else, or that groff
// shows as something else (man(7), "Portability"; groff_char(7)).
var special = strings.NewReplacer(`\`, `\e`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// escape is text that is filled and may hold typographical quotes and hyphens.
func escape(text string) string {
	var b strings.Builder
	for _, c := range special.Replace(text) {
		if c < 0x80 {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, c)
		}
	}
	return b.String()
}

// literal is text that somebody may copy: each quote and hyphen is that of ASCII.
func literal(text string) string {
	return strings.NewReplacer("-", `\-`, "'", `\(aq`, `"`, `\(dq`).Replace(escape(text))
}

func bold(text string) string   { return `\fB` + literal(text) + `\fR` }
func italic(text string) string { return `\fI` + literal(text) + `\fR` }

// flagged finds what somebody would type within a text: flags and variables.
var flagged = regexp.MustCompile(`(^|[\s(,/])(--?[a-zA-Z][a-z-]*[a-z]|-[a-zA-Z]\b|[A-Z]+(?:_[A-Z0-9]+)+)`)

// running is a text to be read, with its flags and variables in bold.
func running(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range flagged.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(escape(text[at:m[4]]) + bold(text[m[4]:m[5]]))
		at = m[5]
	}
	return b.String() + escape(text[at:])
}

// lines breaks a text that is roff already into lines of at most 78 bytes, which
// is what people read in a difference: roff fills them anew.
func lines(text string) string {
	var all []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > 78 {
			all, line = append(all, guard(line)), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(all, guard(line)), "\n")
}

// guard keeps a line from being a request.
func guard(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

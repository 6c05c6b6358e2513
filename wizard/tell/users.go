package tell

import (
	"cmp"
	"fmt"
	"strings"

	"writeback/steps"
)

// What is named of each reason among lines; the document has more.
const (
	maxWhere    = 3
	maxExamples = 2
)

const usersTitle = "Users whose password can be written back"

// Users says whose passwords can be written back; nothing where nobody has looked, or a
// later program has written it otherwise.
func Users(m *steps.Measured, v Voice) []Block {
	c, ok := m.Coverage()
	switch {
	case !ok:
		return nil
	case v == Summary:
		return usersSummary(c)
	}
	var out []Block
	if v == Lines {
		out = []Block{gap}
	}
	out = append(out, head(usersTitle, ""), Block{Bars: &Bars{Title: usersTitle, Rows: usersBars(c, v)}})
	if text := Headline(c); text != "" {
		out = append(out, Block{Para: &Para{Text: text, Level: 1}})
	}
	var why []Entry
	for _, b := range c.Blocked {
		why = append(why, reason(b, false, v))
	}
	for _, b := range c.Notes {
		why = append(why, reason(b, true, v))
	}
	if len(why) == 0 {
		return out
	}
	out = append(out, Block{Entries: why})
	if v == Lines {
		out = append(out, Block{Para: &Para{Tone: Faint, Text: aboutUsers, Level: 1}})
	}
	return out
}

const aboutUsers = "writeback explain USER tells it of one user; --users-out FILE lists all"

// usersBars are how many can be written back now, and after what is planned.
func usersBars(c steps.Coverage, v Voice) (out []Bar) {
	for _, x := range []struct {
		label string
		n     *int
		tone  Tone
	}{{"now", c.Before, Warn}, {"after", c.After, Good}, {v.of("", "now"), c.Writable, Good}} {
		if x.n != nil {
			out = append(out, Bar{Label: x.label, Tone: x.tone, N: *x.n, Of: c.Users,
				Text: v.number(*x.n) + " of " + v.plural(c.Users, "user") + v.of(share(*x.n, c.Users), "")})
		}
	}
	return out
}

// share is a part in percent; all but one is not 100 %.
func share(n, of int) string {
	if of == 0 {
		return ""
	}
	percent := n * 100 / of
	if percent == 100 && n < of {
		percent = 99
	}
	return fmt.Sprintf(" (%d %%)", percent)
}

// reason says for how many users there is one and the same reason.
func reason(b steps.OutOfReach, can bool, v Voice) Entry {
	e := Entry{Mark: Careful, Tone: Warn, Detail: func() Detail { return reasonDetail(b, can) }}
	if v == Screen {
		how := "out of reach"
		if can {
			how = "in reach"
		}
		e.Text = v.plural(b.Count, "user") + " " + how + ": " + cmp.Or(b.Text, b.Reason)
		return e
	}
	how := "cannot"
	if can {
		how = "can"
	}
	e.Text, e.Fix = fmt.Sprintf("%d %s, %s: %s", b.Count, how, b.Reason, b.Text), b.Fix
	for _, w := range b.Where[:min(len(b.Where), maxWhere)] {
		e.Below = append(e.Below, Pair{Text: fmt.Sprintf("%d in %s", w.Count, w.DN)})
	}
	if n := len(b.Examples); n > 0 {
		e.Below = append(e.Below, Pair{Text: "for example " + strings.Join(b.Examples[:min(n, maxExamples)], "; "), Code: true})
	}
	return e
}

// reasonDetail is all about a reason.
func reasonDetail(b steps.OutOfReach, can bool) Detail {
	title, what := "Out of reach", "whose password cannot be written back"
	if can {
		title, what = "In reach", "whose password can be written back"
	}
	d := Detail{Title: title, Copy: b.Fix, Blocks: []Block{{Entries: []Entry{{Mark: Careful, Tone: Warn, Text: Screen.plural(b.Count, "user") + " " + what + ": " + b.Reason}}}}}
	if b.Text != "" {
		d.Blocks = append(d.Blocks, Block{Para: &Para{Text: b.Text, Level: 1}})
	}
	var where []string
	for _, w := range b.Where {
		where = append(where, Grouped(w.Count)+" in "+w.DN)
	}
	if len(where) > 0 {
		d.Blocks = append(d.Blocks, named("Where", strings.Join(where, "\n"), false))
	}
	if len(b.Examples) > 0 {
		d.Blocks = append(d.Blocks, named("For example", strings.Join(b.Examples, "\n"), false))
	}
	if b.Fix != "" {
		d.Blocks = append(d.Blocks, Block{Named: &Named{Tone: Strong, Name: "What to do", Text: b.Fix}})
	}
	return with(d, gap, line(Faint, aboutUsers+"."))
}

func with(d Detail, more ...Block) Detail {
	d.Blocks = append(d.Blocks, more...)
	return d
}

// usersSummary says what a plan means for users.
func usersSummary(c steps.Coverage) []Block {
	if c.Before == nil || c.After == nil {
		return nil
	}
	out := []Block{head(usersTitle, ""), line(Bare, fmt.Sprintf("Now %d of %s%s, after it %d%s.", *c.Before, plural(c.Users, "user"), share(*c.Before, c.Users), *c.After, share(*c.After, c.Users)))}
	if text := Headline(c); text != "" {
		out = append(out, line(Bare, text))
	}
	for _, b := range c.Notes {
		out = append(out, Block{Para: &Para{Head: plural(b.Count, "user") + " can:", Code: b.Reason, Text: b.Text}})
	}
	if len(c.Blocked) == 0 {
		return out
	}
	t := Table{Head: []string{"Cannot", "Reason", ""}}
	for _, b := range c.Blocked {
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(b.Count), Number: true}, {Text: b.Reason, Code: true}, {Text: b.Text}})
	}
	return append(out, Block{Table: &t})
}

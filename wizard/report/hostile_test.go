package report

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

// poison is what a name in a directory, a note or a tampered journal could be.
const poison = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></style></title></pre></code>--> & {{.}} `x`` ```\n" +
	"# heading\n```\n| a | b \\| [link](https://corp.example/) https://corp.example www.corp.example **bold** _it_ ~~no~~ $x$ :cat:\n" +
	"- item\r\x1b[31m\x00\u202eevil\u2066\u2028\xff"

// poisoned puts it into every text that a value can hold.
func poisoned(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1e9, 0).UTC()))
		return
	case json.RawMessage:
		raw, err := json.Marshal(map[string]any{poison: []string{poison}})
		if err != nil {
			panic(err)
		}
		v.SetBytes(raw)
		return
	}
	if v.Type() == reflect.TypeFor[steps.Measured]() {
		var c steps.Coverage
		poisoned(reflect.ValueOf(&c).Elem())
		v.Set(reflect.ValueOf(c.Measured()).Elem())
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(poison)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		poisoned(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			poisoned(v.Field(i))
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]steps.Coverage]() || v.Type() == reflect.TypeFor[[]tell.Report]() {
			return // domains hold coverage again, and reports those of others: no end
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			poisoned(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]steps.Setting{poison: {Value: []any{poison, 7}, From: poison}, "x": {Value: poison, From: poison}}))
	}
}

// evil are reports with poison everywhere, in each way of telling them.
func evil() map[string]tell.Report {
	var r tell.Report
	poisoned(reflect.ValueOf(&r).Elem())
	broken, trusted, bare := r, r, r
	broken.Trusted, trusted.Trusted, bare.Trusted = false, true, true
	bare.Objects = []tell.Object{{Stage: poison, Name: poison, Kept: r.Objects[0].Kept}, {Before: poison, After: poison, Added: []string{poison}}}
	bare.Undo.InDoubt, bare.Changes, bare.Coverage = false, nil, nil
	trusted.Others = []tell.Report{r, bare}
	return map[string]tell.Report{"broken": broken, "trusted": trusted, "bare": bare}
}

func TestHostileHTML(t *testing.T) {
	for name, r := range evil() {
		var b bytes.Buffer
		if err := HTML(&b, r); err != nil {
			t.Fatal(err)
		}
		text := strict(t, b.Bytes()) // no element and no attribute but ours
		if harmful(b.String()) {
			t.Errorf("%s: a control character is left", name)
		}
		for _, part := range []string{"<script>alert(1)</script>", `\u202eevil\u2066\u2028\xff`, `\u001b[31m\u0000`, "</style></title></pre>"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is not shown", name, part)
			}
		}
	}
}

// harmful says that a text holds what deceives a screen.
func harmful(text string) bool {
	for l := range strings.Lines(text) {
		if l = strings.TrimSuffix(l, "\n"); steps.Plain(l) != l {
			return true
		}
	}
	return false
}

func TestHostileJSON(t *testing.T) {
	for name, r := range evil() {
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		var back tell.Report
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || harmful(b.String()) {
			t.Errorf("%s: %v, harmful: %t", name, err, harmful(b.String()))
		}
		if want := strings.ReplaceAll(poison, "\xff", "\ufffd"); back.Run != want || len(back.Journal.Lines) != 2 || back.Journal.Lines[0].Text != want {
			t.Errorf("%s: it comes back as %q", name, back.Run)
		}
	}
}

func TestHostileMarkdown(t *testing.T) {
	for name, r := range evil() {
		var b bytes.Buffer
		if err := Markdown(&b, r); err != nil {
			t.Fatal(err)
		}
		if harmful(b.String()) {
			t.Errorf("%s: a control character is left", name)
		}
		checkMarkdown(t, b.String())
	}
}

// checkMarkdown fails where anything but what this package writes is markup:
// outside of fences and code spans nothing of poison may be without its escape.
func checkMarkdown(t complainer, text string) {
	t.Helper()
	fence, columns := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if line == strings.Repeat("`", max(len(fence), len(ticks))) {
				fence = ""
			}
			continue
		case len(ticks) >= 3 && line == ticks+"text":
			fence = ticks
			continue
		}
		bare := bareOf(t, line)
		bars := strings.Count(bare, "|")
		switch {
		case bars > 0 && columns == 0:
			columns = bars
		case bars > 0 && bars != columns:
			t.Errorf("%d bars instead of %d: %q", bars, columns, line)
		case bars == 0:
			columns = 0
		}
		if strings.HasPrefix(line, "# heading") || strings.HasPrefix(line, "- item") || strings.HasPrefix(bare, "#") && strings.Trim(bare[:strings.Index(bare, " ")], "#") != "" {
			t.Errorf("a line of its own: %q", line)
		}
		bare = strings.TrimPrefix(bare, "> ")
		for _, bad := range []string{"<", ">", "[", "]", "_", "~", "$", "@", "&", "://", "www.", ":c"} {
			if strings.Contains(bare, bad) {
				t.Errorf("%s is left in %q", bad, line)
			}
		}
	}
	if fence != "" {
		t.Errorf("the fence %s is not closed", fence)
	}
}

// bareOf is a line without its escapes and code spans (CommonMark 2.4, 6.1).
func bareOf(t complainer, line string) string {
	t.Helper()
	var b strings.Builder
	for line != "" {
		switch {
		case line[0] == '\\' && len(line) > 1:
			line = line[2:]
		case line[0] == '`':
			n := len(line) - len(strings.TrimLeft(line, "`"))
			rest, end := line[n:], -1
			for at := 0; at < len(rest); {
				i := strings.IndexByte(rest[at:], '`')
				if i < 0 {
					break
				}
				run := len(rest[at+i:]) - len(strings.TrimLeft(rest[at+i:], "`"))
				if run == n {
					end = at + i
					break
				}
				at += i + run
			}
			if end < 0 {
				t.Errorf("a code span without an end: %q", line)
				return b.String()
			}
			if strings.Contains(rest[:end], "|") && b.Len() > 0 && b.String()[0] == '|' {
				t.Errorf("a bar in the code of a table: %q", rest[:end])
			}
			line = rest[end+n:]
		default:
			b.WriteByte(line[0])
			line = line[1:]
		}
	}
	return b.String()
}

func TestCheckMarkdown(t *testing.T) {
	for _, bad := range []string{"a <b>", "[x](y)", "| a | b |\n| --- | --- |\n| a | b | c |", "`a", "```text\na", "see https://corp.example", "# heading", "| `a|b` |"} {
		var c complaints
		if checkMarkdown(&c, bad); c.n == 0 {
			t.Errorf("%q passes", bad)
		}
	}
	checkMarkdown(t, "a \\<b\\> `<b>` ``a`b``\n| a \\| b | `c` |\n| --- | --- |\n```text\n<b>\n```\n")
}

// A writer that fails is told.
func TestWriterFails(t *testing.T) {
	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]func(io.Writer, tell.Report) error{"html": HTML, "md": Markdown, "json": JSON} {
		if form(w, tell.Report{}) == nil {
			t.Errorf("%s: nobody hears of it", name)
		}
	}
}

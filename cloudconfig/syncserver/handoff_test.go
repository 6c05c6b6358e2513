package syncserver

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"writeback/cloudconfig"
)

// hereString reads the first single-quoted here-string as PowerShell does: it
// begins after a quote that an at sign stands before and a line break behind,
// and ends where a line begins with a quote and an at sign. U+2018 to U+201B are
// quotes, too (about_Quoting_Rules).
func hereString(text string) (content, rest string, ok bool) {
	_, after, ok := strings.Cut(text, "@'\n")
	if !ok {
		return "", "", false
	}
	lines := strings.SplitAfter(after, "\n")
	for i, line := range lines {
		for _, quote := range []string{"'", "\u2018", "\u2019", "\u201a", "\u201b"} {
			if strings.HasPrefix(line, quote+"@") {
				return strings.TrimSuffix(strings.Join(lines[:i], ""), "\n"), strings.Join(lines[i:], ""), true
			}
		}
	}
	return "", "", false
}

// Whatever is asked, the script that is handed over is the same text around the
// same data: the data cannot break out.
func TestNothingBreaksOutOfAHandoff(t *testing.T) {
	plain, err := Handoff{EnableConnect, Ask{}}.Text()
	if err != nil {
		t.Fatal(err)
	}
	plainData, plainRest, ok := hereString(plain)
	if !ok {
		t.Fatal("there is no here-string")
	}
	before, _, _ := strings.Cut(plain, plainData)
	rapid.Check(t, func(t *rapid.T) {
		a := Ask{
			Nonce: rapid.String().Draw(t, "nonce"), Since: rapid.Int64().Draw(t, "since"), Enable: rapid.Bool().Draw(t, "enable"), Shown: true, Length: EnableConnect.length(),
			Connector: rapid.OneOf(
				rapid.String(),
				rapid.StringOfN(rapid.RuneFrom([]rune("'@\n\r\"$(){}`;\u2018\u2019\u201a\u201b\u2028\x00\\u0027😀")), 0, 30, -1),
				rapid.SampledFrom([]string{"\n'@\nRemove-Item C:\\ -Recurse\n@'\n", "\r\n\u2019@; iex 1 #", "'@", "\xff\xfe'@\n"}),
			).Draw(t, "connector"),
		}
		text, err := Handoff{EnableConnect, a}.Text()
		if err != nil {
			t.Fatal(err)
		}
		data, rest, ok := hereString(text)
		if !ok || rest != plainRest || !strings.HasPrefix(text, before) || len(text) != len(before)+len(data)+len("\n")+len(rest) {
			t.Fatalf("the script is another one for %q", a.Connector)
		}
		if strings.ContainsFunc(data, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
			t.Fatalf("not printable ASCII: %q", data)
		}
		var back, want Ask
		utf8, err := json.Marshal(a)
		if err := errors.Join(err, json.Unmarshal(utf8, &want), json.Unmarshal([]byte(data), &back)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestHandoffIsWholeAndConstant(t *testing.T) {
	for _, s := range []Script{Inspect, EnableConnect} {
		text, err := Handoff{s, NewAsk(since)}.Text()
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`hand-off "` + s.Name() + `"`, s.reads, s.does, s.stopped, "elevated", strings.ReplaceAll(s.Text(), "\n\n", "\n"), dense(showText), beginAnswer, endAnswer} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %.60q is not in it", s.Name(), part)
			}
		}
		whole, ends := strings.CutSuffix(text, "\n\n")
		if strings.Contains(whole, "\n\n") || !ends {
			t.Errorf("%s has an empty line, which ends what is pasted, elsewhere than at its end", s.Name())
		}
		if strings.Contains(text, "[scriptblock]") {
			t.Errorf("%s makes a script of text", s.Name())
		}
	}
}

func TestHandoffIsKept(t *testing.T) {
	h := Handoff{EnableConnect, NewAsk(since).Switching(cloudconfig.Bound{}, true)}
	kept, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var back Handoff
	if err := json.Unmarshal(kept, &back); err != nil {
		t.Fatal(err)
	}
	if back.Script != h.Script || cmp.Diff(h.Ask, back.Ask) != "" {
		t.Errorf("%+v became %+v", h, back)
	}
	if err := json.Unmarshal([]byte(`{"script":"format-disk"}`), &back); err == nil {
		t.Error("a script that is not there was read")
	}
}

// withLength is an answer as a script leaves it.
func withLength(t *testing.T, answer string) string {
	t.Helper()
	answer = strings.Replace(strings.TrimSpace(answer), `"change":null}`, `"change":null,"length":"0000000"}`, 1)
	return strings.Replace(answer, `"length":"0000000"`, fmt.Sprintf(`"length":"%07d"`, len(answer)), 1)
}

// shown is what show.ps1 prints.
func shown(answer string) string {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, answer) // into memory
	_ = z.Close()
	text := base64.StdEncoding.EncodeToString(packed.Bytes())
	var b strings.Builder
	fmt.Fprintf(&b, "The answer is in C:\\Temp\\writeback-answer-ABCDEFGH.json\r\n\r\n%s, %d CHARACTERS-----\r\n", beginAnswer, len(text))
	for text != "" {
		n := min(shownWidth, len(text))
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return b.String() + endAnswer + "\r\n"
}

func TestHandoffReads(t *testing.T) {
	h := Handoff{Inspect, NewAsk(since)}
	answer := strings.ReplaceAll(string(example(t)), "NONCE", h.Ask.Nonce)
	for name, in := range map[string]string{
		"a file":                 answer,
		"a file with its length": withLength(t, answer),
		"with CRLF":              strings.ReplaceAll(answer, "\n", "\r\n"),
		"UTF-8 with mark":        "\xef\xbb\xbf" + answer,
		"UTF-16 with mark":       string(inUTF16("\ufeff" + answer)),
		"UTF-16 without":         string(inUTF16(answer)),
		"spaces around":          "\n\n  " + answer + "\n\n",
		"shown":                  shown(answer),
		"shown in UTF-16":        string(inUTF16("\ufeff" + shown(answer))),
		"shown, lines indented":  strings.ReplaceAll(shown(answer), "\r\n", "\n   "),
	} {
		d, err := h.Read(iotest.OneByteReader(strings.NewReader(in)))
		if err != nil || d.Host != "SYNC01" || !d.Connect.Reset.Enabled || len(d.Events) != 2 {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// A terminal has no end of file: the last line of the answer must do.
func TestHandoffReadsFromATerminal(t *testing.T) {
	h := Handoff{Inspect, NewAsk(since)}
	r, w := io.Pipe()
	defer w.Close()
	go func() { _, _ = io.WriteString(w, shown(strings.ReplaceAll(string(example(t)), "NONCE", h.Ask.Nonce))) }()
	if _, err := h.Read(r); err != nil {
		t.Error(err)
	}
}

// What came back and is not the answer is refused in one sentence that says why not.
func TestHandoffRefuses(t *testing.T) {
	h := Handoff{Inspect, NewAsk(since)}
	answer := strings.ReplaceAll(string(example(t)), "NONCE", h.Ask.Nonce)
	wrapped := shown(answer)
	lines := strings.SplitAfter(wrapped, "\n")
	first := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, beginAnswer) })
	without := func(from, to int) string { return strings.Join(slices.Delete(slices.Clone(lines), from, to), "") }
	doubled := strings.Join(slices.Insert(slices.Clone(lines), first+3, lines[first+2]), "")
	swapped := slices.Clone(lines)
	swapped[first+2], swapped[first+3] = swapped[first+3], swapped[first+2]
	for name, c := range map[string]struct{ in, says string }{
		"nothing":                    {"", "there is none"},
		"spaces":                     {" \r\n ", "there is none"},
		"prose":                      {"it did not work", "not the JSON"},
		"a file that was cut":        {answer[:len(answer)/2], "its end is missing"},
		"a file twice":               {answer + answer, "something follows"},
		"no end":                     {wrapped[:len(wrapped)-40], "its end is missing"},
		"cut in the middle":          {wrapped[:len(wrapped)/2], "its end is missing"},
		"no beginning":               {strings.Join(lines[first+1:], ""), "its beginning is missing"},
		"a line lost":                {without(first+2, first+3), "a line of it, or a part, got lost"},
		"four lines lost":            {without(first+2, first+6), "4 lines of it, or a part, got lost"},
		"a line twice":               {doubled, "a line too many"},
		"shown twice":                {shown(answer) + shown(answer), "several answers"},
		"begins twice":               {strings.Join(lines[:first+3], "") + strings.Join(lines[first:], ""), "it begins twice"},
		"two lines changed places":   {strings.Join(swapped, ""), "damaged"},
		"a letter changed":           {strings.Replace(wrapped, lines[first+2], strings.ToUpper(lines[first+2]), 1), "damaged"},
		"no length":                  {strings.Replace(wrapped, " CHARACTERS", "", 1), "first line is damaged"},
		"shown by an older version":  {beginAnswer + "-----\n" + base64.StdEncoding.EncodeToString([]byte(answer)) + "\n" + endAnswer, "older version"},
		"a file of an older version": {strings.Replace(answer, `"formatVersion":2`, `"formatVersion":1`, 1), "older version"},
		"endless":                    {strings.Repeat(" ", 2*longestDocument+1), "too long"},
		"packed without end":         {shown(strings.Repeat(" ", 2*longestDocument+1)), "too long"},
		"of another script":          {strings.ReplaceAll(answer, h.Ask.Nonce, "OLD"), "does not answer what was asked"},
		"with a name twice":          {strings.Replace(answer, `"host":`, `"Host":"SYNC02","host":`, 1), `"host" is in it twice`},
		"a file that lost a part":    {strings.Replace(withLength(t, answer), `,"account":"MSOL_0a1b2c3d4e5f"`, "", 1), "damaged on its way"},
		"of another kind":            {strings.ReplaceAll(answer, `"kind":"inspect"`, `"kind":"disable"`), "not known"},
	} {
		_, err := h.Read(strings.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") || !is[*AnswerError](err) && !is[*OtherAnswerError](err) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if _, err := h.Read(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want the reader's error", err)
	}
	d, err := ReadDocument(strings.NewReader(strings.ReplaceAll(answer, h.Ask.Nonce, "OLD")))
	if err != nil || d.Nonce != "OLD" || !d.At.Equal(time.Date(2026, 11, 22, 12, 0, 0, 123456700, time.UTC)) {
		t.Errorf("an answer to whatever question: %+v, %v", d, err)
	}
}

func FuzzDecodeAnswer(f *testing.F) {
	b := example(f)
	f.Add(b)
	f.Add([]byte(shown(string(b))))
	f.Add(inUTF16("\ufeff" + string(b)))
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := ReadDocument(strings.NewReader(string(in)))
		if err != nil {
			return
		}
		// What was taken is taken again, and is the same.
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(raw)
		if err != nil || cmp.Diff(d, again) != "" {
			t.Fatalf("%v\n%s", err, cmp.Diff(d, again))
		}
	})
}

// However an answer is cut, and whichever of its lines get lost, come twice or change
// places: it is refused, or it is the same answer.
func TestNothingElseIsRead(t *testing.T) {
	h := Handoff{Inspect, NewAsk(since)}
	answer := strings.TrimSpace(strings.ReplaceAll(string(example(t)), "NONCE", h.Ask.Nonce))
	want, err := h.Read(strings.NewReader(answer))
	if err != nil {
		t.Fatal(err)
	}
	read := func(what, in string) (taken bool) {
		t.Helper()
		d, err := h.Read(strings.NewReader(in))
		switch {
		case err == nil && cmp.Diff(want, d) != "":
			t.Errorf("%s: another answer is read", what)
		case err != nil && (!is[*AnswerError](err) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: %v", what, err)
		}
		return err == nil
	}
	for _, form := range []string{answer, shown(answer)} {
		end := len(strings.TrimRight(form, "\r\n"))
		for n := range end {
			if read(fmt.Sprintf("cut at %d of %d", n, end), form[:n]) {
				t.Errorf("cut at %d of %d, it is taken", n, end)
			}
		}
	}
	lines := strings.SplitAfter(shown(answer), "\n")
	for i := range lines {
		read(fmt.Sprintf("without line %d", i), strings.Join(slices.Delete(slices.Clone(lines), i, i+1), ""))
		read(fmt.Sprintf("line %d twice", i), strings.Join(slices.Insert(slices.Clone(lines), i, lines[i]), ""))
		for k := range i {
			swapped := slices.Clone(lines)
			swapped[i], swapped[k] = swapped[k], swapped[i]
			read(fmt.Sprintf("lines %d and %d changed places", k, i), strings.Join(swapped, ""))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		damaged := []byte(shown(answer))
		for range rapid.IntRange(1, 4).Draw(t, "letters") {
			damaged[rapid.IntRange(0, len(damaged)-1).Draw(t, "where")] = rapid.SampledFrom([]byte("AZaz09+/=\n -")).Draw(t, "what")
		}
		if d, err := h.Read(bytes.NewReader(damaged)); err == nil && cmp.Diff(want, d) != "" {
			t.Fatalf("another answer is read from %q", damaged)
		}
	})
}

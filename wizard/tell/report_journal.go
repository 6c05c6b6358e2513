package tell

import (
	"fmt"

	"writeback/internal/shell"
)

// What the journal can show, and what it cannot: its chain has no key. A report that
// said less would promise more than there is.

func journalBlocks(r Report) []Block {
	j := r.Journal
	pairs := []Pair{{"File", j.File, true}, {"Size", fmt.Sprintf("%d bytes, %s", j.Size, plural(len(j.Lines), "line")), false},
		{"SHA-256 of the file", j.SHA256, true}}
	pairs = add(pairs, "SHA-256 of its last line", j.Last, true)
	chain := say(Good, "The chain holds.", "Every line carries the hash of the one before, and all of them fit.")
	if !r.Trusted {
		chain = say(Alarm, "The chain is broken.", r.Breach+".")
	}
	out := []Block{chain, {Pairs: pairs}}
	if j.Torn {
		out = append(out, say(Warn, "A torn line.", "Behind the last line there is a piece of one, which counts for nothing. An interruption leaves such a piece; so does whoever cuts the file there."))
	}
	out = append(out, chainLimits(j)...)
	t := Table{Caption: "Line by line", Head: []string{"Line", "When", "Kind", "What it says"}}
	if !r.Trusted {
		t.Head = append(t.Head, "Trusted")
	}
	for _, l := range j.Lines {
		when := ""
		if !l.At.IsZero() {
			when = l.At.UTC().Format("2006-01-02 15:04:05.000 UTC")
		}
		row := []Cell{{Text: fmt.Sprint(l.N), Number: true}, {Text: when}, {Text: string(l.Kind)}, {Text: l.Text}}
		if !r.Trusted {
			row = append(row, Cell{Text: trust(l)})
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		out = append(out, Block{Table: &t})
	}
	return out
}

// chainLimits says what the chain proves, and how to check the rest.
func chainLimits(j Journal) []Block {
	grows := fmt.Sprintf("The journal only grows, as by an undo, so that its first %d bytes must have this digest for ever.", j.Size)
	if j.Torn {
		grows = "It holds until the program goes on with the run, which cuts the torn piece off first."
	}
	file := "FILE" // is left to the reader where a shell would change it
	if shell.Safe(j.File) {
		file = `"` + j.File + `"`
	}
	return []Block{
		say(Bare, "What the chain shows:", "a line that was changed, removed, inserted or moved by somebody who left the hashes behind it as they were."),
		say(Bare, "What it cannot show:", "the hashes have no key. Whoever may write the file can cut lines off its end, add some there, or write all of it anew, and compute hashes that fit. This report has no signature either."),
		say(Bare, "What closes the gap:", fmt.Sprintf("the digest above, kept on the day of the run where who can write the journal cannot write: with the record of the change. %s These commands compute it in a shell (on macOS with shasum -a 256), and in PowerShell:", grows)),
		{Code: &Code{Title: "Commands", Text: fmt.Sprintf("head -c %d %s | sha256sum\n", j.Size, file) +
			fmt.Sprintf("$b = [IO.File]::ReadAllBytes(%s); ([BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($b, 0, %d)) -replace '-').ToLower()", file, j.Size)}},
	}
}

func trust(l Line) string {
	switch {
	case l.Trusted:
		return "yes"
	case l.Error != "":
		return "no: " + l.Error
	}
	return "no: it stands behind a line that is not trusted"
}

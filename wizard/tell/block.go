package tell

// Tone is what a text is, and so how it looks.
type Tone string

// The tones.
const (
	Bare   Tone = ""
	Good   Tone = "good"
	Warn   Tone = "warn"
	Alarm  Tone = "alarm" // must not be overlooked
	Note   Tone = "note"  // worth knowing
	Strong Tone = "strong"
	Faint  Tone = "faint" // matters less
)

// Block is one of what its fields name. Renderers lay it out as fits where it is read.
type Block struct {
	Gap     bool // an empty line, where lines are all that there is
	Para    *Para
	Heading *Heading
	Entries []Entry
	Check   *Check
	Named   *Named
	List    *List
	Pairs   []Pair
	Table   *Table
	Bars    *Bars
	Figures []Figure
	Code    *Code
	Sub     *Sub
}

// Para is a paragraph. Head is what it begins with, set apart, and Code the code of the
// finding that it is about.
type Para struct {
	Tone             Tone
	Head, Code, Text string
	Fix              string // what to do about it; may have several lines
	Level            int    // how deep it stands below what is above it
	Verdict          bool   // it says what all of it comes to
}

// Heading begins a part, with the state of what it is about.
type Heading struct {
	Text, State string
	Detail      func() Detail // nil: there is no more
}

// Entry is a line that can be looked at closer: a change, a finding, evidence, a reason.
type Entry struct {
	On     string // the object that it is on; "" for none
	Mark   Mark
	Tone   Tone
	Label  string // what tells its kind in lines: the level of a finding, the state of evidence
	Code   string
	Text   string
	Fix    string // what to do about it; may have several lines
	ByHand bool   // a person has to do that
	Below  []Pair // more about it
	Detail func() Detail
}

// Mark is what an entry says at a glance.
type Mark int

// The marks. Whoever draws them has a character for each.
const (
	NoMark Mark = iota
	Added
	Removed
	Changed
	Done
	Wrong
	Careful
	Info
	Unknown
	Said // by a person
	Off
	Pending
	Working
)

// Detail is all about one thing: it is shown where an entry is opened.
type Detail struct {
	Title  string
	Blocks []Block
	Copy   string // what can be copied from it; "" for nothing
}

// Check is what one check came to.
type Check struct {
	Tone               Tone
	State, Title, Text string
}

// Named is a text under a name of its own.
type Named struct {
	Tone Tone // of the name
	Name string
	Text string // may have several lines
	Code bool   // copied, not read
}

// List has points, in an order where Numbered says so.
type List struct {
	Numbered bool
	Points   []string
}

// Pair is a name and what belongs to it.
type Pair struct {
	Name, Text string
	Code       bool // text that is copied, not read: a DN, SDDL, a command
}

// Table has a heading for each column, and for each row its first cell.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]Cell
}

// Cell is one of a [Table].
type Cell struct {
	Text   string
	Code   bool
	Number bool
}

// Figure is a number that says most of it, and what it counts.
type Figure struct {
	Tone         Tone
	Value, Label string
}

// Code is a text of its own that is copied. Parts, where there are any, are all of it, in
// lines that are easier to read.
type Code struct {
	Title, Text string
	Parts       []Part
}

// Part is one of a [Code].
type Part struct {
	Text string
	New  bool // it was not there before
}

// Bars are a picture: rows of one length each. Note says in words what it shows.
type Bars struct {
	ID, Title, Note string
	Rows            []Bar
}

// Bar is a row of [Bars]: so many of all.
type Bar struct {
	Label, Text string
	Code        bool // of the label
	Tone        Tone
	N, Of       int
}

// Cells is how many of so many cells are full.
func (b Bar) Cells(all int) int {
	if b.Of <= 0 {
		return 0
	}
	return min(max(b.N*all/b.Of, 0), all)
}

// Percent is the part of the whole row, 0 to 100.
func (b Bar) Percent() float64 { return percent(b.N, b.Of) }

// Sub is a part of a section with a heading of its own.
type Sub struct {
	Title, State string
	Tone         Tone
	Blocks       []Block
}

// Gap is an empty line.
var gap = Block{Gap: true}

func say(tone Tone, head, text string) Block {
	return Block{Para: &Para{Tone: tone, Head: head, Text: text}}
}

// line is a paragraph that is one sentence.
func line(tone Tone, text string) Block { return say(tone, "", text) }

func head(text, state string) Block {
	return Block{Heading: &Heading{Text: text, State: state}}
}

// add appends a pair where there is something to say.
func add(all []Pair, name, text string, isCode bool) []Pair {
	if text == "" {
		return all
	}
	return append(all, Pair{name, text, isCode})
}

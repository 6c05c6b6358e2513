package wizard

import (
	"context"
	"errors"

	"writeback/steps"
)

// ErrAborted says that the person left. Nothing is lost by it: what was written
// is in the journal, and the same command goes on from there.
var ErrAborted = errors.New("left by the person at the terminal")

// Kind is how a question is answered.
type Kind int

// The kinds.
const (
	Text   Kind = iota // one line
	Secret             // one line that is never shown, kept or repeated
	Choice             // one of Options
)

// Question is one thing that a person decides. The answer ends in the setting
// of the same name, so that a flag, a configuration file and a person fill the
// same place.
type Question struct {
	Key     string   // the setting: "domain", "connector", …
	Title   string   // the question itself
	Why     string   // one line: why it is asked
	Help    string   // more, for whoever asks for it; may have several lines
	Kind    Kind     //
	Value   string   // what is filled in already; "" for nothing: of a Choice none is chosen then, and an empty answer chooses none
	From    string   // where Value came from: "found in DNS", "file writeback.yaml"
	Options []Option // of a Choice, the likeliest first
	// Check says what is wrong with an answer, as far as that can be known while
	// it is typed: it is quick and asks nobody. nil: every answer will do.
	Check func(answer string) error
}

// Option is one answer of a Choice.
type Option struct {
	Value string
	Label string
	Note  string // what tells it from the others; may be ""
}

// Group is what is asked on one screen.
type Group struct {
	Title     string
	Questions []Question
	// Problem is why it is asked again: what the last answers led to. "" the
	// first time.
	Problem string
}

// Guide is what the program knows and finds out, as the wizard goes along. It
// says itself, by the renderer's Busy, what takes a while.
type Guide interface {
	// Runs reads the journals. What it gives is as old as History.Now.
	Runs(ctx context.Context) (History, error)
	// For says what the questions and the flow that come next are about: a
	// run, with its settings, that is gone on with, or taken back where back says
	// so; or, with the zero Run, a new one, all of which is asked. What was answered
	// before is forgotten, but for the password of the same account.
	For(run steps.Run, back bool) error
	// Next gives the questions that have to be answered now. A group without
	// questions says that all is known. It may take time: it looks things up.
	Next(ctx context.Context) (Group, error)
	// Answer takes the answers to the last group, by key. An error is a problem
	// to be shown beside the same questions; where ctx has ended it ends the
	// flow.
	Answer(ctx context.Context, answers map[string]string) error
	// Begin gives the flow that the answers make. It connects, and writes
	// nothing. It is called again after something went wrong, and then connects
	// again.
	Begin(ctx context.Context) (*Flow, error)
	// Rename has the connector account asked for again, where a problem is about the one
	// that was named; nil: it is not, or a run has named it.
	Rename(problem error) (again func())
	// Command is the command line that does the same without the wizard. It
	// holds no secrets.
	Command() string
	// Undo is the command line that takes back what a run made.
	Undo(run string) string
	// Report is the command line that writes down what a run made, and what proves it.
	Report(run string) string
}

// GuidedUI is a renderer that can also lead a person through.
type GuidedUI interface {
	UI
	// Ask shows a group and returns its answers by key. ErrAborted: the person
	// left.
	Ask(ctx context.Context, g Group) (map[string]string, error)
	// Browse lets the person look through the journals. It returns what is to be
	// done with which run ([Resume], [TakeBack]); two empty texts: nothing.
	Browse(ctx context.Context, history History) (run, what string, err error)
	// Busy says what is being done that may take a while; the function that it
	// returns ends it.
	Busy(what string) (done func())
	// Choose lets the person decide between a few ways to go on, and returns the
	// option's value.
	Choose(ctx context.Context, title, text string, options []Option) (string, error)
	// End shows how it ended, and returns the value of the way to go on that the
	// person chose.
	End(ctx context.Context, e Ending) (next string, err error)
}

package tracing

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
)

// OpenLog opens the file of --log-file, to write at its end.
//
// Errors: [settings.UsageError].
func OpenLog(path string) (io.WriteCloser, error) {
	if err := settings.CheckFileName(settings.LogFile, path); err != nil {
		return nil, err
	}
	f, err := statedir.OpenLog(path)
	if err != nil {
		return nil, settings.Usagef("--log-file %s: %w", shell.Name(path), err)
	}
	return f, nil
}

// A Tracer is whom operations are told to. Its lines hold no values and no credentials.
type Tracer struct {
	Stderr io.Writer           // what a person reads beside a verb's own output
	Debug  bool                // --debug: operations are shown there, too
	Log    io.Writer           // of --log-file; nil: there is none
	Redact func(string) string // takes secrets out of a line
}

// Waiting tells a person, on standard error, what is waited for. left is what will
// be waited at most after this pause; negative: that is not known.
func (t Tracer) Waiting(whom string, status int, pause, left time.Duration) {
	if pause < time.Second {
		return
	}
	why := "no answer"
	if status != 0 {
		why = strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	}
	until := ""
	if left >= 0 {
		until = fmt.Sprintf("; it is given up after %s more", left.Round(time.Second))
	}
	fmt.Fprintf(t.Stderr, "      waiting for %s: %s, next try in %s%s\n", whom, why, pause.Round(time.Second), until)
}

// Say writes one line where --debug and --log-file want it; nil where neither is on.
func (t Tracer) Say() func(line string) {
	var to []io.Writer
	if t.Debug {
		to = append(to, t.Stderr)
	}
	if t.Log != nil {
		to = append(to, t.Log)
	}
	if len(to) == 0 {
		return nil
	}
	w := io.MultiWriter(to...)
	return func(line string) {
		fmt.Fprintln(w, steps.Plain(time.Now().UTC().Format("2006-01-02T15:04:05.000Z")+" "+t.Redact(line)))
	}
}

// LDAP tells of every operation on a directory; nil: nobody is told.
func (t Tracer) LDAP() func(directory.Operation) {
	say := t.Say()
	if say == nil {
		return nil
	}
	return func(o directory.Operation) {
		outcome := fmt.Sprintf("%d entries", o.Entries)
		if o.Err != nil {
			outcome = o.Err.Error()
		}
		say(fmt.Sprintf("ldap %s %q %s %s %s: %s", o.Kind, o.Target, o.Filter, strings.Join(o.Attributes, ","), o.Took.Round(time.Microsecond), outcome))
	}
}

// Graph tells of every request to Microsoft Graph, and of what is waited for.
func (t Tracer) Graph() func(graph.Operation) {
	say := t.Say()
	return func(o graph.Operation) {
		t.Waiting("Graph", o.Status, o.Wait, o.Left)
		if say == nil {
			return
		}
		say(fmt.Sprintf("graph %s %s try %d: %d, %d bytes, %s %s", o.Method, o.Path, o.Attempt, o.Status, o.Bytes, o.Took.Round(time.Microsecond), o.Err))
	}
}

// Portal tells of every request to the portal's service; nil: nobody is told.
func (t Tracer) Portal() func(portal.Operation) {
	say := t.Say()
	if say == nil {
		return nil
	}
	return func(o portal.Operation) {
		outcome := fmt.Sprint(o.Status)
		if o.Err != nil {
			outcome = o.Err.Error()
		}
		say(fmt.Sprintf("portal %s %s %s %s: %s", o.Method, o.URL, o.Field, o.Took.Round(time.Microsecond), outcome))
	}
}

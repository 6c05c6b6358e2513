package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/internal/statedir"
	"writeback/steps"
)

// openLog opens the file of --log-file.
func (a *app) openLog() (closeLog func() error, err error) {
	path := a.settings.logFile
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := statedir.OpenLog(path)
	if err != nil {
		return nil, fmt.Errorf("open the log %s: %w", path, err)
	}
	a.log = f
	return f.Close, nil
}

// longPause is a wait that a person is told of.
const longPause = 3 * time.Second

// trace is what --debug and --log-file show, nil where neither is on. Lines hold
// no values and no credentials.
func (a *app) trace() func(line string) {
	var to []io.Writer
	if a.settings.debug {
		to = append(to, a.err)
	}
	if a.log != nil {
		to = append(to, a.log)
	}
	if len(to) == 0 {
		return nil
	}
	w := io.MultiWriter(to...)
	return func(line string) {
		fmt.Fprintln(w, steps.Plain(time.Now().UTC().Format("2006-01-02T15:04:05.000Z")+" "+a.redact(line)))
	}
}

func (a *app) traceLDAP() func(directory.Operation) {
	say := a.trace()
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

func (a *app) traceGraph() func(graph.Operation) {
	say := a.trace()
	return func(o graph.Operation) {
		if o.Wait >= longPause {
			fmt.Fprintf(a.err, "      waiting %s: %s\n", o.Wait.Round(time.Second), steps.Plain(o.Err))
		}
		if say == nil {
			return
		}
		say(fmt.Sprintf("graph %s %s try %d: %d, %d bytes, %s %s", o.Method, o.Path, o.Attempt, o.Status, o.Bytes, o.Took.Round(time.Microsecond), o.Err))
	}
}

func (a *app) tracePortal() func(portal.Operation) {
	say := a.trace()
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

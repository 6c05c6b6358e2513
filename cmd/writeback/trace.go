package main

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

// openLog opens the file of --log-file.
func (a *app) openLog() (closeLog func() error, err error) {
	path := settings.LogFile.Of(a.settings)
	if path == "" {
		return func() error { return nil }, nil
	}
	if err := settings.CheckFileName(settings.LogFile, path); err != nil {
		return nil, err
	}
	f, err := statedir.OpenLog(path)
	if err != nil {
		return nil, usagef("--log-file %s: %w", shell.Name(path), err)
	}
	a.log = f
	return f.Close, nil
}

// waiting tells a person, on standard error, what is waited for. left is what will
// be waited at most after this pause; negative: that is not known.
func (a *app) waiting(whom string, status int, pause, left time.Duration) {
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
	fmt.Fprintf(a.err, "      waiting for %s: %s, next try in %s%s\n", whom, why, pause.Round(time.Second), until)
}

// trace is what --debug and --log-file show, nil where neither is on. Lines hold
// no values and no credentials.
func (a *app) trace() func(line string) {
	var to []io.Writer
	if settings.Debug.Of(a.settings) {
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
		fmt.Fprintln(w, steps.Plain(time.Now().UTC().Format("2006-01-02T15:04:05.000Z")+" "+a.secrets.Redact(line)))
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
		a.waiting("Graph", o.Status, o.Wait, o.Left)
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

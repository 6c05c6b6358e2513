package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"writeback/adperms/directory"
	"writeback/steps"
)

// openLog opens the file of --log-file.
func (a *app) openLog() (closeLog func() error, err error) {
	path := a.settings.logFile
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	a.log = f
	return f.Close, nil
}

// trace is what --debug and --log-file show of the LDAP connection, nil where
// neither is on. Operations hold no values and no credentials.
func (a *app) trace() func(directory.Operation) {
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
	return func(o directory.Operation) {
		outcome := fmt.Sprintf("%d entries", o.Entries)
		if o.Err != nil {
			outcome = o.Err.Error()
		}
		line := fmt.Sprintf("%s ldap %s %q %s %s %s: %s", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
			o.Kind, o.Target, o.Filter, strings.Join(o.Attributes, ","), o.Took.Round(time.Microsecond), outcome)
		fmt.Fprintln(w, steps.Plain(line))
	}
}

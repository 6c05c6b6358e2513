package main

import (
	"fmt"
	"io"
	"time"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard/plain"
)

// Metrics of verify: on standard output, or in a file for node_exporter's textfile
// collector, which reads what ends in .prom while we write. So the file takes the
// place of the earlier one whole, and is readable for others: it holds counts, and
// the names of the domain and the DC.

// verifyFile is where the metrics go; "" is standard output. In the environment and
// the configuration file the name is plan's.
func (a *app) verifyFile(out string) (string, error) {
	switch {
	case out == "":
		return "", nil
	case settings.Output.Of(a.settings) != settings.Prometheus:
		return "", usagef("--out takes the metrics of --output prometheus: add that, or leave --out out")
	case out == "-":
		return "", usagef("--out: name a file; without it the metrics go to standard output")
	}
	if err := settings.CheckFileName(settings.MetricsOut, out); err != nil {
		return "", err
	}
	if err := statedir.CheckPlaceForAll(out); err != nil {
		return "", usagef("--%s %s: %w", settings.MetricsOut.Name, shell.Name(out), err)
	}
	return out, nil
}

// metrics writes a check for Prometheus.
func (a *app) metrics(r *plain.Renderer, file string, t steps.Target, v steps.Verification) error {
	c := plain.Checked{Target: t, Verification: v, At: time.Now(), Program: version(), Least: r.Least}
	if file == "" {
		return r.Metrics(c)
	}
	return saveMetrics(file, plain.Exposition(c))
}

// saveMetrics puts a file that everybody may read in the place of the one that is
// there, or leaves that.
func saveMetrics(path string, text []byte) error {
	if err := statedir.WriteWholeForAll(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("write the metrics to %s: %w", path, err)
	}
	return nil
}

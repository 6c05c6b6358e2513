package output

import (
	"fmt"
	"io"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
)

// Metrics of verify: on standard output, or in a file for node_exporter's textfile
// collector, which reads what ends in .prom while we write. So the file takes the
// place of the earlier one whole, and is readable for others: it holds counts, and
// the names of the domain and the DC.

// MetricsFile is where the metrics go; "" is standard output. In the environment and
// the configuration file the name is plan's.
func MetricsFile(of *settings.Settings, out string) (string, error) {
	switch {
	case out == "":
		return "", nil
	case settings.Output.Of(of) != settings.Prometheus:
		return "", settings.Usagef("--out takes the metrics of --output prometheus: add that, or leave --out out")
	case out == "-":
		return "", settings.Usagef("--out: name a file; without it the metrics go to standard output")
	}
	if err := settings.CheckFileName(settings.MetricsOut, out); err != nil {
		return "", err
	}
	if err := statedir.CheckPlaceForAll(out); err != nil {
		return "", settings.Usagef("--%s %s: %w", settings.MetricsOut.Name, shell.Name(out), err)
	}
	return out, nil
}

// SaveMetrics puts a file that everybody may read in the place of the one that is
// there, or leaves that.
func SaveMetrics(path string, text []byte) error {
	if err := statedir.WriteWholeForAll(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("write the metrics to %s: %w", path, err)
	}
	return nil
}

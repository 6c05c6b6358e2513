package terminal

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"writeback/internal/process"
	"writeback/internal/visible"
)

// Browser opens a link as this system does; nil where it has no way to.
func (t Terminal) Browser() func(url string) error {
	open := []string{"xdg-open"}
	switch runtime.GOOS {
	case "windows":
		open = []string{"rundll32.exe", "url.dll,FileProtocolHandler"}
	case "darwin":
		open = []string{"open"}
	}
	path, err := systemProgram(open[0])
	if err != nil {
		return nil
	}
	return func(url string) error {
		if !strings.HasPrefix(url, "https://") {
			return fmt.Errorf("open %s: only https links are opened", visible.Line(url))
		}
		cmd, err := process.Command(context.Background(), t.Secrets, path, process.Own(open[1:]), url)
		if err == nil {
			err = cmd.Run()
		}
		if err != nil {
			return fmt.Errorf("open %s in a browser: %w", visible.Line(t.Secrets.Redact(url)), err)
		}
		return nil
	}
}

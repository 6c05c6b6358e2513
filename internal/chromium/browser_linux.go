package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"writeback/internal/tier"
)

// grace is what is left of a test's time when its browser is given up, so that the
// test says itself what it waited for. How long a browser takes depends on the
// computer and on what else runs there.
const grace = 30 * time.Second

// unavailable is the error where a program is not installed.
type unavailable struct{ reason string }

func (u unavailable) Error() string { return u.reason }

// Browser is a running Chromium without a window, a profile of its own, and no word
// with anybody but the test.
type Browser struct{ ctx context.Context }

// Start starts the browser; it ends with the test.
func Start(t *testing.T) *Browser {
	t.Helper()
	tier.Takes(t, "Chromium")
	program, err := find("chromium", "chromium-browser", "google-chrome")
	if err == nil {
		_, err = find("pdftotext")
	}
	if err != nil {
		giveUp(t, err)
	}
	limit, cancel := context.WithCancel(context.Background())
	if end, bounded := t.Deadline(); bounded {
		limit, cancel = context.WithDeadline(limit, end.Add(-grace))
	}
	t.Cleanup(cancel)
	home := t.TempDir() // all that it leaves behind is there
	at, stop := chromedp.NewExecAllocator(limit, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(filepath.Join(home, "profile")), chromedp.DisableGPU,
		chromedp.Env("HOME="+home, "TMPDIR="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home),
		chromedp.NoSandbox, // a root in a container has none to give
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(at)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		giveUp(t, fmt.Errorf("start %s: %w", program, err))
	}
	return &Browser{ctx}
}

// find is the first of the programs that is installed.
func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", unavailable{fmt.Sprintf("the program %s is not installed", names[0])}
}

func giveUp(t testing.TB, err error) {
	t.Helper()
	if errors.As(err, new(unavailable)) && os.Getenv("REQUIRE_CHROMIUM") != "1" {
		t.Skip(err)
	}
	t.Fatal(err)
}

package portal

import (
	"context"
	"fmt"
	"time"

	"writeback/cloudconfig"
)

// LateError says that the settings did not become as they were waited for.
type LateError struct {
	Within time.Duration
	Last   Snapshot // the last answer
}

func (e *LateError) Error() string {
	return fmt.Sprintf("the portal does not show the change after %s: it may show late, look again", e.Within.Round(time.Second))
}

// unseenError is a failure to read after a write: that nothing was written, which
// the error behind it may say, is true of the read alone.
type unseenError struct{ error }

func (e unseenError) Unwrap() error  { return e.error }
func (unseenError) NotWritten() bool { return false }

// WaitFor reads until the settings are as wanted: a write may show late. It asks
// at once and then after 1, 2, 4, 8 and 15 seconds, and then every 15. Errors:
// those of [Client.Read], none of which proves that nothing was written before, and
// [LateError] when within has passed.
func (c *Client) WaitFor(ctx context.Context, want func(cloudconfig.Policy) bool, within time.Duration) (Snapshot, error) {
	began, left := c.now(), within
	for pause := time.Second; ; pause = min(2*pause, 15*time.Second) {
		s, err := c.Read(ctx)
		if err != nil {
			return s, unseenError{fmt.Errorf("look whether the portal shows the change: %w", err)}
		}
		if want(s.Policy) {
			return s, nil
		}
		if left <= 0 {
			return s, &LateError{within, s}
		}
		step := min(pause, left)
		left = min(left-step, within-c.now().Sub(began)-step)
		if err := c.wait(ctx, step); err != nil {
			return s, fmt.Errorf("wait for the portal to show the change: %w", err)
		}
	}
}

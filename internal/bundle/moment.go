package bundle

import (
	"math"
	"strconv"
	"time"
)

// Times pass where something is decided by how long ago they were: all of them are moved
// such that the bundle was made at [Made]. Who knows when a report came knows the rest; what
// is hidden is the exact moment, which would tell one event from another in somebody's logs.
// So they are cut to minutes.

// Made is when every bundle was made, by its own clock.
var Made = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

func (m *Maker) moved(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return Made.Add(t.Sub(m.at).Truncate(time.Minute))
}

// A FILETIME counts 100 ns since 1601 (MS-DTYP 2.3.3).
const (
	fileTimeSecond = 10_000_000
	secondsTo1970  = 11_644_473_600
)

// moveFileTime moves a FILETIME. 0, -1 and the largest number are no times, and pass.
func (m *Maker) moveFileTime(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return ""
	case n <= 0 || n == math.MaxInt64:
		return strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(shiftFileTime(n, m.at, Made), 10)
}

// shiftFileTime moves n such that from becomes to, cut to minutes.
func shiftFileTime(n int64, from, to time.Time) int64 {
	const minute = 60 * fileTimeSecond
	since := n - (from.Unix()+secondsTo1970)*fileTimeSecond
	return (to.Unix()+secondsTo1970)*fileTimeSecond + since/minute*minute
}

const generalized = "20060102150405.0Z"

// moveTime moves a GeneralizedTime as AD writes it.
func (m *Maker) moveTime(text string) string {
	t, err := time.Parse(generalized, text)
	if err != nil {
		return ""
	}
	return m.moved(t).Format(generalized)
}

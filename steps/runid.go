package steps

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"regexp"
	"time"
)

// A run ID is the second in which the run began, in UTC, and four hexadecimal
// digits: 20261122T111844Z-3f2a. IDs sort in the order in which runs were
// created, also within one second and after the clock was set back.

const stampLayout = "20060102T150405Z"

var runIDForm = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{4}$`)

// CheckRunID says why a name given by a person is not a run ID, or nil. An ID
// that passes is safe as part of a file name.
func CheckRunID(id string) error {
	if !runIDForm.MatchString(id) {
		return fmt.Errorf("%q is not a run: one looks like 20261122T111844Z-3f2a", id)
	}
	if _, err := time.Parse(stampLayout, id[:len(stampLayout)]); err != nil {
		return fmt.Errorf("%q is not a run: %w", id, err)
	}
	return nil
}

// newRunID returns an ID that sorts after last ("" for none).
func newRunID(now time.Time, last string) (string, error) {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("name a run: %w", err)
	}
	n := binary.BigEndian.Uint16(b[:])
	// The upper half is kept free, so that runs of the same second find a
	// greater number.
	n >>= 1
	stamp := now.UTC().Format(stampLayout)
	if last == "" || stamp > last[:len(stampLayout)] {
		return fmt.Sprintf("%s-%04x", stamp, n), nil
	}
	var m uint16
	if _, err := fmt.Sscanf(last[len(stampLayout)+1:], "%04x", &m); err != nil {
		return "", fmt.Errorf("name a run after %s: %w", last, err)
	}
	stamp = last[:len(stampLayout)]
	if m < 0xffff {
		gap := 0xffff - m
		step := n % 256
		if step >= gap {
			step = gap - 1
		}
		return fmt.Sprintf("%s-%04x", stamp, m+1+step), nil
	}
	t, err := time.Parse(stampLayout, stamp)
	if err != nil {
		return "", fmt.Errorf("name a run after %s: %w", last, err)
	}
	return fmt.Sprintf("%s-%04x", t.Add(time.Second).Format(stampLayout), n), nil
}

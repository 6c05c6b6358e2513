package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"writeback/internal/misread"
)

// MaxPlanSize is how many bytes of a plan file are read: a plan of the largest
// domain is a thousandth of it.
const MaxPlanSize = 16 << 20

// WritePlan writes p as a plan file: indented JSON that ends with a line feed.
func WritePlan(w io.Writer, p Plan) error {
	raw, err := marshal(p)
	if err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	b.WriteByte('\n')
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// ReadPlan reads a plan file. Unknown fields are ignored. The error is a
// [*NewerFormatError] for a plan of a later program, a [*CorruptError] for
// anything that is not a plan or that may not be shown to a person.
//
// The plan that comes back says what was approved. It holds no data that would
// be written: that is always planned afresh.
func ReadPlan(r io.Reader) (Plan, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxPlanSize+1))
	if err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	if len(raw) > MaxPlanSize {
		return Plan{}, &CorruptError{What: "plan", Offset: MaxPlanSize, Err: fmt.Errorf("it is larger than %d MiB", MaxPlanSize>>20)}
	}
	if err := checkFormat("plan", raw); err != nil {
		return Plan{}, err
	}
	var p Plan
	if err := json.Unmarshal(raw, &p); err != nil {
		return Plan{}, corrupt("plan", err)
	}
	if err := p.check(); err != nil {
		return Plan{}, &CorruptError{What: "plan", Offset: -1, Err: err}
	}
	return p.normal(), nil
}

// checkFormat looks at the version alone first, so that a later format is
// called that, whatever else has changed in it.
func checkFormat(what string, raw []byte) error {
	var v struct {
		FormatVersion int `json:"formatVersion"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return corrupt(what, err)
	}
	if v.FormatVersion > FormatVersion {
		return &NewerFormatError{What: what, Have: v.FormatVersion}
	}
	if v.FormatVersion < 1 {
		return &CorruptError{What: what, Offset: -1, Err: errors.New("it has no formatVersion")}
	}
	return nil
}

// corrupt gives a decoding error its offset, and words for people.
func corrupt(what string, err error) error {
	e := &CorruptError{What: what, Offset: -1, Err: errors.New(misread.JSON(err))}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		e.Offset = syntax.Offset
	case errors.As(err, &kind):
		e.Offset = kind.Offset
	}
	return e
}

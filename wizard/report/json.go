package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"writeback/steps"
	"writeback/wizard/tell"
)

// JSON writes the report as one JSON document. Characters that a terminal would
// act on are escaped.
func JSON(w io.Writer, r tell.Report) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	_, err := w.Write(steps.PlainJSON(b.Bytes()))
	return err
}

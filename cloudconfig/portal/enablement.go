package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"writeback/cloudconfig"
)

// EnablementPath is the place of the settings behind Password reset > Properties.
// They are read here, and never written.
const EnablementPath = "/api/PasswordReset/PasswordResetPolicies"

// Enablement reads whom the tenant lets reset a forgotten password. Errors: as
// [Client.Read].
func (c *Client) Enablement(ctx context.Context) (cloudconfig.Enablement, error) {
	const doing = "read for whom password reset is enabled: %w"
	a, err := c.send(ctx, request{method: http.MethodGet, path: EnablementPath})
	if err != nil {
		return "", fmt.Errorf(doing, err)
	}
	e, err := parseEnablement(a.body)
	if err != nil {
		return "", fmt.Errorf(doing, err)
	}
	return e, nil
}

// parseEnablement reads enablementType, the one field that counts here: 0, 1 and 2, as
// others were seen to read it.
func parseEnablement(body []byte) (cloudconfig.Enablement, error) {
	fields, err := object(body)
	if err != nil {
		return "", &ShapeError{err.Error()}
	}
	raw, there := fields["enablementType"]
	if !there {
		return "", &ShapeError{"field enablementType is missing"}
	}
	known := map[string]cloudconfig.Enablement{"0": cloudconfig.ForNobody, "1": cloudconfig.ForGroup, "2": cloudconfig.ForEverybody}
	var number json.Number
	if err := json.Unmarshal(raw, &number); err != nil || raw[0] == '"' {
		return "", &ShapeError{"field enablementType is not a number"}
	}
	e, is := known[number.String()]
	if !is {
		return "", &ShapeError{"field enablementType has a value that is not known"}
	}
	return e, nil
}

package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"writeback/cloudconfig"
	"writeback/internal/visible"
)

// ShapeError is an answer that is not of the shape that is known. Its meaning is
// then not known either: nothing may be written.
type ShapeError struct {
	What string // what is wrong with it
}

func (e *ShapeError) Error() string {
	return "the portal's answer is not of the known shape: " + e.What +
		": the service behind the page has changed, set the page by hand"
}

// NotWritten says that nothing was written: an answer of this kind is met when
// reading only.
func (e *ShapeError) NotWritten() bool { return true }

// parsePolicy reads an answer. All five switches must be there as booleans, and
// objectId as a string, an object or null; fields beside them are tolerated.
// Names count letter by letter: encoding/json into a struct would take
// passwordWriteBackSupported, which is another name, for the same.
func parsePolicy(body []byte) (cloudconfig.Policy, error) {
	fields, err := object(body)
	if err != nil {
		return cloudconfig.Policy{}, &ShapeError{err.Error()}
	}
	var p cloudconfig.Policy
	for _, f := range []struct {
		name string
		to   *bool
	}{
		{"passwordWritebackSupported", &p.PasswordWritebackSupported},
		{"accountUnlockSupported", &p.AccountUnlockSupported},
		{"accountUnlockEnabled", &p.AccountUnlockEnabled},
		{"enablementForTenant", &p.EnablementForTenant},
		{"cloudProvisioningEnablementForTenant", &p.CloudProvisioningEnabled},
	} {
		if *f.to, err = boolean(fields, f.name); err != nil {
			return cloudconfig.Policy{}, &ShapeError{err.Error()}
		}
	}
	if p.ObjectID, err = objectID(fields); err != nil {
		return cloudconfig.Policy{}, &ShapeError{err.Error()}
	}
	return p, nil
}

func boolean(fields map[string]json.RawMessage, name string) (bool, error) {
	raw, there := fields[name]
	switch {
	case !there:
		return false, fmt.Errorf("field %s is missing", name)
	case string(raw) == "true":
		return true, nil
	case string(raw) == "false":
		return false, nil
	}
	return false, fmt.Errorf("field %s is not a boolean", name)
}

// objectID gives a string as it is, an object as JSON, and null as "".
func objectID(fields map[string]json.RawMessage) (string, error) {
	raw, there := fields["objectId"]
	if !there {
		return "", errors.New("field objectId is missing")
	}
	switch raw[0] {
	case 'n':
		return "", nil
	case '{':
		var flat bytes.Buffer
		if err := json.Compact(&flat, raw); err != nil {
			return "", err
		}
		return visible.Words(flat.String(), 200), nil
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return visible.Words(s, 200), err
	}
	return "", errors.New("field objectId is neither a string nor an object nor null")
}

// object splits a JSON object into its fields. RFC 8259 section 4 leaves open
// what a name that is there twice means; here it is an error.
func object(body []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, isName := t.(string)
		if err != nil || !isName {
			return nil, errors.New("it is not valid JSON")
		}
		if _, twice := fields[name]; twice {
			return nil, fmt.Errorf("field %s is there twice", visible.Words(name, 60))
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, errors.New("it is not valid JSON")
		}
		fields[name] = slices.Clone(bytes.TrimSpace(raw))
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("it is not valid JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is text after the JSON object")
	}
	return fields, nil
}

// Package windows reads what Windows domain controllers answered others: a whole domain
// that was dumped, and a conversation that was captured. Both lie beside the project
// (package beside). What came with a report, a bundle, becomes a domain of the same form. Only
// tests import it, and it knows no package of this module but those two: what is judged by it
// must not have judged itself.
package windows

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"writeback/internal/beside"
)

// A Dump is a domain as it was read, whole: three naming contexts, with their schema.
type Dump struct {
	RootDSE map[string][]string
	Entries []Entry
}

// An Entry is one object. Its values are as they came over the wire.
type Entry struct {
	DN         string
	Attributes map[string][]string
}

// One is the only value of an attribute; "" where there is none.
func (e Entry) One(attribute string) string {
	if all := e.Attributes[attribute]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// Parent is the DN above; "" where that is no DN.
func (e Entry) Parent() string {
	_, above, _ := strings.Cut(e.DN, ",") // no name in the dumps has an escaped comma
	return above
}

// DetectionLab is the domain of a Windows Server 2016, of 3,848 objects. Where it is not beside
// the project, the test is skipped.
func DetectionLab(t testing.TB) *Dump {
	t.Helper()
	const name = "detectionlab.json.gz"
	var whole struct {
		RootDSE map[string][]value   `json:"rootDSE"`
		Entries [][2]json.RawMessage `json:"entries"`
		SDs     []string             `json:"sds"`
	}
	if err := json.NewDecoder(beside.Open(t, name)).Decode(&whole); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var descriptors []string
	for _, text := range whole.SDs {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		descriptors = append(descriptors, string(raw))
	}
	d := &Dump{RootDSE: plain(whole.RootDSE, descriptors)}
	for _, pair := range whole.Entries {
		var e Entry
		var attributes map[string][]value
		if err := errors.Join(json.Unmarshal(pair[0], &e.DN), json.Unmarshal(pair[1], &attributes)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e.Attributes = plain(attributes, descriptors)
		d.Entries = append(d.Entries, e)
	}
	return d
}

func plain(from map[string][]value, descriptors []string) map[string][]string {
	out := map[string][]string{}
	for name, values := range from {
		for _, v := range values {
			if v.descriptor != nil {
				v.octets = descriptors[*v.descriptor]
			}
			out[name] = append(out[name], v.octets)
		}
	}
	return out
}

// value is a string, {"b": base64}, or {"sd": N} for a descriptor of the list.
type value struct {
	octets     string
	descriptor *int
}

func (v *value) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &v.octets) == nil {
		return nil
	}
	var form struct {
		B  []byte `json:"b"`
		SD *int   `json:"sd"`
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return fmt.Errorf("a value that is none: %w", err)
	}
	v.octets, v.descriptor = string(form.B), form.SD
	return nil
}

package domain

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"writeback/adperms/secdesc"
)

// State is all that can be changed in a domain, made of what JSON can hold, so
// that a domain can go on where another one ended. The schema is not in it, nor
// is what is computed: inherited ACEs and back links. Passwords are salted hashes,
// but for those of the known accounts, which are practice ones and stand there
// as they are.
type State struct {
	FormatVersion int           `json:"formatVersion"` // 1
	Domain        string        `json:"domain"`
	NetBIOS       string        `json:"netbios"`
	SID           secdesc.SID   `json:"sid"`
	Founded       time.Time     `json:"founded"`
	NextRID       uint32        `json:"nextRid"`
	USN           int64         `json:"usn"`
	Accounts      []Account     `json:"accounts"`
	Objects       []ObjectState `json:"objects"` // parents before their children
}

const stateVersion = 1

// ObjectState is one object.
type ObjectState struct {
	GUID       secdesc.GUID              `json:"guid"`
	Parent     secdesc.GUID              `json:"parent,omitzero"` // none: the head of a naming context
	Name       Value                     `json:"name"`            // RDN: CN=Ann; of a head its DN
	Class      string                    `json:"class"`
	SID        secdesc.SID               `json:"sid,omitzero"`
	Values     map[string][]Value        `json:"values,omitempty"`
	Links      map[string][]secdesc.GUID `json:"links,omitempty"`
	SD         []byte                    `json:"sd"` // without inherited ACEs
	Secret     *Secret                   `json:"secret,omitempty"`
	Deleted    bool                      `json:"deleted,omitempty"`
	Created    time.Time                 `json:"created"`
	Changed    time.Time                 `json:"changed"`
	USNCreated int64                     `json:"usnCreated"`
	USNChanged int64                     `json:"usnChanged"`
	Versions   map[string]VersionState   `json:"versions"`
}

// VersionState is what replPropertyMetaData says of one attribute.
type VersionState struct {
	Version uint32    `json:"v"`
	At      time.Time `json:"at"`
	USN     int64     `json:"usn"`
}

// Value is an attribute's value: a JSON string where it is text, else an object
// with the bytes in base64.
type Value string

// MarshalJSON keeps every byte.
func (v Value) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(v)) && !strings.ContainsFunc(string(v), unicode.IsControl) {
		return json.Marshal(string(v))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(v))})
}

// UnmarshalJSON reads both forms.
func (v *Value) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*v = Value(text)
		return nil
	}
	var form struct {
		Base64 []byte `json:"base64"`
	}
	if err := json.Unmarshal(b, &form); err != nil {
		return fmt.Errorf("read a value: %w", err)
	}
	*v = Value(form.Base64)
	return nil
}

// State is the domain's by now.
func (d *Domain) State() State {
	d.mu.RLock()
	defer d.mu.RUnlock()
	w := d.world
	s := State{FormatVersion: stateVersion, Domain: w.domain, NetBIOS: w.netbios, SID: w.sid, Founded: w.started, NextRID: w.nextRID, USN: w.usn,
		Accounts: slices.Clone(w.accounts)}
	for _, head := range []*entry{w.root, w.config} {
		head.walk(func(e *entry) { s.Objects = append(s.Objects, stateOf(e)) })
	}
	return s
}

func stateOf(e *entry) ObjectState {
	o := ObjectState{
		GUID: e.guid, Name: Value(e.rdn.kind + "=" + e.rdn.value), Class: e.class.name, SID: e.sid, Secret: e.secret, Deleted: e.deleted,
		Created: e.created, Changed: e.changed, USNCreated: e.usnCreated, USNChanged: e.usnChanged,
		Values: map[string][]Value{}, Links: map[string][]secdesc.GUID{}, Versions: map[string]VersionState{},
	}
	if e.parent == nil {
		o.Name = Value(e.dn())
	} else {
		o.Parent = e.parent.guid
	}
	for name, values := range e.values {
		for _, v := range values {
			o.Values[name] = append(o.Values[name], Value(v))
		}
	}
	for name, to := range e.links {
		for _, other := range to {
			o.Links[name] = append(o.Links[name], other.guid)
		}
	}
	for name, s := range e.versions {
		o.Versions[name] = VersionState{s.version, s.at, s.usn}
	}
	sd := e.sd.Clone()
	sd.DACL = explicit(e.sd)
	o.SD, _ = sd.Marshal() // it is a part of one that every write has checked
	return o
}

package domain_test

import (
	"encoding/json"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// What each call with --practice costs: starting, and keeping the state.
func BenchmarkStart(b *testing.B) {
	state := start(b, domain.Options{}).State()
	for b.Loop() {
		d, err := domain.Start(domain.Options{State: &state})
		if err != nil {
			b.Fatal(err)
		}
		d.Close()
	}
}

func BenchmarkState(b *testing.B) {
	d := start(b, domain.Options{})
	for b.Loop() {
		text, err := json.Marshal(d.State())
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
	}
}

func BenchmarkStateRead(b *testing.B) {
	text := []byte(marshal(b, start(b, domain.Options{}).State()))
	for b.Loop() {
		var s domain.State
		if err := json.Unmarshal(text, &s); err != nil {
			b.Fatal(err)
		}
	}
}

// A search over the whole company as an ordinary user, whose every read is checked.
func BenchmarkSearch(b *testing.B) {
	d := start(b, domain.Options{})
	c := as(b, d, domain.RoleUser)
	for b.Loop() {
		res, err := c.Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, false, "(&(objectClass=user)(mail=*))", nil, nil))
		if err != nil || len(res.Entries) < 500 {
			b.Fatal(err)
		}
	}
}

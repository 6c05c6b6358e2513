package sambatest

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"
)

// DCs that do not run are enough to be resolved.
func TestResolver(t *testing.T) {
	r := Resolver(t,
		newDC("DC1", "CORP.EXAMPLE", "127.1.2.3", &home{}), newDC("DC2", "CORP.EXAMPLE", "127.1.2.4", &home{}), newDC("DC1", "OTHER.EXAMPLE", "127.1.2.5", &home{}))
	for host, want := range map[string]string{"dc1.corp.example": "127.1.2.3", "DC2.corp.example.": "127.1.2.4", "dc1.other.example": "127.1.2.5"} {
		if got, err := r.LookupHost(t.Context(), host); err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %v, %v; want %s", host, got, err, want)
		}
	}
	for domain, want := range map[string][]string{
		"corp.example":  {"dc1.corp.example.:389", "dc2.corp.example.:389"},
		"other.example": {"dc1.other.example.:389"},
	} {
		_, records, err := r.LookupSRV(t.Context(), "ldap", "tcp", "dc._msdcs."+domain)
		if err != nil {
			t.Errorf("%s: %v", domain, err)
			continue
		}
		var got []string
		for _, s := range records {
			got = append(got, fmt.Sprintf("%s:%d", s.Target, s.Port))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", domain, got, want)
		}
	}
	_, err := r.LookupHost(t.Context(), "dc3.corp.example")
	var missing *net.DNSError
	if !errors.As(err, &missing) || !missing.IsNotFound {
		t.Errorf("an unknown host: %v", err)
	}
}

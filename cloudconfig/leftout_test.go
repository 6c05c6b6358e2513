package cloudconfig

import (
	"slices"
	"testing"
)

func TestLeavesOut(t *testing.T) {
	s := Server{Connectors: []ServerConnector{
		{Forest: "fabrikam.example", LeftOut: []string{"DC=corp,DC=example"}},
		{Forest: "Corp.Example", LeftOut: []string{"dc=emea, dc=Corp,DC=example", "CN=Configuration,DC=corp,DC=example"}},
	}}
	for _, c := range []struct {
		forest  string
		domains []string
		want    []string
	}{
		{"corp.example", []string{"corp.example", "emea.corp.example", "apac.corp.example"}, []string{"emea.corp.example"}},
		{"corp.example", []string{"configuration.corp.example"}, nil},
		{"fabrikam.example", []string{"corp.example"}, []string{"corp.example"}},
		{"contoso.example", []string{"corp.example"}, nil},
		{"", []string{"corp.example"}, nil},
	} {
		if got := s.LeavesOut(c.forest, c.domains); !slices.Equal(got, c.want) {
			t.Errorf("%s, %v: %v, want %v", c.forest, c.domains, got, c.want)
		}
	}
}

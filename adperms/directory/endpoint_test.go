package directory

import (
	"errors"
	"strings"
	"testing"
)

// What a person may write for a DC, and what it means; or what is said instead.
func TestDCURL(t *testing.T) {
	for _, c := range []struct{ wrote, url, reached string }{
		{"dc1.corp.example", "ldaps://dc1.corp.example", "ldaps://dc1.corp.example:636"},
		{"dc1.corp.example:636", "ldaps://dc1.corp.example:636", "ldaps://dc1.corp.example:636"},
		{"dc1.corp.example:10636", "ldaps://dc1.corp.example:10636", "ldaps://dc1.corp.example:10636"},
		{" dc1.corp.example\r\n", "ldaps://dc1.corp.example", "ldaps://dc1.corp.example:636"},
		{"dc1.corp.example.", "ldaps://dc1.corp.example.", "ldaps://dc1.corp.example.:636"},
		{"dc1/", "ldaps://dc1", "ldaps://dc1:636"},
		{"DC1", "ldaps://DC1", "ldaps://DC1:636"},
		{"bücher-dc.example", "ldaps://bücher-dc.example", "ldaps://bücher-dc.example:636"},
		{"10.0.0.1", "ldaps://10.0.0.1", "ldaps://10.0.0.1:636"},
		{"10.0.0.1:636", "ldaps://10.0.0.1:636", "ldaps://10.0.0.1:636"},
		{"[fd00::1]", "ldaps://[fd00::1]", "ldaps://[fd00::1]:636"},
		{"[fd00::1]:636", "ldaps://[fd00::1]:636", "ldaps://[fd00::1]:636"},
		{"ldaps://dc1.corp.example", "ldaps://dc1.corp.example", "ldaps://dc1.corp.example:636"},
		{"LDAPS://dc1", "LDAPS://dc1", "ldaps://dc1:636"},
		{"ldap://dc1", "ldap://dc1", "ldap://dc1:389"},
		{"LDAP://dc1:389/", "LDAP://dc1:389/", "ldap://dc1:389"},
		{"ldap://[::1]:10389", "ldap://[::1]:10389", "ldap://[::1]:10389"},
	} {
		url, err := DCURL(c.wrote)
		if err != nil || url != c.url {
			t.Errorf("%q: %q, %v; want %q", c.wrote, url, err, c.url)
			continue
		}
		for _, s := range []string{c.wrote, url} { // a bare host is good for a library, too
			if e, err := parseEndpoint(s); err != nil || e.String() != c.reached {
				t.Errorf("%q: %s, %v; want %s", s, e, err, c.reached)
			}
		}
		if again, err := DCURL(url); err != nil || again != url {
			t.Errorf("%q: becomes %q, %v", url, again, err)
		}
	}
	if url, err := DCURL(" "); url != "" || err != nil {
		t.Errorf("nothing: %q, %v", url, err)
	}
}

func TestNoDC(t *testing.T) {
	for wrote, says := range map[string]string{
		"dc1:389":                 "port 389 is that of StartTLS: write ldap://HOST",
		"dc1:3268":                "global catalog, which cannot be written to",
		"dc1:3269":                "leave the port out",
		"[fd00::1]:3269":          "global catalog",
		"ldaps://dc1:3269":        "global catalog",
		"ldap://dc1:3268":         "global catalog",
		"ldaps://dc1:389":         "port 389 is that of StartTLS",
		"ldap://dc1:636":          "port 636 is that of ldaps://",
		"dc1:0":                   "from 1 to 65535",
		"dc1:65536":               "from 1 to 65535",
		"dc1:ldaps":               "write HOST",
		"gc://dc1":                "the global catalog cannot be written to",
		"http://dc1":              "only ldaps:// and ldap://",
		"https://dc1.corp":        "only ldaps:// and ldap://",
		"ldapi://%2ftmp%2fx":      "write HOST",
		"ldaps:dc1":               "two slashes",
		"ldaps:/dc1":              "two slashes",
		"ldap/dc1.corp.example":   "two slashes",
		"admin:Secret-1@dc1":      "use --ad-user",
		"ldaps://admin:Secret@dc": "use --ad-user",
		"dc1/DC=corp,DC=example":  "host name is wanted",
		"dc1/x":                   "nothing may follow",
		"dc1?x":                   "nothing may follow",
		"dc1#x":                   "nothing may follow",
		"CN=DC1,OU=Domain Controllers,DC=corp,DC=example": "this is a DN",
		`\\DC1`:            "leave out the backslashes",
		`CORP\DC1`:         "write HOST",
		"dc1,dc2":          "one DC",
		"dc1 dc2":          "one DC",
		"fd00::1":          "in brackets",
		"[fd00::1":         "write HOST",
		"[dc1]":            "write HOST",
		"dc1..corp":        "this is no host",
		".":                "this is no host",
		":636":             "write HOST",
		"ldaps://":         "write HOST",
		"$(reboot)":        "this is no host",
		"dc1;reboot":       "one DC",
		"dc1\x1b[2J":       "write HOST",
		"dc1\u202e.corp":   "this is no host",
		"*.corp.example":   "this is no host",
		"ldaps://dc 1":     "write HOST",
		"ldaps://dc1/DC=x": "nothing may follow",
	} {
		url, err := DCURL(wrote)
		var option *OptionError
		if !errors.As(err, &option) || option.Option != "--dc" || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v; want %q", wrote, url, err, says)
			continue
		}
		if strings.Contains(err.Error(), "Secret") || strings.ContainsAny(err.Error(), "\x1b\u202e`$") {
			t.Errorf("%q: %q", wrote, err.Error())
		}
	}
}

package directory

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"writeback/adperms/secdesc"
)

// metadata builds a replPropertyMetaData with these attributes, each version 7.
func metadata(attributes ...uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 1)
	b = append(b, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(attributes)))
	b = append(b, 0, 0, 0, 0)
	for _, a := range attributes {
		b = binary.LittleEndian.AppendUint32(b, a)
		b = binary.LittleEndian.AppendUint32(b, 7)
		b = binary.LittleEndian.AppendUint64(b, 13344473600) // 2023-11-13T22:13:20Z
		b = append(b, "0123456789abcdef"...)
		b = binary.LittleEndian.AppendUint64(b, 4711)
		b = binary.LittleEndian.AppendUint64(b, 4712)
	}
	return b
}

func TestParseMetadata(t *testing.T) {
	all, err := parseMetadata(metadata(0, attrSecurityDescriptor, 589826))
	if err != nil {
		t.Fatal(err)
	}
	want := attrMetadata{7, time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC), secdesc.GUID([]byte("0123456789abcdef")), 4711}
	if got := all[131353]; got != want || len(all) != 3 {
		t.Errorf("got %+v of %d", got, len(all))
	}
	if _, err := parseMetadata(metadata()); err != nil {
		t.Errorf("no attributes: %v", err)
	}
	good := metadata(1, 2)
	for n := range good {
		if _, err := parseMetadata(good[:n]); err == nil {
			t.Errorf("cut at %d: accepted", n)
		}
	}
	if _, err := parseMetadata(append(good, 0)); err == nil {
		t.Error("one byte too many: accepted")
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add(metadata())
	f.Add(metadata(attrSecurityDescriptor))
	f.Add(metadata(1, 2, attrSecurityDescriptor)[:50])
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := parseMetadata(b)
		if err == nil && len(all)*metadataEntry > len(b) {
			t.Errorf("%d attributes out of %d bytes", len(all), len(b))
		}
	})
}

const byConnect = "Account created by Microsoft Entra Connect with installation identifier {ID} running on computer {HOST} " +
	"configured to synchronize to tenant {TENANT}. This account must have directory replication permissions in the local Active Directory."

func describe(id, host, tenant string) string {
	return strings.NewReplacer("{ID}", id, "{HOST}", host, "{TENANT}", tenant).Replace(byConnect)
}

func TestParseDescription(t *testing.T) {
	const id = "0fa8e2d1b3c4455f9e8d7c6b5a403322"
	for _, c := range []struct{ text, id, host, tenant string }{
		{describe(id, "SYNC01", "contoso.onmicrosoft.com"), id, "SYNC01", "contoso.onmicrosoft.com"},
		{describe("{"+id+"}", "sync01.corp.example", "contoso.com"), id, "sync01.corp.example", "contoso.com"},
		{describe("'"+id+"'", "'SYNC01'", "'contoso.com'"), id, "SYNC01", "contoso.com"},
		{strings.Replace(describe(id, "S", "t.example"), "Entra", "Azure Active Directory", 1), id, "S", "t.example"},
		{"Account created by the Windows Azure Active Directory Sync tool with installation identifier '" + id +
			"' running on computer 'OLD' configured to synchronize to tenant 'old.example'.", id, "OLD", "old.example"},
		{strings.TrimSuffix(describe(id, "S", "t.example"), ". This account must have directory replication permissions in the local Active Directory."),
			id, "S", "t.example"},
		// What cannot be one is left out, and the rest is kept.
		{describe(id, "evil;Remove-Item", "t.example"), id, "", "t.example"},
		{describe("not-hex!", "S", "$(whoami)"), "", "S", ""},
		{describe(id, "-oProxyCommand=x", "t.example"), id, "", "t.example"},
		{describe(id, "S\u202e", "t.example"), id, "", "t.example"},
		{describe(id, strings.Repeat("a", 299), "t.example"), id, "", "t.example"},
		{describe(id, strings.Repeat("a", 400), "t.example"), "", "", ""},
		{"Account created by hand", "", "", ""},
		{"", "", "", ""},
	} {
		gotID, host, tenant := parseDescription(c.text)
		if gotID != c.id || host != c.host || tenant != c.tenant {
			t.Errorf("%q:\ngot  %q %q %q\nwant %q %q %q", c.text, gotID, host, tenant, c.id, c.host, c.tenant)
		}
	}
}

func FuzzDescription(f *testing.F) {
	f.Add(describe("0fa8e2d1b3c4455f9e8d7c6b5a403322", "SYNC01", "contoso.com"))
	f.Add(describe("{}", "'", "."))
	f.Fuzz(func(t *testing.T, s string) {
		id, host, tenant := parseDescription(s)
		for _, v := range []string{id, host, tenant} {
			if strings.HasPrefix(v, "-") || strings.Trim(v, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") != "" {
				t.Errorf("%q came out of %q", v, s)
			}
		}
	})
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"plain, Grüße, 日本語":        "plain, Grüße, 日本語",
		"end\x00\x00":              "end",
		"\x1b[31mred":              `\u001b[31mred`,
		"a\u202eb\u2066c":          `a\u202eb\u2066c`,
		"zero\u200bwidth":          `zero\u200bwidth`,
		"line\u2028break\r\n":      `line\u2028break\u000d\u000a`,
		"\xff\xfe":                 `\xff\xfe`,
		"tag\U000e0041":            `tag\U000e0041`,
		"\u009bcsi":                `\u009bcsi`,
		"replacement \ufffd stays": "replacement \ufffd stays",
	} {
		if got := Visible(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

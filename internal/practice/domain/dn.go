package domain

import (
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// A DN is kept as people wrote it, and found by its key: types and values in
// lower case, without the spaces around them (MS-ADTS 3.1.1.3.1.2).

// rdn is the first part of a DN.
type rdn struct{ kind, value string }

func (r rdn) String() string { return r.kind + "=" + escape(r.value) }

func (r rdn) key() string { return keyPart(r.kind, r.value) }

// escape writes a value as AD does: what RFC 4514 demands, and a line feed,
// which stands in the names of deleted objects, as \0A.
func escape(value string) string { return strings.ReplaceAll(ldap.EscapeDN(value), "\n", `\0A`) }

func keyPart(kind, value string) string {
	return strings.ToLower(kind) + "=" + strings.ToLower(escape(strings.TrimSpace(value)))
}

// splitDN reads a DN; ok is false for what is none, or has several values in
// one part, which AD does not have.
func splitDN(dn string) (parts []rdn, ok bool) {
	parsed, err := ldap.ParseDN(dn)
	if err != nil {
		return nil, false
	}
	for _, p := range parsed.RDNs {
		if len(p.Attributes) != 1 || p.Attributes[0].Type == "" || strings.ContainsAny(p.Attributes[0].Type, "<>") {
			return nil, false
		}
		parts = append(parts, rdn{strings.TrimSpace(p.Attributes[0].Type), p.Attributes[0].Value})
	}
	return parts, true
}

// keyOf is the key of a DN, "" for what is none.
func keyOf(dn string) string {
	parts, ok := splitDN(dn)
	if !ok {
		return ""
	}
	return joinKey(parts)
}

func joinKey(parts []rdn) string {
	keys := make([]string, 0, len(parts))
	for _, p := range parts {
		keys = append(keys, p.key())
	}
	return strings.Join(keys, ",")
}

func joinDN(parts []rdn) string {
	texts := make([]string, 0, len(parts))
	for _, p := range parts {
		texts = append(texts, p.String())
	}
	return strings.Join(texts, ",")
}

// domainDN turns corp.example into DC=corp,DC=example.
func domainDN(name string) string {
	return "DC=" + strings.ReplaceAll(name, ".", ",DC=")
}

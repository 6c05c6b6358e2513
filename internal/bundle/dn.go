package bundle

import (
	"encoding/hex"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// MaxDN is how long a DN may be to be taken for one: some thirty names of the greatest length.
const MaxDN = 8192

// DN is what stands for a DN, part by part; ok is false for what is no DN of the form that
// AD uses, or a longer one than AD has.
func (n *Names) DN(dn string) (out string, ok bool) {
	if len(dn) > MaxDN || !adperms.IsDN(dn) {
		return "", false
	}
	var parts []string
	for rest := dn; rest != ""; rest = adperms.ParentDN(rest) {
		head := strings.TrimSuffix(strings.TrimSuffix(rest, adperms.ParentDN(rest)), ",")
		kind, value, _ := strings.Cut(head, "=")
		parts = append(parts, n.part(strings.Trim(kind, " "), unescaped(trimmed(value))))
	}
	return strings.Join(parts, ","), true
}

// part is one type and value. A type that names no object of AD is not told.
func (n *Names) part(kind, value string) string {
	if kind = among(kind, "CN", "OU", "DC", "O", "C", "L", "ST", "UID"); kind == "" {
		kind = "CN"
	}
	if kind == "DC" {
		return kind + "=" + n.DNS(value)
	}
	if kind == "OU" {
		begin, end := signs(value)
		return kind + "=" + begin + n.value(value) + end
	}
	return kind + "=" + n.value(value)
}

// reserved are the characters that in the name of an OU hinder writeback (event 33001), as a
// DN writes them.
var reserved = []struct{ sign, written string }{
	{",", `\,`}, {"+", `\+`}, {`"`, `\"`}, {`\`, `\\`}, {"<", `\<`}, {">", `\>`}, {";", `\;`}, {"=", `\=`}, {"/", "/"}, {"\n", `\0A`}, {"\r", `\0D`},
}

// signs keeps of the name of an OU that it has such characters, and where it counts, that it begins
// or ends with one.
func signs(value string) (begin, end string) {
	if strings.HasPrefix(value, "#") || strings.HasPrefix(value, " ") {
		begin = `\` + value[:1]
	}
	for _, r := range reserved {
		if strings.Contains(value, r.sign) {
			end += r.written
		}
	}
	if strings.HasSuffix(value, " ") {
		end += `\ `
	}
	return begin, end
}

// value is the name in a part: that of a schema object is a word, that of a foreign
// principal a SID.
func (n *Names) value(value string) string {
	if sid, err := secdesc.ParseSID(value); err == nil {
		return n.SID(sid).String()
	}
	return n.Name(value)
}

// trimmed is a value without the blanks around it that are none of it.
func trimmed(value string) string {
	value = strings.TrimLeft(value, " ")
	for strings.HasSuffix(value, " ") && !strings.HasSuffix(value, `\ `) {
		value = value[:len(value)-1]
	}
	return value
}

// unescaped is a value as it is meant (RFC 4514 section 2.4). The caller knows that it is well formed.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if raw, err := hex.DecodeString(s[i+1 : min(i+3, len(s))]); err == nil && len(raw) == 1 {
			b.WriteByte(raw[0])
			i += 2
			continue
		}
		i++
		b.WriteByte(s[i])
	}
	return b.String()
}

package leaks

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Form is a way in which a secret can stand in a text.
type Form struct {
	Name string // "base64"
	Text string
}

// Forms are the ways in which a secret is looked for: as it is; as Go, JSON, HTML
// and URLs write it; in UTF-16LE, which is what a DC and PowerShell take; in
// hexadecimal digits; and in base64, wherever it begins in what was encoded. Of a
// token the claims and the signature are secrets by themselves. Those shorter than
// [Shortest] are left out.
func Forms(secret string) []Form {
	var out []Form
	add := func(name, text string) {
		if len(text) >= Shortest && !slices.ContainsFunc(out, func(f Form) bool { return f.Text == text }) {
			out = append(out, Form{name, text})
		}
	}
	add("as it is", secret)
	if parts := strings.Split(secret, "."); len(parts) == 3 && strings.HasPrefix(secret, "eyJ") {
		add("claims", parts[1])
		add("signature", parts[2])
	}
	add("quoted", strings.Trim(strconv.Quote(secret), `"`))
	inJSON, _ := json.Marshal(secret) // a string can be
	add("JSON", strings.Trim(string(inJSON), `"`))
	add("HTML", html.EscapeString(secret))
	add("URL query", url.QueryEscape(secret))
	add("URL path", url.PathEscape(secret))
	wide := utf16le(secret)
	add("UTF-16LE", wide)
	for _, of := range []struct{ name, text string }{{"", secret}, {"UTF-16LE in ", wide}} {
		add(of.name+"hex", hex.EncodeToString([]byte(of.text)))
		add(of.name+"HEX", strings.ToUpper(hex.EncodeToString([]byte(of.text))))
		for offset := range 3 {
			std := inBase64(of.text, offset)
			add(of.name+"base64", std)
			add(of.name+"base64url", strings.NewReplacer("+", "-", "/", "_").Replace(std))
		}
	}
	add("bytes", strings.Trim(fmt.Sprint([]byte(secret)), "[]"))
	return out
}

func utf16le(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// inBase64 are the characters that only depend on s where so many bytes, modulo 3,
// are encoded before it.
func inBase64(s string, before int) string {
	all := base64.StdEncoding.EncodeToString(append(make([]byte, before), s...))
	first := (before*8 + 5) / 6
	end := (before + len(s)) * 8 / 6
	return all[first:end]
}

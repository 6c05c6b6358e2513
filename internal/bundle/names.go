package bundle

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Names replaces what belongs to somebody: the same by the same, whatever its case and
// wherever it stands. What stands in its place is drawn at random. A hash would tell the
// name to whoever guesses it, and a count would tell in which order names were met.
type Names struct {
	words map[string]string // by kind and lower case
	as    map[string]string // likewise: as it was written first
	taken map[string]bool   // what was given away
	count map[string]int    // how many of each kind
}

func newNames() *Names {
	return &Names{words: map[string]string{}, as: map[string]string{}, taken: map[string]bool{}, count: map[string]int{}}
}

// The kinds of what is replaced. They are told to a person.
const (
	kindName = "names"
	kindDNS  = "labels of DNS names"
	kindSID  = "SIDs"
	kindGUID = "GUIDs"
)

// drawn is what stands for one word of a kind from now on; another try is made until it
// is nobody else's.
func (n *Names) drawn(kind, original string, draw func() string) string {
	key := kind + "\n" + strings.ToLower(original)
	if known := n.words[key]; known != "" {
		return known
	}
	for {
		word := draw()
		if n.taken[strings.ToLower(word)] {
			continue
		}
		n.taken[strings.ToLower(word)], n.words[key], n.as[key] = true, word, original
		n.count[kind]++
		return word
	}
}

// letters are those of made-up names: none that is taken for another.
const letters = "bcdfghjkmnpqrstvwxz23456789"

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

func randomLetters(n int) string {
	b := random(n)
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b)
}

func randomHex(digits int) string { return hex.EncodeToString(random(digits / 2)) }

// The names that decide by how they begin or end: those of accounts that sync products and
// DCs make. What is behind is replaced.
var (
	accountOfConnect = regexp.MustCompile(`(?i)^MSOL_([0-9a-f]{12}$)?`)
	accountOfCloud   = regexp.MustCompile(`(?i)^pGMSA_([0-9a-f]{8}$)?`)
	serviceOfConnect = regexp.MustCompile(`(?i)^(AAD_)[0-9a-f]{12}$|^(ADSyncMSA).*\$$`)
	keyOfRODC        = regexp.MustCompile(`(?i)^krbtgt_[0-9]+$`)
)

// Name is what stands for the name of an object, an account or a host, without its domain: fit
// for a sAMAccountName, for a DN as it stands, and for DNS but for the $ at the end.
func (n *Names) Name(name string) string {
	if word, passes := placeWords[strings.ToLower(name)]; passes {
		return word
	}
	bare, machine := strings.CutSuffix(name, "$")
	end := strings.Repeat("$", len(name)-len(bare))
	if bare == "" {
		machine = false
		bare, end = name, ""
	}
	return n.drawn(kindName, bare, func() string { return made(bare, machine) }) + end
}

// made is a made-up name of the same pattern.
func made(bare string, machine bool) string {
	switch {
	case accountOfConnect.MatchString(bare):
		return "MSOL_" + rest(accountOfConnect, bare)
	case accountOfCloud.MatchString(bare):
		return "pGMSA_" + rest(accountOfCloud, bare)
	case keyOfRODC.MatchString(bare):
		return "krbtgt_" + digits(5)
	case serviceOfConnect.MatchString(bare):
		return "AAD_" + randomHex(12)
	case machine && serviceOfConnect.MatchString(bare+"$"):
		return "ADSyncMSA" + randomLetters(5)
	}
	return "name-" + randomLetters(8)
}

// rest is what follows the beginning of a name: as many hexadecimal digits where the sync
// product itself gave them, and something else where it did not.
func rest(form *regexp.Regexp, name string) string {
	if hex := form.FindStringSubmatch(name)[1]; hex != "" {
		return randomHex(len(hex))
	}
	return "x-" + randomLetters(6)
}

func digits(n int) string {
	b := random(n)
	for i := range b {
		b[i] = '1' + b[i]%9
	}
	return string(b)
}

// tenantSuffix is the domain that Microsoft gives to tenants.
const tenantSuffix = ".onmicrosoft.com"

// DNS is what stands for a DNS name, label by label: a domain stays above its hosts.
func (n *Names) DNS(name string) string {
	rest, end := strings.TrimSuffix(name, "."), ""
	if rest == "" {
		return ""
	}
	if i := len(rest) - len(tenantSuffix); i > 0 && strings.EqualFold(rest[i:], tenantSuffix) {
		rest, end = rest[:i], tenantSuffix
	}
	labels := strings.Split(rest, ".")
	for i, label := range labels {
		switch {
		case among(label, "DomainDnsZones", "ForestDnsZones") != "":
		case label != "":
			labels[i] = strings.ToLower(n.label(label))
		}
	}
	return strings.Join(labels, ".") + end
}

// label is what stands for a label of a DNS name. It is never a word that passes: a domain
// may be called like a container.
func (n *Names) label(label string) string {
	if _, passes := placeWords[strings.ToLower(label)]; passes {
		return n.drawn(kindDNS, label, func() string { return "name-" + randomLetters(8) })
	}
	return n.Name(label)
}

// Host is what stands for a host, by its short or its whole name.
func (n *Names) Host(name string) string {
	if short, domain, whole := strings.Cut(name, "."); whole {
		return n.label(short) + "." + n.DNS(domain)
	}
	return n.label(name)
}

// UPN is what stands for a userPrincipalName, or a name of the form DOMAIN\name.
func (n *Names) UPN(upn string) string {
	if domain, name, old := strings.Cut(upn, `\`); old {
		return n.label(domain) + `\` + n.Name(name)
	}
	at := strings.LastIndexByte(upn, '@')
	if at < 0 {
		return n.Name(upn)
	}
	return n.Name(upn[:at]) + "@" + n.DNS(upn[at+1:])
}

// Counts tells how many of each kind were replaced.
func (n *Names) Counts() map[string]int { return maps.Clone(n.count) }

// WriteTable writes what stands for what, for whoever has made the bundle. It is not for
// anybody else.
func (n *Names) WriteTable(w io.Writer, file string) error {
	doc := struct {
		FormatVersion int               `json:"formatVersion"`
		Bundle        string            `json:"bundle"`
		Warning       string            `json:"warning"`
		Names         map[string]string `json:"names"` // what stands in the bundle: what it stands for
	}{Format, file, "this table undoes what the bundle hides: keep it to yourself. On the left is what stands in the bundle, on the right the real name; rid N is the last part of a SID. It can be deleted once the report is settled", map[string]string{}}
	for _, key := range slices.Sorted(maps.Keys(n.words)) {
		doc.Names[n.words[key]] = n.as[key]
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

package secdesc

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// sid takes a SID or one of the two-letter names.
func (p *sddlParser) sid() (SID, error) {
	rest := p.text[p.at:]
	if len(rest) > 1 && (rest[0] == 'S' || rest[0] == 's') && rest[1] == '-' {
		n := 2
		for n < len(rest) && (isHex(rest[n]) || strings.IndexByte("xX- ", rest[n]) >= 0) && !nextComponent(rest[n:]) {
			n++
		}
		n = len(strings.TrimRight(rest[:n], " "))
		sid, err := sddlSID(rest[:n])
		if err != nil {
			return SID{}, p.wrong("%v", err)
		}
		p.at += n
		return sid, nil
	}
	if len(rest) < 2 {
		return SID{}, p.wrong("a SID is expected")
	}
	sid, err := p.names.sid(rest[:2])
	if err != nil {
		return SID{}, p.wrong("%v", err)
	}
	p.at += 2
	return sid, nil
}

// sddlSID is ParseSID as Windows does it inside SDDL: spaces may stand before
// the first two numbers, a sub-authority that is too large is taken for the
// largest, and a revision in hexadecimal makes all numbers hexadecimal. Where a
// person names an account, ParseSID takes none of this.
func sddlSID(s string) (SID, error) {
	fields := strings.Split(s, "-")
	if len(fields) < 3 {
		return ParseSID(s)
	}
	fields[1], fields[2] = strings.TrimLeft(fields[1], " "), strings.TrimLeft(fields[2], " ")
	if rest, hex := cutHexPrefix(fields[1]); hex {
		fields[1] = rest
		for i := 2; i < len(fields); i++ {
			if _, has := cutHexPrefix(fields[i]); !has {
				fields[i] = "0x" + fields[i]
			}
		}
	}
	for i := 3; i < len(fields); i++ {
		digits, base := fields[i], 10
		if rest, hex := cutHexPrefix(digits); hex {
			digits, base = rest, 16
		}
		if _, err := strconv.ParseUint(digits, base, 32); errors.Is(err, strconv.ErrRange) {
			fields[i] = strconv.FormatUint(math.MaxUint32, 10)
		}
	}
	return ParseSID(strings.Join(fields, "-"))
}

// nextComponent says that s starts with D:, the one component whose letter
// could be taken for a hexadecimal digit of the SID before it.
func nextComponent(s string) bool { return len(s) > 1 && s[0] == 'D' && s[1] == ':' }

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// sid gives a two-letter name its meaning.
func (n DomainSIDs) sid(alias string) (SID, error) {
	alias = strings.ToUpper(alias)
	if sid, ok := wellKnown[alias]; ok {
		return sid, nil
	}
	domain := n.Domain
	rid, ok := domainRIDs[alias]
	if !ok {
		if rid, ok = forestRIDs[alias]; !ok {
			return SID{}, fmt.Errorf("%q is no SID and no name of one", alias)
		}
		if !n.Forest.IsZero() {
			domain = n.Forest
		}
	}
	if domain.IsZero() {
		return SID{}, fmt.Errorf("%q needs a domain to have a meaning", alias)
	}
	sid := domain.Child(rid)
	if sid.IsZero() {
		return SID{}, fmt.Errorf("%q has no meaning in %s, which cannot have accounts", alias, domain)
	}
	return sid, nil
}

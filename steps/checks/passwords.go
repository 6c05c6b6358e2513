package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"writeback/adperms"
)

// recommendsZero is what Microsoft's tutorials say of the minimum password age.
const recommendsZero = "Microsoft recommends a minimum password age of 0 for writeback: set it so, if users are to reset a password twice a day"

func passwordPolicy(ctx context.Context, x *examination) (answer, error) {
	p, err := x.Directory.DomainPolicy(ctx)
	if err != nil {
		return answer{}, err
	}
	if p.Unread {
		return unchecked("%s does not show the domain's password policy to who is signed in", x.Place.DC), nil
	}
	return tooYoung(saw(x.Place.DC, "%s", rules(p)), p, "the domain's password policy"), nil
}

// tooYoung notes a minimum age, which a write-back meets like any change. A new domain has
// one of a day: that is no fault.
func tooYoung(a answer, p adperms.PasswordPolicy, whose string) answer {
	if p.MinAge <= 0 {
		return a
	}
	return a.note("min-password-age", recommendsZero,
		"%s lets a password be replaced only after %s: who resets it again before is refused (event 33008)", whose, age(p.MinAge))
}

// rules says a policy in a line.
func rules(p adperms.PasswordPolicy) string {
	parts := []string{"minimum age " + age(p.MinAge), "maximum age " + age(p.MaxAge), fmt.Sprintf("length %d", p.MinLength), fmt.Sprintf("history %d", p.History)}
	if p.Complex {
		parts = append(parts, "complex")
	}
	if p.LockoutThreshold > 0 {
		parts = append(parts, "locked after "+count(p.LockoutThreshold, "wrong password"))
	}
	return strings.Join(parts, ", ")
}

func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d <= 0:
		return "none"
	case d%day == 0:
		return count(int(d/day), "day")
	}
	return d.String()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func fineGrained(ctx context.Context, x *examination) (answer, error) {
	all, err := x.Directory.PasswordSettings(ctx)
	if err != nil {
		return answer{}, err
	}
	if len(all) == 0 && x.Place.Administrator {
		return saw(x.Place.DC, "none"), nil
	}
	if len(all) == 0 {
		return saw(x.Place.DC, "none that whoever is signed in is shown; by default only Domain Admins are"), nil
	}
	var said []string
	a := answer{source: x.Place.DC}
	for _, p := range all {
		name := "the password settings object " + p.Name
		switch {
		case p.Unread:
			said = append(said, p.Name+": not shown")
			a = a.note("policy-unread", "sign in as somebody who may read it", "%s does not show its rules to who is signed in", name)
		case len(p.AppliesTo) == 0:
			said = append(said, p.Name+": for nobody")
		default:
			said = append(said, fmt.Sprintf("%s (for %s): %s", p.Name, whom(len(p.AppliesTo)), rules(p.PasswordPolicy)))
			a = tooYoung(a, p.PasswordPolicy, name)
		}
	}
	a.text = strings.Join(said, "; ")
	return a, nil
}

func whom(n int) string {
	if n == 1 {
		return "1 group or user"
	}
	return fmt.Sprintf("%d groups and users", n)
}

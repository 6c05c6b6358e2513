package domain

import (
	"strconv"
	"strings"
	"time"
)

// parts are the parts of the company, each an OU: parents first.
var parts = []struct {
	name, under string
	members     int
	class       string // "": user
}{
	{name: "Sales"}, {name: "EMEA", under: "Sales", members: 80}, {name: "Americas", under: "Sales", members: 70},
	{name: "Engineering"}, {name: "Platform", under: "Engineering", members: 60}, {name: "Apps", under: "Engineering", members: 60},
	{name: "Finance"}, {name: "Accounting", under: "Finance", members: 40}, {name: "Payroll", under: "Finance", members: 15},
	{name: "HR", members: 30}, {name: "Support", members: 75}, {name: "Legal", members: 25},
	{name: "Partners", members: 30, class: "inetOrgPerson"}, {name: "Former", members: 15},
}

var firstNames = strings.Fields(`Ada Aino Akira Alma Amir Anika Arlo Asta Bela Bram Carla Cyrus Dana Dario Edda Elif Emil Enzo Esme
	Farah Felix Freya Gaia Hugo Ida Iker Ilse Ivan Jana Jonas Kaja Kenji Lars Lea Lina Luca Mads Maja Marek Mina Nadia Nils Noor Olga
	Otto Petra Pia Ravi Rosa Runa Sami Sara Selma Sven Tara Theo Tilda Vera Viggo Yara Zoe`)

var lastNames = strings.Fields(`Abel Adler Arden Bakker Berg Bloom Brandt Calder Castro Dahl Duarte Ek Engel Fabre Falk Ferrer Fischer
	Garcia Grant Haas Hale Hansen Holm Ivers Jansen Karim Keller Kruse Lang Larsen Lind Lopez Lund Madsen Marsh Meyer Moreau Nakano Novak
	Okafor Olsen Ortiz Park Patel Quist Rahman Rossi Sato Schmid Silva Sousa Stein Strand Tanaka Torres Ueda Vance Vogel Weber Winter Ziegler`)

// person is somebody who gets an account.
type person struct {
	name, sam, title string
	given, family    string
	mail             string
	rid              uint32
	class            string // "": user
}

// people fills the OUs, and gives who is where.
func (f *founder) people(top *entry) map[string][]*entry {
	ous := map[string]*entry{"": top}
	out := map[string][]*entry{}
	n := 0
	for _, p := range parts {
		ou := f.ou(ous[p.under], p.name, "")
		ous[p.name] = ou
		for range p.members {
			// each time that the first names are through, the last names have moved on: no pair comes twice
			given, family := firstNames[n%len(firstNames)], lastNames[(n+n/len(firstNames)*7)%len(lastNames)]
			n++
			sam := strings.ToLower(given + "." + family)
			e := f.user(ou, person{name: given + " " + family, sam: sam, given: given, family: family, title: p.name, mail: sam + "@" + mailDomain, class: p.class})
			e.put("employeeID", strconv.Itoa(10000+n))
			e.put("department", p.name)
			if first := out[p.name]; len(first) > 0 {
				e.link("manager", first[0])
			}
			out[p.name] = append(out[p.name], e)
		}
	}
	return out
}

// user adds an account. Nobody knows its password until one is set.
func (f *founder) user(ou *entry, p person) *entry {
	class := p.class
	if class == "" {
		class = "user"
	}
	values := attrs{
		"userAccountControl", numberText(uacNormal), "accountExpires", numberText(never), "badPwdCount", "0", "primaryGroupID", numberText(ridDomainUsers),
		"sAMAccountType", samUser, "pwdLastSet", numberText(fileTime(f.at.Add(time.Duration(f.w.nextRID%300) * 24 * time.Hour))), "displayName", p.name,
	}
	for _, v := range []struct{ name, value string }{
		{"givenName", p.given}, {"sn", p.family}, {"title", p.title}, {"mail", p.mail}, {"userPrincipalName", p.mail},
	} {
		if v.value != "" {
			values = append(values, v.name, v.value)
		}
	}
	return f.principal(ou, class, "CN="+p.name, p.sam, p.rid, values)
}

// oddities are what stands in the way of some people's passwords being written
// back, or of their signing in.
func (f *founder) oddities(people map[string][]*entry) {
	// Legal does not want anybody's delegation: inheritance is blocked there.
	f.block(f.in("OU=Legal,OU=People,OU=Contoso"), "D:PAI(A;CI;$all;;;DA)(A;CI;$all;;;SY)(A;CI;$read;;;AU)")
	// One was an administrator once: the mark and the protected DACL have stayed.
	f.protect(people["Platform"][3])
	// One account has its inheritance blocked by hand.
	f.block(people["Apps"][5], "D:PAI(A;;$all;;;DA)(A;;$all;;;SY)(A;;$read;;;AU)(OA;;CR;$change;;PS)")
	// One may not change its password: a check box in the account's properties.
	f.grant(people["Support"][9], "(OD;;CR;$change;;PS)(OD;;CR;$change;;WD)")
	people["HR"][2].put("lockoutTime", numberText(fileTime(f.w.started)))
	people["HR"][2].put("badPwdCount", "10")
	people["HR"][4].put("pwdLastSet", "0")
	people["Americas"][7].put("accountExpires", numberText(fileTime(f.at.AddDate(0, 6, 0))))
	people["EMEA"][11].put("userAccountControl", numberText(uacNormal|uacSmartcard))
	people["Support"][12].put("userAccountControl", numberText(uacNormal|uacDisabled))
	for _, e := range people["Former"] {
		e.put("userAccountControl", numberText(uacNormal|uacDisabled))
	}
}

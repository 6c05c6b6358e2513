package adperms

import (
	"regexp"
	"strconv"

	"writeback/adperms/secdesc"
)

// Which groups are protected is not the same in every domain. The forest may take
// four groups of operators out; and the two groups of key administrators are
// protected only where the PDC emulator, on which the task runs, knows of them.

// Protection is what a domain makes of these groups. The zero value takes nothing
// out and knows nothing of the key administrators.
type Protection struct {
	Unprotected                    OperatorGroups
	KeyAdmins, EnterpriseKeyAdmins Standing
}

// Standing says whether a domain protects a group.
type Standing uint8

// The standings of a group.
const (
	Untold       Standing = iota // nothing tells: taken as protected
	IsProtected                  // its members are protected
	NotProtected                 // they are not
)

// OperatorGroups is a set of the four groups that a forest may take out of
// protection.
type OperatorGroups uint8

// The bits of dwAdminSDExMask (MS-ADTS 6.1.1.2.4.1.2).
const (
	AccountOperators OperatorGroups = 1 << iota
	ServerOperators
	PrintOperators
	BackupOperators
)

// Unprotected reads which operator groups the forest's dSHeuristics takes out
// of protection: its 16th character, a hexadecimal digit.
func Unprotected(dSHeuristics string) OperatorGroups {
	const at = 15
	if len(dSHeuristics) <= at {
		return 0
	}
	switch c := dSHeuristics[at]; {
	case c >= '0' && c <= '9':
		return OperatorGroups(c - '0')
	case c >= 'a' && c <= 'f':
		return OperatorGroups(c - 'a' + 10)
	case c >= 'A' && c <= 'F':
		return OperatorGroups(c - 'A' + 10)
	}
	return 0
}

// The groups of key administrators (MS-DTYP 2.4.2.4).
const (
	ridKeyAdmins           = 526
	ridEnterpriseKeyAdmins = 527
)

// The builds of Windows Server whose task looks after them first: 2016 and 2019.
const (
	build2016 = 14393
	build2019 = 17763
)

func (p Protection) keyGroup(rid uint32) Standing {
	switch rid {
	case ridKeyAdmins:
		return p.KeyAdmins
	case ridEnterpriseKeyAdmins:
		return p.EnterpriseKeyAdmins
	}
	return IsProtected
}

// KeyGroups are the two groups of a domain whose protection has to be found out:
// [Witnesses] takes their adminCount.
func KeyGroups(domain secdesc.SID) (keyAdmins, enterprise secdesc.SID) {
	return domain.Child(ridKeyAdmins), domain.Child(ridEnterpriseKeyAdmins)
}

// Witnesses are what a directory shows of the protection of the key
// administrators.
type Witnesses struct {
	// Marked and EnterpriseMarked say that the group has adminCount 1: the task
	// has put AdminSDHolder's permissions on it.
	Marked, EnterpriseMarked bool
	// System and Version are operatingSystem and operatingSystemVersion of the
	// computer that is the PDC emulator: "Windows Server 2019 Standard" and
	// "10.0 (17763)". Empty: not shown.
	System, Version string
}

// Standings tells what the witnesses say. A mark is proof. Without one it is the
// version that counts: the task does not mark a group that had AdminSDHolder's
// permissions before, and a mark may not be shown.
func (w Witnesses) Standings() (keyAdmins, enterprise Standing) {
	build, known := serverBuild(w.System, w.Version)
	standing := func(marked bool, since int) Standing {
		switch {
		case marked, known && build >= since:
			return IsProtected
		case known:
			return NotProtected
		}
		return Untold
	}
	return standing(w.Marked, build2016), standing(w.EnterpriseMarked, build2019)
}

var (
	ntVersion  = regexp.MustCompile(`^([0-9]{1,2})\.([0-9]{1,2}) \(([0-9]{1,6})\)`)
	serverYear = regexp.MustCompile(`^Windows Server\D{0,3} (20[0-9]{2})\b`)
)

// serverBuild is the build of a Windows Server; known is false for what is no
// Windows, or does not say. By the name alone it is the year's first build, or 0
// for one before 2016.
func serverBuild(system, version string) (build int, known bool) {
	if m := ntVersion.FindStringSubmatch(version); m != nil {
		major, _ := strconv.Atoi(m[1])
		build, _ = strconv.Atoi(m[3])
		if major < 10 {
			build = 0
		}
		return build, true
	}
	if m := serverYear.FindStringSubmatch(system); m != nil {
		switch year, _ := strconv.Atoi(m[1]); {
		case year >= 2019:
			return build2019, true
		case year >= 2016:
			return build2016, true
		}
		return 0, true
	}
	return 0, false
}

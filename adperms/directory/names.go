package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms/secdesc"
)

// namesAtOnce keeps a filter well below what a DC parses; a domain root has
// some sixty trustees.
const namesAtOnce = 400

// Names turns SIDs into names for people: "CORP\helpdesk", "BUILTIN\Administrators",
// "NT AUTHORITY\Authenticated Users"; a SID that nobody here has stays as it is.
// Every SID of the argument is in the answer. One search in all (and one for
// NetBIOSName, once), none where all SIDs are well known. The names are raw.
func (c *Conn) Names(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error) {
	out := make(map[secdesc.SID]string, len(sids))
	var unknown []secdesc.SID
	for _, s := range sids {
		if _, done := out[s]; done {
			continue
		}
		name, known := wellKnown[s.String()]
		if !known {
			name = s.String()
			if !s.IsZero() {
				unknown = append(unknown, s)
			}
		}
		out[s] = name
	}
	for len(unknown) > 0 {
		n := min(len(unknown), namesAtOnce)
		if err := c.nameSome(ctx, unknown[:n], out); err != nil {
			return nil, err
		}
		unknown = unknown[n:]
	}
	return out, nil
}

func (c *Conn) nameSome(ctx context.Context, some []secdesc.SID, into map[secdesc.SID]string) error {
	netbios, err := c.NetBIOSName(ctx)
	if err != nil {
		return err
	}
	told := c.answers(ctx)
	some = slices.DeleteFunc(slices.Clone(some), func(s secdesc.SID) bool {
		sam := told.name(s)
		if sam != "" {
			into[s] = netbios + `\` + sam
		}
		return sam != ""
	})
	if len(some) == 0 {
		return nil
	}
	var filter strings.Builder
	for _, s := range some {
		filter.WriteString("(objectSid=" + binaryFilter(s.Bytes()) + ")")
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
		filter: "(|" + filter.String() + ")", attributes: []string{"objectSid", "sAMAccountName"}})
	if err != nil {
		return err
	}
	for _, e := range found {
		_, sid, err := identity(e)
		switch {
		case err != nil:
			return c.nonsense(e.DN, err)
		case !slices.Contains(some, sid):
			return &OtherObjectError{DC: c.at.String(), Asked: "the names of SIDs", Came: e.DN}
		case into[sid] != sid.String():
			return c.nonsense(e.DN, fmt.Errorf("%s is the SID of two objects", sid))
		}
		if sam := e.Text("sAMAccountName"); sam != "" {
			into[sid] = netbios + `\` + sam
		}
	}
	return nil
}

// wellKnown names the SIDs of MS-DTYP 2.4.2.4 that stand in directory ACEs, as
// Windows shows them.
var wellKnown = map[string]string{
	"S-1-1-0":      "Everyone",
	"S-1-3-0":      "CREATOR OWNER",
	"S-1-3-1":      "CREATOR GROUP",
	"S-1-3-4":      "OWNER RIGHTS",
	"S-1-5-2":      `NT AUTHORITY\NETWORK`,
	"S-1-5-4":      `NT AUTHORITY\INTERACTIVE`,
	"S-1-5-6":      `NT AUTHORITY\SERVICE`,
	"S-1-5-7":      `NT AUTHORITY\ANONYMOUS LOGON`,
	"S-1-5-9":      `NT AUTHORITY\ENTERPRISE DOMAIN CONTROLLERS`,
	"S-1-5-10":     `NT AUTHORITY\SELF`,
	"S-1-5-11":     `NT AUTHORITY\Authenticated Users`,
	"S-1-5-15":     `NT AUTHORITY\This Organization`,
	"S-1-5-18":     `NT AUTHORITY\SYSTEM`,
	"S-1-5-19":     `NT AUTHORITY\LOCAL SERVICE`,
	"S-1-5-20":     `NT AUTHORITY\NETWORK SERVICE`,
	"S-1-5-32-544": `BUILTIN\Administrators`,
	"S-1-5-32-545": `BUILTIN\Users`,
	"S-1-5-32-546": `BUILTIN\Guests`,
	"S-1-5-32-548": `BUILTIN\Account Operators`,
	"S-1-5-32-549": `BUILTIN\Server Operators`,
	"S-1-5-32-550": `BUILTIN\Print Operators`,
	"S-1-5-32-551": `BUILTIN\Backup Operators`,
	"S-1-5-32-552": `BUILTIN\Replicator`,
	"S-1-5-32-554": `BUILTIN\Pre-Windows 2000 Compatible Access`,
	"S-1-5-32-555": `BUILTIN\Remote Desktop Users`,
	"S-1-5-32-556": `BUILTIN\Network Configuration Operators`,
	"S-1-5-32-557": `BUILTIN\Incoming Forest Trust Builders`,
	"S-1-5-32-558": `BUILTIN\Performance Monitor Users`,
	"S-1-5-32-559": `BUILTIN\Performance Log Users`,
	"S-1-5-32-560": `BUILTIN\Windows Authorization Access Group`,
	"S-1-5-32-561": `BUILTIN\Terminal Server License Servers`,
	"S-1-5-32-562": `BUILTIN\Distributed COM Users`,
	"S-1-5-32-568": `BUILTIN\IIS_IUSRS`,
	"S-1-5-32-569": `BUILTIN\Cryptographic Operators`,
	"S-1-5-32-573": `BUILTIN\Event Log Readers`,
	"S-1-5-32-574": `BUILTIN\Certificate Service DCOM Access`,
	"S-1-5-32-578": `BUILTIN\Hyper-V Administrators`,
	"S-1-5-32-579": `BUILTIN\Access Control Assistance Operators`,
	"S-1-5-32-580": `BUILTIN\Remote Management Users`,
	"S-1-5-32-582": `BUILTIN\Storage Replica Administrators`,
}

package statedir

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

// guardDescriptor accepts the descriptor of a file or directory that belongs to
// us, to SYSTEM or to Administrators, and that nobody else may write.
func guardDescriptor(sd *windows.SECURITY_DESCRIPTOR) error {
	me, err := self()
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return fmt.Errorf("read its owner: %w", err)
	}
	if !trusted(owner, me) {
		return fmt.Errorf("it belongs to %s, who can write it", name(owner))
	}
	return eachAllowed(sd, func(a allowed) error {
		// What an inherit-only ACE gives, it gives on the files.
		if a.mask&writeMask != 0 && !trusted(a.sid, me) {
			return fmt.Errorf("%s may write it", name(a.sid))
		}
		return nil
	})
}

// Rights that let somebody put a file there, take one away, or take over. The
// generic ones stand in ACEs that are only inherited. Whoever may write attributes
// may make an empty directory a junction (FSCTL_SET_REPARSE_POINT).
const writeMask = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.FILE_WRITE_ATTRIBUTES | renameMask | windows.GENERIC_WRITE

// Rights with which a directory, or what is in it, can be renamed, or such a right
// be had.
const renameMask = fileDeleteChild | windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_ALL

// fileDeleteChild is FILE_DELETE_CHILD of MS-DTYP 2.4.3 and winnt.h.
const fileDeleteChild = 0x40

// guardParent refuses what everybody may rename. The top of a volume or share
// cannot be.
func guardParent(sd *windows.SECURITY_DESCRIPTOR, top bool) error {
	mask := windows.ACCESS_MASK(renameMask)
	if top {
		mask &^= windows.DELETE
	}
	return eachAllowed(sd, func(a allowed) error {
		if !a.inheritOnly && a.mask&mask != 0 && everybody(a.sid) {
			return fmt.Errorf("%s may rename it, or what is in it", name(a.sid))
		}
		return nil
	})
}

// Types of ACE of MS-DTYP 2.4.4.1 that allow or deny with mask and SID in the
// same place.
const (
	accessAllowedCallback = 9
	accessDeniedCallback  = 10
)

// allowed is what an ACE allows.
type allowed struct {
	sid         *windows.SID
	mask        windows.ACCESS_MASK
	inheritOnly bool
}

// eachAllowed calls do for each ACE that allows something, until an error. Denials
// are not counted on. No DACL at all is an error.
func eachAllowed(sd *windows.SECURITY_DESCRIPTOR, do func(allowed) error) error {
	dacl, _, err := sd.DACL()
	if err != nil {
		return fmt.Errorf("read its DACL: %w", err)
	}
	if dacl == nil {
		return errors.New("it has no DACL, so everybody may write it")
	}
	for i := range uint32(dacl.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(dacl, i, &ace); err != nil {
			return fmt.Errorf("read its DACL: %w", err)
		}
		switch ace.Header.AceType {
		case windows.ACCESS_DENIED_ACE_TYPE, accessDeniedCallback:
			continue
		case windows.ACCESS_ALLOWED_ACE_TYPE, accessAllowedCallback:
		default:
			return fmt.Errorf("its DACL has an ACE of type %d, which does not belong on a file or directory", ace.Header.AceType)
		}
		a := allowed{(*windows.SID)(unsafe.Pointer(&ace.SidStart)), ace.Mask, ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0}
		if err := do(a); err != nil {
			return err
		}
	}
	return nil
}

// trusted tells whether sid is us or one that owns the machine anyway. Creator
// owner and owner rights stand for the owner, who was looked at before.
// TrustedInstaller, a service of the system's, owns what came with Windows.
func trusted(sid, me *windows.SID) bool {
	return sid.Equals(me) || sid.String() == trustedInstaller || wellKnown(sid, windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid,
		windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid)
}

// trustedInstaller is NT SERVICE\TrustedInstaller, the same on every computer.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

// everybody tells whether sid is one of those that every user is.
func everybody(sid *windows.SID) bool {
	return wellKnown(sid, windows.WinWorldSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinUsersSid, windows.WinInteractiveSid,
		windows.WinNetworkSid, windows.WinAnonymousSid, windows.WinBuiltinGuestsSid) || ofDomain(sid, domainUsers, domainGuests)
}

// Parts of SIDs of groups of a domain (MS-DTYP 2.4.2.4).
const (
	accountDomain = 21 // SECURITY_NT_NON_UNIQUE, the first subauthority
	domainUsers   = 513
	domainGuests  = 514
)

// ofDomain tells whether sid is S-1-5-21-…, with one of the RIDs at its end, of any
// domain.
func ofDomain(sid *windows.SID, rids ...uint32) bool {
	n := sid.SubAuthorityCount()
	return n == 5 && sid.IdentifierAuthority() == windows.SECURITY_NT_AUTHORITY && sid.SubAuthority(0) == accountDomain &&
		slices.Contains(rids, sid.SubAuthority(uint32(n)-1))
}

func wellKnown(sid *windows.SID, kinds ...windows.WELL_KNOWN_SID_TYPE) bool {
	for _, kind := range kinds {
		if sid.IsWellKnown(kind) {
			return true
		}
	}
	return false
}

// self is the SID of the user whose process this is.
func self() (*windows.SID, error) {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("find out who runs this program: %w", err)
	}
	return u.User.Sid, nil
}

// name is DOMAIN\name where the system knows it, else the SID.
func name(sid *windows.SID) string {
	account, domain, _, err := sid.LookupAccount("")
	switch {
	case err != nil:
		return sid.String()
	case domain == "":
		return account
	}
	return domain + `\` + account
}

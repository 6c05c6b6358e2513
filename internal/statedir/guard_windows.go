package statedir

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mkdir makes the directory with a protected DACL: full control for us, SYSTEM
// and Administrators, inherited by the files in it, and nothing from above
// (MS-DTYP 2.5.1.1 for the SDDL).
func mkdir(path string) error {
	me, err := self()
	if err != nil {
		return err
	}
	sd, err := windows.SecurityDescriptorFromString(fmt.Sprintf("D:P(A;OICI;FA;;;%s)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", me))
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	sa := windows.SecurityAttributes{SecurityDescriptor: sd}
	sa.Length = uint32(unsafe.Sizeof(sa))
	if err := windows.CreateDirectory(name, &sa); err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// guard accepts a directory that belongs to us, to SYSTEM or to Administrators,
// and where nobody else may write.
func guard(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return path, err
	}
	if !info.IsDir() {
		return path, errors.New("it is not a directory")
	}
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return path, fmt.Errorf("read its security descriptor: %w", err)
	}
	if err := guardDescriptor(sd); err != nil {
		return path, fmt.Errorf("%w: remove that permission, or name a directory of your own with --state-dir", err)
	}
	return path, nil
}

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
		return fmt.Errorf("it belongs to %s", name(owner))
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		return fmt.Errorf("read its DACL: %w", err)
	}
	if dacl == nil {
		return errors.New("it has no DACL, so everybody may write it")
	}
	for i := uint32(0); i < uint32(dacl.AceCount); i++ {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(dacl, i, &ace); err != nil {
			return fmt.Errorf("read its DACL: %w", err)
		}
		if err := guardACE(ace, me); err != nil {
			return err
		}
	}
	return nil
}

// Rights that let somebody put a file there, take one away, or take over. The
// generic ones stand in ACEs that are only inherited.
const writeMask = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | fileDeleteChild |
	windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL

// fileDeleteChild is FILE_DELETE_CHILD of MS-DTYP 2.4.3 and winnt.h.
const fileDeleteChild = 0x40

// Types of ACE of MS-DTYP 2.4.4.1 that allow or deny with mask and SID in the
// same place.
const (
	accessAllowedCallback = 9
	accessDeniedCallback  = 10
)

func guardACE(ace *windows.ACCESS_ALLOWED_ACE, me *windows.SID) error {
	switch ace.Header.AceType {
	case windows.ACCESS_DENIED_ACE_TYPE, accessDeniedCallback:
		return nil
	case windows.ACCESS_ALLOWED_ACE_TYPE, accessAllowedCallback:
	default:
		return fmt.Errorf("its DACL has an ACE of type %d, which does not belong on a file or directory", ace.Header.AceType)
	}
	sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
	if ace.Mask&writeMask != 0 && !trusted(sid, me) {
		return fmt.Errorf("%s may write it", name(sid))
	}
	return nil
}

// trusted tells whether sid is us or one that owns the machine anyway. Creator
// owner and owner rights stand for the owner, who was looked at before.
func trusted(sid, me *windows.SID) bool {
	if sid.Equals(me) {
		return true
	}
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid,
		windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid} {
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
	if err != nil {
		return sid.String()
	}
	return domain + `\` + account
}

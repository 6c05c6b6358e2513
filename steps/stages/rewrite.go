package stages

import (
	"encoding/hex"
	"fmt"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Rewrite is a descriptor that was backed up, in hexadecimal digits, with changes made to
// it as a plan would make them; the result is in SDDL.
func Rewrite(descriptor string, changes []steps.Change) (string, error) {
	raw, err := hex.DecodeString(descriptor)
	if err != nil {
		return "", fmt.Errorf("read the kept descriptor: %w", err)
	}
	was, err := secdesc.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("read the kept descriptor: %w", err)
	}
	var edit adperms.Edit
	for _, c := range changes {
		if c.Verb == steps.VerbSet {
			edit.Inheritance = adperms.BlockInheritance
			continue
		}
		ace, err := secdesc.ParseACE(c.SDDL, secdesc.DomainSIDs{})
		if err != nil {
			return "", fmt.Errorf("read the ACE %q of the journal: %w", c.SDDL, err)
		}
		if c.Verb == steps.VerbRemove {
			edit.Remove = append(edit.Remove, ace)
		} else {
			edit.Add = append(edit.Add, ace)
		}
	}
	now, _, err := edit.Rewrite(was)
	if err != nil {
		return "", fmt.Errorf("make the changes to the kept descriptor: %w", err)
	}
	return now.SDDL(), nil
}

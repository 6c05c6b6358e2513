package stages

import (
	"encoding/hex"
	"fmt"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Rewrite is a descriptor that was backed up, in hexadecimal digits, with ACEs in SDDL
// added as a plan would add them; the result is in SDDL.
func Rewrite(descriptor string, add []string) (string, error) {
	raw, err := hex.DecodeString(descriptor)
	if err != nil {
		return "", fmt.Errorf("read the kept descriptor: %w", err)
	}
	was, err := secdesc.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("read the kept descriptor: %w", err)
	}
	var edit adperms.Edit
	for _, text := range add {
		ace, err := secdesc.ParseACE(text, secdesc.DomainSIDs{})
		if err != nil {
			return "", fmt.Errorf("read the ACE %q of the journal: %w", text, err)
		}
		edit.Add = append(edit.Add, ace)
	}
	now, _, err := edit.Rewrite(was)
	if err != nil {
		return "", fmt.Errorf("add the ACEs to the kept descriptor: %w", err)
	}
	return now.SDDL(), nil
}

package adperms_test

import (
	"testing"

	"writeback/adperms"
)

func TestMayWriteDACL(t *testing.T) {
	for effective, want := range map[uint32]bool{0: false, 3: false, 4: true, 8: false, 15: true} {
		if got := (adperms.Object{RightsEffective: effective}).MayWriteDACL(); got != want {
			t.Errorf("sDRightsEffective %d: %v, want %v", effective, got, want)
		}
	}
}

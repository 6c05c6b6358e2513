package main

import (
	"context"
	"errors"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/steps"
)

// domain fits the LDAP hands to what the stages ask for.
type domain struct{ *directory.Conn }

func (d domain) Schema(ctx context.Context) ([]adperms.SchemaName, error) {
	return d.SchemaGUIDs(ctx, adperms.Schema)
}

// WriteDACL: whatever the DC answered but success, it did nothing (RFC 4511
// section 4.6: all of a modify or none); where it did not answer, nobody knows.
func (d domain) WriteDACL(ctx context.Context, dn string, sd []byte) error {
	err := d.Conn.WriteDACL(ctx, dn, sd)
	var lost *directory.LostError
	if err == nil || errors.As(err, &lost) {
		return err
	}
	return steps.NotMade(err)
}

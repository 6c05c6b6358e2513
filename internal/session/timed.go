package session

import (
	"writeback/adperms/directory"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/internal/bundle"
)

// Timed has all requests of the sessions that are opened from now on counted.
func (c *Caller) Timed() *bundle.Timer {
	t := &bundle.Timer{}
	ldap, graphs, page := c.TraceLDAP, c.TraceGraph, c.TracePortal
	c.TraceLDAP = func(o directory.Operation) {
		t.Add("ldap", o.Kind, o.Entries, o.Took, o.Err != nil)
		if ldap != nil {
			ldap(o)
		}
	}
	c.TraceGraph = func(o graph.Operation) {
		t.Add("graph", o.Method, 0, o.Took, o.Err != "")
		if graphs != nil {
			graphs(o)
		}
	}
	c.TracePortal = func(o portal.Operation) {
		t.Add("portal", o.Method, 0, o.Took, o.Err != nil)
		if page != nil {
			page(o)
		}
	}
	return t
}

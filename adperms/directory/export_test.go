package directory

// SetPageSize makes pages small enough for a test directory.
func (c *Conn) SetPageSize(entries uint32) { c.page = entries }

package ldapproxy

import "slices"

// Count is the number of requests of these kinds that clients have sent so far.
func (t *Proxy) Count(ops ...Op) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, op := range ops {
		n += t.counts[op]
	}
	return n
}

// Operations is the number of requests that a DC has to work for: all but Bind, Unbind and Abandon. StartTLS is none: the proxy answers it.
func (t *Proxy) Operations() int {
	return t.Count(Search, Modify, Add, Delete, ModifyDN, Compare, Extended)
}

// Writes is the number of requests that change the directory.
func (t *Proxy) Writes() int {
	return t.Count(Modify, Add, Delete, ModifyDN)
}

// Trace has one line for each request so far, in the order in which they came: connection, operation, DN, attributes.
func (t *Proxy) Trace() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.trace)
}

// Reset begins to count and to trace anew.
func (t *Proxy) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.counts)
	t.trace = nil
}

func (t *Proxy) count(m *Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[m.Op]++
	t.trace = append(t.trace, m.String())
}

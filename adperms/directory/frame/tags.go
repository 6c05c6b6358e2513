package frame

// The tags of LDAP that are read and written (RFC 4511 section 4).
const (
	TagAbandon      = 0x50 // AbandonRequest, [APPLICATION 16]
	TagEntry        = 0x64 // SearchResultEntry, [APPLICATION 4]
	TagDone         = 0x65 // SearchResultDone, [APPLICATION 5]
	TagReference    = 0x73 // SearchResultReference, [APPLICATION 19]
	TagIntermediate = 0x79 // IntermediateResponse, [APPLICATION 25]
	TagControls     = 0xa0 // of an LDAPMessage, [0]
)
